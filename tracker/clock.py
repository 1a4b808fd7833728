"""The only place that reads the time; everything else takes `now` or `today` as an argument."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """The present instant: aware, UTC, whole seconds (the register keeps no finer)."""
    return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - this is the clock


def today() -> date:
    """The day in the office's own time zone, as the machine is set."""
    return datetime.now(UTC).astimezone().date()  # noqa: TID251 - this is the clock
