"""Spellings, dates and row numbers of other registers."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import BadDataError
from tracker.ingest.days import read_day
from tracker.ingest.folding import clean, code_of, fold_name, fold_text, fold_word, number_of
from tracker.ingest.registers.findings import Findings, listed

DAYS = st.dates(min_value=date(1970, 1, 1), max_value=date(2069, 12, 31))


@pytest.mark.parametrize(
    ("word", "form", "day"),
    [
        ("2024-04-04", None, date(2024, 4, 4)),
        ("2024-04-04 00:00:00", None, date(2024, 4, 4)),
        ("24-Feb-21", "d-mon-y", date(2021, 2, 24)),
        ("24 February 2021", None, date(2021, 2, 24)),
        ("February 24, 2021", None, date(2021, 2, 24)),
        ("03/04/2024", "d/m/y", date(2024, 4, 3)),
        ("03/04/2024", "m/d/y", date(2024, 3, 4)),
        ("25/04/2024", None, date(2024, 4, 25)),
        ("04/25/2024", None, date(2024, 4, 25)),
        ("05/05/2024", None, date(2024, 5, 5)),
        ("45355", "excel-1900", date(2024, 3, 4)),
        ("43893", "excel-1904", date(2024, 3, 4)),
        ("1 Sept 2020", None, date(2020, 9, 1)),
    ],
)
def test_a_date_is_read_in_its_form(word, form, day):
    assert read_day(word, form) == day


@pytest.mark.parametrize(
    ("word", "form", "said"),
    [
        ("03/04/2024", None, "more than one day"),
        ("24/02/21", None, "more than one day"),
        ("24-Feb-21", None, "century"),
        ("45355", None, "not a date"),
        ("2024-02-30", None, "no such day"),
        ("30/09/2024", "m/d/y", "no such day"),
        ("soon", "d/m/y", "not a date"),
        ("24 Febtober 2021", None, "not a month"),
    ],
)
def test_a_date_that_could_be_two_or_none_is_refused(word, form, said):
    with pytest.raises(BadDataError, match=said):
        read_day(word, form)


@given(DAYS)
def test_every_day_comes_back_from_every_declared_form(day):
    assert read_day(day.isoformat()) == day
    assert read_day(f"{day:%d/%m/%Y}", "d/m/y") == day
    assert read_day(f"{day:%m/%d/%Y}", "m/d/y") == day
    assert read_day(f"{day:%d-%b-%y}", "d-mon-y") == day
    assert read_day(str((day - date(1899, 12, 30)).days), "excel-1900") == day


@given(DAYS)
def test_an_undeclared_numeric_date_is_either_right_or_refused(day):
    try:
        assert read_day(f"{day:%d/%m/%Y}") == day
    except BadDataError:
        assert day.day <= 12
        assert day.day != day.month


def test_spreadsheet_escapes_and_misread_letters_are_mended():
    assert clean("one_x000D_\n\n two ", repair=True) == "one\ntwo"
    assert clean("Constructorâ€™s café â€“ naÃ¯ve", repair=True) == "Constructor’s café – naïve"
    assert clean("Constructorâ€™s") == "Constructorâ€™s"


def test_control_characters_are_blanks_also_those_that_the_reader_resolved():
    assert clean("x_x0000_y") == clean("x\0y") == clean("x\x1f\x08y") == "x y"
    assert clean("a\tb\nc\r\nd_x000A_e") == "a b\nc\nd\ne"


@given(st.text())
def test_cleaning_twice_changes_nothing(text):
    once = clean(text)
    assert clean(once) == once or "_x" in text  # an escape may spell another one


@given(st.text(alphabet=st.characters(categories=["L", "N", "Zs", "Pd"])))
def test_repair_never_harms_a_right_text(text):
    right = text if not any("\u00c2" <= char <= "\u00ef" for char in text) else ""
    assert clean(right, repair=True) == clean(right)


def test_names_and_words_fold():
    assert fold_name("Sri Lanka") == fold_name("srilanka")
    assert fold_name("Fire & Rescue") == fold_name("Fire and Rescue")
    assert fold_name("Auckland RC") != fold_name("Auckland DC")
    assert fold_word(" Being  Implemented. ") == "being implemented"


def test_a_text_is_the_same_without_its_number_and_its_proposers():
    assert fold_text("129.4  Ratify it (Spain, Chile);") == fold_text("Ratify it")
    assert fold_text("Ratify it") != fold_text("Ratify them")


def test_codes_have_no_blanks_and_are_not_too_long():
    assert code_of("Amateur Constructor’s Assn.") == "AMATEUR-CONSTRUCTORS-ASSN"
    first, second = code_of("A very " * 9 + "long name"), code_of("A very " * 9 + "long game")
    assert len(first) <= 40
    assert first != second
    assert number_of("012/21") == "012-21"
    assert number_of("no ID 10") == "no-ID-10"


@given(st.lists(st.integers(min_value=1, max_value=60), min_size=1))
def test_a_list_of_rows_names_every_row(numbers):
    words = listed(numbers).replace(" and ", ", ").split(", ")
    named = [n for word in words for n in range(int(word.split("–")[0]), int(word.split("–")[-1]) + 1)]
    assert named == sorted(set(numbers))


def test_the_same_finding_is_said_once_with_all_its_rows():
    findings = Findings("file.csv")
    findings.notice(3, "has no text.", "Add it.")
    findings.notice(4, "has no text.", "Add it.")
    findings.refuse(9, "is wrong.", "Mend it.", "Made")
    assert [problem.where for problem in findings.problems()] == ["file.csv, row 9, column Made", "file.csv, rows 3–4"]
    assert findings.refused == {9}
