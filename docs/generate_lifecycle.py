"""Writes docs/lifecycle.md from the table of moves, so that the document cannot say anything else than the program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from tracker.domain.journal import after_changes
from tracker.domain.lifecycle import TABLE, Attempt, Move, Need, Positions, decide, is_settled
from tracker.domain.vocabulary import INITIAL, STATUSES, TARGETS, Acceptance, Axis, Implementation, Status, Verification
from tracker.errors import RefusedError

LIFECYCLE = Path(__file__).with_name("lifecycle.md")

_INTRODUCTION = """# The life of a follow-up

<!-- Written by `make docs` from tracker/domain/lifecycle.py; change the table there, not this file. -->

A follow-up is one recommendation to one organization. It has a status on each of three axes: acceptance and
implementation, on which the organization decides, and verification, on which the office does. There are three because
an organization can refuse a recommendation and still be asked about it, can accept it and never finish, and can report
something as done that the office has not verified yet.

The tables below list all possible moves. A move that is not in them, or whose needs are not met, is refused and changes
nothing; the message says what the status is and which moves are possible. A status of acceptance or implementation can
be repeated at any time: that confirms it, and the organization counts as heard from.
"""
_SETTING_BACK = """Whenever implementation moves, verification goes back to not-verified, because what the office looked
at has changed."""
_SETTLED = """## Open and settled

Nobody sets a follow-up to open or settled: this follows from its statuses. A disputed claim stays open. If the report
asks for verification, an implemented follow-up stays open until it is verified. The table is for a report that does not
ask for it; a dash marks what cannot occur:
"""
_CLIQUE = 4
"""From so many statuses that all lead to each other, the diagram draws one box instead of every arrow."""


def lifecycle_page() -> str:
    """The whole document."""
    axes = "\n".join(_axis_section(axis) for axis in Axis)
    return f"{_INTRODUCTION}\n{axes}\n{_SETTLED}\n{_settled_table()}"


def _axis_section(axis: Axis) -> str:
    moves = [move for move in TABLE if move.axis is axis and move.source is not move.target]
    remark = f"\n{_SETTING_BACK}\n" if axis is Axis.VERIFICATION else ""
    return f"## {axis.value.capitalize()}\n\n{_diagram(axis, moves)}\n{_moves_table(moves)}{remark}"


def _diagram(axis: Axis, moves: Sequence[Move]) -> str:
    statuses: list[Status] = [*STATUSES[axis]]
    joined = _clique(statuses, moves)
    lines = [f"    [*] --> {_name(INITIAL[axis])}"]
    if joined:
        lines += ["    state answered {", *(f"        {_name(status)}" for status in joined), "    }"]
        lines += ["    note right of answered: from each to every other"]
    for source, target in dict.fromkeys(_arrow(move, joined) for move in moves):
        if source != target:
            lines.append(f"    {source} --> {target}")
    labels = [f"    {_name(status)}: {status.value}" for status in statuses if _name(status) != status.value]
    return "\n".join(["```mermaid", "stateDiagram-v2", *labels, *lines, "```", ""])


def _clique(statuses: Iterable[Status], moves: Sequence[Move]) -> list[Status]:
    """The statuses that every other status leads to, where they are many; else none."""
    pairs = {(move.source, move.target) for move in moves}
    others = list(statuses)
    found = [target for target in others if all((source, target) in pairs for source in others if source is not target)]
    return found if len(found) >= _CLIQUE else []


def _arrow(move: Move, joined: Sequence[Status]) -> tuple[str, str]:
    ends = ("answered" if status in joined else _name(status) for status in (move.source, move.target))
    source, target = ends
    return source, target


def _name(status: Status) -> str:
    """A word that Mermaid takes as a name."""
    word: str = status.value
    return word.replace("-", "_")


def _moves_table(moves: Sequence[Move]) -> str:
    """One row for every target and what it needs, with all the statuses from which it is reached so."""

    def kind(move: Move) -> tuple[int, bool, str]:
        order = [status.value for status in STATUSES[move.axis]]
        return order.index(move.target.value), move.reopens, _needs(move)

    rows = ["| to | from | needs |", "| --- | --- | --- |"]
    for (_, reopens, needs), found in groupby(sorted(moves, key=kind), key=kind):
        alike = list(found)
        sources = ", ".join(move.source.value for move in alike)
        again = " (a reopening)" if reopens else ""
        rows.append(f"| {alike[0].target.value}{again} | {sources} | {needs or 'nothing more'} |")
    return "\n".join([*rows, ""])


def _needs(move: Move) -> str:
    return "; ".join(need.value for need in Need if need in move.needs)


def _settled_table() -> str:
    rows = [
        f"| acceptance | {' | '.join(status.value for status in Implementation)} |",
        f"| --- |{' --- |' * len(Implementation)}",
    ]
    reached = _reached()
    for acceptance in Acceptance:
        cells = (
            _word(acceptance, implementation) if (acceptance, implementation) in reached else "–"
            for implementation in Implementation
        )
        rows.append(f"| {acceptance.value} | {' | '.join(cells)} |")
    return "\n".join([*rows, ""])


def _word(acceptance: Acceptance, implementation: Implementation) -> str:
    at = Positions(acceptance, implementation, Verification.NOT_VERIFIED)
    return "settled" if is_settled(at, asks_verification=False) else "open"


def _reached() -> set[tuple[Acceptance, Implementation]]:
    """Every pair of positions that moves lead to, a note being given wherever one is asked for."""
    found = {Positions()}
    while new := {after for at in found for after in _next(at)} - found:
        found |= new
    return {(at.acceptance, at.implementation) for at in found}


def _next(at: Positions) -> Iterator[Positions]:
    for status in TARGETS.values():
        try:
            changes = decide(at, Attempt(status, "office", note="given"))
        except RefusedError:
            continue
        yield after_changes(at, changes, "organization")


if __name__ == "__main__":
    LIFECYCLE.write_text(lifecycle_page(), encoding="utf-8")
