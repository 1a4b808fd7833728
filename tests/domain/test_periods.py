"""Days, months and quarters: what may be written, and which day it means."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.periods import Quarter, add_months, days_between, parse_day, parse_due, parse_quarter
from tracker.errors import BadDataError

DAYS = st.dates(min_value=date(1901, 1, 1), max_value=date(2999, 12, 31))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-09-30", date(2026, 9, 30)),
        (" 2026-09-30 ", date(2026, 9, 30)),
        ("2026-09", date(2026, 9, 30)),
        ("2026-01", date(2026, 1, 31)),
        ("2026-12", date(2026, 12, 31)),
        ("0001-02", date(1, 2, 28)),
        ("2026-02", date(2026, 2, 28)),
        ("2028-02", date(2028, 2, 29)),
        ("2026Q1", date(2026, 3, 31)),
        ("2026q3", date(2026, 9, 30)),
        ("2026-Q4", date(2026, 12, 31)),
    ],
)
def test_a_due_date_may_be_a_day_a_month_or_a_quarter(text, day):
    assert parse_due(text) == day


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026-02-30", "there is no such day as 2026-02-30"),
        ("2026-13-01", "there is no such day"),
        ("2026-13", "there is no such month"),
        ("2026-00", "there is no such month"),
        ("0000-01", "there is no such month"),
        ("0000Q1", "is not a quarter"),
        ("2026Q5", "is not a due date"),
        ("03/04/2026", "is not a due date"),
        ("tomorrow", "is not a due date"),
        ("", "is not a due date"),
        ("2026-9-3", "is not a due date"),
    ],
)
def test_what_is_no_due_date_is_refused_in_one_sentence(text, says):
    with pytest.raises(BadDataError, match=says) as caught:
        parse_due(text)
    assert caught.value.remedy


@pytest.mark.parametrize("text", ["2026-09", "2026Q3", "20260930", "30.09.2026", "2026-09-30T00:00", "2026-09-31"])
def test_a_day_is_an_iso_day_and_nothing_else(text):
    with pytest.raises(BadDataError):
        parse_day(text)


@given(DAYS)
def test_a_day_lies_in_its_quarter(day):
    quarter = Quarter.of(day)
    assert quarter.first_day <= day <= quarter.last_day
    assert parse_quarter(str(quarter)) == quarter
    assert quarter.next.previous == quarter
    assert quarter.last_day + timedelta(days=1) == quarter.next.first_day
    assert Quarter.last_completed(day).last_day < day


@given(DAYS, st.integers(-600, 600))
def test_months_later_is_the_same_day_or_the_last_of_the_month(day, months):
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved + timedelta(days=1)).day == 1
    assert moved.day <= day.day


@given(DAYS, DAYS)
def test_days_between_counts_both_ways(one, other):
    assert days_between(one, other) == -days_between(other, one) == (other - one).days
