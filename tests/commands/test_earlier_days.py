"""An answer of an earlier day under a later one: said as what was so then, and not as a change."""

import json

import pytest
from answers import ok


@pytest.fixture
def accepted(filled):
    """R1 is accepted since 2 February 2026, which was confirmed on the 5th; of R2 nothing is known."""
    ok(filled("update", "R1", "WHO", "--to", "accepted", "--on", "2026-02-02"))
    ok(filled("update", "R1", "WHO", "--to", "accepted", "--on", "2026-02-05"))
    return filled


REFUSED = ["--to", "not-accepted", "--on", "2026-02-01", "--note", "letter"]
THEN = (
    "A/80/501/R1 WHO: acceptance: no-information → not-accepted on 2026-02-01; since 2026-02-02 it is accepted\n"
    "{0} {1}changed, 1 entered for an earlier day{2}.\n"
)


@pytest.mark.parametrize("dry", [False, True], ids=["written", "dry"])
def test_what_became_otherwise_is_no_change(accepted, dry):
    done = ok(accepted("update", "R1", "WHO", *REFUSED, *["--dry-run"] * dry))
    words = ("would be ", "; nothing was written") if dry else ("", "")
    assert done.stderr == THEN.format("0 follow-ups", *words)
    row = json.loads(accepted("show", "R1", "WHO", "--json").stdout)
    assert row["acceptance"] == "accepted"
    then = json.loads(accepted("list", "--as-of", "2026-02-01", "--json").stdout)[0]
    assert then["acceptance"] == ("no-information" if dry else "not-accepted")


def test_of_many_those_that_change_are_counted_alone(accepted):
    done = ok(accepted("update", "--all", "--org", "WHO", *REFUSED, "--yes"))
    assert "A/80/501/R2 WHO: acceptance: no-information → not-accepted\n" in done.stderr
    assert done.stderr.endswith("1 follow-up changed, 1 entered for an earlier day.\n")


def test_in_json_it_is_as_it_stands_now(accepted):
    (changed,) = json.loads(ok(accepted("update", "R1", "WHO", *REFUSED, "--json")).stdout)["changed"]
    assert [(move["from"], move["to"]) for move in changed["changes"]] == [("no-information", "not-accepted")]
    assert changed["acceptance"] == "accepted"


def test_what_holds_since_then_is_a_change_also_where_a_later_day_says_it_again(accepted):
    done = ok(accepted("update", "R1", "WHO", "--to", "accepted", "--on", "2026-02-01"))
    assert done.stderr == "A/80/501/R1 WHO: acceptance: no-information → accepted\n1 follow-up changed.\n"


def test_what_is_written_beside_it_is_a_change(accepted):
    done = ok(accepted("update", "R1", "WHO", *REFUSED, "--evidence", "https://example.org/letter"))
    assert "since 2026-02-02 it is accepted" in done.stderr
    assert done.stderr.endswith("\n1 follow-up changed.\n")
