"""The spreadsheet of a return, taken apart: what stands in it, what is locked, what the lists offer."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from filled_returns import A, I, V, answers_of, line, place, questionnaire
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from tracker.domain.return_words import WORDS
from tracker.domain.returns import ANSWERS, IDENTITY_SHEET, LISTS_SHEET, Field
from tracker.reports.returns import write_return

EVERY = (
    line(1),
    line(2, A.UNDER_CONSIDERATION),
    line(3, A.ACCEPTED, due_on=None),
    line(4, A.PARTIALLY_ACCEPTED, I.NOT_STARTED),
    line(5, A.ACCEPTED, I.IN_PROGRESS),
    line(6, A.ACCEPTED, I.IMPLEMENTED),
    line(7, A.ACCEPTED, I.IMPLEMENTED, verification=V.DISPUTED),
)


def opened(content):
    return load_workbook(io.BytesIO(content))


def list_of(book, formula: str) -> list[str]:
    """The labels in a range such as lists!$A$1:$A$4, or one that has a name."""
    formula = book.defined_names[formula].value if formula in book.defined_names else formula
    cells = book[LISTS_SHEET][formula.lstrip("=").partition("!")[2].replace("$", "")]
    rows = cells if isinstance(cells, tuple) else ((cells,),)
    return [row[0].value for row in rows]


def validation(book, ref: str, field: Field):
    sheet = answers_of(book)
    cell = place(sheet, ref, field)
    return next(item for item in sheet.data_validations.dataValidation if cell.coordinate in item.sqref)


@pytest.mark.parametrize("language", WORDS)
def test_what_stands_in_it(language, snapshot):
    book = opened(write_return(questionnaire(*EVERY, language=language)))
    said = {
        sheet.title: {
            cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None
        }
        for sheet in book.worksheets
    }
    assert said == snapshot


def test_the_same_questionnaire_gives_the_same_bytes():
    assert write_return(questionnaire(*EVERY)) == write_return(questionnaire(*EVERY))


def test_the_parts_of_the_package_are_dated_1980():
    with zipfile.ZipFile(io.BytesIO(write_return(questionnaire()))) as package:
        assert {part.date_time[0] for part in package.infolist()} == {1980}


def test_only_answers_are_unlocked():
    book = opened(write_return(questionnaire(*EVERY)))
    sheet = answers_of(book)
    assert all(item.protection.sheet for item in book.worksheets if item.title != LISTS_SHEET)
    unlocked = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    assert unlocked == {place(sheet, item.ref, field).coordinate for item in EVERY for field in ANSWERS}
    assert [book[name].sheet_state for name in (LISTS_SHEET, IDENTITY_SHEET)] == ["hidden", "veryHidden"]


def test_the_lists_offer_what_can_follow():
    book = opened(write_return(questionnaire(*EVERY)))
    offered = list_of(book, validation(book, "A/80/501/R5", Field.IMPLEMENTATION).formula1)
    assert offered == ["In progress – no change", "Implemented", "Overtaken by events", "Not started"]
    assert list_of(book, validation(book, "A/80/501/R1", Field.ACCEPTANCE).formula1) == [
        "Under consideration",
        "Accepted",
        "Partially accepted",
        "Not accepted",
        "Not relevant",
    ]


def test_progress_follows_the_position_that_is_chosen_in_the_same_row():
    book = opened(write_return(questionnaire(*EVERY)))
    formula = validation(book, "A/80/501/R1", Field.IMPLEMENTATION).formula1
    found = re.fullmatch(r"=?IF\(COUNTIF\((\S+?),(\S+?)\)>0,(\S+?),(\S+?)\)", formula)
    accepting, cell, then, otherwise = found.groups()
    assert cell.replace("$", "") == place(answers_of(book), "A/80/501/R1", Field.ACCEPTANCE).coordinate
    assert list_of(book, accepting) == ["Accepted", "Partially accepted"]
    assert list_of(book, then) == ["Not started", "In progress", "Implemented", "Overtaken by events"]
    assert list_of(book, otherwise) == [WORDS["en"].accept_first]


def test_no_text_becomes_a_formula():
    words = ['=HYPERLINK("https://example.org")', "+1", "-1", "@SUM(A1)", "{=1}"]
    content = write_return(questionnaire(*(line(n, text=text) for n, text in enumerate(words, start=1))))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            assert b"<f>" not in package.read(name) or name.startswith("xl/worksheets/_rels")
    sheet = answers_of(opened(content))
    assert all(words[n] in place(sheet, f"A/80/501/R{n + 1}", Field.TEXT).value for n in range(len(words)))


def test_the_note_turns_amber_where_a_reason_is_wanted():
    book = opened(write_return(questionnaire(line(1))))
    sheet = answers_of(book)
    rules = [(str(area.sqref), rule.formula[0]) for area in sheet.conditional_formatting for rule in area.rules]
    note = place(sheet, "A/80/501/R1", Field.NOTE).coordinate
    assert [area for area, _ in rules] == [note]
    wanting, _, proving = re.findall(r"COUNTIF\((\w+),", rules[0][1])
    assert list_of(book, wanting) == ["Partially accepted", "Not accepted", "Not relevant", "Overtaken by events"]
    assert list_of(book, proving) == ["Implemented"]
    due, later = (place(sheet, "A/80/501/R1", field).coordinate for field in (Field.DUE, Field.LATER))
    assert f'AND(${due}<>"",${later}<>"")' in rules[0][1]  # a first date needs no reason, a later one does


def test_no_name_of_a_range_stands_twice():
    # A spreadsheet program offers to "repair" a workbook in which one does.
    lines = [line(n, a, i) for n, (a, i) in enumerate([(a, i) for a in A for i in I] * 2, start=1)]
    with zipfile.ZipFile(io.BytesIO(write_return(questionnaire(*lines)))) as package:
        names = re.findall(r'<definedName name="(return_list_\d+)"', package.read("xl/workbook.xml").decode())
    assert len(names) == len(set(names)) > 5


def test_many_states_and_rows_fit():
    lines = [line(n, a, i) for n, (a, i) in enumerate([(a, i) for a in A for i in I] * 20, start=1)]
    book = opened(write_return(questionnaire(*lines)))
    assert answers_of(book).max_row == 6 + len(lines)
    assert book[LISTS_SHEET].max_column <= 40, get_column_letter(book[LISTS_SHEET].max_column)
