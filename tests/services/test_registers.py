"""Importing registers: once, again, changed, contradicting, refused, taken back; on each database."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from builders import TODAY, move, recommendation, report, who
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from register_files import HEADER, MAPPING, ROWS, csv_text, mapping, write
from sqlalchemy import event, select, update

from tracker.domain.filters import Filters
from tracker.domain.journal import standing
from tracker.domain.vocabulary import Acceptance, Implementation, Post, Topic, Voice
from tracker.services.corrections import undo
from tracker.services.documents.completing import ReportChange, change_report
from tracker.services.organizations import Leaving, add_officer, edit_organization
from tracker.services.registers.intake import import_register
from tracker.services.upkeep.audit import verify
from tracker.store.database.schema import upgrade
from tracker.store.database.tables import register_row_table
from tracker.store.follow_up_writing import standing_columns
from tracker.store.follow_ups import list_follow_ups
from tracker.store.journal import history

LATER = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.fixture
def load(register, tmp_path):
    """Import rows of the invented register; the keywords are those of `import_register`."""

    def _load(*rows: str, toml: str = MAPPING, by: str = "officer", asked: str = "test", **options):
        path = write(tmp_path, "r.csv", csv_text(*rows))
        return import_register(register, path, mapping(tmp_path, toml), replace(who(by), asked=asked), **options)

    return _load


def all_of(register):
    with register.read() as session:
        return {item.name: item for item in list_follow_ups(session, Filters(), today=TODAY)}


def histories(register):
    found = all_of(register)
    with register.read() as session:
        entries = history(session, [item.id for item in found.values()])
    return {name: entries[item.id] for name, item in found.items()}


def counts(outcome):
    return {name: len(items) for name, items in outcome.lists().items()}


def test_a_register_comes_in_with_its_own_words_and_voices(register, load):
    result = load()
    assert counts(result.outcome) == {"created": 3, "updated": 0, "unchanged": 0, "missing": 0}
    assert result.organizations == ["FIRE-BOARD", "WTA"]
    found = all_of(register)
    done = found["RPT-1/R002-25 WTA"]
    assert (done.acceptance, done.implementation) == (Acceptance.ACCEPTED, Implementation.IMPLEMENTED)
    assert (done.addressed_on, done.effective_on) == (date(2025, 3, 1), date(2025, 9, 30))
    assert done.note == "invented: Closed acceptable"
    written = histories(register)["RPT-2/R003-25 FIRE-BOARD"]
    assert [(entry.topic, entry.voice) for entry in written] == [
        (Topic.ADDRESSED, Voice.ISSUER),
        (Topic.NOTE, Voice.ORGANIZATION),
        (Topic.ACCEPTANCE, Voice.ISSUER),
        (Topic.IMPLEMENTATION, Voice.ISSUER),
    ]


def test_the_column_of_titles_gives_the_reports_their_titles(register, load):
    load(toml=MAPPING.replace('reply = "Answer"', 'title = "Answer"'))
    found = all_of(register)
    assert found["RPT-2/R003-25 FIRE-BOARD"].report_title == "Ordered."
    load(
        "004/25,WTA,RPT-3,2025-03-01,Open,,Count the hoses.,",
        toml=MAPPING.replace('reply = "Answer"', 'title = "Answer"'),
    )
    assert all_of(register)["RPT-3/R004-25 WTA"].report_title == "RPT-3"


def test_what_is_kept_of_a_follow_up_is_what_its_journal_adds_up_to(register, load):
    load()
    found = all_of(register)
    for name, entries in histories(register).items():
        kept = standing_columns(standing(entries), asks_verification=False)
        row = found[name]
        assert {key: getattr(row, key) for key in kept if hasattr(row, key)} == {
            key: value for key, value in kept.items() if hasattr(row, key)
        }, name


def test_the_chain_and_the_standing_pass_the_audit(register, load):
    load()
    load(*ROWS[:2], ROWS[2].replace("Being implememented,", "Closed acceptable,2025-12-01"))
    assert not verify(register, TODAY).findings


def test_a_second_import_changes_nothing_and_leaves_no_batch(register, load):
    load()
    before = histories(register)
    result = load()
    assert counts(result.outcome) == {"created": 0, "updated": 0, "unchanged": 3, "missing": 0}
    assert histories(register) == before


def test_the_order_of_the_rows_decides_nothing(register, load):
    load()
    shuffled = list(ROWS)
    random.Random(4).shuffle(shuffled)
    assert counts(load(*shuffled).outcome)["unchanged"] == 3


def test_a_later_cut_gives_created_updated_unchanged_and_missing(load):
    load()
    result = load(
        ROWS[0],
        ROWS[1].replace("Train the crews.", "Train all crews twice."),
        "004/25,WTA,RPT-2,2025-05-01,Open,,Paint the pumps.,",
    )
    lists = result.outcome.lists()
    assert lists["created"] == ["RPT-2/R004-25 WTA"]
    assert lists["updated"] == [{"follow_up": "RPT-1/R002-25 WTA", "what": ["text"]}]
    assert lists["unchanged"] == ["RPT-1/R001-25 WTA"]
    assert lists["missing"] == ["RPT-2/R003-25 FIRE-BOARD"]


@pytest.mark.parametrize(("typed", "number"), [("R1a", "1(a)"), ("r1B", "1(b)"), ("R2a", "2a"), ("R2(a)", "2(a)")])
def test_an_item_in_brackets_can_be_named_without_them_where_that_is_one(register, load, typed, number):
    load(*(one().replace("001/25", known) for known in ("1(a)", "1(b)", "2(a)", "2a")))
    report = move(register, f"RPT-1/{typed}", "WTA", to=Acceptance.ACCEPTED)
    assert [changed.before.ref for changed in report.changed] == [f"RPT-1/R{number}"]


def test_what_is_listed_under_a_new_number_of_its_report_is_not_missing(register, load):
    toml = MAPPING.replace('same = ["number"]', 'same = ["report", "number"]')
    load(one(report="RPT-1"), toml=toml)
    change_report(register, "RPT-1", ReportChange(also=("RPT-91",)), who())
    for _ in range(2):
        outcome = load(one(report="RPT-91"), toml=toml).outcome
        assert (outcome.created, outcome.missing) == ([], [])


def test_a_status_that_moved_on_moves_on(register, load):
    load()
    load(ROWS[0].replace("Open,", "Closed acceptable,2025-11-11"), *ROWS[1:])
    row = all_of(register)["RPT-1/R001-25 WTA"]
    assert row.implementation is Implementation.IMPLEMENTED
    assert row.effective_on == date(2026, 1, 31)  # the day of the cut in which it was still open
    assert standing(histories(register)[row.name], as_of=date(2025, 12, 1)).positions.implementation is (
        Implementation.IMPLEMENTED
    )


def test_a_status_of_an_earlier_day_is_put_where_it_belongs(register, load):
    load(ROWS[0].replace("Open,", "Closed acceptable,2025-11-11"))
    other = (
        MAPPING.replace('column = "Status"', 'column = "Answer"')
        .replace('reply = "Answer"', "")
        .replace('voice = "issuer"', 'voice = "organization"')
    )
    result = load("001/25,WTA,RPT-1,2025-03-01,,2025-06-01,Check the valves every month.,Being implemented", toml=other)
    assert [item["follow_up"] for item in result.outcome.lists()["updated"]] == ["RPT-1/R001-25 WTA"]
    entries = histories(register)["RPT-1/R001-25 WTA"]
    at = standing(entries, as_of=date(2025, 7, 1)).positions
    assert at.implementation is Implementation.IN_PROGRESS
    assert standing(entries).positions.implementation is Implementation.IMPLEMENTED


def test_a_blank_status_is_told_and_takes_nothing_back(register, load):
    load()
    result = load(ROWS[0], ROWS[1].replace("Closed acceptable", ""), ROWS[2])
    assert "gave “Closed acceptable” before" in " ".join(problem.what for problem in result.problems)
    assert all_of(register)["RPT-1/R002-25 WTA"].implementation is Implementation.IMPLEMENTED


ONE = "001/25,{to},{report},{day},Open,,{text},"


def one(to="WTA", report="RPT-1", day="2025-03-01", text="Check the valves."):
    return ONE.format(to=to, report=report, day=day, text=text)


def problems(result):
    return " ".join(f"{problem.where} {problem.what}" for problem in result.problems)


OPEN_AGAIN = "“Open” takes nothing back: RPT-1/R002-25 WTA stays accepted, implemented."
ACCEPTED = MAPPING.replace('["Open"]\nmoves = []', '["Open"]\nmoves = ["accepted"]')


def again(result):
    """The sentences about words that take nothing back."""
    return [problem for problem in result.problems if "takes nothing back" in problem.what]


@pytest.mark.parametrize("toml", [MAPPING, ACCEPTED, ACCEPTED.replace("Closed acceptable", "Some other word")])
@pytest.mark.parametrize("closed", ["", "2025-09-30", "2025-03-02"])
def test_a_word_that_says_less_than_what_stands_is_told_and_takes_nothing_back(register, load, toml, closed):
    assert again(load()) == []
    open_again = ROWS[1].replace("Closed acceptable,2025-09-30", f"Open,{closed}")
    result = load(open_again, toml=toml)
    (told,) = again(result)
    assert (told.where, told.what) == ("r.csv, row 2, column Status", OPEN_AGAIN)
    assert told.remedy == 'If it was reopened, let the mapping say to what, as in moves = ["accepted", "in-progress"].'
    assert all_of(register)["RPT-1/R002-25 WTA"].implementation is Implementation.IMPLEMENTED
    assert again(load(open_again, toml=toml)) == [], "it was told"


def test_a_word_that_says_less_is_told_after_one_that_said_nothing_too(load):
    said = [ROWS[1].replace("Closed acceptable", word) for word in ("Closed acceptable", "Noted", "Open")]
    toml = ACCEPTED.replace("[[status.means]]", '[[status.means]]\nwords = ["Noted"]\nmoves = []\n[[status.means]]', 1)
    assert [len(again(load(row, toml=toml))) for row in said] == [0, 1, 1]


@pytest.mark.parametrize("toml", [MAPPING, ACCEPTED])
def test_a_word_that_says_as_much_as_those_before_or_moves_is_not_told(register, load, toml):
    toml = toml.replace('words = ["Open"]', 'words = ["Open", "Opened"]')
    assert again(load(toml=toml)) == []
    same = ROWS[0].replace("Open", "Opened")
    assert again(load(same, toml=toml)) == [], "nothing had moved, or it says the same"
    assert again(load(ROWS[0].replace("Open", "Being implemented"), toml=toml)) == []
    reopened = toml.replace('"Opened"]\nmoves = []', '"Opened"]\nmoves = ["accepted", "in-progress"]')
    reopened = reopened.replace('"Opened"]\nmoves = ["accepted"]', '"Opened"]\nmoves = ["accepted", "in-progress"]')
    assert again(load(ROWS[1].replace("Closed acceptable", "Open"), toml=reopened)) == []
    assert all_of(register)["RPT-1/R002-25 WTA"].implementation is Implementation.IN_PROGRESS


def test_what_the_office_logged_itself_is_not_told_where_the_register_never_said_it(register, load):
    load()
    move(register, "RPT-1/R001-25", "WTA", to=Acceptance.ACCEPTED)
    toml = MAPPING.replace('words = ["Open"]', 'words = ["Open", "Opened"]')
    assert again(load(ROWS[0].replace("Open", "Opened"), toml=toml)) == []


def test_two_addressees_are_two_follow_ups_of_one_recommendation(register, load):
    load(one(), one(to="Fire Board", text="Check the valves. (001/25)"))
    assert sorted(all_of(register)) == ["RPT-1/R001-25 FIRE-BOARD", "RPT-1/R001-25 WTA"]


def test_several_in_one_cell_where_the_mapping_says_so(register, load):
    load(one(to="WTA & Fire Board"), one(to="Wing & Rotor").replace("001", "009"))
    assert sorted(all_of(register)) == [
        "RPT-1/R001-25 FIRE-BOARD",
        "RPT-1/R001-25 WTA",
        "RPT-1/R009-25 WING-ROTOR",
    ]


def test_the_same_row_twice_is_kept_once_and_told(register, load):
    result = load(one(), one())
    assert list(all_of(register)) == ["RPT-1/R001-25 WTA"]
    assert "rows 2–3 say the same" in problems(result)


def test_the_same_with_another_date_is_kept_once_with_the_earlier_and_told(register, load):
    result = load(one(day="2025-03-09"), one(day="2025-03-01"))
    assert all_of(register)["RPT-1/R001-25 WTA"].addressed_on == date(2025, 3, 1)
    assert "2025-03-01 and 2025-03-09" in problems(result)


def test_two_recommendations_under_one_number_are_kept_apart_whatever_their_order(register, load):
    first, second = one(), one(day="2025-04-01", text="Paint the pumps.")
    result = load(first, second)
    assert "rows 2–3 have one number" in problems(result)
    texts = {name: row.text for name, row in all_of(register).items()}
    assert texts == {"RPT-1/R001-25.1 WTA": "Check the valves.", "RPT-1/R001-25.2 WTA": "Paint the pumps."}
    assert counts(load(second, first).outcome) == {"created": 0, "updated": 0, "unchanged": 2, "missing": 0}
    assert load(second).outcome.lists()["missing"] == ["RPT-1/R001-25.1 WTA"]


def test_a_contradiction_is_told_with_its_rows_and_left_open(register, load):
    result = load(one(), one().replace("Open", "Withdrawn"))
    assert "rows 2–3" in problems(result)
    assert "left open" in problems(result)
    assert all_of(register)["RPT-1/R001-25 WTA"].acceptance is Acceptance.NO_INFORMATION


def test_blank_and_aliased_organizations(register, load):
    load(one(to=""), one(to="The Water Authority").replace("001", "002"))
    assert sorted(all_of(register)) == ["RPT-1/R001-25 NOBODY", "RPT-1/R002-25 WTA"]


def test_rows_that_name_no_report_are_refused_and_not_taken_for_those_of_one(register, load):
    first, second = "1,WTA,,2025-03-01,Open,,Check the valves.,", "1,Fire Board,,2025-03-01,Open,,Buy hoses for all.,"
    found = load(first, second, toml=MAPPING.replace('same = ["number"]', 'same = ["report", "number"]'))
    assert sorted(found.refused) == [2, 3]
    assert "rows 2–3, column Report names no report." in problems(found)
    assert not all_of(register)


def test_a_refused_row_stops_everything_unless_told_to_keep_going(register, load):
    rows = (one(), one(day="2025-02-30").replace("001", "002"))
    result = load(*rows)
    assert result.is_stopped
    assert result.refused == [3]
    assert all_of(register) == {}
    assert load(*rows, keep_going=True).refused == [3]
    assert list(all_of(register)) == ["RPT-1/R001-25 WTA"]


def test_a_status_before_its_recommendation_and_one_to_come_are_refused(load):
    before = load(one().replace("Open,", "Withdrawn,2024-01-01"))
    assert "is before 2025-03-01" in problems(before)
    assert "in the future" in problems(load(one().replace("Open,", "Withdrawn,2027-01-01")))


def test_a_status_that_the_table_does_not_allow_is_refused_with_its_row(load):
    toml = MAPPING.replace('moves = ["accepted", "in-progress"]', 'moves = ["in-progress"]')
    result = load(ROWS[2], toml=toml)
    assert result.is_stopped
    assert "row 2 RPT-2/R003-25 FIRE-BOARD: “Being implememented” cannot be applied" in problems(result)
    assert "is no-information" in problems(result)


def test_unknown_organizations_are_refused_with_a_proposal(load):
    load(one())
    toml = MAPPING.replace('unknown = "register"', 'unknown = "refuse"')
    result = load(one(to="Watre Authority (WTA)"), one(to="WTA"), toml=toml)
    assert result.is_stopped
    assert "row 2 “Watre Authority (WTA)” is not an organization" in problems(result)


def test_a_dry_run_says_what_would_be_and_writes_nothing(register, load):
    assert counts(load(dry_run=True).outcome)["created"] == 3
    assert all_of(register) == {}


def test_only_some_organizations(register, load):
    result = load(only=["wta"])
    assert counts(result.outcome)["created"] == 2
    assert counts(load().outcome) == {"created": 1, "updated": 0, "unchanged": 2, "missing": 0}


THEIRS = (
    MAPPING.replace('voice = "issuer"', 'voice = "organization"', 1)
    + '[[status.means]]\nwords = ["Rejected", "Refused again"]\nmoves = ["not-accepted"]\n'
)
A, N, ORGANIZATION, ISSUER = Topic.ACCEPTANCE, Topic.NOTE, Voice.ORGANIZATION, Voice.ISSUER


def written(register):
    (entries,) = histories(register).values()
    kept = standing_columns(standing(entries), asks_verification=False)
    (row,) = all_of(register).values()
    assert {key: getattr(row, key) for key in kept if hasattr(row, key)} == {
        key: value for key, value in kept.items() if hasattr(row, key)
    }
    return [(item.topic, item.voice, item.effective_on.isoformat(), item.note) for item in entries[1:]]


def theirs(status="", on="", reply=""):
    return f"001/25,WTA,RPT-1,2025-03-01,{status},{on},Check the valves.,{reply}"


def test_the_reply_of_an_organization_that_declines_is_its_reason(register, load):
    load(theirs("Rejected", "2025-05-02", "The valves are sealed."), toml=THEIRS)
    first = [
        (N, ISSUER, "2025-05-02", "invented: Rejected"),
        (A, ORGANIZATION, "2025-05-02", "The valves are sealed."),
    ]
    assert written(register) == first
    load(theirs("Refused again", "2025-06-01", "They are sealed still."), toml=THEIRS)
    assert written(register)[2:] == [
        (N, ISSUER, "2025-06-01", "invented: Refused again"),
        (A, ORGANIZATION, "2025-06-01", "They are sealed still."),
    ]
    load(theirs("Rejected", "2025-07-01", "They are sealed still."), toml=THEIRS)
    assert written(register)[4:] == [(N, ORGANIZATION, "2025-07-01", "invented: Rejected")]
    for _ in range(2):
        undo(register, who("officer"))
    assert counts(load(theirs("Rejected", "2025-05-02", "The valves are sealed."), toml=THEIRS).outcome) == {
        "created": 0, "updated": 0, "unchanged": 1, "missing": 0,
    }  # fmt: skip
    assert not verify(register, TODAY).findings


def test_a_reply_of_a_later_cut_is_the_reason_of_what_was_declined_on_its_day(register, load):
    load(theirs("Rejected", "2025-05-02"), toml=THEIRS)
    load(theirs("Rejected", "2025-05-02", "Now a reason."), toml=THEIRS)
    assert written(register) == [
        (A, ORGANIZATION, "2025-05-02", "invented: Rejected"),
        (A, ORGANIZATION, "2025-05-02", "Now a reason."),
    ]
    (entries,) = histories(register).values()
    assert entries[-1].source == entries[-1].target == "not-accepted"
    assert counts(load(theirs("Rejected", "2025-05-02", "Now a reason."), toml=THEIRS).outcome)["unchanged"] == 1
    assert not verify(register, TODAY).findings


def test_a_status_of_a_later_cut_has_the_reply_that_stood_there_as_its_reason(register, load):
    load(theirs("", "", "Our reason."), toml=THEIRS)
    load(theirs("Rejected", "2025-05-02", "Our reason."), toml=THEIRS)
    assert written(register) == [
        (N, ORGANIZATION, "2026-01-31", "Our reason."),
        (N, ISSUER, "2025-05-02", "invented: Rejected"),
        (A, ORGANIZATION, "2025-05-02", "Our reason."),
    ]
    assert not verify(register, TODAY).findings


def test_a_reply_that_stood_there_before_it_was_declined_is_not_the_reason(register, load):
    load(theirs("Open", "", "We look into it."), toml=THEIRS)
    load(theirs("Rejected", "2026-05-02", "We look into it."), toml=THEIRS)
    assert written(register)[1:] == [
        (N, ORGANIZATION, "2026-01-31", "invented: Open"),
        (A, ORGANIZATION, "2026-05-02", "invented: Rejected"),
    ]


def test_a_refusal_names_a_reply_by_its_first_words(load):
    replied = THEIRS.replace('reply = "Answer"', 'reply = "Answer"\nreplied = "Closed"')
    told = problems(load(theirs("", "2024-05-02", "We think of it now and then. " * 40), toml=replied))
    assert "“We think of it now and then. We think of it now and then…” on 2024-05-02 is before" in told


def test_a_reply_to_what_is_no_longer_declined_moves_nothing(register, load):
    load(theirs("Rejected", "2025-05-02"), toml=THEIRS)
    name = "RPT-1/R001-25"
    move(register, name, "WTA", to=Acceptance.ACCEPTED, note="After all.", on=date(2025, 5, 2), now=LATER)
    load(theirs("Rejected", "2025-05-02", "Now a reason."), toml=THEIRS)
    assert written(register)[-1] == (N, ORGANIZATION, "2025-05-02", "Now a reason.")
    assert all_of(register)[f"{name} WTA"].acceptance is Acceptance.ACCEPTED


def test_the_reply_to_what_the_issuer_decided_stays_a_note_of_its_own(register, load):
    load("001/25,WTA,RPT-1,2025-03-01,Withdrawn,2025-05-02,Check the valves.,The valves are sealed.")
    (written,) = histories(register).values()
    assert [(entry.topic, entry.note) for entry in written[1:]] == [
        (Topic.NOTE, "The valves are sealed."),
        (Topic.ACCEPTANCE, "invented: Withdrawn"),
    ]


def test_an_import_taken_back_can_be_made_again(register, load):
    load()
    undo(register, who("officer"))
    assert all_of(register) == {}
    assert counts(load().outcome)["created"] == 3
    assert all_of(register)["RPT-1/R002-25 WTA"].implementation is Implementation.IMPLEMENTED


def test_an_import_taken_back_says_which_organizations_it_leaves_behind_and_misses_nothing_later(register, load):
    asked = "import r.csv --as register --mapping invented.toml"
    first = ("001/25,The Helicopter Line,RPT-1,2025-03-01,Open,,Paint the rotor.,", *ROWS[1:])
    load(*first, by="officer", asked=asked)
    edit_organization(register, "WTA", who("other"), left=Leaving(TODAY))
    add_officer(register, "FIRE-BOARD", who("other"), post=Post.FOCAL_POINT, name="F.", email="f@b.org", from_on=TODAY)
    assert undo(register, who("officer")).idle == ["THE-HELICOPTER-LINE"]
    again = load(*ROWS[1:], asked=asked)
    assert counts(again.outcome) == {"created": 2, "updated": 0, "unchanged": 0, "missing": 0}
    assert counts(load(ROWS[1], asked=asked).outcome)["missing"] == 1


def test_the_words_that_an_import_changed_are_changed_back_by_the_earlier_one(register, load):
    load(ROWS[0])
    newer = ROWS[0].replace("every month", "every week").replace("Open,", "Withdrawn,2025-11-11")
    for _ in range(2):
        load(newer)
        assert undo(register, who("officer")).reworded == ["RPT-1/R001-25"]
        assert counts(load(ROWS[0]).outcome)["updated"] == 1
        assert all_of(register)["RPT-1/R001-25 WTA"].text == "Check the valves every month."
        assert counts(load(ROWS[0]).outcome)["unchanged"] == 1
    assert not verify(register, TODAY).findings


def test_an_update_taken_back_can_be_made_again(register, load):
    load()
    newer = (ROWS[0].replace("Open,", "Withdrawn,2025-11-11"), *ROWS[1:])
    load(*newer)
    undo(register, who("officer"))
    assert all_of(register)["RPT-1/R001-25 WTA"].acceptance is Acceptance.NO_INFORMATION
    assert len(load(*newer).outcome.updated) == 1
    assert all_of(register)["RPT-1/R001-25 WTA"].acceptance is Acceptance.NOT_RELEVANT


def test_imports_taken_back_one_after_the_other_can_be_made_again(register, load):
    load()
    begun = (ROWS[0].replace("Open", "Being implemented"), *ROWS[1:])
    done = (ROWS[0].replace("Open,", "Closed acceptable,2025-11-11"), *ROWS[1:])
    load(*begun)
    load(*done)
    undo(register, who("officer"))
    undo(register, who("officer"))
    assert all_of(register)["RPT-1/R001-25 WTA"].acceptance is Acceptance.NO_INFORMATION
    assert counts(load().outcome)["unchanged"] == 3
    assert len(load(*begun).outcome.updated) == 1
    assert all_of(register)["RPT-1/R001-25 WTA"].implementation is Implementation.IN_PROGRESS
    assert len(load(*done).outcome.updated) == 1
    undo(register, who("officer"))
    assert counts(load(*begun).outcome)["unchanged"] == 3


def test_an_import_taken_back_by_its_number_is_said_again_by_a_later_cut_that_repeats_it(register, load):
    load()
    begun = (ROWS[0].replace("Open", "Being implemented"), *ROWS[1:])
    answered = (begun[0].replace("We look into it.", "The crew is out."), *ROWS[1:])
    load(*begun)
    load(*answered)
    undo(register, who("officer"), number=2)
    assert all_of(register)["RPT-1/R001-25 WTA"].implementation is Implementation.NO_INFORMATION
    for _ in range(2):
        assert len(load(*answered).outcome.updated) == 1
        assert all_of(register)["RPT-1/R001-25 WTA"].implementation is Implementation.IN_PROGRESS
        assert counts(load(*answered).outcome)["unchanged"] == 3
        undo(register, who("officer"))
        assert all_of(register)["RPT-1/R001-25 WTA"].implementation is Implementation.NO_INFORMATION
    assert not verify(register, TODAY).findings


def test_of_a_row_that_changes_with_every_cut_an_import_taken_back_by_its_number_unsays_nothing_else(register, load):
    load()
    for day in range(1, 13):
        load(ROWS[1].replace("Train the crews.,", f"Train the crews.,Looked at {day} times."))
    undo(register, who("officer"), number=5)
    assert counts(load(ROWS[1].replace("Train the crews.,", "Train the crews.,Looked at 12 times.")).outcome) == {
        "created": 0, "updated": 0, "unchanged": 1, "missing": 2,
    }  # fmt: skip


def test_what_was_kept_of_the_last_time_only_is_still_read(register, load):
    load()
    newer = (ROWS[0].replace("Open,", "Withdrawn,2025-11-11"), *ROWS[1:])
    load(*newer)
    with register.engine.begin() as session:
        for row in session.execute(select(register_row_table)).all():
            said = json.loads(row.said)
            if "_before" in said:
                said["_before"] = said["_before"][0][1]
                own = update(register_row_table).where(register_row_table.c.key == row.key)
                session.execute(own.values(said=json.dumps(said)))
    assert counts(load(*newer).outcome)["unchanged"] == 3
    undo(register, who("officer"))
    assert counts(load().outcome)["unchanged"] == 3
    assert len(load(*newer).outcome.updated) == 1


def test_of_a_row_that_changes_with_every_cut_only_the_last_times_are_kept(register, load):
    for day in range(1, 13):
        load(ROWS[0].replace("We look into it.", f"Looked at {day} times."))
    with register.read() as session:
        (said,) = session.scalars(select(register_row_table.c.said))
    assert len(json.loads(said)["_before"]) == 8


def test_what_the_register_has_from_a_note_is_adopted_and_its_text_stands(register, load):
    from builders import organizations

    organizations(register, "WTA")
    report(register, recommendation("1"), symbol="RPT-1")
    before = all_of(register)["RPT-1/R1 WTA"].text
    result = load("1,WTA,RPT-1,2025-03-01,Withdrawn,2025-09-09,Something else entirely.,")
    row = all_of(register)["RPT-1/R1 WTA"]
    assert row.acceptance is Acceptance.NOT_RELEVANT
    assert row.text == before
    assert "a text that differs" in problems(result)


def test_a_number_is_the_same_in_capitals(register, load):
    """Whichever comes first: the register after the note, and the note after the register."""
    from builders import organizations

    organizations(register, "WTA")
    lettered = replace(recommendation("3"), number="3a")
    report(register, lettered, symbol="RPT-1")
    outcome = load(
        "3A,WTA,RPT-1,2025-03-01,Being implemented,,Check the valves.,",
        "4B,WTA,RPT-1,2025-03-01,Being implemented,,Train the crews.,",
    ).outcome
    assert [name for name, _ in outcome.updated] == ["RPT-1/R3a WTA"]
    assert outcome.created == ["RPT-1/R4B WTA"]
    again = replace(lettered, number="4b")
    assert [report(register, lettered, again, symbol="RPT-1").updated for _ in range(2)] == [1, 0]
    assert list(all_of(register)) == ["RPT-1/R3a WTA", "RPT-1/R4B WTA"]
    assert verify(register, TODAY).findings == []


def test_what_a_person_has_logged_meanwhile_is_not_undone_by_the_same_file(register, load):
    load()
    move(register, "RPT-1/R001-25", "WTA", to=Acceptance.ACCEPTED, on=date(2026, 2, 1), now=LATER)
    assert counts(load().outcome)["unchanged"] == 3
    assert all_of(register)["RPT-1/R001-25 WTA"].acceptance is Acceptance.ACCEPTED


DUE = MAPPING.replace('reply = "Answer"', 'reply = "Answer"\ndue = "Due"')
DUE_HEADER = f"{HEADER},Due"


@pytest.mark.parametrize("day", ["2026-06-30", "2027-12-31"], ids=["the same", "another"])
def test_a_due_date_does_not_come_before_the_one_that_the_office_set_later(register, tmp_path, day):
    def load_due(row):
        path = write(tmp_path, "r.csv", csv_text(row, header=DUE_HEADER))
        return import_register(register, path, mapping(tmp_path, DUE), who())

    row = "001/25,WTA,RPT-1,2025-03-01,%s,,Check the valves.,,%s"
    load_due(row % ("Open", ""))
    move(register, "RPT-1/R001-25", "WTA", due=date(2026, 6, 30), on=date(2026, 3, 1), now=LATER)
    result = load_due(row % ("Being implemented", day))
    found = all_of(register)["RPT-1/R001-25 WTA"]
    assert (found.due_on, found.original_due_on) == (date(2026, 6, 30), date(2026, 6, 30))
    if day == "2026-06-30":
        assert found.implementation is Implementation.IN_PROGRESS
    else:
        assert result.refused == [2]
        assert "the due date was set to 2026-06-30 on 2026-03-01" in problems(result)
    assert verify(register, TODAY).findings == []


DUE_ROW = "001/25,WTA,RPT-1,2025-03-01,Open,,Check the valves.,,%s"


@pytest.fixture
def load_due(register, tmp_path):
    """Import rows with a column of due dates; the office's own year ends in June."""
    toml = f'{DUE}\n[values.due]\n"end of FY 2026/27" = "2027-06-30"\n'

    def _load(*cells):
        path = write(tmp_path, "r.csv", csv_text(*(DUE_ROW % cell for cell in cells), header=DUE_HEADER))
        return import_register(register, path, mapping(tmp_path, toml), who())

    return _load


@pytest.mark.parametrize(
    ("cell", "day", "meant"),
    [("Q2 2026", date(2026, 6, 30), "2026Q2"), ("June 2026", date(2026, 6, 30), "2026-06"),
     ("end of FY 2026/27", date(2027, 6, 30), None)],
)  # fmt: skip
def test_a_month_or_a_quarter_is_due_on_its_last_day_and_stays_in_the_journal(register, load_due, cell, day, meant):
    load_due(cell)
    assert all_of(register)["RPT-1/R001-25 WTA"].due_on == day
    (entry,) = [entry for entry in histories(register)["RPT-1/R001-25 WTA"] if entry.topic is Topic.DUE]
    assert (entry.target, entry.given) == (day.isoformat(), meant)
    assert entry.note == f"invented: due {meant or day}"
    assert counts(load_due(cell).outcome)["unchanged"] == 1
    assert counts(load_due(day.isoformat()).outcome)["created"] == 0  # the same day in other words
    assert len([entry for entry in histories(register)["RPT-1/R001-25 WTA"] if entry.topic is Topic.DUE]) == 1
    assert verify(register, TODAY).findings == []


def test_an_office_s_own_year_is_refused_with_where_to_say_what_it_means(load_due):
    result = load_due("end of FY 2025/26")
    assert "row 2, column Due “end of FY 2025/26” is not a date." in problems(result)


@pytest.mark.parametrize("cells", [("Q2 2026", "Q3 2026"), ("Q2 2026", "2026-06-30")], ids=" ".join)
def test_rows_that_differ_in_the_due_date_alone_are_kept_once_and_told(register, load_due, cells):
    result = load_due(*cells)
    assert "rows 2–3 speak of RPT-1/R001-25 twice and differ in due date; kept once." in problems(result)
    assert all_of(register)["RPT-1/R001-25 WTA"].due_on == date(2026, 6, 30)
    assert counts(load_due(*reversed(cells)).outcome)["unchanged"] == 1


def test_the_number_of_statements_does_not_grow_with_the_rows(register, load):
    seen: list[str] = []
    event.listen(register.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    many = [f"{n:03}/25,Org {n % 7},RPT-{n % 9},2025-03-01,Withdrawn,2025-05-05,Do thing {n}.,Yes." for n in range(400)]
    load(*many[:20])
    small = len(seen)
    seen.clear()
    load(*many)
    assert len(seen) <= small + 8
    seen.clear()
    load(*[row.replace("Do thing", "Do the thing") for row in many])
    assert len(seen) <= small + 8


ORGS = st.sampled_from(["WTA", "Water Authority", "Fire Board", ""])
WORDS = st.sampled_from(["Open", "Being implememented", "Closed acceptable", "Withdrawn", ""])
TEXTS = st.sampled_from(["Check the valves.", "Paint the pumps.", ""])
LINES = st.lists(st.tuples(st.integers(1, 4), ORGS, WORDS, TEXTS, st.integers(1, 28)), min_size=1, max_size=9)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, seed=st.randoms(use_true_random=False))
def test_any_register_comes_in_once_in_any_order_and_adds_up(tmp_path_factory, lines, seed):
    from tracker.store.database.engine import make_private
    from tracker.store.sqlite_files import opened

    folder: Path = tmp_path_factory.mktemp("any")
    make_private(folder / "r.db")
    rows = [f"{n:03}/25,{org},RPT-1,2025-03-{day:02},{word},,{text}," for n, org, word, text, day in lines]
    toml = mapping(folder)
    with opened(folder / "r.db") as register:  # Hypothesis may end an example in its midst, where it draws
        upgrade(register.engine)
        first = import_register(register, write(folder, "r.csv", csv_text(*rows)), toml, who())
        assert not first.is_stopped
        seed.shuffle(rows)
        again = import_register(register, write(folder, "r.csv", csv_text(*rows)), toml, who())
        unchanged = len(first.outcome.created)
        assert counts(again.outcome) == {"created": 0, "updated": 0, "unchanged": unchanged, "missing": 0}
        found = all_of(register)
        for name, entries in histories(register).items():
            assert standing(entries).positions == found[name].positions


@pytest.mark.parametrize(
    "texts", [("Train the crews.", "Check the valves."), ("Check the valves.", "Train the crews.")]
)
def test_two_rows_that_come_to_one_follow_up_leave_it_where_its_journal_says(register, load, texts):
    """One number bears two texts; of one organization the first cuts have only the one, and then only the other."""
    first, second = (f"RPT-1,2025-03-01,Open,,{text}," for text in texts)
    both = [f"9,Fire Board,{first}", f"9,Fire Board,{second}"]
    load(f"9,WTA,{first}", f"9,Fire Board,{first}")
    load(f"9,WTA,{second}", *both)
    result = load(f"9,WTA,{first}", f"9,WTA,{second.replace('Open', 'Withdrawn')}", *both)
    assert all_of(register)["RPT-1/R9 WTA"].acceptance is Acceptance.NOT_RELEVANT
    assert verify(register, TODAY).findings == []
    assert [problem.what for problem in result.problems if "comes to" in problem.what] == [
        "comes to RPT-1/R9 WTA, as does another row of this file."
    ]
