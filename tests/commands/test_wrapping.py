"""Texts in lines that fit the terminal, in scripts whose letters take two columns as well."""

import pytest
from rich.cells import cell_len
from terminals import on_a_terminal

from tracker.commands.terminal.wrapping import fits_on_a_line, wrapped

CHINESE = "我们已经开始实施这项建议，预计将于明年完成。" * 8


@pytest.mark.parametrize("room", [40, 59, 60, 80])
def test_chinese_goes_on_below_with_no_letter_lost_and_no_line_too_wide(room):
    lines = wrapped(f"Last note: {CHINESE}", room, "  ", "  ")
    assert room - 2 <= max(map(cell_len, lines)) <= room
    assert "".join(line.removeprefix("  ") for line in lines) == f"Last note: {CHINESE}"


def test_a_terminal_of_one_column_is_no_error():
    assert "".join(wrapped("项项", 1)) == "项项"


def test_an_empty_text_is_one_line():
    assert wrapped("", 20) == [""]


def test_a_path_stays_whole_where_it_is_to_be_copied():
    path = "/srv/" + "office/" * 10
    assert wrapped(f"It is kept in {path} for you.", 40, further="  ", whole_words=True)[1] == f"  {path}"


def test_a_wide_letter_counts_twice():
    assert fits_on_a_line("项项", 4)
    assert not fits_on_a_line("项项", 3)


@pytest.mark.parametrize("columns", [60, 80])
@pytest.mark.parametrize("words", [("show", "R1", "WHO"), ("review", "WHO")], ids=["show", "review"])
def test_a_chinese_note_keeps_within_the_terminal(filled, sqlite_url, words, columns):
    filled("update", "R1", "WHO", "--to", "accepted", "--note", CHINESE)
    shown = on_a_terminal(sqlite_url, *words, columns=columns, stderr=True)
    keys = ("What is the answer?", "Write ")
    lines = [line for line in shown.splitlines() if not line.startswith(keys)]
    assert max(map(cell_len, lines)) <= columns
    assert CHINESE in "".join(shown.split())
