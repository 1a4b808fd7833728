"""What an update says of many: the first are named, all are in --json; what is said again is no change."""

import json

import builders as b
import pytest

BULK = ["update", "--all", "--report", "501", "--to", "in-progress", "--yes"]


@pytest.fixture
def many(sqlite_register, run):
    """A register in which 120 follow-ups refuse to be in progress."""
    b.organizations(sqlite_register, *(f"ORG{number}" for number in range(60)))
    b.report(sqlite_register)
    return run


def test_the_first_refusals_are_said_and_how_many_there_are(many):
    done = many(*BULK)
    assert (done.exit_code, done.stdout) == (1, "")
    lines = done.stderr.splitlines()
    assert lines[0] == "Changing 120 follow-ups …"
    assert len(lines) == 53
    assert lines[-2:] == ["… and 70 more; all are in --json.", "Nothing was changed: 120 refused."]


def test_all_refusals_are_in_the_json(many):
    done = many(*BULK, "--json")
    assert done.exit_code == 1
    answer = json.loads(done.stdout)
    assert (answer["changed"], len(answer["refused"])) == ([], 120)
    assert all(item["acceptance"] == "no-information" for item in json.loads(many("list", "--json").stdout))


def test_keeping_on_going_says_no_more(many):
    assert many("update", "R1", "ORG1", "--to", "accepted").exit_code == 0
    done = many(*BULK, "--keep-going")
    assert done.exit_code == 3
    lines = done.stderr.splitlines()
    assert len(lines) == 55
    assert lines[-2:] == ["… and 69 more; all are in --json.", "tracker: 1 done, 119 refused."]


def test_one_refusal_is_one_sentence(many):
    done = many("update", "R1", "ORG1", "--to", "in-progress")
    assert done.stderr.count("\n") == 1
    assert "Nothing was changed" not in done.stderr


def test_what_is_said_again_is_written_and_counted_as_confirmed(many):
    assert many("update", "R1", "ORG1", "--to", "accepted").exit_code == 0
    done = many("update", "R1", "ORG1", "ORG2", "--to", "accepted")
    assert "A/80/501/R1 ORG1: acceptance: still accepted\n" in done.stderr
    assert done.stderr.endswith("1 follow-up changed, 1 confirmed.\n")
    done = many("update", "R1", "ORG1", "--to", "accepted", "--note", "again", "--dry-run")
    assert done.stderr.endswith(
        "ORG1: acceptance: still accepted: again\n0 follow-ups would be changed, 1 confirmed; nothing was written.\n"
    )
    answer = json.loads(many("update", "R1", "ORG1", "ORG3", "--to", "accepted", "--json").stdout)
    assert [item["organization"] for item in answer["changed"]] == ["ORG3"]
    assert [item["organization"] for item in answer["unchanged"]] == ["ORG1"]
    assert len(json.loads(many("history", "R1", "ORG1", "--json").stdout)) == 4, "that it was heard is written"
