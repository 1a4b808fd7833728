"""What is asked about a follow-up on a day."""

from datetime import date, timedelta

import pytest
from asking import DAY, case
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.lifecycle import Positions, is_settled
from tracker.domain.reminders.bands import asked
from tracker.domain.reminders.policy import Policy
from tracker.domain.reminders.words import AHEAD, LATE, RESPONSES, Band
from tracker.domain.vocabulary import Acceptance, Implementation, Post, Verification

POLICY = Policy()


def band(days=None, **changes):
    """The band of a case that is due so many days from now."""
    due = None if days is None else DAY + timedelta(days=days)
    ask = asked(case(due_on=due, original_due_on=due, **changes), POLICY, DAY)
    return None if ask is None else ask.band


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-91, Band.LATE_THIRD),
        (-90, Band.LATE_SECOND),
        (-31, Band.LATE_SECOND),
        (-30, Band.LATE_FIRST),
        (-1, Band.LATE_FIRST),
        (0, Band.DUE_TODAY),
        (1, Band.DUE_VERY_SOON),
        (7, Band.DUE_VERY_SOON),
        (8, Band.DUE_SOON),
        (30, Band.DUE_SOON),
        (31, None),
        (None, None),
    ],
)
def test_the_due_date_decides(days, expected):
    assert band(days) is expected


@pytest.mark.parametrize(
    ("addressees", "issued", "expected"),
    [
        (1, date(2026, 8, 25), None),
        (1, date(2026, 8, 24), Band.RESPONSE),
        (2, date(2026, 5, 25), None),
        (2, date(2026, 5, 24), Band.RESPONSE),
        (2, date(2026, 2, 26), Band.RESPONSE),
        (2, date(2026, 2, 25), Band.RESPONSE_LATE),
    ],
)
@pytest.mark.parametrize("acceptance", [Acceptance.NO_INFORMATION, Acceptance.UNDER_CONSIDERATION])
def test_a_response_is_awaited_months_after_issue(addressees, issued, expected, acceptance):
    found = band(
        addressees=addressees,
        issued_on=issued,
        addressed_on=issued,
        heard_on=None,
        acceptance=acceptance,
        implementation=Implementation.NO_INFORMATION,
    )
    assert found is expected


def test_silent_for_a_quarter():
    assert band(heard_on=date(2026, 8, 24)) is Band.SILENT
    assert band(heard_on=date(2026, 8, 25)) is None


def test_a_disputed_claim_is_asked_about():
    assert band(implementation=Implementation.IMPLEMENTED, verification=Verification.DISPUTED) is Band.DISPUTED


def test_a_claim_that_waits_for_the_office_is_not():
    assert band(-200, implementation=Implementation.IMPLEMENTED) is None


def test_a_refused_extension_is_asked_about_until_the_organization_speaks():
    assert band(40, refused_on=date(2026, 11, 20)) is Band.REFUSED
    assert band(40, refused_on=date(2026, 11, 20), heard_since=True) is None


def test_long_outstanding_after_five_years():
    assert band(issued_on=date(2021, 11, 24)) is Band.LONG_OUTSTANDING
    assert band(issued_on=date(2021, 11, 25)) is None


def test_the_most_urgent_band_leads_and_the_others_are_noted():
    ask = asked(
        case(due_on=DAY - timedelta(days=5), issued_on=date(2015, 1, 1), heard_on=date(2020, 1, 1)), POLICY, DAY
    )
    assert (ask.band, ask.also) == (Band.LATE_FIRST, (Band.SILENT, Band.LONG_OUTSTANDING))
    assert ask.rung is Post.SECRETARY  # the highest of all bands that hold
    assert ask.by == DAY - timedelta(days=5)


@given(
    acceptance=st.sampled_from(Acceptance),
    implementation=st.sampled_from(Implementation),
    verification=st.sampled_from(Verification),
    asks_verification=st.booleans(),
    due=st.none() | st.integers(-400, 400),
    issued=st.integers(0, 3000),
    heard=st.integers(0, 3000),
)
def test_nothing_is_asked_about_what_is_settled_and_one_band_of_a_kind_about_the_rest(
    acceptance, implementation, verification, asks_verification, due, issued, heard
):
    item = case(
        acceptance=acceptance,
        implementation=implementation,
        verification=verification,
        asks_verification=asks_verification,
        due_on=None if due is None else DAY + timedelta(days=due),
        issued_on=DAY - timedelta(days=issued),
        addressed_on=DAY - timedelta(days=issued),
        heard_on=DAY - timedelta(days=min(heard, issued)),
    )
    ask = asked(item, POLICY, DAY)
    positions = Positions(acceptance, implementation, verification)
    if is_settled(positions, asks_verification=asks_verification):
        assert ask is None
    if ask is not None:
        holding = [ask.band, *ask.also]
        assert holding == sorted(holding, key=list(Band).index)
        assert sum(each in LATE + AHEAD for each in holding) <= 1
        assert sum(each in RESPONSES for each in holding) <= 1


def test_the_thresholds_are_the_policy_s():
    policy = Policy(soon_days=60, very_soon_days=10, late_days=5, very_late_days=6)
    due = {days: asked(case(due_on=DAY + timedelta(days=days)), policy, DAY).band for days in (60, 10, -5, -6, -7)}
    assert list(due.values()) == [Band.DUE_SOON, Band.DUE_VERY_SOON, Band.LATE_FIRST, Band.LATE_SECOND, Band.LATE_THIRD]
