"""The words of reminders: the bands, in the order of urgency, and how often digests go out."""

from __future__ import annotations

from enum import Enum


class Band(Enum):
    """Why a follow-up is asked about; the value is the word of the ledger and of tracker.toml."""

    LATE_THIRD = "late-third"
    LATE_SECOND = "late-second"
    LATE_FIRST = "late-first"
    DUE_TODAY = "due-today"
    DISPUTED = "claim-disputed"
    REFUSED = "extension-refused"
    DUE_VERY_SOON = "due-very-soon"
    RESPONSE_LATE = "response-late"
    RESPONSE = "response-awaited"
    DUE_SOON = "due-soon"
    SILENT = "silent"
    LONG_OUTSTANDING = "long-outstanding"


LATE = (Band.LATE_FIRST, Band.LATE_SECOND, Band.LATE_THIRD)
AHEAD = (Band.DUE_TODAY, Band.DUE_VERY_SOON, Band.DUE_SOON)
RESPONSES = (Band.RESPONSE, Band.RESPONSE_LATE)


class Frequency(Enum):
    """How often a recipient may get a digest."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


class Weekday(Enum):
    """The local day on which a cycle begins; of a month or quarter, the first such day in it."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def number(self) -> int:
        """Monday is 0, as in `date.weekday`."""
        return list(Weekday).index(self)
