"""XLSX and ODS as tables: values by calamine, and beside them what it does not show: hidden rows, formulas."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Any

from tracker.errors import BadDataError
from tracker.ingest.problems import Problem
from tracker.ingest.registers.findings import listed
from tracker.ingest.registers.mapping import FileForm
from tracker.ingest.registers.tables import Table, at_header
from tracker.limits import Limits

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_NUMBER = re.compile(rb'\br="(\d+)"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_LAST_CELL = re.compile(rb'<(?:\w+:)?c r="[A-Z]+(\d+)"[^>]*>(?=<(?:\w+:)?(?:v|is|f)\b)')
_VALUELESS = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]+\d+)"[^>]*><(?:\w+:)?f\b[^>]*>[^<]*</(?:\w+:)?f>'
    rb"(?:<(?:\w+:)?v ?/>|<(?:\w+:)?v></(?:\w+:)?v>)?</"
)
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_CHUNK = 1 << 20
_OVERLAP = 4096

Span = tuple[int, int, int, int]
"""First row, first column, last row, last column of a merged range, counted from 1."""


@dataclass(slots=True)
class _Looks:
    """What the sheet's own file says of its rows: the hidden ones, formulas never computed, the last with a value."""

    hidden: list[int] = field(default_factory=list)
    last: int = 0
    valueless: list[str] = field(default_factory=list)


def open_sheet(path: Path, form: FileForm, wanted: Sequence[str], limits: Limits) -> Table:
    """The sheet that the mapping names, or the one that holds the wanted columns.

    Raises BadDataError for a file that is protected, damaged, beyond the limits, or without such a sheet.
    """
    parts = _check_package(path, limits)
    book = _opened(path)
    names = _visible(book)
    chosen = [form.sheet] if form.sheet else names
    if form.sheet and form.sheet not in book.sheet_names:
        raise BadDataError(
            f"has no sheet “{form.sheet}”; it has {', '.join(book.sheet_names)}.",
            where=path.name,
            remedy="Mend the mapping: [file] sheet.",
        )
    failure: BadDataError | None = None
    for name in chosen:
        try:
            return _sheet(path, book, name, parts, form, list(wanted), limits)
        except _NoHeader as error:
            failure = failure or error.said
    assert failure is not None
    raise failure


class _NoHeader(Exception):  # noqa: N818 - a sheet that is not the one; the next is tried
    def __init__(self, said: BadDataError) -> None:
        super().__init__(str(said))
        self.said = said


def _check_package(path: Path, limits: Limits) -> list[str]:
    """Look at the list of parts before anything is unpacked; returns their names."""
    try:
        with zipfile.ZipFile(path) as package:
            infos = package.infolist()
            encrypted = any(info.flag_bits & 1 for info in infos)
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise BadDataError(
            f"is damaged: {str(error).rstrip('.')}.", where=path.name, remedy="Fetch it again, or save it anew."
        ) from None
    unpacked = sum(info.file_size for info in infos)
    limits.check_unpacked(path.name, path.stat().st_size, unpacked, len(infos))
    names = [info.filename for info in infos]
    if encrypted or any(name.endswith("EncryptedPackage") for name in names):
        raise BadDataError(
            "is protected by a password.", where=path.name, remedy="Save it without one, and import that."
        )
    if path.suffix.casefold() == ".ods":
        _check_ods(path)
    return names


def _check_ods(path: Path) -> None:
    with zipfile.ZipFile(path) as package:
        manifest = package.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in package.namelist() else b""
    if b"encryption-data" in manifest:
        raise BadDataError(
            "is protected by a password.", where=path.name, remedy="Save it without one, and import that."
        )


def _opened(path: Path) -> Any:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError, ValueError) as error:
        raise BadDataError(
            f"cannot be read as a spreadsheet: {str(error).rstrip('.')}.",
            where=path.name,
            remedy="Open it and save it anew, or save the sheet as .csv.",
        ) from None


def _visible(book: Any) -> list[str]:
    hidden = {sheet.name for sheet in book.sheets_metadata if str(sheet.visible).rpartition(".")[2] != "Visible"}
    return [name for name in book.sheet_names if name not in hidden] or list(book.sheet_names)


def _sheet(
    path: Path, book: Any, name: str, parts: Sequence[str], form: FileForm, wanted: list[str], limits: Limits
) -> Table:
    place = f"{path.name}, sheet “{name}”"
    looks = _looks(path, name, parts, limits, place)
    sheet = book.get_sheet_by_name(name)
    rows = _rows(sheet, place, form, looks, limits)
    problems = _problems(place, looks, form, path, parts)
    try:
        table = at_header(place, rows, form, wanted, problems)
    except BadDataError as error:
        raise _NoHeader(error) from None
    return table


def _problems(place: str, looks: _Looks, form: FileForm, path: Path, parts: Sequence[str]) -> tuple[Problem, ...]:
    found = []
    if looks.hidden:
        done = "were left out" if form.hidden == "skip" else "were read like the others"
        found.append(
            Problem(
                f"{place}, {'row' if len(looks.hidden) == 1 else 'rows'} {listed(looks.hidden)}",
                f"are hidden; they {done}.",
                'Say in the mapping what you want: [file] hidden = "read" or "skip".',
            )
        )
    if looks.valueless:
        found.append(
            Problem(
                f"{place}, cells {', '.join(looks.valueless[:20])}",
                "hold formulas without a value; they were read as empty.",
                "Open the file in a spreadsheet program, save it, and import it again.",
            )
        )
    if any(part.startswith("xl/externalLinks/") for part in parts):
        found.append(
            Problem(
                path.name, "links to other files; the values last saved are read.", "Nothing, if they are up to date."
            )
        )
    return tuple(found)


def _looks(path: Path, name: str, parts: Sequence[str], limits: Limits, place: str) -> _Looks:
    """Walk the sheet's XML in pieces: hidden rows, and the last row with a value, before it is all taken in."""
    looks = _Looks()
    part = _part_of(path, name) if path.suffix.casefold() != ".ods" else None
    if part is None or part not in parts:
        return looks
    with zipfile.ZipFile(path) as package, package.open(part) as stream:
        rest = b""
        while piece := stream.read(_CHUNK):
            text = rest + piece
            cut = text.rfind(b"<row") if len(text) > _OVERLAP else len(text)
            cut = len(text) if cut <= 0 else cut
            _look(text[:cut], looks)
            rest = text[cut:]
        _look(rest, looks)
    if looks.last > limits.most_rows * 2:
        raise BadDataError(
            f"holds something in row {looks.last:,}; at most {limits.most_rows * 2:,} rows are looked at.",
            where=place,
            remedy="Delete what stands far below the table, or save the table as .csv.",
        )
    return looks


def _look(text: bytes, looks: _Looks) -> None:
    for match in _ROW.finditer(text):
        if _HIDDEN.search(match[1]):
            number = _NUMBER.search(match[1])
            if number:
                looks.hidden.append(int(number[1]))
    looks.valueless += [match.decode() for match in _VALUELESS.findall(text)]
    cells = _LAST_CELL.findall(text)
    if cells:
        looks.last = max(looks.last, int(cells[-1]))


def _part_of(path: Path, name: str) -> str | None:
    """Which part of an XLSX holds a sheet."""
    with zipfile.ZipFile(path) as package:
        try:
            book, relations = package.read("xl/workbook.xml"), package.read("xl/_rels/workbook.xml.rels")
        except KeyError:
            return None
    targets = {}
    for relation in _RELATION.findall(relations):
        has = dict(_ATTRIBUTE.findall(relation))
        targets[has.get(b"Id")] = has.get(b"Target", b"").decode()
    for sheet in _SHEET.findall(book):
        has = dict(_ATTRIBUTE.findall(sheet))
        if _unescaped(has.get(b"name", b"")) == name:
            target = targets.get(has.get(b"r:id"), "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return None


def _unescaped(name: bytes) -> str:
    from html import unescape

    return unescape(name.decode("utf-8", errors="replace"))


def _rows(sheet: Any, place: str, form: FileForm, looks: _Looks, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """Rows with the numbers of the spreadsheet. Merged cells are filled or refused; empty rows are passed over."""
    skipped = set(looks.hidden) if form.hidden == "skip" else set()
    merged = _Merged(sheet, place, fill=form.merged == "fill")
    counted = 0
    first = sheet.start[0] + 1 if sheet.start else 1
    for number, values in enumerate(sheet.iter_rows(), start=1):
        if number < first and not any(values):
            continue
        if number in skipped:
            continue
        cells = [_cell(value) for value in values]
        cells = merged.apply(number, cells)
        if not any(cells):
            continue
        counted += 1
        limits.check_row(place, counted)
        yield number, cells


class _Merged:
    """Merged cells below the header: whose value is it? Refused, unless the mapping says that it is everybody's."""

    def __init__(self, sheet: Any, place: str, *, fill: bool) -> None:
        ranges = sheet.merged_cell_ranges or []
        self.spans: list[Span] = [(r1 + 1, c1 + 1, r2 + 1, c2 + 1) for (r1, c1), (r2, c2) in ranges]
        self.place = place
        self.fill = fill
        self.tops: dict[Span, str] = {}
        self.header_seen = False

    def apply(self, number: int, cells: list[str]) -> list[str]:
        if not self.spans:
            return cells
        for span in self.spans:
            top, left, bottom, right = span
            if not top <= number <= bottom:
                continue
            if number == top:
                self.tops[span] = cells[left - 1] if left <= len(cells) else ""
            if self.header_seen and not self.fill:
                raise BadDataError(
                    "are merged, so that it is not known to which row the value belongs.",
                    where=f"{self.place}, cells {_name(left)}{top}:{_name(right)}{bottom}",
                    remedy='Separate them, or say in the mapping that it is for all: [file] merged = "fill".',
                )
            if self.fill:
                for column in range(left, min(right, len(cells)) + 1):
                    cells[column - 1] = self.tops.get(span, "")
        # A title is merged across the columns; from the first row with several values on, there is a table.
        self.header_seen = self.header_seen or sum(bool(cell) for cell in cells) > 1
        return cells


def _name(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _cell(value: Any) -> str:
    """A value as text: days in ISO form, whole numbers without a point."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return "" if value is None else str(value)
