"""The only place that reads the time; everything else takes `now` or `today` as an argument."""

from datetime import UTC, date, datetime

from tracker.errors import WorldError


def now() -> datetime:
    """The present instant: aware, UTC, whole seconds (the register keeps no finer)."""
    return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - this is the clock


def today() -> date:
    """The day in the office's own time zone, as the machine is set. Raises WorldError where that is none."""
    try:
        return datetime.now(UTC).astimezone().date()  # noqa: TID251 - this is the clock
    except ValueError:  # an offset of more than a day
        raise WorldError("this machine's time zone cannot be used.", remedy="Set TZ, as in Europe/Zurich.") from None
