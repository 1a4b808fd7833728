"""What `link`, `extend`, `lesson`, `view` and `stats` list, and what they say of what they did."""

import json

import pytest
from answers import ok


@pytest.fixture
def linked(filled):
    said = ok(filled("link", "add", "R1", "waits-for", "R2", "--note", "after it"))
    assert (said.stdout, said.stderr) == ("", "A/80/501/R1 waits for A/80/501/R2.\n")
    return filled


def test_links_are_listed_with_their_day_and_note(linked):
    (link,) = json.loads(linked("link", "list", "--json").stdout)
    assert (link["ref"], link["kind"], link["other"], link["note"]) == (
        "A/80/501/R1",
        "waits-for",
        "A/80/501/R2",
        "after it",
    )
    ok(linked("link", "add", "R2", "repeats", "R1"))
    done = ok(linked("link", "list"))
    assert [line.split("\t") for line in done.stdout.splitlines()] == [
        ["ref", "kind", "other", "since", "note"],
        ["A/80/501/R1", "waits-for", "A/80/501/R2", link["linked_on"], "after it"],
        ["A/80/501/R2", "repeats", "A/80/501/R1", link["linked_on"], ""],
    ]
    assert done.stderr == "2 links.\n"


def test_a_link_answers_in_json_where_that_is_asked_for(filled):
    added = filled("link", "add", "R1", "waits-for", "R2", "--json")
    assert (json.loads(added.stdout)["other"], added.stderr) == ("A/80/501/R2", "")
    removed = ok(filled("link", "remove", "R1", "R2"))
    assert (removed.stdout, removed.stderr) == ("", "Removed 1 link.\n")


@pytest.fixture
def asked(filled):
    ok(filled("update", "R1", "WHO", "--to", "accepted", "--due", "2098-06-30"))
    said = ok(filled("extend", "request", "R1", "WHO", "--to", "2098-12-31", "--note", "the budget")).stderr
    assert said == "A/80/501/R1 WHO asks to move its due date from 2098-06-30 to 2098-12-31.\n"
    return filled


def test_what_is_asked_for_is_listed_until_it_is_decided(asked):
    (request,) = json.loads(asked("extend", "list", "--json").stdout)
    done = ok(asked("extend", "list"))
    assert [line.split("\t") for line in done.stdout.splitlines()] == [
        ["ref", "org", "due", "asks for", "since", "reason"],
        ["A/80/501/R1", "WHO", "2098-06-30", "2098-12-31", request["requested_on"], "the budget"],
    ]
    assert done.stderr == "1 request not decided.\n"
    assert ok(asked("extend", "refuse", "R1", "WHO", "--note", "no")).stderr == (
        "A/80/501/R1 WHO stays due on 2098-06-30.\n"
    )
    assert ok(asked("extend", "list")).stderr == "0 requests not decided.\n"


def test_what_is_granted_is_said_with_both_days(asked):
    said = ok(asked("extend", "grant", "R1", "WHO", "--note", "yes")).stderr
    assert said == "A/80/501/R1 WHO is now due on 2098-12-31, originally 2098-06-30.\n"


def test_lessons_are_listed_with_each_of_their_points(filled):
    ok(filled("update", "R1", "WHO", "--to", "accepted"))
    points = ("--worked", "asking early", "--failed", "writing late", "--why", "it was simple", "--good-practice")
    ok(filled("update", "R1", "WHO", "--to", "implemented", "--note", "done", *points))
    ok(filled("update", "R2", "WHO", "--to", "accepted"))
    ok(filled("update", "R2", "WHO", "--to", "implemented", "--note", "done", "--worked", "asking again"))
    done = ok(filled("lesson"))
    assert [line.split("\t") for line in done.stdout.splitlines()] == [
        ["ref", "org", "good practice", "what worked", "what did not", "why"],
        ["A/80/501/R1", "WHO", "yes", "asking early", "writing late", "it was simple"],
        ["A/80/501/R2", "WHO", "", "asking again", "", ""],
    ]
    assert done.stderr == "2 lessons.\n"


def test_a_saved_view_is_said_as_it_is_used(filled):
    assert ok(filled("view", "save", "säumig-1", "--overdue")).stderr == (
        "Saved; use it with: tracker list --view säumig-1.\n"
    )


def test_statistics_have_a_line_for_what_has_no_group(filled):
    ok(filled("document", "set", "R1", "--impact", "a/a-i"))
    ok(filled("update", "R1", "WHO", "--to", "accepted"))
    lines = [line.split("\t") for line in ok(filled("stats", "--by", "impact")).stdout.splitlines()]
    assert lines[:4] == [
        ["impact", "all", "open", "overdue", "accepted", "implemented", "no information"],
        ["a/a-i", "1", "1", "0", "100.0% (1/1)", "0.0% (0/1)", "0.0% (0/1)"],
        ["(none)", "1", "1", "0", "0.0% (0/1)", "n/a (0/0)", "100.0% (1/1)"],
        ["all", "2", "2", "0", "50.0% (1/2)", "0.0% (0/1)", "50.0% (1/2)"],
    ]
    header = ok(filled("stats", "--csv")).stdout.splitlines()[0].split(",")
    assert [name for name in header if name.startswith("implementation_")][-3:] == [
        "implementation_numerator",
        "implementation_denominator",
        "implementation_percent",
    ]
