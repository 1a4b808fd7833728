"""An executive head's scorecard of a year: accepted, done on time, extended, left silent; beside the median."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from tracker.domain.figures.groups import count
from tracker.domain.figures.material import Step
from tracker.domain.figures.movement import since_moved
from tracker.domain.journal import GRANTED
from tracker.domain.rates import Rate, acceptance_rate, implementation_rate, median_percent
from tracker.domain.rows import FollowUp, Organization
from tracker.domain.vocabulary import Implementation, Topic
from tracker.records import record


@record
class Year:
    """What was read for a year: rows on its last day, and steps in the order in which they took effect.

    The steps are those since which implemented stands, of whatever year, and the year's on extensions.
    """

    year: int
    as_of: date
    rows: tuple[FollowUp, ...]
    steps: tuple[Step, ...]

    def of(self, code: str) -> Year:
        """The part of one organization."""
        rows = tuple(row for row in self.rows if row.organization == code)
        ids = {row.id for row in rows}
        return Year(self.year, self.as_of, rows, tuple(step for step in self.steps if step.follow_up_id in ids))


@record
class Score:
    """One measure of an organization, beside the median of all organizations."""

    measure: str
    own: Rate
    median: Decimal | None


@record
class Scorecard:
    """The measures, and the rows behind those that a head will ask about."""

    organization: Organization
    year: int
    as_of: date
    scores: tuple[Score, ...]
    late: tuple[tuple[FollowUp, date], ...]
    silent: tuple[FollowUp, ...]
    overdue: tuple[FollowUp, ...]


def done_in(year: Year) -> dict[int, date]:
    """Per follow-up that stands implemented and became so in the year, the day."""
    standing = {row.id for row in year.rows if row.implementation is Implementation.IMPLEMENTED}
    return {
        key: step.effective_on
        for key, step in since_moved(year.steps, Topic.IMPLEMENTATION).items()
        if key in standing and step.effective_on.year == year.year
    }


def late_in(year: Year) -> list[tuple[FollowUp, date]]:
    """What was implemented in the year after its due date, with the day."""
    done = done_in(year)
    return [(row, done[row.id]) for row in year.rows if row.id in done and _is_after(done[row.id], row.due_on)]


def _is_after(day: date, due: date | None) -> bool:
    return due is not None and day > due


def silent_in(year: Year) -> list[FollowUp]:
    """What is open at the end and of which the organization said nothing all year."""
    return [row for row in year.rows if row.is_open and row.silent_since < date(year.year, 1, 1)]


def _on_time(year: Year) -> Rate:
    return _punctual(year, "implemented-on-time", lambda row: row.due_on)


def _on_original_time(year: Year) -> Rate:
    return _punctual(year, "implemented-by-the-original-date", lambda row: row.original_due_on)


def _punctual(year: Year, name: str, due: Callable[[FollowUp], date | None]) -> Rate:
    done = done_in(year)
    dated = [row for row in year.rows if row.id in done and due(row) is not None]
    return Rate(name, sum(not _is_after(done[row.id], due(row)) for row in dated), len(dated))


def _extended(year: Year) -> Rate:
    granted = {step.follow_up_id for step in year.steps if step.topic is Topic.EXTENSION and step.source == GRANTED}
    return Rate("extended", len(granted), sum(row.due_on is not None for row in year.rows))


def _silent(year: Year) -> Rate:
    return Rate("silent", len(silent_in(year)), sum(row.is_open for row in year.rows))


def _overdue(year: Year) -> Rate:
    return Rate("overdue", len(_overdue_rows(year)), sum(row.is_open for row in year.rows))


def _overdue_rows(year: Year) -> list[FollowUp]:
    return [row for row in year.rows if row.is_overdue(year.as_of)]


MEASURES: tuple[tuple[str, Callable[[Year], Rate]], ...] = (
    ("Accepted, of all addressed", lambda year: acceptance_rate(count(year.rows, year.as_of))),
    ("Implemented, of all accepted", lambda year: implementation_rate(count(year.rows, year.as_of))),
    ("Implemented on time, of what was implemented in the year and had a due date", _on_time),
    ("The same, by the original due date", _on_original_time),
    ("Extended in the year, of what has a due date", _extended),
    ("Silent all year, of what is open", _silent),
    ("Overdue at the end, of what is open", _overdue),
)


def scorecard(year: Year, organization: Organization) -> Scorecard:
    """The scorecard of one organization among all that the year holds."""
    parts = _by_organization(year)
    own = parts.get(organization.code, year.of(organization.code))
    scores = tuple(
        Score(name, measure(own), median_percent(measure(part) for part in parts.values()))
        for name, measure in MEASURES
    )
    return Scorecard(
        organization,
        year.year,
        year.as_of,
        scores,
        tuple(late_in(own)),
        tuple(silent_in(own)),
        tuple(_overdue_rows(own)),
    )


def _by_organization(year: Year) -> Mapping[str, Year]:
    rows: dict[str, list[FollowUp]] = defaultdict(list)
    for row in year.rows:
        rows[row.organization].append(row)
    code_of = {row.id: row.organization for row in year.rows}
    steps: dict[str, list[Step]] = defaultdict(list)
    for step in year.steps:
        if step.follow_up_id in code_of:
            steps[code_of[step.follow_up_id]].append(step)
    return {code: Year(year.year, year.as_of, tuple(found), tuple(steps[code])) for code, found in rows.items()}


def issued_between(rows: Iterable[FollowUp], first: int, last: int) -> Sequence[FollowUp]:
    """The rows of reports issued in those years, both included; those without a date of issue are left out."""
    return [row for row in rows if row.issued_on is not None and first <= row.issued_on.year <= last]
