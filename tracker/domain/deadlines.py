"""What follows from dates alone: overdue, late, silent, old. Computed, never typed."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from tracker.domain.periods import add_months, days_between
from tracker.records import record

LONG_OUTSTANDING_YEARS = 5
"""Open so many years after issue: the span after which the JIU asks for a separate list."""


def is_overdue(due_on: date | None, today: date, *, is_open: bool) -> bool:
    """Open and past its day; on the day itself it is due, not overdue."""
    return is_open and due_on is not None and due_on < today


def days_late(due_on: date | None, today: date) -> int:
    """Calendar days past the due date; 0 on it, before it, or without one."""
    return 0 if due_on is None else max(0, days_between(due_on, today))


def is_long_outstanding(issued_on: date | None, today: date, *, is_open: bool) -> bool:
    """Open five years or more after issue."""
    return is_open and issued_on is not None and add_months(issued_on, 12 * LONG_OUTSTANDING_YEARS) <= today


@record
class AgeBand:
    """A class of ageing: at least `months` old and younger than the next band."""

    label: str
    months: int


AGE_BANDS = (
    AgeBand("under 6 months", 0),
    AgeBand("6–12 months", 6),
    AgeBand("12–18 months", 12),
    AgeBand("18–24 months", 18),
    AgeBand("2–5 years", 24),
    AgeBand("5 years and more", 60),
)


@lru_cache(maxsize=4096)  # ten thousand rows were issued on some dozens of days
def age_band(since: date, today: date, bands: tuple[AgeBand, ...] = AGE_BANDS) -> AgeBand:
    """The band of something that has stood since a day; a day to come counts as the youngest."""
    reached = [band for band in bands if add_months(since, band.months) <= today]
    return reached[-1] if reached else bands[0]
