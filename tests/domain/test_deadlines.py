"""Overdue, late and old follow from dates alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.deadlines import AGE_BANDS, age_band, days_late, is_long_outstanding, is_overdue

DUE = date(2026, 9, 30)
DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2099, 12, 31))


@pytest.mark.parametrize(
    ("today", "is_open", "overdue"),
    [(DUE, True, False), (DUE + timedelta(days=1), True, True), (DUE + timedelta(days=1), False, False)],
)
def test_on_its_day_it_is_due_and_the_day_after_overdue(today, is_open, overdue):
    assert is_overdue(DUE, today, is_open=is_open) is overdue


def test_without_a_due_date_nothing_is_overdue():
    assert not is_overdue(None, date.max, is_open=True)
    assert days_late(None, date.max) == 0


@given(DAYS, DAYS)
def test_what_is_open_and_late_is_overdue(due, today):
    assert (days_late(due, today) > 0) == is_overdue(due, today, is_open=True)


def test_long_outstanding_begins_five_years_after_issue():
    assert is_long_outstanding(date(2021, 9, 30), DUE, is_open=True)
    assert not is_long_outstanding(date(2021, 10, 1), DUE, is_open=True)
    assert not is_long_outstanding(date(2000, 1, 1), DUE, is_open=False)
    assert not is_long_outstanding(None, DUE, is_open=True)


def test_a_leap_day_has_its_anniversary_on_the_last_of_february():
    assert is_long_outstanding(date(2024, 2, 29), date(2029, 2, 28), is_open=True)


@pytest.mark.parametrize(
    ("since", "label"),
    [
        (date(2026, 9, 30), "under 6 months"),
        (date(2026, 12, 1), "under 6 months"),
        (date(2026, 4, 1), "under 6 months"),
        (date(2026, 3, 31), "6–12 months"),
        (date(2025, 9, 30), "12–18 months"),
        (date(2025, 3, 30), "18–24 months"),
        (date(2024, 9, 30), "2–5 years"),
        (date(2021, 9, 30), "5 years and more"),
    ],
)
def test_the_band_of_an_age(since, label):
    assert age_band(since, DUE).label == label


@given(DAYS, DAYS, st.integers(0, 4000))
def test_nothing_gets_younger(since, today, later):
    then = min(today + timedelta(days=later), date(2110, 1, 1))
    assert AGE_BANDS.index(age_band(since, today)) <= AGE_BANDS.index(age_band(since, max(today, then)))
