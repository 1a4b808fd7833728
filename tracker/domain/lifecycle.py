"""The state machine: one table of (axis, from, to, what it needs); nothing is decided elsewhere.

Source of the rules: DESIGN section 3, which follows the reporting practice of the participating
organizations of the UN Joint Inspection Unit. The table is checked when this module is imported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from typing import Protocol

from tracker.domain.controls import says_something
from tracker.domain.references import fold_person
from tracker.domain.vocabulary import (
    ACCEPTING,
    DECLINING,
    INITIAL,
    STATUSES,
    Acceptance,
    Axis,
    Implementation,
    Status,
    Verification,
    axis_of,
)
from tracker.errors import RefusedError
from tracker.records import record

A, I, V = Acceptance, Implementation, Verification  # noqa: E741 - the table below is read as a table


class Need(Enum):
    """What a move asks for; the value is how a refusal says it."""

    NOTE = "a note that says why (--note)"
    NOTE_OR_EVIDENCE = "a note or evidence (--note or --evidence)"
    ACCEPTED = "the recommendation to be accepted or partially accepted"
    ACCEPTED_OR_REFUSED_WITH_NOTE = (
        "the recommendation to be accepted or partially accepted, or, where it is refused (not-accepted), "
        "a note (--note)"
    )
    IMPLEMENTED = "the organization to have reported it implemented"
    OTHER_PERSON = "someone other than the one who reported it (four eyes)"


@record
class Positions:
    """Where a follow-up stands on the three axes, and who reported it implemented: one name a line."""

    acceptance: Acceptance = Acceptance.NO_INFORMATION
    implementation: Implementation = Implementation.NO_INFORMATION
    verification: Verification = Verification.NOT_VERIFIED
    reported_by: str | None = None

    @property
    def reporters(self) -> list[str]:
        """Everyone who reported it implemented."""
        return self.reported_by.split("\n") if self.reported_by else []

    def was_reported_by(self, actor: str) -> bool:
        """Another case or spelling of the same letters makes no other person: names are typed by hand."""
        return fold_person(actor) in map(fold_person, self.reporters)

    def on(self, axis: Axis) -> Status:
        """The position on one axis."""
        by_axis: dict[Axis, Status] = {
            Axis.ACCEPTANCE: self.acceptance,
            Axis.IMPLEMENTATION: self.implementation,
            Axis.VERIFICATION: self.verification,
        }
        return by_axis[axis]

    def moved(self, target: Status) -> Positions:
        """The same with one axis moved; `reported_by` is left as it is."""
        if isinstance(target, Acceptance):
            return replace(self, acceptance=target)
        if isinstance(target, Implementation):
            return replace(self, implementation=target)
        return replace(self, verification=target)


@record
class Attempt:
    """A wish to move: where to, by whom, and what is given with it."""

    to: Status
    actor: str
    note: str | None = None
    has_evidence: bool = False

    @property
    def has_note(self) -> bool:
        """Whether a reason is given; blanks are none."""
        return says_something(self.note or "")


@record
class Move:
    """One row of the table. A move from a status to itself is a confirmation: said again, still so."""

    axis: Axis
    source: Status
    target: Status
    needs: frozenset[Need]
    reopens: bool = False


@record
class Change:
    """One change of position that follows from a move."""

    axis: Axis
    source: Status
    target: Status


REASONED = DECLINING | {A.PARTIALLY_ACCEPTED}
"""The positions that an organization gives a reason for."""


def _acceptance_moves() -> list[Move]:
    """Any two positions, never back to no-information; refusals, part-acceptance and retreats need a reason."""
    return [
        Move(
            Axis.ACCEPTANCE,
            source,
            target,
            frozenset({Need.NOTE} if source is not target and (target in REASONED or source is A.ACCEPTED) else ()),
        )
        for source in A
        for target in A
        if target is not A.NO_INFORMATION
    ]


_FORWARD = (
    (I.NO_INFORMATION, I.NOT_STARTED),
    (I.NO_INFORMATION, I.IN_PROGRESS),
    (I.NO_INFORMATION, I.IMPLEMENTED),
    (I.NO_INFORMATION, I.OVERTAKEN),
    (I.NOT_STARTED, I.IN_PROGRESS),
    (I.NOT_STARTED, I.IMPLEMENTED),
    (I.NOT_STARTED, I.OVERTAKEN),
    (I.IN_PROGRESS, I.IMPLEMENTED),
    (I.IN_PROGRESS, I.OVERTAKEN),
)
_REOPENING = (
    (I.IMPLEMENTED, I.IN_PROGRESS),
    (I.OVERTAKEN, I.IN_PROGRESS),
    (I.IN_PROGRESS, I.NOT_STARTED),
)
_NEEDS_OF_TARGET: dict[Implementation, frozenset[Need]] = {
    I.NOT_STARTED: frozenset({Need.ACCEPTED}),
    I.IN_PROGRESS: frozenset({Need.ACCEPTED}),
    I.IMPLEMENTED: frozenset({Need.ACCEPTED_OR_REFUSED_WITH_NOTE, Need.NOTE_OR_EVIDENCE}),
    I.OVERTAKEN: frozenset({Need.ACCEPTED, Need.NOTE}),
}


def _implementation_moves() -> list[Move]:
    forward = [Move(Axis.IMPLEMENTATION, s, t, _NEEDS_OF_TARGET[t]) for s, t in _FORWARD]
    back = [Move(Axis.IMPLEMENTATION, s, t, _NEEDS_OF_TARGET[t] | {Need.NOTE}, reopens=True) for s, t in _REOPENING]
    confirmed = [Move(Axis.IMPLEMENTATION, s, s, frozenset()) for s in I if s is not I.NO_INFORMATION]
    return forward + back + confirmed


def _verification_moves() -> list[Move]:
    """Who reported it may not verify it; that it is not so after all, everybody may say."""
    verify = frozenset({Need.IMPLEMENTED, Need.OTHER_PERSON})
    dispute = frozenset({Need.IMPLEMENTED, Need.NOTE})
    return [
        Move(Axis.VERIFICATION, V.NOT_VERIFIED, V.VERIFIED, verify),
        Move(Axis.VERIFICATION, V.DISPUTED, V.VERIFIED, verify),
        Move(Axis.VERIFICATION, V.NOT_VERIFIED, V.DISPUTED, dispute),
        Move(Axis.VERIFICATION, V.VERIFIED, V.DISPUTED, dispute),
    ]


TABLE: tuple[Move, ...] = (*_acceptance_moves(), *_implementation_moves(), *_verification_moves())

_MOVES: dict[tuple[Status, Status], Move] = {(move.source, move.target): move for move in TABLE}

_IS_MET: dict[Need, Callable[[Positions, Attempt], bool]] = {
    Need.NOTE: lambda _, attempt: attempt.has_note,
    Need.NOTE_OR_EVIDENCE: lambda _, attempt: attempt.has_note or attempt.has_evidence,
    Need.ACCEPTED: lambda at, _: at.acceptance in ACCEPTING,
    Need.ACCEPTED_OR_REFUSED_WITH_NOTE: lambda at, attempt: (
        at.acceptance in ACCEPTING or (at.acceptance is A.NOT_ACCEPTED and attempt.has_note)
    ),
    Need.IMPLEMENTED: lambda at, _: at.implementation is I.IMPLEMENTED,
    Need.OTHER_PERSON: lambda at, attempt: not at.was_reported_by(attempt.actor),
}


def find_move(source: Status, target: Status) -> Move | None:
    """The row of the table, or None where there is no such move."""
    return _MOVES.get((source, target))


def moves_from(at: Positions, axis: Axis) -> list[Move]:
    """The moves that the table holds from here on one axis, needs met or not; confirmations left out."""
    return [move for move in TABLE if move.source is at.on(axis) and move.target is not move.source]


def unmet_needs(move: Move, at: Positions, attempt: Attempt) -> list[Need]:
    """What is missing for the move, in the order of `Need`."""
    return [need for need in Need if need in move.needs and not _IS_MET[need](at, attempt)]


def decide(at: Positions, attempt: Attempt) -> tuple[Change, ...]:
    """The changes that follow from an attempt: the move itself, and what it sets back.

    A later move of implementation sets verification back to not-verified. Raises RefusedError, and
    then nothing may be changed; its sentence says what is the case, why, and what is possible.
    """
    axis = axis_of(attempt.to)
    move = find_move(at.on(axis), attempt.to)
    if move is None:
        raise RefusedError(
            f"{axis.value} is {at.on(axis).value} and cannot move to {attempt.to.value}.",
            remedy=_possible(at, axis, attempt),
        )
    unmet = unmet_needs(move, at, attempt)
    if unmet:
        raise RefusedError(
            f"{axis.value} is {at.on(axis).value}{_context(at, unmet)}; moving it to {attempt.to.value} needs "
            f"{' and '.join(need.value for need in unmet)}.",
            remedy=_possible(at, axis, attempt),
        )
    return (Change(axis, move.source, move.target), *_consequences(at, move))


def _consequences(at: Positions, move: Move) -> tuple[Change, ...]:
    moved = move.axis is Axis.IMPLEMENTATION and move.source is not move.target
    if moved and at.verification is not V.NOT_VERIFIED:
        return (Change(Axis.VERIFICATION, at.verification, V.NOT_VERIFIED),)
    return ()


def _context(at: Positions, unmet: list[Need]) -> str:
    """What else is the case that explains the refusal."""
    if {Need.ACCEPTED, Need.ACCEPTED_OR_REFUSED_WITH_NOTE} & set(unmet):
        return f" and acceptance is {at.acceptance.value}"
    if Need.IMPLEMENTED in unmet:
        return f" and implementation is {at.implementation.value}"
    if Need.OTHER_PERSON in unmet:
        return f" and {' and '.join(at.reporters)} reported it implemented"
    return ""


def _possible(at: Positions, axis: Axis, attempt: Attempt) -> str:
    """What is possible from here on this axis, with what each still needs; else on the axis that stands before it."""
    curable = {Need.NOTE, Need.NOTE_OR_EVIDENCE}
    with_note = Attempt(attempt.to, attempt.actor, note="given")
    options = [
        f"{move.target.value}{' (with a note)' if move.needs & curable else ''}"
        for move in moves_from(at, axis)
        if not unmet_needs(move, at, with_note)
    ]
    if options:
        return f"Possible from here: {', '.join(options)}."
    if axis is Axis.IMPLEMENTATION and at.acceptance not in ACCEPTING:
        return "Record first that the organization accepts: --to accepted, or --to partially-accepted (with a note)."
    return "Nothing is possible on this axis for now."


class Positioned(Protocol):
    """Whatever stands on the three axes: positions, or a row that holds them among other things."""

    @property
    def acceptance(self) -> Acceptance: ...

    @property
    def implementation(self) -> Implementation: ...

    @property
    def verification(self) -> Verification: ...


def is_settled(at: Positioned, *, asks_verification: bool) -> bool:
    """Nothing more is asked: declined, overtaken, or implemented and, where asked for, verified.

    A disputed claim leaves the row open, unless the recommendation was declined.
    """
    if at.acceptance in DECLINING or at.implementation is I.OVERTAKEN:
        return True
    if at.implementation is not I.IMPLEMENTED:
        return False
    return at.verification is V.VERIFIED or (at.verification is V.NOT_VERIFIED and not asks_verification)


def is_done_though_not_accepted(at: Positioned) -> bool:
    """Reported implemented, and not accepted: taken as it is reported, and pointed out in every list and report."""
    return at.implementation is I.IMPLEMENTED and at.acceptance not in ACCEPTING


def is_claimed(at: Positioned) -> bool:
    """Reported implemented, and not looked at by the office, whether it asks for verification or not."""
    return at.implementation is I.IMPLEMENTED and at.verification is V.NOT_VERIFIED


def _check_table() -> None:
    """The graph holds together: rows are single, every value is reached, and only settled ones may end.

    Raises AssertionError at import, listing the rows, because a wrong table is a programming error.
    """
    doubled = [key for key in _MOVES if sum((m.source, m.target) == key for m in TABLE) > 1]
    crossing = [m for m in TABLE if axis_of(m.source) is not m.axis or axis_of(m.target) is not m.axis]
    back = [m for m in TABLE if m.target is INITIAL[m.axis]]
    stranded = [s for axis in Axis for s in STATUSES[axis] if s not in _reached_from(INITIAL[axis])]
    ends = [s for axis in Axis for s in STATUSES[axis] if not any(m.source is s is not m.target for m in TABLE)]
    for name, rows in {
        "doubled": doubled,
        "crossing": crossing,
        "to initial": back,
        "unreached": stranded,
    }.items():
        if rows:
            raise AssertionError(f"lifecycle table: {name}: {rows}")
    if ends:
        raise AssertionError(f"lifecycle table: dead ends: {ends}")


def _reached_from(start: Status) -> set[Status]:
    reached: set[Status] = {start}
    while new := {m.target for m in TABLE if m.source in reached} - reached:
        reached |= new
    return reached


_check_table()
