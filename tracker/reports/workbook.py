"""The report as a spreadsheet: a sheet per table, typed cells, filters, titles that repeat in print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from tracker.reports.archives import dated
from tracker.reports.document import Cell, Document, Table

_MOST_CHARACTERS = 32_000
"""A cell holds 32,767."""
_NAME = 31
"""Characters that the name of a sheet may have."""


def xlsx_bytes(document: Document) -> bytes:
    """The whole workbook; the same document gives the same bytes."""
    import xlsxwriter

    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties(
            {
                "title": f"{document.title}: {document.running_title}",
                "author": document.office,
                "created": document.moment.replace(tzinfo=None),
            }
        )
        looks = _looks(book)
        _summary(book, document, looks)
        names: set[str] = {"summary"}
        for table in document.tables:
            _sheet(book, _sheet_name(table.caption, names), table, document, looks)
    return dated(target.getvalue(), document.moment)


@dataclass(frozen=True, slots=True)
class _Looks:
    plain: Any
    strong: Any
    head: Any
    title: Any
    quiet: Any
    count: Any
    percent: Any
    day: Any
    total: Any


def _looks(book: Any) -> _Looks:
    base = {"font_name": "Arial", "font_size": 9, "valign": "top"}

    def look(**more: Any) -> Any:
        return book.add_format({**base, **more})

    return _Looks(
        plain=look(text_wrap=True),
        strong=look(text_wrap=True, bold=True),
        head=look(text_wrap=True, bold=True, valign="bottom", top=2, bottom=1),
        title=look(bold=True, font_size=14),
        quiet=look(font_color="#4F5A60", text_wrap=True),
        count=look(num_format="#,##0"),
        percent=look(num_format="0.0%"),
        day=look(num_format="yyyy-mm-dd", align="right"),
        total=look(bold=True, top=1, num_format="#,##0"),
    )


def _summary(book: Any, document: Document, looks: _Looks) -> None:
    sheet = book.add_worksheet("Summary")
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, document.title, looks.title)
    lines = [("", document.subtitle), ("", document.scope), ("Office", document.office), *document.facts]
    lines += [(figure.title, f"{figure.value} ({figure.detail})") for figure in document.key_figures]
    lines += [(f"{place}.", sentence) for place, sentence in enumerate(document.summary, 1)]
    for row, (name, value) in enumerate(lines, start=1):
        sheet.write_string(row, 0, name, looks.strong)
        sheet.write_string(row, 1, value[:_MOST_CHARACTERS], looks.plain)
    _print(sheet, document)


def _sheet(book: Any, name: str, table: Table, document: Document, looks: _Looks) -> None:
    """One table; a line above a group becomes columns of its own, so that every row can be sorted and filtered."""
    sheet = book.add_worksheet(name)
    grouped = any(group.head is not None for group in table.groups)
    titles = (["Recommendation", "Text"] if grouped else []) + list(_titles(table))
    sheet.write_string(0, 0, table.caption, looks.title)
    for place, title in enumerate(titles):
        sheet.write_string(2, place, title, looks.head)
    row = 3
    for above, cells in _lines(table, grouped=grouped):
        last = table.total and row == 2 + table.length
        for place, cell in enumerate((*above, *cells)):
            _write(sheet, row, place, cell, looks, last=last)
        row += 1
    for place, width in enumerate(([16, 50] if grouped else []) + _widths(table)):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(2)
    if not table.total and table.length:
        sheet.autofilter(2, 0, row - 1, len(titles) - 1)
    if table.note:
        sheet.write_string(row + 1, 0, table.note, looks.quiet)
    _print(sheet, document)


def _titles(table: Table) -> Iterator[str]:
    """Two lines of a cell become two columns where any cell of the column has a second line."""
    for place, column in enumerate(table.columns):
        yield column.title
        if _has_small(table, place):
            yield f"{column.title}: detail"


def _widths(table: Table) -> list[int]:
    widths = []
    for place, column in enumerate(table.columns):
        widths.append(int(min(60, 9 + 9 * column.share)))
        widths += [24] if _has_small(table, place) else []
    return widths


def _has_small(table: Table, place: int) -> bool:
    return any(row[place].small for row in table.rows)


def _lines(table: Table, *, grouped: bool) -> Iterator[tuple[list[Cell], list[Cell]]]:
    double = {place for place in range(len(table.columns)) if _has_small(table, place)}
    for group in table.groups:
        above = []
        if grouped:
            above = [Cell(group.head.text), Cell(group.head.small)] if group.head else [Cell(""), Cell("")]
        for row in group.rows:
            cells = []
            for place, cell in enumerate(row):
                cells.append(cell)
                if place in double:
                    cells.append(Cell(cell.small))
            yield above, cells


def _write(sheet: Any, row: int, place: int, cell: Cell, looks: _Looks, *, last: bool) -> None:
    value = cell.value
    if isinstance(value, date):
        sheet.write_datetime(row, place, value, looks.day)
    elif isinstance(value, float):
        sheet.write_number(row, place, value, looks.percent)
    elif isinstance(value, int):
        sheet.write_number(row, place, value, looks.total if last else looks.count)
    elif cell.text in ("", "–"):
        sheet.write_blank(row, place, None, looks.plain)
    else:
        look = looks.total if last else looks.strong if cell.tone == "strong" else looks.plain
        sheet.write_string(row, place, cell.text[:_MOST_CHARACTERS], look)


def _print(sheet: Any, document: Document) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    words = f"{document.title} · {document.running_title}".replace("&", "&&")  # one & begins a code
    sheet.set_footer(f"&L{words}&R&P / &N")


def _sheet_name(caption: str, taken: set[str]) -> str:
    """A name that Excel takes: short, without its special characters, once."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", caption)
    name, place = " ".join(plain.split())[:_NAME].strip(), 2
    while name.lower() in taken:
        name, place = f"{name[: _NAME - 4].strip()} ({place})", place + 1
    taken.add(name.lower())
    return name
