"""A note brought into the register: whom it addresses, what a second one changes, what is left open."""

from dataclasses import replace
from datetime import UTC, date, datetime

import builders as b
import pytest

from tracker.domain.filters import Filters
from tracker.domain.vocabulary import Acceptance, Addressee, Stance
from tracker.errors import BadDataError, UnknownNameError
from tracker.ingest.notes.reading import SAYS_NO_REPORT, Note, NoteParagraph, read_note
from tracker.services import corrections
from tracker.services.documents import intake
from tracker.services.documents.completing import change_recommendation
from tracker.services.listing import At, list_follow_ups, read_history, show


def rows(register):
    return [(row.number, row.organization) for row in list_follow_ups(register, Filters(), At(b.TODAY))]


@pytest.fixture
def three(register):
    b.organizations(register, "WHO", "FAO", "UN")
    return register


def test_every_organization_follows_up_what_is_for_heads_and_for_bodies(three):
    report = b.report(three, b.recommendation("1"), b.recommendation("2", Addressee.LEGISLATIVE_BODY))
    assert (report.created, report.problems) == (6, [])
    assert rows(three) == [(number, code) for number in "12" for code in ("FAO", "UN", "WHO")]


def test_only_the_organizations_named_follow_it_up_and_others_later(three):
    assert b.report(three, b.recommendation("1"), codes=["who"]).created == 1
    again = b.report(three, b.recommendation("1"))
    assert (again.created, again.unchanged) == (2, 1)


@pytest.mark.parametrize(("codes", "chair"), [((), "UN"), (("CEB",), "CEB")])
def test_what_is_for_the_chair_of_ceb_goes_to_ceb_else_un(three, codes, chair):
    b.organizations(three, *codes)
    b.report(three, b.recommendation("1", Addressee.CEB_CHAIR))
    assert rows(three) == [("1", chair)]


def test_without_ceb_and_un_nobody_follows_it_up_and_that_is_said(register):
    b.organizations(register, "WHO")
    report = b.report(register, b.recommendation("1", Addressee.CEB_CHAIR))
    assert report.created == 0
    assert ["Chair of CEB" in problem.what for problem in report.problems] == [True]


def test_without_organizations_it_is_said_what_to_do_and_that_the_note_is_wanted_again(register):
    (problem,) = b.report(register, b.recommendation("1")).problems
    assert problem.what == "no organization is registered, so nobody follows it up."
    assert problem.remedy.endswith("tracker org import --preset jiu, or tracker org add; then import again.")


def test_who_was_asked_before_a_note_said_that_it_is_for_the_chair_is_named(three):
    b.report(three)
    corrected = [b.recommendation("1", Addressee.CEB_CHAIR), b.recommendation("2")]
    for _ in range(2):
        (problem,) = b.report(three, *corrected).problems
        assert problem.what == "recommendation 1 is for the Chair of CEB; already asked, and still asked: FAO, WHO."
    assert ("1", "WHO") in rows(three)
    for code in ("WHO", "FAO"):
        (line,) = read_history(three, "501/R1", code)
        corrections.correct(three, "501/R1", code, line.entry.id, "it is for the Chair of CEB", b.who())
    assert b.report(three, *corrected).problems == []
    assert [code for number, code in rows(three) if number == "1"] == ["UN"]


def test_importing_again_changes_nothing_and_writes_no_batch(three):
    first = b.report(three)
    again = b.report(three)
    assert (first.created, first.unchanged) == (6, 0)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 6)
    b.move(three, "501/R1", "WHO", to=Acceptance.ACCEPTED)
    assert b.report(three).unchanged == 6
    assert b.follow_up(three, "501/R1", "WHO").acceptance is Acceptance.ACCEPTED


def test_a_corrected_note_updates_the_text_and_no_position(three):
    b.report(three)
    b.move(three, "501/R1", "WHO", to=Acceptance.ACCEPTED)
    new = replace(b.recommendation("1"), text="Executive heads should do another thing.", stance=Stance.NOT_SUPPORTED)
    report = b.report(three, new, b.recommendation("2"))
    assert (report.created, report.updated, report.unchanged) == (0, 3, 3)
    row = b.follow_up(three, "501/R1", "WHO")
    assert (row.text, row.stance, row.acceptance) == (
        "Executive heads should do another thing.",
        Stance.NOT_SUPPORTED,
        Acceptance.ACCEPTED,
    )


def test_the_comments_are_those_of_the_note_read_last_and_each_recommendation_keeps_its_own(three):
    def comments_after(*said):
        paragraphs = tuple(NoteParagraph(number, words) for number, words in said)
        b.report(three, replace(b.recommendation("1"), paragraphs=paragraphs), b.recommendation("2"))
        return [show(three, reference, None, At(b.TODAY))[1].paragraphs for reference in ("R1", "R2")]

    beside = ((7, "The organizations support thing 2."),)
    assert comments_after((3, "They agree."), (5, "One does not."))[1] == beside
    corrected = ((4, "A third is silent."), (5, "Two do not."))
    assert comments_after(*corrected) == [corrected, beside]


def test_a_stance_never_sets_an_acceptance(three):
    b.report(three)
    assert {row.acceptance for row in list_follow_ups(three, Filters(), At(b.TODAY))} == {Acceptance.NO_INFORMATION}


def test_what_the_office_has_set_is_not_forgotten_by_a_note_that_does_not_say_it(three):
    b.report(three, b.recommendation("1", Addressee.LEGISLATIVE_BODY))
    assert b.report(three, b.recommendation("1", addressee=None)).unchanged == 3
    assert show(three, "R1", None, At(b.TODAY))[1].addressee is Addressee.LEGISLATIVE_BODY


def test_a_stance_that_a_person_read_holds_until_the_comments_change(three):
    def stance_after(words):
        comments = (NoteParagraph(1, words),)
        b.report(three, replace(b.recommendation("1"), stance=Stance.UNCLEAR, paragraphs=comments))
        return show(three, "R1", None, At(b.TODAY))[1].stance

    assert stance_after("Some organizations support it.") is Stance.UNCLEAR
    change_recommendation(three, "R1", b.who(), stance=Stance.MIXED)
    assert stance_after("Some organizations support it.") is Stance.MIXED
    assert stance_after("It is being discussed.") is Stance.UNCLEAR


def test_a_dry_run_counts_and_writes_nothing(three):
    note = Note("A/80/501/Add.1", "A/80/501", (), "Things", b.ISSUED, (b.recommendation("1"),), ())
    report = intake.apply_note(three, note, "note.txt", intake.NoteOptions(), b.who(), dry_run=True)
    assert report.created == 3
    assert rows(three) == []


def test_it_is_addressed_on_the_day_of_issue_or_today(three):
    b.report(three, b.recommendation("1"), issued_on=date(2026, 2, 1))
    b.report(three, b.recommendation("1"), symbol="A/99/1", issued_on=date(2099, 1, 1))
    days = {row.report: row.addressed_on for row in list_follow_ups(three, Filters(), At(b.TODAY))}
    assert days == {"A/80/501": date(2026, 2, 1), "A/99/1": b.TODAY}


def test_a_note_without_a_report_and_an_unknown_organization_are_refused(three):
    note = Note("A/80/501/Add.1", None, (), "Things", None, (b.recommendation("1"),), ())
    with pytest.raises(BadDataError, match="does not say on which report it comments"):
        intake.apply_note(three, note, "note.txt", intake.NoteOptions(), b.who())
    with pytest.raises(UnknownNameError, match="no organization WHOO"):
        b.report(three, codes=["WHOO"])
    assert rows(three) == []


def test_a_report_that_is_given_is_asked_for_no_more(three, tmp_path):
    path = tmp_path / "A_81_100_Add.1.txt"
    path.write_text(
        "1. The note comments on a report.\n\nRecommendation 1\nExecutive heads should plant trees.\n\n"
        "2. The organizations support this recommendation.\n"
    )
    assert SAYS_NO_REPORT in [problem.what for problem in read_note(path).problems]
    options = intake.NoteOptions(report="A/81/100")
    (report,) = intake.import_notes(three, [path], options, b.who(), dry_run=True)
    assert (report.report, report.created) == ("A/81/100", 3)
    assert SAYS_NO_REPORT not in [problem.what for problem in report.problems]


def test_the_end_of_a_symbol_names_the_report_of_a_note_as_it_does_elsewhere(three):
    b.report(three, b.recommendation("1"))
    note = Note(None, None, (), "Things", None, (b.recommendation("1"),), ())
    again = intake.apply_note(three, note, "note.txt", intake.NoteOptions(report="80/501"), b.who())
    assert (again.report, again.created, again.unchanged) == ("A/80/501", 0, 3)


def test_a_note_on_a_report_known_by_another_symbol_adds_to_it(three):
    b.report(three, b.recommendation("1"))
    note = Note("A/80/501/Add.2", "JIU/REP/2024/9", ("A/80/501",), "Things", None, (b.recommendation("1"),), ())
    report = intake.apply_note(
        three, note, "note.txt", intake.NoteOptions(), b.who(now=datetime(2026, 11, 24, 10, tzinfo=UTC))
    )
    assert (report.report, report.created) == ("A/80/501", 0)
    for tail in ("JIU/REP/2024/9", "rep/2024/9", "501", "a/80/501/add.2"):
        assert show(three, f"{tail}/R1", "WHO", At(b.TODAY))[1].ref == "A/80/501/R1"
