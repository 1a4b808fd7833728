"""A return that came back as .ods: its cells with their kinds, as an .xlsx would give them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.errors import BadDataError
from tracker.ingest.spreadsheets.cell_names import cell_name, range_name
from tracker.ingest.spreadsheets.ods_files import OdsCell, OdsFile, cells_of
from tracker.ingest.spreadsheets.workbook_cells import MergedRange, SheetCells, Workbook, is_empty
from tracker.ingest.spreadsheets.workbook_parts import check_cells, check_merged
from tracker.limits import Limits
from tracker.records import record

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - days have no time zone
_MOST_REPEATS = 10_000
_MOST_SHEETS = 100
"""The file is walked through once for each."""
_REMEDY = "Delete what stands below the answers, and save it again."


@record
class _Link:
    target: str


@dataclass(slots=True)
class _Cell:
    value: Any
    data_type: str
    hyperlink: _Link | None
    row: int
    column: int

    @property
    def coordinate(self) -> str:
        return cell_name(self.column, self.row)


def open_ods(content: bytes, name: str, limits: Limits) -> Workbook:
    """Every sheet of the file. Raises BadDataError for a damaged one, or rows that would fill the memory."""
    file = OdsFile(content, name)
    listed = file.sheets()
    if len(listed) > _MOST_SHEETS:
        raise BadDataError(
            f"has {len(listed):,} sheets, more than any return has.", where=name, remedy="Check the file."
        )
    sheets: list[SheetCells] = []
    striking = file.striking_styles()
    try:
        for index, sheet in enumerate(listed):
            if not sheet.is_link:
                sheets.append(_sheet(file, index, sheet.name, limits, sum(map(_size, sheets)), striking))
    except RecursionError:
        raise file.unreadable("texts are nested too deeply in it") from None
    return Workbook(tuple(sheets), _EPOCH)


def _size(sheet: SheetCells) -> int:
    return sum(map(len, sheet.rows.values()))


def _sheet(file: OdsFile, index: int, title: str, limits: Limits, taken: int, striking: frozenset[str]) -> SheetCells:
    """`taken` is how many cells the sheets before it hold."""
    rows: dict[int, dict[int, _Cell]] = defaultdict(dict)
    merged: list[MergedRange] = []
    comments: list[tuple[str, str]] = []
    struck: set[str] = set()
    for number, times, element in file.rows(index):
        found = list(cells_of(element, striking))
        merged += [
            MergedRange(range_name(span), span[0], span[2])
            for each in found
            if (span := each.span_at(number)) is not None
        ]
        check_merged(file.name, len(merged))
        comments += [(cell_name(each.column, number), each.comment) for each in found if each.comment]
        filled = [each for each in found if each.value is not None or each.has_formula]
        if not filled:
            continue
        _check(file.name, title, number, times, filled[-1].column + filled[-1].times - 1, limits)
        taken += times * sum(each.times for each in filled)
        check_cells(file.name, taken, limits)
        for row in range(number, number + times):
            rows[row].update({cell.column: cell for each in filled for cell in _cells(each, row)})
            struck.update(cell.coordinate for each in filled if each.is_struck for cell in _cells(each, row))
    return SheetCells(title, rows, tuple(merged), tuple(comments), frozenset(struck))


def _check(name: str, title: str, row: int, times: int, columns: int, limits: Limits) -> None:
    where = f"{name}, {title}, row {row}"
    limits.check_width(where, columns)
    if times > _MOST_REPEATS:
        raise BadDataError(f"is repeated {times:,} times, more often than in any return.", where=where, remedy=_REMEDY)


def _cells(each: OdsCell, row: int) -> Iterator[_Cell]:
    kind = "f" if each.has_formula else "e" if each.is_error else "s"
    link = _Link(each.link) if each.link else None
    for column in range(each.column, each.column + each.times):
        cell = _Cell(each.value, kind, link, row, column)
        if each.has_formula or not is_empty(cell):
            yield cell
