"""What belongs to a decision of a review: a note that was pasted or written, a date, evidence; and the way back."""

from datetime import date

import pytest

from tracker.commands import review_answers
from tracker.commands.review_answers import (
    BackError,
    leave_unread,
    read_due,
    read_evidence,
    read_later,
    read_note,
)
from tracker.errors import BadDataError, RefusedError


@pytest.fixture
def typed(monkeypatch):
    """Let somebody type these lines, behind each of which something may have been pasted; gives what was asked."""

    def arrange(*lines, pasted=()):
        asked, coming, behind = [], iter(lines), iter(pasted)

        def read(prompt):
            asked.append(prompt)
            return next(coming)

        monkeypatch.setattr(review_answers, "read_line", read)
        monkeypatch.setattr(review_answers, "pasted_behind", lambda: next(behind, ""))
        return asked

    return arrange


@pytest.fixture
def written(monkeypatch):
    """What the editor leaves, one after the other; an error is raised."""

    def arrange(*notes):
        coming = iter(notes)

        def edited(_):
            note = next(coming)
            if isinstance(note, Exception):
                raise note
            return note

        monkeypatch.setattr(review_answers, "edited", edited)

    return arrange


def test_a_note_is_asked_for_as_it_is_needed_and_may_be_left_out_where_it_is_not(typed):
    asked = typed("done", "")
    assert (read_note("Implemented"), read_note(None)) == ("done", None)
    assert asked == [
        "Note (needed; Enter or < to go back, e for your editor):",
        "Note (Enter for none, < to go back, e for your editor):",
    ]


def test_a_note_that_is_needed_and_not_given_decides_nothing(typed, capsys):
    typed("", "<")
    with pytest.raises(BackError):
        read_note("Implemented")
    assert capsys.readouterr().err == "Implemented needs a note; nothing was decided.\n"
    with pytest.raises(BackError):
        read_note(None)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("answer", ["", "y", "YES"])
def test_several_lines_that_came_at_once_are_one_note_where_somebody_says_so(typed, answer):
    asked = typed("The first line", answer, pasted=["the second\nthe third\n"])
    assert read_note(None) == "The first line\nthe second\nthe third"
    assert asked[1] == "Are these 3 lines one note? Enter yes, < to go back:"


def test_several_lines_that_are_no_note_are_not_taken_and_what_is_behind_them_is_no_answer(typed, capsys):
    asked = typed("The first line", "n", "the note", pasted=["d\n", "more\n"])
    assert read_note(None) == "the note"
    assert len(asked) == 3
    assert "None of it was taken." in capsys.readouterr().err
    typed("The first line", "<", pasted=["d\n", ""])
    with pytest.raises(BackError):
        read_note(None)


def test_a_way_back_takes_none_of_what_was_pasted_behind_it_for_a_note(typed):
    typed("<", pasted=["d\n"])
    with pytest.raises(BackError):
        read_note(None)


def test_more_than_a_terminal_takes_is_asked_for_again(typed, capsys):
    typed("The first line", "the note", pasted=[None, ""])
    assert read_note(None) == "the note"
    assert "write it in your editor" in capsys.readouterr().err


def test_a_note_from_the_editor_is_asked_for_again_where_there_is_none(typed, written, capsys):
    typed("e", "e", "e")
    written(None, RefusedError("the editor ended with 1.", remedy="See EDITOR."), "from the editor")
    assert read_note("Implemented") == "from the editor"
    said = capsys.readouterr().err
    assert said.splitlines() == ["The note is empty.", "the editor ended with 1. See EDITOR."]


def test_a_date_that_is_none_is_asked_for_again_and_what_came_behind_it_is_not_read(typed, capsys):
    asked = typed("soon", "2026Q3", pasted=["y\n"])
    assert read_due().day == date(2026, 9, 30)
    assert set(asked) == {"Due date (day, month, quarter; Enter to leave it, < to go back):"}
    assert capsys.readouterr().err.splitlines()[1:] == ["What followed it was not read."]
    typed("")
    assert read_due() is None


def test_more_time_without_a_date_goes_back(typed):
    asked = typed("2027-01", "", "<")
    assert read_later(date(2026, 9, 30)).day == date(2027, 1, 31)
    assert asked == ["More time until (now 2026-09-30; day, month, quarter; Enter or < to go back):"]
    for _ in range(2):
        with pytest.raises(BackError):
            read_later(None)


def test_evidence_is_named_once_each_and_what_is_none_is_asked_for_again(typed, capsys):
    def usable(words):
        if words == "gone":
            raise FileNotFoundError(2, "No such file or directory")
        if words == "bad":
            raise BadDataError("bad is no evidence.")
        return words.upper()

    asked = typed("one", "gone", "bad", "two", "ONE", "")
    assert read_evidence(usable) == ("ONE", "TWO")
    assert asked[:2] == [
        "Evidence (a link or a file; Enter or < to go back):",
        "Further evidence (Enter for none, < to go back):",
    ]
    assert capsys.readouterr().err.splitlines() == ["gone: no such file or directory.", "bad is no evidence."]
    typed("")
    with pytest.raises(BackError):
        read_evidence(usable)


def test_only_what_came_behind_is_said_not_to_have_been_read(typed, capsys):
    typed(pasted=["", None])
    leave_unread()
    assert capsys.readouterr().err == ""
    leave_unread()
    assert capsys.readouterr().err == "What followed it was not read.\n"
