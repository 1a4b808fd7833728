"""What a terminal does to what a person types or pastes at a prompt: no word is lost, and no line of it is an answer."""

import os
import signal
from pathlib import Path

import pytest
from terminals import typed_on_a_terminal

KEYS, NOTE, WRITE = "What is the answer?", "Note (", "Write 1 update?"
END = "\x04"


@pytest.fixture
def reviewed(filled, sqlite_url, rows):
    """Review WHO at a terminal; the screen, and the first recommendation as it is then."""

    def run(*typed, **environment):
        screen = typed_on_a_terminal(sqlite_url, "review", "WHO", typed=typed, **environment).replace("\r\n", "\n")
        return screen, rows()["A/80/501/R1"]

    return run


@pytest.mark.parametrize("end", ["", "\n"], ids=["the last one unfinished", "each with its end"])
def test_lines_that_are_pasted_are_one_note_and_no_answers(reviewed, end):
    pasted = f"Thank you.\n\nand\nwe decline{end}"
    screen, row = reviewed((KEYS, "n\n"), (NOTE, pasted), ("4 lines one note?", "\n"), (KEYS, "q\n"), (WRITE, "y\n"))
    assert "“" not in screen
    assert (row["acceptance"], row["note"]) == ("not-accepted", "Thank you.\n\nand\nwe decline")


def test_blanks_and_joiners_that_a_script_needs_are_kept_in_every_line_of_a_paste(reviewed):
    line = "10\N{NARROW NO-BREAK SPACE}000\N{NO-BREAK SPACE}% می\N{ZERO WIDTH NON-JOINER}شود"
    typed = ((KEYS, "n\n"), (NOTE, f"{line}\n{line}\n"), ("2 lines one note?", "\n"), (KEYS, "q\n"), (WRITE, "y\n"))
    assert reviewed(*typed)[1]["note"] == f"{line}\n{line}"


def test_lines_typed_ahead_are_no_note_where_somebody_says_so(reviewed):
    screen, row = reviewed((KEYS, "a\n"), (NOTE, "fine\n2026Q4\ns\n"), ("3 lines one note?", "<\n"), (KEYS, "q\n"))
    assert "None of it was taken." in screen
    assert row["acceptance"] == "no-information"


def test_an_enter_typed_ahead_of_its_prompt_is_no_part_of_a_note(reviewed):
    _, row = reviewed((KEYS, "n\n"), (NOTE, "too dear\n\n"), (KEYS, "q\n"), (WRITE, "y\n"))
    assert row["note"] == "too dear"


@pytest.mark.parametrize(
    ("before", "prompt"), [((), KEYS), (((KEYS, "a\n"), (NOTE, "\n")), "Due date (")], ids=["keys", "due date"]
)
def test_where_a_paste_means_nothing_no_further_line_of_it_is_an_answer(reviewed, before, prompt):
    screen, row = reviewed(*before, (prompt, "We decline.\nn\nno\n"), (prompt, END))
    assert "What followed it was not read." in screen
    assert row["acceptance"] == "no-information"


@pytest.mark.parametrize("letters", ["w" * 5000, "项" * 2000], ids=["narrow", "wide"])
def test_a_note_that_the_terminal_has_cut_is_not_taken(reviewed, letters):
    screen, row = reviewed((KEYS, "n\n"), (NOTE, f"{letters}\n"), ("its end is lost", "\n"), (KEYS, "q\n"))
    assert "longer than a terminal takes in one line, and its end is lost" in screen
    assert row["acceptance"] == "no-information"


def test_of_a_paste_that_may_have_lost_something_nothing_is_taken(reviewed):
    pasted = "first\n" + "word " * 1000
    screen, row = reviewed((KEYS, "n\n"), (NOTE, pasted), ("some of it may be lost", "\n"), (KEYS, "q\n"))
    assert "1000 lines" not in screen
    assert row["acceptance"] == "no-information"


@pytest.fixture
def editor(tmp_path):
    """A program that somebody may have for an editor: what it does, as a line of the shell; the note is $1."""

    def make(line):
        path = tmp_path / "editor"
        path.write_text(f"#!/bin/sh\n{line}\n")
        path.chmod(0o755)
        return {"EDITOR": str(path), "VISUAL": ""}

    return make


def test_a_long_note_is_written_in_the_editor(reviewed, editor):
    writes = editor("for i in 1 2 3 4 5 6; do printf '%0900d\\n' $i; done > \"$1\"")
    _, row = reviewed((KEYS, "n\n"), (NOTE, "e\n"), (KEYS, "q\n"), (WRITE, "y\n"), **writes)
    assert [len(line) for line in row["note"].splitlines()] == [900] * 6


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("false", "the editor ended with an error"),
        ("true", "The note is empty."),
        (None, "the editor /nowhere/edit cannot be started."),
    ],
)
def test_an_editor_that_fails_leaves_the_review_where_it_was(reviewed, editor, does, said):
    failing = editor(does) if does else {"EDITOR": "/nowhere/edit", "VISUAL": ""}
    screen, row = reviewed((KEYS, "n\n"), (NOTE, "e\n"), (NOTE, "too dear\n"), (KEYS, "q\n"), (WRITE, "y\n"), **failing)
    assert said in " ".join(screen.split())
    assert row["note"] == "too dear"


def test_after_a_pause_the_prompt_is_shown_again_and_half_a_line_is_gone(reviewed):
    def paused(process):
        state = Path(f"/proc/{process.pid}/stat")
        while state.exists() and state.read_text().rpartition(")")[2].split()[0] != "S":
            pass  # nobody presses Ctrl-Z before the program has begun to wait for the line
        os.kill(process.pid, signal.SIGCONT)

    screen, row = reviewed(
        (KEYS, "n\n"), (NOTE, "half a no"), ("half a no", paused), (NOTE, "too dear\n"), (KEYS, "q\n"), (WRITE, "y\n")
    )
    assert "Resumed; what was half typed is lost.\nNote (needed;" in screen
    assert row["note"] == "too dear"
