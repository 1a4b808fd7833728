"""Days, months, quarters: what a date may be written as, and which day it means."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from tracker.errors import BadDataError
from tracker.records import record

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_QUARTER = re.compile(r"(\d{4})-?[Qq]([1-4])")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of the calendar year, written `2026Q3`."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        return last_day_of_month(self.year, 3 * self.number)

    @property
    def previous(self) -> Quarter:
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    @property
    def next(self) -> Quarter:
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @classmethod
    def of(cls, day: date) -> Quarter:
        """The quarter in which a day lies."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def last_completed(cls, today: date) -> Quarter:
        """The quarter that a report made today is about: the one before the current one."""
        return cls.of(today).previous


def parse_quarter(text: str) -> Quarter:
    """Read `2026Q3`; raises BadDataError with the form expected."""
    found = _QUARTER.fullmatch(text.strip())
    if not found or int(found[1]) < 1:
        raise BadDataError(f"“{text}” is not a quarter.", remedy="Write the year and the quarter, as in 2026Q3.")
    return Quarter(int(found[1]), int(found[2]))


def parse_day(text: str) -> date:
    """Read an ISO day, `2026-09-30`; nothing else, because 03/04/2026 is two days."""
    found = _DAY.fullmatch(text.strip())
    if not found:
        raise BadDataError(f"“{text}” is not a date.", remedy="Write year, month and day, as in 2026-09-30.")
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise BadDataError(f"there is no such day as {text}.", remedy="Check the month and the day.") from None


def last_second(day: date) -> datetime:
    """The instant at which a day ends, UTC: what has an instant and no day of its own counts as of that day by it."""
    return datetime.combine(day, time(23, 59, 59), UTC)


@record
class DueDate:
    """A due date, and the month or quarter that was said instead of a day."""

    day: date
    given: str | None = None

    def __str__(self) -> str:
        return self.day.isoformat()


def parse_due(text: str) -> date:
    """Read a due date: a day, or a month (`2026-09`) or quarter (`2026Q3`) meaning its last day."""
    return parse_due_date(text).day


def form_of(given: str) -> str:
    """What a due date was given as: `day`, `month` or `quarter`."""
    return "quarter" if _QUARTER.fullmatch(given) else "month" if _MONTH.fullmatch(given) else "day"


def parse_due_date(text: str) -> DueDate:
    """Read a due date as `parse_due` does, and keep what was said where that was a month or a quarter."""
    word = text.strip()
    if _QUARTER.fullmatch(word):
        quarter = parse_quarter(word)
        return DueDate(quarter.last_day, str(quarter))
    month = _MONTH.fullmatch(word)
    if month:
        if not 1 <= int(month[2]) <= 12 or int(month[1]) < 1:
            raise BadDataError(f"there is no such month as {text}.", remedy="Months run from 01 to 12.")
        return DueDate(last_day_of_month(int(month[1]), int(month[2])), word)
    if not _DAY.fullmatch(word):
        raise BadDataError(
            f"“{text}” is not a due date.",
            remedy="Write a day (2026-09-30), a month (2026-09) or a quarter (2026Q3).",
        )
    return DueDate(parse_day(word))


def last_day_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def add_months(day: date, months: int) -> date:
    """The same day so many months later (or earlier); the month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def days_between(start: date, end: date) -> int:
    """Calendar days from start to end; negative where end comes first."""
    return (end - start) // timedelta(days=1)
