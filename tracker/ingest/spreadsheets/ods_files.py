"""OpenDocument spreadsheets, read row by row: what LibreOffice, Excel and others write as .ods.

Rows and cells that repeat are written once with a count, so that a million empty rows cost nothing here and would fill
the memory in a reader that lays the sheet out.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET

from tracker.errors import BadDataError
from tracker.ingest.spreadsheets.cell_names import Span, cell_name
from tracker.limits import Limits
from tracker.records import record

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TYPE = f"{_OFFICE}value-type"
_CALC_TYPE = f"{_CALC}value-type"
_FORMULA = f"{_TABLE}formula"
_VISIBILITY = f"{_TABLE}visibility"
_ROWS_REPEATED, _COLUMNS_REPEATED = f"{_TABLE}number-rows-repeated", f"{_TABLE}number-columns-repeated"
_ROWS_SPANNED, _COLUMNS_SPANNED = f"{_TABLE}number-rows-spanned", f"{_TABLE}number-columns-spanned"
_ROW, _SHEET, _PARAGRAPH = f"{_TABLE}table-row", f"{_TABLE}table", f"{_TEXT}p"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_STYLED, _TEXT_STYLED = f"{_TABLE}style-name", f"{_TEXT}style-name"
_THROUGH = (f"{_STYLE}text-line-through-style", f"{_STYLE}text-line-through-type")
_COMMENT = f"{_OFFICE}annotation"
_TARGET = "{http://www.w3.org/1999/xlink}href"
_PLAIN = frozenset(
    {_TYPE, f"{_OFFICE}value", f"{_OFFICE}date-value", f"{_TABLE}style-name", _CALC_TYPE, _COLUMNS_REPEATED}
)
"""What a cell may say of itself and have nothing beside its value; errors come of formulas."""
_PREFIX = re.compile(rb'xmlns:([\w.-]+)="urn:oasis:names:tc:opendocument:xmlns:(table|style):1\.0"')
_ATTRIBUTE = re.compile(rb'([\w:.-]+)="([^"]*)"')
_TIME = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")
_NO_DAY = re.compile(r"\D*\d{4}|\d{4}\D*|\d{1,2}[/.-]\d{4}|\d{4}[/.-]\d{1,2}|\D+\d{2}")
"""How a date is shown by its month and year alone, or its year, in whatever language."""
_CONTENT = "content.xml"
UNPACKING = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
"""What Python says of a packed file that is damaged."""
_CHUNK = 1 << 20
_HEAD = 16_384


@record
class OdsSheet:
    """A sheet as the file lists it; one that only keeps values of another file is `is_link`."""

    name: str
    is_hidden: bool
    is_link: bool


@record
class OdsRow:
    """One row that holds something. `spans` begin in it; columns of the others are counted from 1."""

    number: int
    cells: list[str]
    is_hidden: bool = False
    spans: tuple[Span, ...] = ()
    valueless: tuple[int, ...] = ()
    errors: tuple[int, ...] = ()
    struck: tuple[int, ...] = ()
    dayless: tuple[int, ...] = ()
    comments: tuple[tuple[int, str], ...] = ()


class OdsFile:
    """A file of this kind, on the disk or in the hand. Whatever opens it raises BadDataError where it is damaged."""

    def __init__(self, source: Path | bytes, name: str) -> None:
        self.source = source
        self.name = name

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """The part that holds the sheets."""
        source = io.BytesIO(self.source) if isinstance(self.source, bytes) else self.source
        try:
            with zipfile.ZipFile(source) as package, package.open(_CONTENT) as stream:
                yield stream
        except (*UNPACKING, ET.ParseError) as error:
            raise self.unreadable(str(error)) from None

    def unreadable(self, reason: str) -> BadDataError:
        """The error that says so."""
        return BadDataError(
            f"cannot be read as a spreadsheet: {reason.rstrip('.')}.",
            where=self.name,
            remedy="Open it and save it anew, or save the sheet as .csv.",
        )

    def sheets(self) -> list[OdsSheet]:
        """The sheets in their order."""
        hidden: set[bytes] = set()
        style, found = b"", []
        for has in self._marks():
            if b"family" in has:
                style = has.get(b"name", b"")
            elif b"display" in has:
                hidden.update([style] if has[b"display"] == b"false" else [])
            elif b"name" in has:
                name = unescape(has[b"name"].decode("utf-8", errors="replace"))
                found.append(OdsSheet(name, has.get(b"style-name") in hidden, name.startswith("'file:")))
        return found

    def striking_styles(self) -> frozenset[str]:
        """The names of the styles of its cells and texts that strike out."""
        found = set()
        with self.opened() as stream:
            for event, element in ET.iterparse(stream, ("start", "end")):  # noqa: S314 - see rows
                if element.tag == _SHEET:
                    break
                if event == "end" and element.tag == f"{_STYLE}style":
                    texts = element.iterfind(f"{_STYLE}text-properties")
                    if any(text.get(name, "none") != "none" for text in texts for name in _THROUGH):
                        found.add(element.get(f"{_STYLE}name") or "")
                    element.clear()
        return frozenset(found)

    def _marks(self) -> Iterator[dict[bytes, bytes]]:
        """The attributes of styles (which come first) and of sheets, found without taking the file apart."""
        with self.opened() as stream:
            rest = stream.read(_CHUNK)
            if b"<!DOCTYPE" in rest[:_HEAD]:
                raise self.unreadable("it has declarations that no spreadsheet program writes")
            names = {kind: prefix for prefix, kind in _PREFIX.findall(rest[:_HEAD])}
            table, style = names.get(b"table", b"table"), names.get(b"style", b"style")
            marks = [b"<%b:table " % table, b"<%b:style " % style, b"<%b:table-properties " % style]
            while rest:
                piece = stream.read(_CHUNK)
                cut = max(rest.rfind(b"<"), 0) if piece else len(rest)
                begins = sorted(_places(rest, marks, cut))
                for begin in begins:
                    tag = rest[begin : rest.find(b">", begin)]
                    yield {key.rpartition(b":")[2]: value for key, value in _ATTRIBUTE.findall(tag)}
                if any(rest.startswith(marks[0], begin) for begin in begins):
                    del marks[1:]  # styles stand before the first sheet
                rest = rest[cut:] + piece

    def rows(self, sheet: int) -> Iterator[tuple[int, int, ET.Element]]:
        """The rows of a sheet (counted from 0): number, how often it is repeated, and what is in it."""
        number, passed = 1, 0
        with self.opened() as stream:
            for _, element in ET.iterparse(stream):  # noqa: S314 - there are no declarations, see _marks
                if element.tag == _SHEET:
                    passed += 1
                    if passed > sheet:
                        return
                elif element.tag == _ROW:
                    times = count_in(element, _ROWS_REPEATED)
                    if passed == sheet:
                        yield number, times, element
                        number += times
                else:
                    continue
                element.clear()


def _places(text: bytes, marks: list[bytes], end: int) -> Iterator[int]:
    for mark in marks:
        place = text.find(mark, 0, end)
        while place >= 0:
            yield place
            place = text.find(mark, place + 1, end)


def ods_rows(file: OdsFile, sheet: int, place: str, limits: Limits) -> Iterator[OdsRow]:
    """The rows of a sheet (counted from 0) that hold something. Raises BadDataError for a damaged or too wide one.

    A row that is repeated is given as often as the file says; the caller counts.
    """
    striking = file.striking_styles()
    for number, times, row in file.rows(sheet):
        try:
            read = _row(row, number, place, limits, striking)
        except RecursionError:  # texts within texts, as no program makes them
            raise file.unreadable(f"row {number} is nested too deeply") from None
        if read is not None:
            yield from (replace(read, number=number + each, cells=list(read.cells)) for each in range(times))


def _row(row: ET.Element, number: int, place: str, limits: Limits, striking: frozenset[str]) -> OdsRow | None:
    """The cells up to the last that holds something; None where none does."""
    cells: list[str] = []
    beside = _Beside()
    blanks = 0
    for cell in row:
        times = count_in(cell, _COLUMNS_REPEATED)
        column = len(cells) + blanks + 1
        value = _value(cell)
        if not cell.attrib.keys() <= _PLAIN:
            value = beside.look(cell, number, column, value)
        if len(cell) and cell[0].tag != _PARAGRAPH:
            beside.hear(cell, column)
        if not value:
            blanks += times
            continue
        if column + times > limits.most_columns:
            limits.check_width(f"{place}, row {number}", column + times - 1)
        if len(value) > limits.most_characters:
            limits.check_characters(f"{place}, cell {cell_name(column, number)}", len(value))
        if striking and _is_struck(cell, striking):
            beside.struck.append(column)
        if cell.get(_TYPE) == "date" and _NO_DAY.fullmatch(_shown(cell)):
            beside.dayless.append(column)
        cells += [""] * blanks + [value] * times
        blanks = 0
    if not (cells or beside.is_something):
        return None
    return OdsRow(
        number=number,
        cells=cells,
        is_hidden=row.get(_VISIBILITY) in ("collapse", "filter"),
        spans=tuple(beside.spans),
        valueless=tuple(beside.valueless),
        errors=tuple(beside.errors),
        struck=tuple(beside.struck),
        dayless=tuple(beside.dayless),
        comments=tuple(beside.comments),
    )


@dataclass(slots=True)
class _Beside:
    """What cells of a row have beside their values."""

    spans: list[Span] = field(default_factory=list)
    valueless: list[int] = field(default_factory=list)
    errors: list[int] = field(default_factory=list)
    struck: list[int] = field(default_factory=list)
    dayless: list[int] = field(default_factory=list)
    comments: list[tuple[int, str]] = field(default_factory=list)

    @property
    def is_something(self) -> bool:
        return bool(self.spans or self.valueless or self.errors or self.comments)

    def hear(self, cell: ET.Element, column: int) -> None:
        """Note down a comment, which stands before the text."""
        if (comment := cell.find(_COMMENT)) is not None:
            self.comments.append((column, _shown(comment)))

    def look(self, cell: ET.Element, number: int, column: int, value: str) -> str:
        """Note it down; an error is no value."""
        right, down = count_in(cell, _COLUMNS_SPANNED), count_in(cell, _ROWS_SPANNED)
        if right > 1 or down > 1:
            self.spans.append((number, column, number + down - 1, column + right - 1))
        if cell.get(_CALC_TYPE) == "error":
            self.errors.append(column)
            return ""
        if not value and cell.get(_FORMULA) and not cell.get(_TYPE):
            self.valueless.append(column)
        return value


def count_in(element: ET.Element, name: str) -> int:
    """A count that an element may give; 1 where it gives none."""
    value = element.get(name)
    return int(value) if value is not None and value.isdecimal() and len(value) < 9 else 1


def _value(cell: ET.Element) -> str:
    """A value as text, as it is kept and not as it is shown: days in ISO form, whole numbers without a point."""
    kind = cell.get(_TYPE)
    if kind is None or kind == "string":
        return _shown(cell) or cell.get(f"{_OFFICE}string-value") or ""
    if kind in ("float", "percentage", "currency"):
        return _number(cell.get(f"{_OFFICE}value") or "") or _shown(cell)
    if kind == "date":
        return (cell.get(f"{_OFFICE}date-value") or "").replace("T", " ").removesuffix(" 00:00:00")
    if kind == "time" and (found := _TIME.fullmatch(cell.get(f"{_OFFICE}time-value") or "")):
        return ":".join(f"{int(part):02}" for part in found.groups())
    if kind == "boolean":
        return "yes" if cell.get(f"{_OFFICE}boolean-value") == "true" else "no"
    return _shown(cell)


def _number(text: str) -> str:
    try:
        number = float(text)
    except ValueError:
        return ""
    return str(int(number)) if number.is_integer() else str(number)


def _shown(cell: ET.Element) -> str:
    """The paragraphs of a cell; what hangs on it (comments, drawings) is not its text."""
    if len(cell) == 1 and cell[0].tag == _PARAGRAPH and not len(cell[0]):
        text = cell[0].text or ""
    else:
        text = "\n".join("".join(_pieces(paragraph)) for paragraph in cell if paragraph.tag == _PARAGRAPH)
    return text if text.strip() else ""


def _pieces(element: ET.Element) -> Iterator[str]:
    """Text writes a run of blanks, a tab and a line's end as elements."""
    yield element.text or ""
    for child in element:
        if child.tag == f"{_TEXT}s":
            count = child.get(f"{_TEXT}c") or "1"
            yield " " * min(int(count), 1_000) if count.isdecimal() else " "
        elif child.tag in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            yield "\t" if child.tag == f"{_TEXT}tab" else "\n"
        elif child.tag.startswith(_TEXT):
            yield from _pieces(child)
        yield child.tail or ""


@record
class OdsCell:
    """A cell as it is written, with its value as Python has it; `times` it is repeated to the right."""

    column: int
    times: int
    value: str | float | bool | datetime | None
    has_formula: bool
    is_error: bool
    link: str | None
    right: int
    down: int
    comment: str | None = None
    is_struck: bool = False

    def span_at(self, row: int) -> Span | None:
        """The range that it is merged over, if it is."""
        is_merged = self.right > 1 or self.down > 1
        return (row, self.column, row + self.down - 1, self.column + self.right - 1) if is_merged else None


def cells_of(row: ET.Element, striking: frozenset[str] = frozenset()) -> Iterator[OdsCell]:
    """Every cell of a row, those without anything in them as well. Words of the styles `striking` are struck out."""
    column = 1
    for cell in row:
        times = count_in(cell, _COLUMNS_REPEATED)
        link = cell.find(f".//{_TEXT}a")
        comment = cell.find(_COMMENT)
        yield OdsCell(
            column=column,
            times=times,
            value=_typed(cell),
            has_formula=cell.get(_FORMULA) is not None,
            is_error=cell.get(_CALC_TYPE) == "error",
            link=None if link is None else link.get(_TARGET),
            right=count_in(cell, _COLUMNS_SPANNED),
            down=count_in(cell, _ROWS_SPANNED),
            comment=None if comment is None else _shown(comment),
            is_struck=bool(striking) and _is_struck(cell, striking),
        )
        column += times


def _is_struck(cell: ET.Element, striking: frozenset[str]) -> bool:
    runs = (run for text in cell.iterfind(_PARAGRAPH) for run in text.iter())
    return cell.get(_STYLED) in striking or any(run.get(_TEXT_STYLED) in striking for run in runs)


def _typed(cell: ET.Element) -> str | float | bool | datetime | None:
    kind = cell.get(_TYPE)
    try:
        if kind in ("float", "percentage", "currency"):
            return float(cell.get(f"{_OFFICE}value") or "")
        if kind == "date":
            return datetime.fromisoformat(cell.get(f"{_OFFICE}date-value") or "").replace(tzinfo=None)
    except ValueError:
        return _shown(cell) or None
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    return _value(cell) or None
