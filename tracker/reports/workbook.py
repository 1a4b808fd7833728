"""The report as a spreadsheet: a sheet per table, typed cells, filters, titles that repeat in print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from io import BytesIO
from typing import Any

from tracker.records import record
from tracker.reports.archives import dated
from tracker.reports.document import Cell, Document, Table

MOST_CHARACTERS = 32_000
"""A cell holds 32,767."""
_LINE, _WIDEST, _SENTENCE = 12.5, 44, 100
"""The height of a line, in points; how wide a column becomes at most, and that of the summary, in characters."""


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
        for table in document.tables:
            _sheet(book, table, document, looks)
    return dated(target.getvalue(), document.moment)


@record
class _Looks:
    plain: Any
    one_line: Any
    strong: Any
    head: Any
    head_right: Any
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
        plain=look(text_wrap=True, indent=1, align="left"),
        one_line=look(indent=1, align="left"),
        strong=look(text_wrap=True, bold=True, indent=1, align="left"),
        head=look(text_wrap=True, bold=True, valign="bottom", top=2, bottom=1, indent=1, align="left"),
        head_right=look(text_wrap=True, bold=True, valign="bottom", top=2, bottom=1, align="right"),
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
    sheet.set_column(1, 1, _SENTENCE)
    sheet.write_string(0, 0, document.title, looks.title)
    lines = [("", document.subtitle), ("", document.scope), ("Office", document.office), *document.facts]
    lines += [(figure.title, f"{figure.value} ({figure.detail})") for figure in document.key_figures]
    lines += [(f"{place}.", sentence) for place, sentence in enumerate(document.summary, 1)]
    for row, (name, value) in enumerate(lines, start=1):
        sheet.write_string(row, 0, name, looks.strong)
        sheet.write_string(row, 1, value[:MOST_CHARACTERS], looks.plain)
        sheet.set_row(row, _LINE * _lines_of(value, _SENTENCE))
    _print(sheet, document)


@record
class _Title:
    """A column of a sheet: its head, how wide in characters, on which side, whether its texts run over lines."""

    text: str
    width: int
    right: bool = False
    wraps: bool = True


def _sheet(book: Any, table: Table, document: Document, looks: _Looks) -> None:
    """One table; a line above a group becomes columns of its own, so that every row can be sorted and filtered."""
    sheet = book.add_worksheet(table.sheet_name)
    titles = list(_titles(table))
    sheet.write_string(0, 0, table.caption, looks.title)
    for place, title in enumerate(titles):
        sheet.set_column(place, place, title.width)
        sheet.write_string(2, place, title.text, looks.head_right if title.right else looks.head)
    sheet.set_row(2, _LINE * max((_lines_of(title.text, title.width) for title in titles), default=1))
    row = 3
    for cells in _lines(table):
        last = table.total and row == 2 + table.length
        for place, (cell, title) in enumerate(zip(cells, titles, strict=True)):
            _write(sheet, row, place, cell, looks, last=last, wraps=title.wraps)
        sheet.set_row(row, _LINE * _height(cells, titles))
        row += 1
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(2)
    if not table.total and table.length:
        sheet.autofilter(2, 0, row - 1, len(titles) - 1)
    if table.note:
        sheet.write_string(row + 1, 0, table.note, looks.quiet)
    _print(sheet, document)


def _titles(table: Table) -> Iterator[_Title]:
    """Two lines of a cell become two columns where any cell of the column has a second line.

    What stands above a group is one line in every row of it: whoever wants the whole text of a recommendation
    clicks the cell, and the rows stay short enough to be looked through.
    """
    if _is_grouped(table):
        yield _Title("Recommendation", 17)
        yield _Title("Text", 44, wraps=False)
    for place, column in enumerate(table.columns):
        cells = [row[place] for row in table.rows]
        right = column.align == "right"
        yield _Title(column.title, _width([_shown(cell) for cell in cells], column.title), right)
        if _has_small(table, place):
            detail = f"{column.title}: detail"
            yield _Title(detail, _width([cell.small for cell in cells], detail))


def _is_grouped(table: Table) -> bool:
    return any(group.head is not None for group in table.groups)


def _shown(cell: Cell) -> str:
    return cell.value.isoformat() if isinstance(cell.value, date) else cell.text


def _width(texts: Iterable[str], title: str) -> int:
    """Wide enough for the longest word of the head and for nearly all of what stands below it."""
    longest_word = max((len(word) for word in title.split()), default=0)
    lengths = sorted(map(len, texts))
    most = lengths[len(lengths) * 9 // 10] if lengths else 0
    return max(8, longest_word + 3, min(_WIDEST, most + 2))


def _lines_of(text: str, width: int) -> int:
    """Lines that a text takes in a column, none of its words broken where it fits."""
    lines, left = 1, 0
    for word in text.split():
        if left and left + len(word) > width:
            lines, left = lines + 1, 0
        left += len(word) + 1
        lines += max(0, (len(word) - 1) // width)
    return lines


def _height(cells: Iterable[Cell], titles: Iterable[_Title]) -> int:
    """In lines; written down, because not every program finds it out by itself."""
    pairs = zip(cells, titles, strict=True)
    return min(12, max(_lines_of(_shown(cell), title.width) if title.wraps else 1 for cell, title in pairs))


def _has_small(table: Table, place: int) -> bool:
    return any(row[place].small for row in table.rows)


def _lines(table: Table) -> Iterator[list[Cell]]:
    double = {place for place in range(len(table.columns)) if _has_small(table, place)}
    grouped = _is_grouped(table)
    for group in table.groups:
        head = group.head or Cell("")
        for row in group.rows:
            cells = [Cell(head.text, tone=head.tone), Cell(" ".join(head.small.split()))] if grouped else []
            for place, cell in enumerate(row):
                cells.append(cell)
                if place in double:
                    cells.append(Cell(cell.small))
            yield cells


def _write(sheet: Any, row: int, place: int, cell: Cell, looks: _Looks, *, last: bool, wraps: bool) -> None:
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
        look = look if wraps else looks.one_line
        sheet.write_string(row, place, cell.text[:MOST_CHARACTERS], look)


def _print(sheet: Any, document: Document) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    words = f"{document.title} · {document.running_title}".replace("&", "&&")  # one & begins a code
    sheet.set_footer(f"&L{words}&R&P / &N")
