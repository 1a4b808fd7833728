"""What other people's scripts lean on: exit statuses, stdout as data, the keys of JSON, references in any form."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLLOW_UP = [
    "ref", "report", "number", "organization", "text", "addressee", "impact", "acceptance", "implementation",
    "verification", "due_on", "original_due_on", "open", "overdue", "effective_on", "recorded_at", "actor", "note",
    "stance", "evidence", "flags",
]  # fmt: skip


BESIDE = ["due", "extensions", "extensions_granted", "extension_days", "lesson", "links"]
"""What `show REF ORG --json` adds after them."""


def read(done):
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_a_follow_up_has_the_keys_of_the_contract_in_their_order(filled):
    (row, _) = read(filled("list", "--json"))
    assert list(row) == FOLLOW_UP
    shown = read(filled("show", "R1", "WHO", "--json"))
    assert list(shown) == [*FOLLOW_UP, *BESIDE]
    assert row == {key: shown[key] for key in FOLLOW_UP}


def test_the_values_of_a_follow_up(filled):
    filled("update", "R1", "WHO", "--to", "accepted", "--on", "2025-05-04", "--due", "2025Q2", "--note", "by letter")
    row = read(filled("show", "R1", "WHO", "--json"))
    recorded = row.pop("recorded_at")
    assert recorded.endswith("Z")
    assert len(recorded) == len("2026-05-06T09:12:44Z")
    assert row == {
        "ref": "A/80/501/R1",
        "report": "A/80/501",
        "number": "1",
        "organization": "WHO",
        "text": "Executive heads should keep a list of things.",
        "addressee": "executive-head",
        "impact": None,
        "acceptance": "accepted",
        "implementation": "no-information",
        "verification": "not-verified",
        "due_on": "2025-06-30",
        "original_due_on": "2025-06-30",
        "open": True,
        "overdue": True,
        "effective_on": "2025-05-04",
        "actor": "officer",
        "note": "by letter",
        "stance": "supported",
        "evidence": [],
        "flags": [],
        "due": {"form": "quarter", "given": "2025Q2", "set_on": "2025-05-04", "by": "officer"},
        "extensions": [],
        "extensions_granted": 0,
        "extension_days": 0,
        "lesson": None,
        "links": [],
    }


def test_an_import_has_the_keys_of_the_contract(run, tmp_path):
    note = tmp_path / "A_80_501_Add.1.txt"
    note.write_bytes((Path(__file__).parent / "note.txt").read_bytes())
    run("org", "add", "WHO", "--name", "Health")
    first, again = read(run("import", str(note), "--json")), read(run("import", str(note), "--json"))
    keys = {"kind", "symbol", "report", "recommendations", "created", "updated", "unchanged", "refused", "problems"}
    assert keys <= set(first)
    assert (first["kind"], first["symbol"], first["report"]) == ("note", "A/80/501/Add.1", "A/80/501")
    assert first["recommendations"][0] == {
        "number": "1",
        "text": "Executive heads should keep a list of things.",
        "addressee": "executive-head",
        "stance": "supported",
        "paragraphs": [2],
    }
    assert [first[name] for name in ("created", "updated", "unchanged", "refused")] == [2, 0, 0, 0]
    assert [again[name] for name in ("created", "updated", "unchanged", "refused")] == [0, 0, 2, 0]


@pytest.mark.parametrize(
    "reference",
    ["A/80/501/R1", "a/80/501/r1", "80/501/R1", "501/R1", "501/r1", "R1", "r1", "A/80/501/Add.1/R1", "add.1/r1"],
)
def test_a_reference_is_any_symbol_any_tail_any_case(filled, reference):
    assert read(filled("show", reference, "who", "--json"))["ref"] == "A/80/501/R1"


def test_the_letter_of_a_number_is_read_in_any_case_with_and_without_a_symbol(filled, sqlite_register):
    from sqlalchemy import text

    with sqlite_register.engine.begin() as connection:
        connection.execute(text("UPDATE recommendation SET number = '1a' WHERE number = '1'"))
    for reference in ("501/R1A", "501/r1a", "R1A", "r1a"):
        assert read(filled("show", reference, "WHO", "--json"))["number"] == "1a"


STATUSES = [
    (0, ["list"]),
    (0, ["update", "R1", "WHO", "--to", "accepted"]),
    (1, ["update", "R1", "WHO", "--to", "not-accepted"]),
    (1, ["update", "R9", "WHO", "--to", "accepted"]),
    (1, ["update", "R1", "FAO", "--to", "accepted"]),
    (1, ["show", "999/R1"]),
    (1, ["show", "nonsense"]),
    (1, ["list", "--org", "NONE"]),
    (1, ["list", "--report", "999"]),
    (1, ["undo"]),
    (1, ["correct", "R1", "WHO", "99", "--note", "wrong"]),
    (1, ["import", "no-such-file.txt"]),
    (2, ["update", "R1", "WHO", "--to", "splendid"]),
    (2, ["update", "R1", "WHO", "--to", "no-information"]),
    (2, ["update", "R1", "WHO", "--to", "accepted", "--on", "2026-02-30"]),
    (2, ["update", "R1", "WHO", "--due", "2026Q5"]),
    (2, ["update", "R1"]),
    (2, ["update", "--all", "--to", "accepted"]),
    (2, ["update", "--all", "--org", "WHO", "--to", "accepted"]),
    (2, ["update", "R1", "WHO", "--open", "--to", "accepted"]),
    (2, ["list", "--acceptance", "maybe"]),
    (2, ["list", "--limit", "0"]),
    (2, ["list", "--silent-for", "long"]),
    (2, ["list", "--json", "--csv"]),
    (2, ["officer", "add", "WHO", "--post", "janitor", "--name", "A", "--email", "a@b.org"]),
    (2, ["lst"]),
    (2, ["list", "--no-such-option"]),
    (2, []),
]


@pytest.mark.parametrize(
    ("status", "words"), STATUSES, ids=lambda value: " ".join(value) if isinstance(value, list) else None
)
def test_the_exit_status_says_what_kind_of_answer_it_is(filled, status, words):
    before = read(filled("list", "--json"))
    actor = ["--actor", "stranger"] if words == ["undo"] else []
    done = filled(*actor, *words)
    assert done.exit_code == status, done.output
    assert "Traceback" not in done.output
    if status:
        assert done.stdout == "" or not words, "an error leaves stdout to the data"
        assert done.stderr or not words
        assert read(filled("list", "--json")) == before, "nothing was changed"


def test_done_in_part_is_3_and_done_not_at_all_is_1(filled):
    filled("org", "add", "FAO", "--name", "Food")
    filled("update", "R1", "WHO", "--to", "accepted")
    part = filled("update", "--all", "--report", "501", "--to", "in-progress", "--keep-going", "--yes", "--json")
    assert part.exit_code == 3
    assert [len(json.loads(part.stdout)[name]) for name in ("changed", "refused")] == [1, 1]
    none = filled("update", "R2", "WHO", "--to", "in-progress", "--keep-going")
    assert none.exit_code == 1


def test_no_register_is_the_world_failing(tmp_path, run):
    done = run("--database", str(tmp_path / "none.db"), "list")
    assert done.exit_code == 4
    assert done.stderr.count("\n") == 1
    assert "Create one with: tracker init. If it is elsewhere, give --database or --config." in done.stderr
    assert not (tmp_path / "none.db").exists(), "asking makes no file"


@pytest.mark.parametrize(
    "words",
    [
        ["list", "--json"], ["show", "R1", "--json"], ["history", "R1", "--json"], ["org", "list", "--json"],
        ["officer", "list", "--json"], ["update", "R1", "WHO", "--to", "accepted", "--json"],
        ["update", "R1", "WHO", "--to", "accepted", "--dry-run", "--json"], ["stats", "--json"], ["export"],
        ["audit", "verify", "--json"], ["db", "check", "--json"], ["org", "show", "WHO", "--json"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_json_is_all_that_stdout_holds(filled, words):
    assert read(filled(*words)) is not None


def test_the_program_as_a_program(sqlite_url, tmp_path):
    """Through a real process: stdout is data, stderr is talk, a closed pipe is no error."""
    command = [sys.executable, "-m", "tracker", "--database", sqlite_url, "--actor", "ana"]
    done = subprocess.run([*command, "org", "import", "--preset", "jiu"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert "28 organizations registered" in done.stderr
    listed = subprocess.run([*command, "org", "list", "--json"], capture_output=True, text=True, check=True)
    assert len(json.loads(listed.stdout)) == 28
    bad = subprocess.run([*command, "show", "809/R3"], capture_output=True, text=True, check=False)
    assert (bad.returncode, bad.stdout) == (1, "")
    assert bad.stderr.startswith("tracker: there is no report 809 in the register. See: tracker document list")
    piped = subprocess.run(
        f"{subprocess.list2cmdline([*command, 'org', 'list'])} | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (piped.returncode, piped.stderr.count("Traceback")) == (0, 0)


@pytest.mark.parametrize(
    "words", [["list", "--json"], ["list", "--csv"], ["list"], ["export"], ["--help"]], ids=" ".join
)
def test_a_reader_that_has_enough_is_no_error(filled, sqlite_url, words):
    """As `| head` is; nobody reads from the beginning here, which is the same at any length."""
    there, here = os.pipe()
    os.close(there)
    program = [sys.executable, "-m", "tracker", "--database", sqlite_url, *words]
    done = subprocess.run(program, stdout=here, stderr=subprocess.PIPE, check=False, text=True)
    os.close(here)
    assert done.returncode == 0
    assert "tracker:" not in done.stderr.lower()
    assert "pipe" not in done.stderr.lower()
