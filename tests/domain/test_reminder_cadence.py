"""Cycles: one digest a week, month or quarter, in every time zone, whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import asking
import pytest
from hypothesis import given
from hypothesis import strategies as st
from zones import ZONES

from tracker.domain.reminders.cadence import begins_at, current_cycle, cycle_of, is_office_hour, next_cycle
from tracker.domain.reminders.digest import groups
from tracker.domain.reminders.ladder import Recipient
from tracker.domain.reminders.policy import Policy
from tracker.domain.reminders.words import Frequency, Weekday

STARTS = {
    Frequency.WEEKLY: [date(2026, 1, 5) + timedelta(days=7 * week) for week in range(52)],
    Frequency.MONTHLY: [
        date(2026, month, day) for month, day in zip(range(1, 13), (5, 2, 2, 6, 4, 1, 6, 3, 7, 5, 2, 7), strict=True)
    ],
    Frequency.QUARTERLY: [date(2026, 1, 5), date(2026, 4, 6), date(2026, 7, 6), date(2026, 10, 5)],
}
"""The Mondays of the calendar of 2026 on which cycles begin, written out."""


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("frequency", "hour"), [(Frequency.WEEKLY, 2), (Frequency.MONTHLY, 8), (Frequency.QUARTERLY, 8)]
)
def test_a_year_of_ticks_gives_exactly_the_cycles_of_the_calendar(zone, frequency, hour):
    place, policy = ZoneInfo(zone), Policy(cadence=frequency, hour=hour)
    tick, end = datetime(2025, 12, 30, tzinfo=place).astimezone(UTC), datetime(2027, 1, 3, tzinfo=UTC)
    seen = {str(current_cycle(policy, place, tick)): None}
    while tick < end:
        seen.setdefault(str(current_cycle(policy, place, tick)), tick.astimezone(place))
        tick += timedelta(minutes=30)
    begun = [moment for moment in seen.values() if moment is not None]
    assert [moment.date() for moment in begun] == STARTS[frequency]
    assert all((moment.hour, moment.minute) == (hour, 0) for moment in begun)


def test_the_keys_of_cycles():
    assert str(cycle_of(Frequency.WEEKLY, Weekday.MONDAY, date(2026, 11, 24))) == "2026-W48"
    assert str(cycle_of(Frequency.WEEKLY, Weekday.MONDAY, date(2027, 1, 1))) == "2026-W53"
    assert str(cycle_of(Frequency.MONTHLY, Weekday.FRIDAY, date(2026, 11, 1))) == "2026-11"
    assert str(cycle_of(Frequency.QUARTERLY, Weekday.FRIDAY, date(2026, 11, 1))) == "2026Q4"


def test_a_cycle_begins_on_its_weekday_at_its_hour():
    policy, zurich = Policy(cadence=Frequency.MONTHLY, weekday=Weekday.WEDNESDAY, hour=9), ZoneInfo("Europe/Zurich")
    assert str(current_cycle(policy, zurich, datetime(2026, 11, 4, 7, 59, tzinfo=UTC))) == "2026-10"
    assert str(current_cycle(policy, zurich, datetime(2026, 11, 4, 8, 0, tzinfo=UTC))) == "2026-11"


def test_an_hour_that_the_clocks_skip_begins_the_cycle_all_the_same():
    policy = Policy(cadence=Frequency.WEEKLY, weekday=Weekday.SUNDAY, hour=2)
    cycle = cycle_of(policy.cadence, policy.weekday, date(2026, 3, 29))
    assert begins_at(cycle, 2, ZoneInfo("Europe/Zurich")) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


@given(
    st.sampled_from(ZONES),
    st.sampled_from(Frequency),
    st.sampled_from(Weekday),
    st.integers(0, 23),
    st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)),
)
def test_the_current_cycle_has_begun_and_the_next_has_not(zone, frequency, weekday, hour, now):
    policy, place = Policy(cadence=frequency, weekday=weekday, hour=hour), ZoneInfo(zone)
    cycle = current_cycle(policy, place, now)
    following = next_cycle(policy, cycle)
    assert begins_at(cycle, hour, place) <= now < begins_at(following, hour, place)
    assert cycle < following
    assert cycle.begins_on.weekday() == weekday.number


def test_catching_up_waits_for_the_morning():
    policy, tokyo = Policy(hour=8), ZoneInfo("Asia/Tokyo")
    assert not is_office_hour(policy, tokyo, datetime(2026, 11, 24, 22, 59, tzinfo=UTC))
    assert is_office_hour(policy, tokyo, datetime(2026, 11, 24, 23, 0, tzinfo=UTC))
    assert not is_office_hour(policy, tokyo, datetime(2026, 11, 24, 11, 0, tzinfo=UTC))


@pytest.mark.parametrize("hour", [19, 20, 23])
def test_an_office_that_sends_in_the_evening_catches_up_within_its_hour(hour):
    policy = Policy(hour=hour)
    assert not is_office_hour(policy, UTC, datetime(2026, 11, 24, hour - 1, 59, tzinfo=UTC))
    assert is_office_hour(policy, UTC, datetime(2026, 11, 24, hour, tzinfo=UTC))
    assert is_office_hour(policy, UTC, datetime(2026, 11, 24, hour, 59, tzinfo=UTC))
    assert not is_office_hour(policy, UTC, datetime(2026, 11, 24, hour, tzinfo=UTC) + timedelta(hours=1))


def test_the_next_digest_waits_until_the_cycle_has_begun_in_every_zone():
    both = [asking.addressed("FIJ", zone="Pacific/Auckland"), asking.addressed("PAHO", zone="America/New_York")]
    office = Recipient("", "office@example.org")
    for now, key, following in [
        (datetime(2026, 12, 1, tzinfo=UTC), "2026-11", datetime(2026, 12, 7, 13, tzinfo=UTC)),
        (datetime(2026, 12, 7, tzinfo=UTC), "2026-11", datetime(2026, 12, 7, 13, tzinfo=UTC)),  # begun in Auckland
        (datetime(2026, 12, 7, 13, tzinfo=UTC), "2026-12", datetime(2027, 1, 4, 13, tzinfo=UTC)),
    ]:
        (group,) = groups(both, office, now)
        assert (group.cycle.key, group.next_at(now)) == (key, following)
