"""`tracker org edit --left`, and what lists say of it."""

import json
from datetime import date, timedelta

import pytest
from answers import ok
from terminals import on_a_terminal


@pytest.fixture
def left(filled):
    ok(filled("update", "R1", "WHO", "--to", "accepted", "--due", "2026-01"))
    ok(filled("update", "R2", "WHO", "--to", "not-relevant", "--note", "no list"))
    done = ok(filled("org", "edit", "WHO", "--left", str(date.today())))
    assert f"WHO: Health, UTC, en, left on {date.today()}.\n" in done.stderr
    return filled


def test_lists_say_that_nobody_is_asked(left, sqlite_url):
    row, other = json.loads(ok(left("list", "--json")).stdout)
    assert (row["open"], row["flags"], other["flags"]) == (True, ["left"], [])
    assert "left · Executive heads should keep" in left("list").stdout
    assert "left" in left("show", "R1", "WHO").stdout
    screen = on_a_terminal(sqlite_url, "list", stderr=True)
    assert "L has left and is no longer asked" in screen
    yesterday = str(date.today() - timedelta(days=1))
    assert (
        json.loads(ok(left("list", "--json", "--as-of", yesterday)).stdout) == []
        or "left" not in left("list", "--as-of", yesterday).stdout
    )


def test_the_ladder_says_that_nobody_is_asked(left):
    done = ok(left("remind", "ladder", "R1", "WHO"))
    assert f"WHO left on {date.today()}; it stays open, and nobody is asked." in done.stderr


def test_organizations_show_the_day(left):
    assert json.loads(left("org", "list", "--json").stdout)[0]["left_on"] == str(date.today())
    assert json.loads(left("org", "show", "WHO", "--json").stdout)["left_on"] == str(date.today())
    assert str(date.today()) in left("org", "show", "WHO").stdout
    assert left("org", "list").stdout.splitlines()[0].split("\t")[-1] == "left"
    assert json.loads(left("org", "list", "--json", "--as-of", str(date.today())).stdout) == []


def test_a_day_to_come_is_said_as_one(left):
    day = str(date.today() + timedelta(days=40))
    assert f"leaves on {day}." in ok(left("org", "edit", "WHO", "--left", day)).stderr
    assert json.loads(ok(left("list", "--json")).stdout)[0]["flags"] == []


def test_it_is_taken_back_with_never(left):
    done = ok(left("org", "edit", "WHO", "--left", "never", "--json"))
    assert json.loads(done.stdout)["left_on"] is None
    assert left("org", "edit", "WHO", "--left", "soon").exit_code == 2
    assert json.loads(ok(left("list", "--json")).stdout)[0]["flags"] == []
