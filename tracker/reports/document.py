"""A report as blocks: headings, sentences, tables, charts. Built once from the figures, drawn by every format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from tracker.records import record


@record
class Cell:
    """What stands in a table: its text, a second line in small print, and the typed value for a spreadsheet.

    `tone` is `strong`, `muted` or `alert`; it adds to the text and never says anything by itself. `href` is a page
    of the same site, and nothing in a document that stands alone.
    """

    text: str
    small: str = ""
    value: int | float | date | None = None
    tone: str = ""
    href: str = ""


@record
class Column:
    """A column: `share` of the width relative to the others, `align` left, right or center."""

    title: str
    share: float = 1.0
    align: str = "left"


Row = tuple[Cell, ...]


@record
class RowGroup:
    """Rows under a line of their own that spans the table; without one where `head` is None."""

    rows: tuple[Row, ...]
    head: Cell | None = None


@record
class Table:
    """A table with its caption. `total` marks the last row as a sum; `filterable` offers a search where it can be.

    `sheet` is what its sheet of a workbook is called where the caption is longer than the 31 characters of such a name.
    """

    caption: str
    columns: tuple[Column, ...]
    groups: tuple[RowGroup, ...]
    note: str = ""
    total: bool = False
    filterable: bool = False
    sheet: str = ""

    @property
    def sheet_name(self) -> str:
        return self.sheet or self.caption

    @property
    def rows(self) -> Iterator[Row]:
        return (row for group in self.groups for row in group.rows)

    @property
    def length(self) -> int:
        return sum(len(group.rows) for group in self.groups)


@record
class Paragraph:
    """A paragraph of running text; `style` is empty or `quiet` for a remark on how to read what follows."""

    text: str
    style: str = ""


@record
class Heading:
    """A heading within a section."""

    text: str


@record
class Chart:
    """A picture as SVG with its caption; `description` says in words what is to be seen. Sizes in SVG units."""

    name: str
    caption: str
    description: str
    svg: str
    width: int
    height: int


_SHORT = 5
"""Sections up to which a document has no table of contents."""

Block = Table | Paragraph | Heading | Chart


@record
class Section:
    """A numbered part of the report; `landscape` where its tables need the width."""

    anchor: str
    number: str
    title: str
    blocks: tuple[Block, ...]
    landscape: bool = False

    @property
    def heading(self) -> str:
        return f"{self.number}. {self.title}" if self.number else self.title


@record
class KeyFigure:
    """One of the large figures of the first page; `beside` is the same for the whole system, or empty."""

    title: str
    value: str
    detail: str
    beside: str = ""


@record
class Document:
    """The whole report. `facts` are the lines under the title; `moment` dates the file itself."""

    title: str
    subtitle: str
    scope: str
    office: str
    facts: tuple[tuple[str, str], ...]
    key_figures: tuple[KeyFigure, ...]
    summary: tuple[str, ...]
    sections: tuple[Section, ...]
    moment: datetime
    running_title: str = ""

    @property
    def is_short(self) -> bool:
        """Too short for a table of contents, and for a first page of its own."""
        return len(self.sections) <= _SHORT

    @property
    def tables(self) -> Iterator[Table]:
        return (block for section in self.sections for block in section.blocks if isinstance(block, Table))


def one_group(rows: Sequence[Row]) -> tuple[RowGroup, ...]:
    """Rows without a line above them."""
    return (RowGroup(tuple(rows)),)


def count_cell(number: int, shown: str, tone: str = "") -> Cell:
    """A whole number, muted where it is none, so that what counts stands out."""
    return Cell(shown if number else "–", value=number, tone=tone if number else "muted")
