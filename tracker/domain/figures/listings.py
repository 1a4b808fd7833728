"""Rows that a reader must see by name: overdue, long outstanding, declined, claimed, awaited; ages and silences."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from tracker.domain.deadlines import AGE_BANDS, AgeBand, age_band, days_late, is_long_outstanding
from tracker.domain.figures.material import Step
from tracker.domain.figures.movement import since_moved
from tracker.domain.journal import GRANTED, REQUESTED
from tracker.domain.lifecycle import is_claimed, is_done_though_not_accepted
from tracker.domain.rows import FollowUp, Lesson
from tracker.domain.vocabulary import (
    ACCEPTING,
    DECLINING,
    Acceptance,
    Addressee,
    Implementation,
    Topic,
    Verification,
    Voice,
)
from tracker.records import record


@record
class Overdue:
    """An open row past its day. `extensions` counts those granted, `asked_until` is a request not yet decided."""

    row: FollowUp
    days: int
    extensions: int
    asked_until: date | None


@record
class Said:
    """A row with the words that explain it, and the day of those words; None where nobody gave any.

    Where the words explain where it stands, the day is the one since which it stands there.
    """

    row: FollowUp
    reason: str | None
    on: date | None


@record
class Declined(Said):
    """What stands as not accepted or not relevant, and whose word that is."""

    voice: Voice = Voice.ORGANIZATION


@record
class Waiting:
    """A row that waits for a governing body. `only_noted`: its last word was to take note, which decides nothing."""

    row: FollowUp
    last_action: str | None
    on: date | None
    only_noted: bool


@record
class Learned:
    """What was learned on a row, and when it was last added to."""

    row: FollowUp
    lesson: Lesson
    on: date


@record
class AgeLine:
    """So many open rows of an age, counted from the issue of the report (else from the day it was addressed)."""

    label: str
    open: int
    overdue: int


@record
class Oddity:
    """Something the register cannot square by itself, and the rows it concerns."""

    what: str
    rows: tuple[FollowUp, ...]


SILENCE_BANDS = (
    AgeBand("under 3 months", 0),
    AgeBand("3–6 months", 3),
    AgeBand("6–12 months", 6),
    AgeBand("12 months and more", 12),
)


def overdue(rows: Iterable[FollowUp], day: date, extensions: Iterable[Step]) -> tuple[Overdue, ...]:
    """The overdue rows, the latest first; `extensions` in the order of writing, in which one decides the one before."""
    asked: dict[int, list[Step]] = defaultdict(list)
    for step in extensions:
        asked[step.follow_up_id].append(step)
    found = [
        Overdue(row, days_late(row.due_on, day), _granted(asked[row.id]), _pending(asked[row.id]))
        for row in rows
        if row.is_overdue(day)
    ]
    return tuple(sorted(found, key=lambda item: -item.days))


def _granted(steps: Sequence[Step]) -> int:
    return sum(step.source == GRANTED for step in steps)


def _pending(steps: Sequence[Step]) -> date | None:
    last = steps[-1] if steps else None
    return date.fromisoformat(last.target) if last and last.source == REQUESTED and last.target else None


def long_outstanding(rows: Iterable[FollowUp], day: date) -> tuple[Said, ...]:
    """Open five years or more after issue, with the last word on it; the oldest first."""
    found = [row for row in rows if is_long_outstanding(row.issued_on, day, is_open=row.is_open)]
    return tuple(Said(row, row.note, row.last_word_on) for row in sorted(found, key=lambda row: row.issued_on or day))


def declined(rows: Iterable[FollowUp], reasons: Iterable[Step]) -> tuple[Declined, ...]:
    """Not accepted, then not relevant, each with the reason that was given, and by whom."""
    said = since_moved(reasons, Topic.ACCEPTANCE)
    found = [_declined(row, said.get(row.id)) for row in rows if row.acceptance in DECLINING]
    return tuple(sorted(found, key=lambda item: item.row.acceptance is Acceptance.NOT_RELEVANT))


def _declined(row: FollowUp, step: Step | None) -> Declined:
    said = _said(row, step)
    return Declined(said.row, said.reason, said.on, Voice.ORGANIZATION if step is None else step.voice)


def disputed(rows: Iterable[FollowUp], reasons: Iterable[Step]) -> tuple[Said, ...]:
    """Reported implemented, and the office does not agree."""
    said = since_moved(reasons, Topic.VERIFICATION)
    return tuple(_said(row, said.get(row.id)) for row in rows if row.verification is Verification.DISPUTED)


def claimed(rows: Iterable[FollowUp], reasons: Iterable[Step]) -> tuple[Said, ...]:
    """Reported implemented and not looked at, whether the office asks for verification or not."""
    said = since_moved(reasons, Topic.IMPLEMENTATION)
    return tuple(_said(row, said.get(row.id)) for row in rows if is_claimed(row))


def done_though_declined(rows: Iterable[FollowUp]) -> tuple[Said, ...]:
    """Reported implemented although it is not accepted: declined, under consideration, or never answered."""
    return tuple(Said(row, row.note, row.last_word_on) for row in rows if is_done_though_not_accepted(row))


_TAKING_NOTE = re.compile(
    r"\b(t(ook|akes?|aken|aking) note|noted|(a pris|prend|pris|prenant) (bonne )?note|tom[óoa]n? nota)\b", re.IGNORECASE
)
"""Of the languages in which governing bodies are reported: none of these words decides anything."""


def awaiting_governing_body(rows: Iterable[FollowUp]) -> tuple[Waiting, ...]:
    """Addressed to a legislative body that has not decided."""
    undecided = {Acceptance.NO_INFORMATION, Acceptance.UNDER_CONSIDERATION}
    return tuple(
        Waiting(row, row.note, row.last_word_on, only_noted=_TAKING_NOTE.search(row.note or "") is not None)
        for row in rows
        if row.addressee is Addressee.LEGISLATIVE_BODY and row.is_open and row.acceptance in undecided
    )


def learned(rows: Iterable[FollowUp], steps: Iterable[Step]) -> tuple[Learned, ...]:
    """All that was learned on every row that has a lesson, and when it was last added to; good practices first."""
    said: dict[int, tuple[Lesson, date]] = {}
    for step in steps:
        before, _ = said.get(step.follow_up_id, (Lesson(), step.effective_on))
        said[step.follow_up_id] = before.and_then(Lesson.read(step.target)), step.effective_on
    found = [Learned(row, *said[row.id]) for row in rows if row.id in said and said[row.id][0] != Lesson()]
    return tuple(sorted(found, key=lambda item: not item.lesson.good_practice))


def ageing(rows: Iterable[FollowUp], day: date) -> tuple[AgeLine, ...]:
    """Open rows by age, every band of the table, the youngest first."""
    return _by_band(rows, day, AGE_BANDS, lambda row: age_band(row.issued_on or row.addressed_on, day))


def silence(rows: Iterable[FollowUp], day: date) -> tuple[AgeLine, ...]:
    """Open rows by how long the organization has said nothing (or, never heard, since it was addressed)."""
    return _by_band(rows, day, SILENCE_BANDS, lambda row: age_band(row.silent_since, day, SILENCE_BANDS))


def _by_band(
    rows: Iterable[FollowUp], day: date, bands: Sequence[AgeBand], band: Callable[[FollowUp], AgeBand]
) -> tuple[AgeLine, ...]:
    open_rows: Counter[str] = Counter()
    late: Counter[str] = Counter()
    for row in rows:
        if row.is_open:
            found = band(row).label
            open_rows[found] += 1
            late[found] += row.is_overdue(day)
    return tuple(AgeLine(item.label, open_rows[item.label], late[item.label]) for item in bands)


_UNDER_WAY = {Implementation.NOT_STARTED, Implementation.IN_PROGRESS}
_ODDITIES: tuple[tuple[str, Callable[[FollowUp], bool]], ...] = (
    ("Reported implemented though not accepted", is_done_though_not_accepted),
    (
        "Declined, although last reported in progress",
        lambda row: row.acceptance in DECLINING and row.implementation in _UNDER_WAY,
    ),
    (
        "Accepted, with nothing reported on implementation",
        lambda row: row.acceptance in ACCEPTING and row.implementation is Implementation.NO_INFORMATION,
    ),
    (
        "Accepted and open, without a due date",
        lambda row: row.is_open and row.acceptance in ACCEPTING and row.due_on is None,
    ),
    (
        "Due before it was addressed",
        lambda row: row.due_on is not None and row.due_on < row.addressed_on,
    ),
    ("Without an addressee", lambda row: row.addressee is None),
    ("In a report without a date of issue", lambda row: row.issued_on is None),
)


def oddities(rows: Sequence[FollowUp]) -> tuple[Oddity, ...]:
    """What does not fit together, rule by rule; rules that no row breaks are left out."""
    found = [Oddity(what, tuple(row for row in rows if breaks(row))) for what, breaks in _ODDITIES]
    return tuple(item for item in found if item.rows)


def _said(row: FollowUp, step: Step | None) -> Said:
    return Said(row, row.note, row.last_word_on) if step is None else Said(row, step.note, step.effective_on)
