"""An organization that leaves: asked nothing any more, made nothing new, and what it has stays as it was."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import builders as b
import pytest
from test_reminders import SETTINGS, officer

from tracker.domain.filters import Filters
from tracker.domain.periods import Quarter
from tracker.domain.rows import Organization
from tracker.domain.vocabulary import Acceptance, Post
from tracker.services.listing import At, list_follow_ups
from tracker.services.organizations import (
    Leaving,
    add_officer,
    add_organization,
    all_members,
    edit_organization,
    import_organizations,
)
from tracker.services.reminders.composing import foresee, preview
from tracker.services.reports.editions import publish, verify
from tracker.services.reports.reporting import Request
from tracker.services.upkeep import audit, export, health

LEFT = date(2026, 9, 1)


@pytest.fixture
def filled(register):
    """WHO and FAO, each with a head and something overdue."""
    b.organizations(register, "WHO", "FAO")
    b.report(register)
    for code in ("WHO", "FAO"):
        officer(register, code, Post.EXECUTIVE_HEAD, f"head@{code.lower()}.example.org")
    b.move(register, "501/R1", "WHO", "FAO", to=Acceptance.ACCEPTED, on=date(2026, 8, 1), due=date(2026, 8, 31))
    b.move(register, "501/R2", "FAO", to=Acceptance.NOT_ACCEPTED, on=date(2026, 8, 1), note="no")
    return register


def leave(register, code="FAO", on=LEFT, now=b.NOW):
    return edit_organization(register, code, b.who(now=now), left=Leaving(on))


def recipients(register, now=b.NOW):
    return [mail.digest.recipient.email for mail in preview(register, SETTINGS, now=now)]


def codes(register, **at):
    return {item.organization for item in list_follow_ups(register, Filters(reports=("502",)), At(b.TODAY, **at))}


def test_it_gets_no_reminder_from_that_day_on(filled):
    assert recipients(filled) == ["head@fao.example.org", "head@who.example.org"]
    leave(filled, on=b.TODAY + timedelta(days=1))
    assert recipients(filled) == ["head@fao.example.org", "head@who.example.org"], "it has not left yet"
    leave(filled, on=b.TODAY)
    assert recipients(filled) == ["head@who.example.org"]
    assert foresee(filled, SETTINGS, "501/R1", "FAO", now=b.NOW)[1] == []
    assert foresee(filled, SETTINGS, "501/R1", "WHO", now=b.NOW)[1] != []


def test_it_is_made_no_follow_up_by_a_further_note_unless_it_is_named(filled):
    leave(filled)
    done = b.report(filled, symbol="A/80/502")
    assert done.created == 2
    assert codes(filled) == {"WHO"}
    (problem,) = done.problems
    assert problem.what == "FAO left after it was issued; no follow-up is made for them."
    assert problem.remedy == "Name with --org those for which it is to be followed up all the same."
    assert b.report(filled, symbol="A/80/502", codes=("FAO",)).created == 2
    assert codes(filled) == {"WHO", "FAO"}


def test_one_that_is_about_to_leave_is_still_asked(filled):
    leave(filled, on=b.TODAY + timedelta(days=1))
    b.report(filled, symbol="A/80/502")
    assert codes(filled) == {"WHO", "FAO"}


def test_a_note_read_again_leaves_what_it_has(filled):
    leave(filled)
    again = b.report(filled)
    assert (again.created, again.unchanged) == (0, 2)
    assert len(list_follow_ups(filled, Filters(), At(b.TODAY))) == 4


def test_what_is_open_stays_open_and_is_marked_from_that_day(filled):
    leave(filled)

    def flags(**at):
        found = list_follow_ups(filled, Filters(organizations=("FAO",)), At(b.TODAY, **at))
        return {item.number: item.flags(At(b.TODAY, **at).day) for item in found}

    assert flags() == {"1": ["left"], "2": []}, "what is settled was not asked anyway"
    assert flags(as_of=LEFT) == {"1": ["left"], "2": []}
    assert flags(as_of=LEFT - timedelta(days=1)) == {"1": [], "2": []}
    assert flags(known_at=b.NOW - timedelta(seconds=1)) == {} or flags(known_at=b.NOW - timedelta(seconds=1))["1"] == []
    row = b.follow_up(filled, "501/R1", "FAO")
    assert row.is_open
    b.move(filled, "501/R1", "FAO", to=Acceptance.NOT_RELEVANT, note="it left")
    assert flags()["1"] == []


def test_what_was_known_before_it_was_written_down_is_repeated(filled):
    later = b.NOW + timedelta(hours=1)
    leave(filled, now=later)
    then = list_follow_ups(filled, Filters(organizations=("FAO",)), At(b.TODAY, None, b.NOW))
    assert all(item.flags(b.TODAY) == [] for item in then)
    assert [item.left_on for item in all_members(filled, At(b.TODAY))] == [LEFT, None]
    assert [item.left_on for item in all_members(filled, At(b.TODAY, None, b.NOW))] == [None, None]
    assert [item.organization.code for item in all_members(filled, At(b.TODAY, LEFT))] == ["WHO"]
    assert [item.organization.code for item in all_members(filled, At(b.TODAY, date(2026, 8, 31)))] == ["FAO", "WHO"]


def test_a_published_edition_still_comes_out(filled, tmp_path):
    wanted = Request(quarter=Quarter(2026, 3), today=b.TODAY, now=b.NOW, prepared_by="ana", office="JRO")
    for given in (wanted, replace(wanted, organization="FAO")):
        publish(filled, given, ["json", "html"], tmp_path, b.who())
    leave(filled, on=date(2026, 7, 1), now=b.NOW + timedelta(hours=1))
    assert [verdict.problems for verdict in verify(filled)] == [(), ()]
    again = replace(wanted, now=b.NOW + timedelta(hours=2))
    publish(filled, again, ["json"], tmp_path, b.who(now=b.NOW + timedelta(hours=2)))
    assert [verdict.problems for verdict in verify(filled)] == [(), (), ()]


def test_it_may_come_back(filled):
    leave(filled)
    assert leave(filled, on=None).left_on is None
    assert recipients(filled) == ["head@fao.example.org", "head@who.example.org"]


def test_loading_a_list_of_organizations_leaves_the_day(filled):
    leave(filled)
    report = import_organizations(filled, [Organization("FAO", "The Food organization")], b.who())
    assert report.updated == ["FAO"]
    assert [item.left_on for item in all_members(filled, At(b.TODAY))] == [LEFT, None]


def test_nobody_has_to_head_what_has_left(filled):
    add_organization(filled, Organization("ILO", "Labour"), b.who())
    focal = {"post": Post.FOCAL_POINT, "name": "F.", "email": "focal@ilo.example.org", "from_on": date(2024, 1, 1)}
    add_officer(filled, "ILO", b.who(), **focal)
    asked_nothing = health.health(filled, SETTINGS, b.who(), evidence_store=Path()).about
    assert asked_nothing.without_head == ()
    b.report(filled, codes=("ILO",))
    about = health.health(filled, SETTINGS, b.who(), evidence_store=Path()).about
    assert about.without_head == ("ILO",)
    leave(filled, "ILO", on=b.TODAY)
    assert health.health(filled, SETTINGS, b.who(), evidence_store=Path()).about.without_head == ()


def test_the_journal_agrees_and_the_day_goes_out_and_in(filled, tmp_path):
    from tracker.services.upkeep.registration import initialize
    from tracker.store.database.engine import database_url, open_engine
    from tracker.store.unit import Register

    leave(filled)
    assert audit.verify(filled, b.TODAY).findings == []
    (tmp_path / "one.json").write_text("".join(export.register_lines(filled)), encoding="utf-8")
    initialize(str(tmp_path / "other.db"))
    other = Register(open_engine(database_url(str(tmp_path / "other.db"))))
    export.import_register(other, tmp_path / "one.json")
    assert [item.left_on for item in all_members(other, At(b.TODAY))] == [LEFT, None]
    assert "".join(export.register_lines(other)) == (tmp_path / "one.json").read_text(encoding="utf-8")
    other.engine.dispose()


def test_nobody_has_to_head_what_has_nothing_open(filled):
    add_organization(filled, Organization("ILO", "Labour"), b.who())
    b.report(filled, codes=("ILO",))
    for reference, without in (("501/R1", ("ILO",)), ("501/R2", ())):
        b.move(filled, reference, "ILO", to=Acceptance.NOT_RELEVANT, note="no field offices")
        assert health.health(filled, SETTINGS, b.who(), evidence_store=Path()).about.without_head == without
