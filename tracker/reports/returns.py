"""Writes the return as a spreadsheet: a sheet to read, a sheet to fill in, and two hidden ones for the reader.

The same questionnaire gives the same bytes: XlsxWriter dates the parts of the package 1980, and the one
date inside, that of its making, is the questionnaire's own. Every text is written as text, so that none
becomes a formula.
"""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, time
from math import ceil
from typing import Any

from tracker.domain.return_words import Words, label, words_of
from tracker.domain.returns import (
    COLUMNS,
    FORM,
    IDENTITY_SHEET,
    LISTS_SHEET,
    MOST_NOTE_CHARACTERS,
    Field,
    Questionnaire,
    ReturnLine,
    StatusChoice,
    acceptance_choices,
    implementation_choices,
)
from tracker.domain.vocabulary import ACCEPTING, Acceptance, Implementation
from tracker.records import record

_TITLE_ROW, _SUBTITLE_ROW, _BAND_ROW, _HEADING_ROW, _HINT_ROW, _FIRST_ROW = 0, 1, 3, 4, 5, 6
_PLACE = {column.field: place for place, column in enumerate(COLUMNS)}
_LETTER = {field: chr(ord("A") + place) for field, place in _PLACE.items()}
_EARLIEST, _LATEST = date(1990, 1, 1), date(2100, 12, 31)
_MOST_TEXT = 30_000
"""Characters; a cell holds 32,767."""

_INK, _SOFT, _BLUE, _PALE, _CREAM, _AMBER, _LINE, _GOLD, _RED = (
    "#1F2933",
    "#6B7785",
    "#27496D",
    "#F4F6F8",
    "#FFFBEF",
    "#FFD98A",
    "#DDE2E8",
    "#8A6D1F",
    "#B3261E",
)

Formats = dict[str, Any]


def write_return(questionnaire: Questionnaire) -> bytes:
    """The bytes of the XLSX file, in the organization's language."""
    import xlsxwriter

    words = words_of(questionnaire.organization.language)
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        made_at = datetime.combine(questionnaire.made_on, time(), tzinfo=UTC).replace(tzinfo=None)
        book.set_properties({"title": words.title, "author": questionnaire.office, "created": made_at})
        formats = _formats(book)
        guide = book.add_worksheet(words.guide_sheet)
        answers = book.add_worksheet(words.answers_sheet)
        lists = _Lists(book, words)
        _write_guide(guide, questionnaire, words, formats)
        _write_answers(answers, questionnaire, words, formats, lists)
        _write_identity(book.add_worksheet(IDENTITY_SHEET), questionnaire, words)
        guide.activate()
    return target.getvalue()


def _formats(book: Any) -> Formats:
    def add(**properties: Any) -> Any:
        plain = {"font_name": "Calibri", "font_size": 11, "font_color": _INK, "valign": "top", "text_wrap": True}
        return book.add_format(plain | properties)

    ruled = {"bottom": 1, "bottom_color": _LINE}
    answer = {**ruled, "bg_color": _CREAM, "locked": False, "left": 1, "left_color": _LINE}
    return {
        "title": add(font_size=20, bold=True, font_color=_BLUE, text_wrap=False, valign="vcenter"),
        "subtitle": add(font_color=_SOFT, text_wrap=False),
        "given_band": add(bold=True, font_color=_SOFT, bottom=2, bottom_color=_SOFT, text_wrap=False),
        "yours_band": add(bold=True, font_color=_GOLD, bottom=2, bottom_color=_GOLD, text_wrap=False),
        "heading": add(bold=True, font_size=10, bg_color=_PALE, valign="vcenter"),
        "answer_heading": add(bold=True, font_size=10, bg_color="#FBEFC9", valign="vcenter"),
        "hint": add(font_size=8, font_color=_SOFT, bg_color=_PALE, **ruled),
        "answer_hint": add(font_size=8, font_color=_GOLD, bg_color="#FBEFC9", **ruled),
        "reference": add(bold=True, font_size=10, **ruled),
        "text": add(font_size=10, **ruled),
        "fragment_title": add(font_size=9, font_color=_SOFT),
        "fragment": add(font_size=10),
        "soft": add(font_size=10, font_color=_SOFT, **ruled),
        "due": add(font_size=10, num_format="yyyy-mm-dd", align="left", **ruled),
        "overdue": add(font_size=10, num_format="yyyy-mm-dd", align="left", bold=True, font_color=_RED, **ruled),
        "answer": add(font_size=10, num_format="@", **answer),
        "answer_date": add(font_size=10, num_format="yyyy-mm-dd", align="left", **answer),
        "wanted": book.add_format({"bg_color": _AMBER}),
        "number": add(font_size=18, bold=True, font_color=_GOLD, align="center"),
        "step": add(bold=True, font_size=12),
        "body": add(),
        "word": add(bold=True),
        "section": add(bold=True, font_size=13, font_color=_BLUE, bottom=1, bottom_color=_LINE, text_wrap=False),
    }


def _write_guide(sheet: Any, questionnaire: Questionnaire, words: Words, formats: Formats) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 5)
    sheet.set_column(1, 1, 30)
    sheet.set_column(2, 2, 62)
    sheet.set_row(0, 34)
    sheet.write_string(0, 0, words.title, formats["title"])
    sheet.write_string(1, 0, _subtitle(questionnaire, words), formats["subtitle"])
    row = 3
    for number, (what, how) in enumerate(words.steps, start=1):
        said = how.format(reply_to=questionnaire.reply_to)
        sheet.set_row(row, 17 * max(_lines(what, 30), _lines(said, 62)) + 13)
        sheet.write_string(row, 0, str(number), formats["number"])
        sheet.write_string(row, 1, what, formats["step"])
        sheet.write_string(row, 2, said, formats["body"])
        row += 1
    row += 1
    sheet.set_row(row, 20)
    sheet.write_string(row, 0, words.meanings_title, formats["section"])
    for column in (1, 2):
        sheet.write_blank(row, column, None, formats["section"])
    for status, meaning in words.meanings:
        row += 1
        sheet.write_string(row, 1, label(words, status), formats["word"])
        sheet.write_string(row, 2, meaning, formats["body"])
        sheet.set_row(row, 17)
    footer = words.footer.format(office=questionnaire.office, day=questionnaire.made_on)
    sheet.write_string(row + 2, 0, footer, formats["subtitle"])
    sheet.protect()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)


def _subtitle(questionnaire: Questionnaire, words: Words) -> str:
    organization = questionnaire.organization
    name = f"{organization.name} ({organization.code})"
    return words.subtitle.format(organization=name, count=len(questionnaire.lines), day=questionnaire.made_on)


def _write_answers(sheet: Any, questionnaire: Questionnaire, words: Words, formats: Formats, lists: _Lists) -> None:
    _write_headings(sheet, questionnaire, words, formats)
    for row, line in enumerate(questionnaire.lines, start=_FIRST_ROW):
        _write_given(sheet, row, line, words, formats)
        _offer_answers(sheet, row, line, words, formats, lists)
    sheet.freeze_panes(_FIRST_ROW, 1)
    sheet.protect(
        "", {"format_columns": True, "format_rows": True, "insert_hyperlinks": True, "select_locked_cells": True}
    )
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADING_ROW)
    code = questionnaire.organization.code.replace("&", "&&")  # one ampersand would begin a command
    sheet.set_footer(f"&L&8 {code}&R&8 &P / &N")


def _write_headings(sheet: Any, questionnaire: Questionnaire, words: Words, formats: Formats) -> None:
    sheet.hide_gridlines(2)
    sheet.set_row(_TITLE_ROW, 30)
    sheet.set_row(_HEADING_ROW, 32)
    sheet.set_row(_HINT_ROW, 58)
    sheet.write_string(_TITLE_ROW, 0, words.title, formats["title"])
    sheet.write_string(_SUBTITLE_ROW, 0, _subtitle(questionnaire, words), formats["subtitle"])
    first_answer = next(place for place, column in enumerate(COLUMNS) if column.is_answer)
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, column.width)
        prefix = "answer_" if column.is_answer else ""
        band = {0: words.given, first_answer: words.yours}.get(place, "")
        sheet.write_string(_BAND_ROW, place, band, formats["yours_band" if column.is_answer else "given_band"])
        sheet.write_string(_HEADING_ROW, place, words.headings[column.field], formats[f"{prefix}heading"])
        sheet.write_string(_HINT_ROW, place, words.prompts.get(column.field, ""), formats[f"{prefix}hint"])


def _write_given(sheet: Any, row: int, line: ReturnLine, words: Words, formats: Formats) -> None:
    title, text = line.title[:_MOST_TEXT], line.text[:_MOST_TEXT]
    asked = words.asks[line.ask]
    if line.addressee is not None:
        asked += f"\n({words.addressees[line.addressee]})"
    height = 14 * max(_lines(title, 52) + _lines(text, 48), _lines(asked, 22), 3) + 8
    sheet.set_row(row, min(height, 400))
    sheet.write_string(row, _PLACE[Field.REFERENCE], line.ref, formats["reference"])
    if title and text:
        fragments = (formats["fragment_title"], f"{title}\n", formats["fragment"], text)
        sheet.write_rich_string(row, _PLACE[Field.TEXT], *fragments, formats["text"])
    else:
        sheet.write_string(row, _PLACE[Field.TEXT], title or text, formats["text"])
    sheet.write_string(row, _PLACE[Field.ASKED], asked, formats["text"])
    at = line.positions
    sheet.write_string(row, _PLACE[Field.ACCEPTANCE_NOW], label(words, at.acceptance), formats["soft"])
    sheet.write_string(row, _PLACE[Field.IMPLEMENTATION_NOW], label(words, at.implementation), formats["soft"])
    if line.due_on is None:
        sheet.write_blank(row, _PLACE[Field.DUE], None, formats["due"])
    else:
        sheet.write_datetime(row, _PLACE[Field.DUE], line.due_on, formats["overdue" if line.is_overdue else "due"])


def _offer_answers(sheet: Any, row: int, line: ReturnLine, words: Words, formats: Formats, lists: _Lists) -> None:
    for column in COLUMNS:
        if column.is_answer:
            kind = "answer_date" if column.field in (Field.SINCE, Field.LATER) else "answer"
            sheet.write_blank(row, _PLACE[column.field], None, formats[kind])
    offered = lists.offer(line.positions.acceptance, line.positions.implementation, line)
    cell = {field: f"${letter}{row + 1}" for field, letter in _LETTER.items()}
    stop = {"error_message": words.not_in_list, "ignore_blank": True}
    sheet.data_validation(
        row, _PLACE[Field.ACCEPTANCE], row, _PLACE[Field.ACCEPTANCE],
        {"validate": "list", "source": f"={offered.acceptance}", **stop},
    )  # fmt: skip
    sheet.data_validation(
        row, _PLACE[Field.IMPLEMENTATION], row, _PLACE[Field.IMPLEMENTATION],
        {"validate": "list", "source": offered.implementation(cell[Field.ACCEPTANCE]), **stop},
    )  # fmt: skip
    day = {"validate": "date", "criteria": "between", "minimum": _EARLIEST, "maximum": _LATEST}
    for field in (Field.SINCE, Field.LATER):
        place = _PLACE[field]
        sheet.data_validation(row, place, row, place, {**day, "error_message": words.not_a_date})
    length = {"validate": "length", "criteria": "<=", "value": MOST_NOTE_CHARACTERS}
    too_long = words.too_long.format(limit=MOST_NOTE_CHARACTERS)
    sheet.data_validation(row, _PLACE[Field.NOTE], row, _PLACE[Field.NOTE], {**length, "error_message": too_long})
    sheet.conditional_format(
        row, _PLACE[Field.NOTE], row, _PLACE[Field.NOTE],
        {"type": "formula", "criteria": offered.lacking(cell), "format": formats["wanted"]},
    )  # fmt: skip


def _lines(text: str, width: int) -> int:
    """How many lines a text takes at so many characters, near enough for the height of a row."""
    return sum(max(1, ceil(len(line) / width)) for line in text.split("\n"))


@record
class _Offered:
    """The ranges of one state: what may be chosen, and for which choices a note, or a note or a link, is wanted.

    Of implementation, what may be chosen `once_accepted`, which is when acceptance is one of those in `accepting`, and
    what may be chosen `as_is`.
    """

    acceptance: str
    accepting: str
    once_accepted: str
    as_is: str
    wanting: str
    proving: str

    def lacking(self, cell: dict[Field, str]) -> str:
        """The formula that is true where the row's note is empty and what was chosen needs one."""
        wanting = "+".join(f"COUNTIF({self.wanting},{cell[f]})" for f in (Field.ACCEPTANCE, Field.IMPLEMENTATION))
        unproved = f'AND({cell[Field.EVIDENCE]}="",COUNTIF({self.proving},{cell[Field.IMPLEMENTATION]})>0)'
        moved = f'AND({cell[Field.DUE]}<>"",{cell[Field.LATER]}<>"")'
        return f'=AND({cell[Field.NOTE]}="",OR({wanting}>0,{unproved},{moved}))'

    def implementation(self, chosen: str) -> str:
        """The source of the list: what follows acceptance, where it is chosen in the same row, else what stands."""
        if self.as_is == self.once_accepted:
            return f"={self.as_is}"
        return f"=IF(COUNTIF({self.accepting},{chosen})>0,{self.once_accepted},{self.as_is})"


class _Lists:
    """The hidden sheet of lists, a column each, because a list inside a validation ends at 255 characters."""

    def __init__(self, book: Any, words: Words) -> None:
        self.book = book
        self.sheet = book.add_worksheet(LISTS_SHEET)
        self.words = words
        self.known: dict[tuple[Acceptance, Implementation], _Offered] = {}
        self.columns: dict[tuple[str, ...], str] = {}
        self.names: dict[str, str] = {}
        self.sheet.hide()

    def offer(self, acceptance: Acceptance, implementation: Implementation, line: ReturnLine) -> _Offered:
        """The ranges for a state; written once for all rows that stand there."""
        key = (acceptance, implementation)
        if key not in self.known:
            self.known[key] = self._write(line)
        return self.known[key]

    def _write(self, line: ReturnLine) -> _Offered:
        at = line.positions
        accept = acceptance_choices(at)
        as_is = implementation_choices(at, at.acceptance)
        accepted = as_is if at.acceptance in ACCEPTING else implementation_choices(at, Acceptance.ACCEPTED)
        hint = [self.words.accept_first]
        offered = {self._label(choice): choice for choice in (*accept, *accepted, *as_is)}
        return _Offered(
            acceptance=self._range([self._label(choice) for choice in accept]),
            accepting=self._range([self._label(choice) for choice in accept if choice.status in ACCEPTING]),
            once_accepted=self._range([self._label(choice) for choice in accepted] or hint),
            as_is=self._range([self._label(choice) for choice in as_is] or hint),
            wanting=self._name([text for text, choice in offered.items() if choice.wants_note] or ["-"]),
            proving=self._name([text for text, choice in offered.items() if choice.wants_proof] or ["-"]),
        )

    def _label(self, choice: StatusChoice) -> str:
        return label(self.words, choice.status, confirms=choice.confirms)

    def _name(self, labels: list[str]) -> str:
        """The range under a name, because a conditional format may not point into another sheet itself."""
        place = self._range(labels)
        if place not in self.names:
            self.names[place] = f"return_list_{len(self.names) + 1}"
            self.book.define_name(self.names[place], f"={place}")
        return self.names[place]

    def _range(self, labels: list[str]) -> str:
        key = tuple(labels)
        if key not in self.columns:
            place = len(self.columns)
            for row, text in enumerate(labels):
                self.sheet.write_string(row, place, text)
            letter = _column_letter(place)
            self.columns[key] = f"{LISTS_SHEET}!${letter}$1:${letter}${len(labels)}"
        return self.columns[key]


def _column_letter(place: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(place))


def _write_identity(sheet: Any, questionnaire: Questionnaire, words: Words) -> None:
    rows: list[tuple[str, ...]] = [
        ("form", FORM),
        ("organization", questionnaire.organization.code),
        ("register", questionnaire.register),
        ("made-on", questionnaire.made_on.isoformat()),
        ("language", questionnaire.organization.language),
        *(("column", column.field.value, words.headings[column.field]) for column in COLUMNS),
        *(_identity(line) for line in questionnaire.lines),
    ]
    for place, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write_string(place, column, text)
    sheet.protect()
    sheet.very_hidden()


def _identity(line: ReturnLine) -> tuple[str, ...]:
    at = line.positions
    due = line.due_on.isoformat() if line.due_on else ""
    return ("row", line.ref, str(line.version), at.acceptance.value, at.implementation.value, due)
