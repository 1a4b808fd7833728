"""Where a due date came from is kept and shown: what was said, on which day, by whom, or that it was granted."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from answers import ok

from tracker.domain.journal import GENESIS, BatchFacts, Draft, batch_hash
from tracker.domain.vocabulary import Topic, Voice


def shown(run):
    return json.loads(ok(run("show", "R1", "WHO", "--json")).stdout)


@pytest.mark.parametrize(
    ("given", "day", "form", "said"),
    [
        ("2027-03-15", "2027-03-15", "day", "2027-03-15"),
        ("2027-03", "2027-03-31", "month", "2027-03"),
        ("2027q1", "2027-03-31", "quarter", "2027Q1"),
        ("2027-Q1", "2027-03-31", "quarter", "2027Q1"),
    ],
)
def test_what_was_said_is_kept_beside_the_day(filled, given, day, form, said):
    ok(filled("update", "R1", "WHO", "--due", given, "--on", "2026-05-04"))
    row = shown(filled)
    assert (row["due_on"], row["due"]["form"], row["due"]["given"]) == (day, form, said)
    assert (row["due"]["set_on"], row["due"]["by"]) == ("2026-05-04", "officer")
    words = f"{day} ({f'{said}, ' if form != 'day' else ''}set on 2026-05-04 by officer)"
    assert words in ok(filled("show", "R1", "WHO")).stdout
    line = json.loads(filled("history", "R1", "WHO", "--json").stdout)[-1]
    assert line["given"] == (None if form == "day" else said)
    assert json.loads(filled("audit", "verify", "--json").stdout)["findings"] == []


def test_a_granted_extension_is_the_origin_and_is_counted_with_its_days(filled):
    ok(filled("update", "R1", "WHO", "--due", "2027Q1"))
    ok(filled("extend", "request", "R1", "WHO", "--to", "2027-05", "--note", "budget"))
    assert [item["granted"] for item in shown(filled)["extensions"]] == [None]
    ok(filled("extend", "refuse", "R1", "WHO", "--note", "no"))
    ok(filled("extend", "request", "R1", "WHO", "--to", "2027Q2", "--note", "staff"))
    ok(filled("--actor", "head", "extend", "grant", "R1", "WHO", "--note", "once"))
    ok(filled("extend", "request", "R1", "WHO", "--to", "2027-12", "--note", "again"))
    ok(filled("--actor", "head", "extend", "grant", "R1", "WHO", "--to", "2027Q3", "--note", "to the quarter"))
    row = shown(filled)
    assert (row["due"]["form"], row["due"]["given"], row["due"]["by"]) == ("extension", "2027Q3", "head")
    assert [item["granted"] for item in row["extensions"]] == [False, True, True]
    assert [item["days"] for item in row["extensions"]] == [0, 91, 92]
    assert (row["extensions_granted"], row["extension_days"]) == (2, 183)
    assert [item["granted_to"] for item in row["extensions"]] == [None, "2027-06-30", "2027-09-30"]
    said = filled("show", "R1", "WHO").stdout
    assert "to 2027-05-31 refused (budget); to 2027-06-30 granted (staff)" in said
    assert "to 2027-12-31 requested, to 2027-09-30 granted (again)" in said
    assert "(extension granted on " in said
    assert ", originally 2027-03-31" in said
    ok(filled("--actor", "head", "undo"))
    row = shown(filled)
    assert (row["due_on"], row["extensions_granted"], row["extension_days"]) == ("2027-06-30", 1, 91)
    assert [item["granted"] for item in row["extensions"]] == [False, True, None], "undone is not decided"


def test_the_days_of_an_extension_are_counted_from_the_date_that_holds_before_it(filled):
    ok(filled("update", "R1", "WHO", "--due", "2027-06-30"))
    ok(filled("update", "R1", "WHO", "--due", "2027-08-31", "--note", "wrong row"))
    wrong = json.loads(filled("history", "R1", "WHO", "--json").stdout)[-1]["entry"]
    ok(filled("extend", "request", "R1", "WHO", "--to", "2027-09-30", "--note", "staff"))
    ok(filled("--actor", "head", "extend", "grant", "R1", "WHO", "--note", "once"))
    assert shown(filled)["extension_days"] == 30
    ok(filled("correct", "R1", "WHO", str(wrong), "--note", "wrong row"))
    assert shown(filled)["extension_days"] == 92


def test_a_request_is_listed_until_it_is_decided_and_granted_as_it_was_said(filled):
    ok(filled("update", "R1", "WHO", "--due", "2027Q1"))
    ok(filled("extend", "request", "R1", "WHO", "--to", "2027Q4", "--note", "budget"))
    (asked,) = json.loads(ok(filled("extend", "list", "--json")).stdout)
    assert (asked["ref"], asked["due_on"], asked["requested_to"]) == ("A/80/501/R1", "2027-03-31", "2027-12-31")
    ok(filled("extend", "grant", "R1", "WHO", "--note", "once"))
    assert shown(filled)["due"]["given"] == "2027Q4"
    assert json.loads(ok(filled("extend", "list", "--json")).stdout) == []
    ok(filled("undo"))
    assert "budget" in ok(filled("extend", "list")).stdout, "what was taken back is not decided"
    ok(filled("undo"))
    assert json.loads(ok(filled("extend", "list", "--json")).stdout) == []


def test_what_is_settled_is_not_extended_and_its_request_can_be_refused(filled):
    ok(filled("update", "R1", "WHO", "--due", "2027Q1"))
    ok(filled("extend", "request", "R1", "WHO", "--to", "2027Q4", "--note", "budget"))
    ok(filled("update", "R1", "WHO", "--to", "not-relevant", "--note", "no field offices"))
    done = filled("extend", "grant", "R1", "WHO", "--note", "once")
    assert (done.exit_code, "A/80/501/R1 WHO: it is settled" in done.stderr) == (1, True)
    ok(filled("extend", "refuse", "R1", "WHO", "--note", "settled"))
    assert shown(filled)["due_on"] == "2027-03-31"


def test_as_of_a_day_the_extension_of_later_is_not_there(filled):
    ok(filled("update", "R1", "WHO", "--due", "2027Q1", "--on", "2026-01-10"))
    ok(filled("extend", "request", "R1", "WHO", "--to", "2027-05", "--note", "budget"))
    then = json.loads(ok(filled("show", "R1", "WHO", "--as-of", "2026-01-10", "--json")).stdout)
    assert (then["extensions"], then["due"]["given"]) == ([], "2027Q1")


def test_links_and_the_lesson_stand_beside_the_follow_up(filled):
    ok(filled("link", "add", "R2", "waits-for", "R1", "--note", "in turn"))
    ok(filled("link", "add", "R1", "supersedes", "R2"))
    ok(filled("update", "R1", "WHO", "--worked", "an owner"))
    row = shown(filled)
    assert {(link["ref"], link["kind"], link["other"]) for link in row["links"]} == {
        ("A/80/501/R2", "waits-for", "A/80/501/R1"),
        ("A/80/501/R1", "supersedes", "A/80/501/R2"),
    }
    assert row["lesson"]["worked"] == "an owner"
    said = filled("show", "R1", "WHO").stdout
    assert "is waited for by A/80/501/R2" in said
    assert "supersedes A/80/501/R2" in said


def test_an_entry_without_a_month_or_a_quarter_is_hashed_as_it_always_was():
    draft = Draft(Topic.DUE, None, "2027-03-31", date(2026, 1, 1), Voice.OFFICE)
    facts = BatchFacts(1, "ana", datetime(2026, 1, 1, tzinfo=UTC), "update")

    def hashed(draft):
        return batch_hash(GENESIS, facts, [("A/1/R1 WHO", draft, None)])

    assert hashed(draft) == "7e30efdb47575709c4d330e4521c91bb23fe794e1bbebbcb2d10f8252ef670e2"
    assert hashed(replace(draft, given="2027Q1")) != hashed(draft), "what was said cannot be changed unnoticed"
