"""What moved in the quarter: row by row, and as a balance that must close."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import Enum

from tracker.domain.figures.material import Before, Step
from tracker.domain.journal import with_sources
from tracker.domain.rows import FollowUp
from tracker.domain.vocabulary import Acceptance, Implementation, Topic, Verification, Voice
from tracker.records import record

AXES = ("acceptance", "implementation", "verification")


class Settlement(Enum):
    """The kinds in which a follow-up is settled, as the roll-forward lists them."""

    IMPLEMENTED = "implemented"
    OVERTAKEN = "overtaken"
    NOT_ACCEPTED = "not-accepted"
    NOT_RELEVANT = "not-relevant"


def settlement_of(row: FollowUp) -> Settlement | None:
    """How a row is settled; None while it is open. Declined comes first: it holds whatever is reported done."""
    if row.is_open:
        return None
    declined = {
        Acceptance.NOT_ACCEPTED: Settlement.NOT_ACCEPTED,
        Acceptance.NOT_RELEVANT: Settlement.NOT_RELEVANT,
    }
    if row.acceptance in declined:
        return declined[row.acceptance]
    return Settlement.OVERTAKEN if row.implementation is Implementation.OVERTAKEN else Settlement.IMPLEMENTED


@record
class RollForward:
    """Open at start + new + reopened − settled − withdrawn = open at end.

    `new` is everything addressed in the quarter, settled in the same quarter or not; `settled` counts by kind
    what was open at the start or new, and is settled at the end.
    """

    open_at_start: int
    new: int
    reopened: int
    settled: tuple[tuple[Settlement, int], ...]
    withdrawn: int
    open_at_end: int

    @property
    def settled_in_all(self) -> int:
        return sum(number for _, number in self.settled)

    @property
    def difference(self) -> int:
        """What the balance is out by; 0 in every register that can be trusted."""
        expected = self.open_at_start + self.new + self.reopened - self.settled_in_all - self.withdrawn
        return expected - self.open_at_end

    @property
    def closes(self) -> bool:
        return self.difference == 0


def roll_forward(rows: Sequence[FollowUp], before: Mapping[int, Before]) -> RollForward:
    """The balance of open follow-ups between the evening before the quarter and the day of the figures."""
    settled: Counter[Settlement] = Counter()
    new = reopened = 0
    for row in rows:
        stood = before.get(row.id)
        new += stood is None
        reopened += stood is not None and not stood.open and row.is_open
        kind = settlement_of(row)
        if kind is not None and (stood is None or stood.open):
            settled[kind] += 1
    present = {row.id for row in rows}
    return RollForward(
        open_at_start=sum(stood.open for stood in before.values()),
        new=new,
        reopened=reopened,
        settled=tuple((kind, settled[kind]) for kind in Settlement),
        withdrawn=sum(stood.open for key, stood in before.items() if key not in present),
        open_at_end=sum(row.is_open for row in rows),
    )


@record
class Shift:
    """One axis (or `due`) of one row: what it was on the evening before, what it is. None: it was not there."""

    axis: str
    source: str | None
    target: str | None


@record
class Changed:
    """A row that stands otherwise than before the quarter; `on` and `note` are of the last entry that moved it."""

    row: FollowUp
    is_new: bool
    shifts: tuple[Shift, ...]
    on: date
    note: str | None


def changes(rows: Iterable[FollowUp], before: Mapping[int, Before], steps: Iterable[Step]) -> tuple[Changed, ...]:
    """Every row that moved on an axis or whose due date moved, and every new row of which anything was said."""
    said = _by_follow_up(steps)
    found = []
    for row in rows:
        shifts = _shifts(row, before.get(row.id))
        if not shifts:
            continue
        last = _last_move(said[row.id], before.get(row.id, _NOTHING_SAID))
        on, note = (last.effective_on, last.note) if last else (row.effective_on, row.note)
        found.append(Changed(row, row.id not in before, shifts, on, note))
    return tuple(found)


_NOTHING_SAID = Before(
    Acceptance.NO_INFORMATION, Implementation.NO_INFORMATION, Verification.NOT_VERIFIED, open=True, due_on=None
)


def _last_move(steps: Iterable[Step], stood: Before) -> Step | None:
    start: dict[Topic, str | None] = {Topic(axis): getattr(stood, axis).value for axis in AXES}
    found = with_sources(steps, start | {Topic.DUE: _iso(stood.due_on)})
    return next((step for step, source in reversed([*found]) if step.target != source), None)


def _shifts(row: FollowUp, before: Before | None) -> tuple[Shift, ...]:
    stood = before or _NOTHING_SAID
    pairs = [(axis, getattr(stood, axis).value, getattr(row, axis).value) for axis in AXES]
    if before is not None:  # the first date of a new row is no change of date
        pairs.append(("due", _iso(stood.due_on), _iso(row.due_on)))
    return tuple(Shift(axis, source, target) for axis, source, target in pairs if source != target)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def since_moved(steps: Iterable[Step], topic: Topic) -> dict[int, Step]:
    """Per follow-up, the step that moved it to where it stands on an axis, with the last note given since.

    What only confirms moves nothing: its day is not the day since which it is so, and where it says nothing, what was
    said before still explains it.
    """
    found: dict[int, Step] = {}
    for key, own in _by_follow_up(step for step in steps if step.topic is topic).items():
        for step, source in with_sources(own):
            if step.target != source:
                found[key] = step
            elif key in found:
                found[key] = _confirmed(found[key], step)
    return found


def _confirmed(moved: Step, again: Step) -> Step:
    """What moved it, with what was said since: a note goes with whose word it is.

    What an organization confirms is its own word, whoever said it first, and nobody else's takes its place.
    """
    if again.voice is moved.voice:
        return replace(moved, note=again.note or moved.note)
    return replace(moved, note=again.note, voice=again.voice) if again.voice is Voice.ORGANIZATION else moved


def _by_follow_up(steps: Iterable[Step]) -> dict[int, list[Step]]:
    found: dict[int, list[Step]] = defaultdict(list)
    for step in steps:
        found[step.follow_up_id].append(step)
    return found
