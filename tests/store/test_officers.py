"""Organizations and the holders of their posts: one at a time, and no day with two."""

from datetime import date
from itertools import pairwise

import builders as b
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.domain.rows import Organization
from tracker.domain.vocabulary import Post
from tracker.errors import BadDataError, UnknownNameError, UsageError
from tracker.services.listing import At
from tracker.services.organizations import (
    add_officer,
    add_organization,
    all_members,
    all_officers,
    edit_officer,
    edit_organization,
    end_officer,
    import_organizations,
    preset,
)

HEAD = Post.EXECUTIVE_HEAD


@pytest.fixture
def who_register(register):
    b.organizations(register, "WHO")
    return register


def put(register, name, from_on, post=HEAD):
    return add_officer(register, "who", b.who(), post=post, name=name, email="x@example.org", from_on=from_on)


def periods(register):
    return [(item.name, item.from_on, item.until_on) for item in all_officers(register, "WHO")]


def test_the_predecessor_ends_the_day_before(who_register):
    put(who_register, "Ana", date(2025, 1, 1))
    put(who_register, "Bo", date(2026, 1, 1))
    assert periods(who_register) == [
        ("Ana", date(2025, 1, 1), date(2025, 12, 31)),
        ("Bo", date(2026, 1, 1), None),
    ]


def test_nobody_is_put_before_one_who_comes_later(who_register):
    put(who_register, "Ana", date(2025, 1, 1))
    put(who_register, "Bo", date(2026, 6, 1))
    with pytest.raises(BadDataError, match=r"Bo holds that post from 2026-06-01"):
        put(who_register, "Che", date(2026, 3, 1))
    assert periods(who_register)[0] == ("Ana", date(2025, 1, 1), date(2026, 5, 31))


def test_an_end_does_not_reach_into_a_successors_time(who_register):
    ana = put(who_register, "Ana", date(2025, 1, 1))
    put(who_register, "Bo", date(2026, 6, 1))
    with pytest.raises(BadDataError, match=r"Bo holds that post from 2026-06-01"):
        end_officer(who_register, ana.id, b.who(), until_on=date(2026, 7, 1))


def test_an_end_does_not_reach_into_the_time_of_one_who_has_a_successor_too(who_register):
    ana = put(who_register, "Ana", date(2025, 1, 1))
    put(who_register, "Bo", date(2026, 6, 1))
    put(who_register, "Che", date(2026, 9, 1))
    with pytest.raises(BadDataError, match=r"Bo holds that post from 2026-06-01. Let Ana leave before that day"):
        end_officer(who_register, ana.id, b.who(), until_on=date(2026, 7, 1))
    assert periods(who_register)[0] == ("Ana", date(2025, 1, 1), date(2026, 5, 31))


def test_an_end_before_the_beginning_and_an_unknown_number_are_refused(who_register):
    ana = put(who_register, "Ana", date(2025, 1, 1))
    with pytest.raises(BadDataError, match=r"Ana holds the post from 2025-01-01"):
        end_officer(who_register, ana.id, b.who(), until_on=date(2024, 12, 31))
    with pytest.raises(UnknownNameError, match=r"no officer number 99"):
        end_officer(who_register, 99, b.who(), until_on=date(2026, 1, 1))


def test_a_mistyped_name_or_address_is_mended_on_the_same_day(who_register):
    ana = put(who_register, "Ana", b.TODAY)
    with pytest.raises(BadDataError, match=rf"Ana holds that post .* tracker officer edit {ana.id}\."):
        put(who_register, "Ana", b.TODAY)
    mended = edit_officer(who_register, ana.id, b.who(), name=" Anna  Li ", email=" anna@example.org ")
    assert (mended.name, mended.email, mended.from_on) == ("Anna Li", "anna@example.org", b.TODAY)
    assert all_officers(who_register) == [mended]
    for wrong, change in ((BadDataError, {"email": "anna@"}), (BadDataError, {"name": " "}), (UsageError, {})):
        with pytest.raises(wrong):
            edit_officer(who_register, ana.id, b.who(), **change)
    with pytest.raises(UnknownNameError, match=r"no officer number 99"):
        edit_officer(who_register, 99, b.who(), name="Bo")
    assert all_officers(who_register) == [mended]


def test_other_posts_are_not_touched(who_register):
    put(who_register, "Ana", date(2025, 1, 1))
    put(who_register, "Bo", date(2026, 1, 1), post=Post.FOCAL_POINT)
    assert all(until is None for _, _, until in periods(who_register))


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(st.dates(date(2020, 1, 1), date(2029, 12, 31)), min_size=1, max_size=5))
def test_no_day_has_two_holders(who_register, days):
    """The examples follow one another on one register, so that later ones meet more holders."""
    for number, day in enumerate(days):
        try:
            officer = put(who_register, f"P{number}", day)
            if number % 3 == 2:
                end_officer(who_register, officer.id, b.who(), until_on=date(2030, 1, 1))
        except BadDataError:
            continue
    held = sorted((start, end or date.max) for _, start, end in periods(who_register))
    assert all(end < start for (_, end), (start, _) in pairwise(held)), held


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "a@b.org, c@d.org", "a@b.org\nBcc: c@d.org"])
def test_an_address_that_no_mail_would_reach_is_refused(who_register, email):
    with pytest.raises(BadDataError, match=r"is not an email address"):
        add_officer(who_register, "WHO", b.who(), post=HEAD, name="Ana", email=email, from_on=b.TODAY)
    assert periods(who_register) == []


def test_a_code_is_one_whatever_its_case(who_register):
    with pytest.raises(BadDataError, match=r"WHO is registered already|who is registered already"):
        add_organization(who_register, Organization("who", "Another"), b.who())
    edit_organization(who_register, "who", b.who(), name="World Health")
    assert [(item.organization.code, item.organization.name) for item in all_members(who_register, At(b.TODAY))] == [
        ("WHO", "World Health")
    ]


def test_a_code_is_kept_in_plain_letters_of_any_script(who_register):
    for code, kept in (("ＷＴＯ", "WTO"), ("ÉCO-2", "ÉCO-2"), ("भारत", "भारत")):
        assert add_organization(who_register, Organization(code, "x"), b.who()).code == kept


@pytest.mark.parametrize(
    ("organization", "says"),
    [
        (Organization("W HO", "x"), "cannot be a code"),
        (Organization("", "x"), "cannot be a code"),
        (Organization("W" * 41, "x"), "cannot be a code"),
        *((Organization(code, "x"), "cannot be a code") for code in ("A,B", "O'R", "%s", "-X", "X_Y")),
        (Organization("WFP", " "), "has no name"),
        (Organization("WFP", "x" * 201), "has a name of 201 letters"),
        (Organization("WFP", "x", timezone="Europe/Zurick"), "Did you mean Europe/Zurich"),
        (Organization("WFP", "x", language="english"), "is not a language"),
        (Organization("WFP", "x", language="fx"), "is not a language"),
    ],
)
def test_an_organization_that_cannot_be_is_refused(who_register, organization, says):
    with pytest.raises(BadDataError, match=says):
        add_organization(who_register, organization, b.who())
    assert len(all_members(who_register, At(b.TODAY))) == 1


def test_the_preset_of_28_is_loaded_once(who_register):
    first = import_organizations(who_register, preset("jiu"), b.who())
    assert len(first.created) + len(first.updated) == 28
    again = import_organizations(who_register, preset("jiu"), b.who())
    assert (again.created, again.updated, len(again.unchanged)) == ([], [], 28)
    assert len(all_members(who_register, At(b.TODAY))) == 28
