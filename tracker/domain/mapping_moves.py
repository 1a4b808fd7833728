"""The moves that another body's status stands for, decided by the one table of the lifecycle. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from tracker.domain.journal import after_changes
from tracker.domain.lifecycle import Attempt, Change, Positions, decide
from tracker.domain.vocabulary import Status, axis_of


@lru_cache(maxsize=4096)
def moves_to(
    at: Positions, targets: tuple[Status, ...], actor: str, *, has_note: bool
) -> tuple[tuple[Change, ...], Positions]:
    """The changes that lead from a standing to all targets, in their order, and where that ends.

    A target that is the case already is passed over: a register that says it again says nothing new. Raises
    RefusedError at the first target that the table does not allow.
    """
    changes: list[Change] = []
    for target in targets:
        if at.on(axis_of(target)) is target:
            continue
        # The table asks whether there is a note, not what it says: so one answer serves all rows alike.
        made = decide(at, Attempt(target, actor, note="given" if has_note else None))
        changes += reversed(made)
        at = after_changes(at, made, actor)
    return tuple(changes), at


def stated(targets: Sequence[Status]) -> Positions:
    """What a status says by itself, of a follow-up of which nothing else is known; nothing is refused."""
    at = Positions()
    for target in targets:
        at = at.moved(target)
    return at


def untold(at: Positions, before: Sequence[Status], now: Sequence[Status]) -> list[Status]:
    """What a register said before and still stands, where its word of now moves nothing and is silent of it."""
    if any(at.on(axis_of(target)) is not target for target in now):
        return []
    told = {axis_of(target) for target in now}
    return [target for target in before if axis_of(target) not in told and at.on(axis_of(target)) is target]
