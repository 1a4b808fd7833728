"""A workbook as far as a return needs it, the same from .xlsx and .ods: sheets, and the cells that say something."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from tracker.domain.controls import says_something
from tracker.records import record


class Cell(Protocol):
    """`data_type` is `f` for a formula and `e` for an error, as openpyxl has it."""

    value: Any
    data_type: str
    hyperlink: Any

    @property
    def coordinate(self) -> str:
        """`B7`."""


@record
class MergedRange:
    """A range by its name, and the rows from which to which it reaches."""

    name: str
    first_row: int
    last_row: int


@record
class SheetCells:
    """`rows` is row → column → cell, without empty cells, however far down a stray one stands.

    `comments` are (coordinate, text) of what hangs on cells, empty ones too. `struck` are the coordinates of cells in
    which words are struck out, all or some.
    """

    title: str
    rows: Mapping[int, Mapping[int, Cell]]
    merged: tuple[MergedRange, ...]
    comments: tuple[tuple[str, str], ...] = ()
    struck: frozenset[str] = frozenset()


@record
class Workbook:
    """`epoch` is the day from which numbers of days count."""

    sheets: tuple[SheetCells, ...]
    epoch: datetime

    def sheet(self, title: str) -> SheetCells | None:
        """The sheet of that title."""
        return next((sheet for sheet in self.sheets if sheet.title == title), None)


def is_empty(cell: Cell) -> bool:
    """Nothing in it, or nothing that could be seen."""
    return cell.value is None or (isinstance(cell.value, str) and not says_something(cell.value))
