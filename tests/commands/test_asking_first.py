"""A bulk update asks first, and writes what it showed; a note from the editor is never lost; refusals in whole words."""

import json
import re
import stat
from pathlib import Path

import builders as b
import pytest
import typer
from filled_returns import fill
from terminals import on_a_terminal

from tracker.domain.returns import Field

BULK = ["update", "--all", "--report", "501", "--to", "in-progress"]


@pytest.fixture
def two_of_four(sqlite_register, run):
    """A register of two organizations and two recommendations, in which the two of A have been accepted."""
    b.organizations(sqlite_register, "A", "B")
    b.report(sqlite_register)
    assert run("update", "--all", "--org", "A", "--to", "accepted", "--yes").exit_code == 0
    return run


@pytest.fixture
def person(monkeypatch):
    monkeypatch.setattr("typer.testing._NamedTextIOWrapper.isatty", lambda stream: stream.name == "<stdin>")


@pytest.fixture
def editor(tmp_path, monkeypatch):
    """What the editor of the notes does, as a line of shell with the file as $1."""

    def set_up(line):
        program = tmp_path / "editor"
        program.write_text(f"#!/bin/sh\n{line}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("EDITOR", str(program))

    return set_up


def moved(run):
    return sum(row["implementation"] == "in-progress" for row in json.loads(run("list", "--json").stdout))


@pytest.mark.usefixtures("person")
def test_what_was_not_shown_is_not_written(two_of_four, monkeypatch):
    words = ["update", "--all", "--acceptance", "accepted", "--to", "in-progress"]

    def meanwhile(*_, **__):
        assert two_of_four("update", "R1", "B", "--to", "accepted").exit_code == 0
        return True

    with monkeypatch.context() as patch:
        patch.setattr(typer, "confirm", meanwhile)
        done = two_of_four(*words)
    assert (done.exit_code, moved(two_of_four)) == (1, 0)
    assert "what the filters find has changed since you saw it; nothing was changed." in done.stderr
    assert two_of_four(*words, input="y\n").exit_code == 0
    assert moved(two_of_four) == 3


@pytest.mark.usefixtures("person")
def test_what_is_refused_is_seen_before_the_question(two_of_four):
    done = two_of_four(*BULK, "--keep-going", input="n\n")
    assert done.exit_code == 1
    before, asked, _ = done.stderr.partition("Change 2 follow-ups?")
    assert asked
    assert before.count("acceptance is no-information; moving it to in-progress needs") == 2
    none = two_of_four(*BULK, "--org", "B", "--keep-going", input="y\n")
    assert "Change 0" not in none.stderr, "there is nothing to ask"
    assert none.stderr.endswith("tracker: nothing was changed.\n")


@pytest.mark.usefixtures("person")
def test_a_question_that_is_broken_off_ends_like_any_other_work(two_of_four, monkeypatch):
    def stop(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("typer.testing._NamedTextIOWrapper.__next__", stop)
        done = two_of_four(*BULK, "--org", "A")
    assert (done.exit_code, moved(two_of_four)) == (130, 0)
    assert done.stderr.endswith("\nStopped; nothing was left half-written.\n")


@pytest.fixture
def asking(two_of_four, tmp_path, monkeypatch):
    """Every command that asks before it changes something, and what it says where nobody answers."""
    monkeypatch.chdir(tmp_path)
    for words in (["db", "backup", "b.zip"], ["return", "make", "A", "--out", "a.xlsx"]):
        assert two_of_four(*words).exit_code == 0
    sheet = tmp_path / "a.xlsx"
    sheet.write_bytes(fill(sheet.read_bytes(), {"A/80/501/R1": {Field.IMPLEMENTATION: "In progress"}}))
    return {
        "a bulk change": [*BULK, "--org", "A"],
        "reading a return": ["return", "read", "a.xlsx"],
        "a restore": ["db", "restore", "b.zip"],
    }


@pytest.mark.parametrize("what", ["a bulk change", "reading a return", "a restore"])
@pytest.mark.parametrize("is_there", [False, True], ids=["no terminal", "the input ends"])
def test_where_nobody_answers_a_question_is_refused_with_its_remedy(two_of_four, asking, monkeypatch, what, is_there):
    monkeypatch.setattr("typer.testing._NamedTextIOWrapper.isatty", lambda at: is_there and at.name == "<stdin>")
    done = two_of_four(*asking[what], input="")
    assert (done.exit_code, moved(two_of_four)) == (2, 0)
    assert (
        f"tracker: {what} must be confirmed, and there is no terminal to ask on. Give --yes"
        in done.stderr.splitlines()[-1]
    )


def test_a_dry_run_of_a_part_says_that_nothing_was_written(two_of_four):
    done = two_of_four(*BULK, "--keep-going", "--dry-run")
    assert done.exit_code == 3
    assert done.stderr.endswith("tracker: 2 would be changed, 2 refused; nothing was written.\n")


def test_the_editor_opens_only_for_what_a_note_makes_possible(two_of_four, editor, tmp_path):
    editor(f"touch {tmp_path}/opened")
    done = two_of_four("update", "R1", "B", "--to", "in-progress", "--edit")
    assert done.exit_code == 1
    assert "moving it to in-progress needs" in done.stderr
    assert two_of_four("update", "R9", "B", "--to", "accepted", "--edit").exit_code == 1
    assert two_of_four(*BULK, "--org", "B", "--edit", "--keep-going", "--yes").exit_code == 1
    assert not (tmp_path / "opened").exists()


@pytest.mark.usefixtures("person")
def test_a_note_that_does_not_come_into_the_register_is_kept(two_of_four, editor):
    editor('echo "a long note" > "$1"')
    done = two_of_four(*BULK, "--org", "A", "--edit", input="n\n")
    assert done.exit_code == 1
    kept = Path(re.search(r"Your note is kept in (.*)\.\n", done.stderr)[1])
    assert kept.read_text() == "a long note"
    assert kept.stat().st_mode & 0o077 == 0
    kept.unlink()
    assert "is kept" not in two_of_four(*BULK, "--org", "A", "--edit", "--yes").stderr


@pytest.mark.parametrize(
    "does", ["true", 'echo "# all is a comment" > "$1"', ': > "$1"'], ids=["left", "comment", "none"]
)
def test_nothing_is_written_with_an_empty_note_from_the_editor(two_of_four, editor, does):
    editor(does)
    done = two_of_four("update", "R1", "A", "--to", "in-progress", "--edit")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == (
        "tracker: the note is empty; nothing was changed. Write and save one, or give the command without --edit.\n"
    )
    assert two_of_four(*BULK, "--org", "A", "--edit", "--yes").exit_code == 1
    assert moved(two_of_four) == 0


def test_a_note_that_was_given_and_left_as_it_is_in_the_editor_is_written(two_of_four, editor):
    editor("true")
    assert two_of_four("update", "R1", "A", "--to", "in-progress", "--note", "a call", "--edit").exit_code == 0
    assert moved(two_of_four) == 1


@pytest.mark.parametrize("bad", [r"\351t\351", r"a\000b"], ids=["Latin-1", "NUL"])
def test_what_is_no_text_is_kept_as_it_was_saved(two_of_four, editor, bad):
    editor(f"printf '{bad}' > \"$1\"")
    done = two_of_four("update", "R1", "A", "--note", "x", "--edit")
    assert done.exit_code == 2
    kept = Path(re.search(r"not UTF-8; nothing was changed\. It is kept in (.*); set", done.stderr)[1])
    assert kept.stat().st_size == 3
    kept.unlink()


def test_a_variable_for_the_editor_may_be_empty_or_wrong(two_of_four, editor, monkeypatch):
    editor('echo "from EDITOR" > "$1"')
    monkeypatch.setenv("VISUAL", "  ")
    assert two_of_four("update", "R1", "A", "--to", "in-progress", "--edit").exit_code == 0
    monkeypatch.setenv("VISUAL", "vi 'x")
    done = two_of_four("update", "R1", "A", "--to", "in-progress", "--edit")
    assert done.exit_code == 2
    assert "a quotation mark is not closed in VISUAL." in done.stderr


@pytest.mark.parametrize("words", [["--keep-going"], []], ids=["in part", "as a whole"])
def test_a_terminal_tears_no_word_of_a_refusal(two_of_four, sqlite_url, words):
    said = on_a_terminal(sqlite_url, *BULK, *words, "--org", "B", "--yes", columns=60, stderr=True, status=1)
    lines = said.splitlines()
    assert max(map(len, lines)) <= 60
    piped = two_of_four(*BULK, *words, "--org", "B", "--yes").stderr
    assert " ".join(piped.split()).endswith(" ".join(said.split()))
