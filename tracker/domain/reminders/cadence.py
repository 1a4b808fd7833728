"""Cycles: the week, month or quarter for which a recipient gets at most one digest.

A cycle begins on a weekday at an hour of the organization's local time. The cycle that is current at an
instant is the last one that has begun: so a machine that was off finds, on its return, the one cycle to
catch up with, and clock changes move nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from tracker.domain.periods import Quarter, add_months
from tracker.domain.reminders.policy import Policy
from tracker.domain.reminders.words import Frequency, Weekday


@dataclass(frozen=True, slots=True, order=True)
class Cycle:
    """A cycle by its first calendar day (of the week, month or quarter); `begins_on` is its weekday in there."""

    first_day: date
    begins_on: date
    key: str

    def __str__(self) -> str:
        return self.key


def cycle_of(frequency: Frequency, weekday: Weekday, day: date) -> Cycle:
    """The cycle in whose week, month or quarter a day lies."""
    if frequency is Frequency.WEEKLY:
        first = day - timedelta(days=day.weekday())
        year, week, _ = day.isocalendar()
        key = f"{year}-W{week:02d}"
    elif frequency is Frequency.MONTHLY:
        first, key = day.replace(day=1), f"{day:%Y-%m}"
    else:
        first, key = Quarter.of(day).first_day, str(Quarter.of(day))
    return Cycle(first, first + timedelta(days=(weekday.number - first.weekday()) % 7), key)


def is_same_cadence(key: str, other: str) -> bool:
    """Whether the cycles of two keys are of the same cadence: both weeks, both months or both quarters."""
    return _DIGIT.sub("0", key) == _DIGIT.sub("0", other)


_DIGIT = re.compile(r"\d")


def is_earlier(key: str, other: str) -> bool:
    """Whether the cycle of a key comes before another of the same cadence: their numbers have their zeros."""
    return key < other


def zone_of(name: str) -> tzinfo:
    """The time zone of an organization; where this machine does not know it, UTC, rather than no digest."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def begins_at(cycle: Cycle, hour: int, zone: tzinfo) -> datetime:
    """The instant, UTC, at which a cycle begins. An hour that a clock change skips is the one after it."""
    return datetime.combine(cycle.begins_on, time(hour), zone).astimezone(UTC)


def current_cycle(policy: Policy, zone: tzinfo, now: datetime) -> Cycle:
    """The last cycle that has begun in a zone."""
    cycle = cycle_of(policy.cadence, policy.weekday, now.astimezone(zone).date())
    if begins_at(cycle, policy.hour, zone) <= now:
        return cycle
    return cycle_of(policy.cadence, policy.weekday, cycle.first_day - timedelta(days=1))


_MONTHS = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3}


def next_cycle(policy: Policy, cycle: Cycle) -> Cycle:
    """The cycle after this one."""
    if policy.cadence is Frequency.WEEKLY:
        following = cycle.first_day + timedelta(days=7)
    else:
        following = add_months(cycle.first_day, _MONTHS[policy.cadence])
    return cycle_of(policy.cadence, policy.weekday, following)


def is_office_hour(policy: Policy, zone: tzinfo, now: datetime) -> bool:
    """Whether a digest that is caught up with may go out: not before the hour, not after eight in the evening."""
    return policy.hour <= now.astimezone(zone).hour < max(20, policy.hour + 1)
