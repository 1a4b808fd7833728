"""What an XLSX says of a sheet beside its values: found in its XML piece by piece, before all of it is taken in."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from html import unescape
from pathlib import Path

from tracker.errors import BadDataError
from tracker.ingest.spreadsheets.cell_comments import xlsx_comments
from tracker.ingest.spreadsheets.cell_names import column_number
from tracker.ingest.spreadsheets.looks import Looks
from tracker.ingest.spreadsheets.xlsx_dayless import Dayless, dayless_in
from tracker.ingest.spreadsheets.xlsx_struck import Struck, struck_in
from tracker.limits import Limits, raised_by

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_NUMBER = re.compile(rb'\br="(\d+)"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_CELL = re.compile(rb'<(?:\w+:)?c r="([A-Z]+)(\d+)"[^>]*>(?=<(?:\w+:)?(?:v|is|f)\b)')
_ERROR = re.compile(rb'<(?:\w+:)?c r="([A-Z]+\d+)"[^>]*\bt="e"')
_VALUELESS = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]+\d+)"[^>]*><(?:\w+:)?f\b[^>]*>[^<]*</(?:\w+:)?f>'
    rb"(?:<(?:\w+:)?v ?/>|<(?:\w+:)?v></(?:\w+:)?v>)?</"
)
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_SINCE_1904 = re.compile(rb'<(?:\w+:)?workbookPr\b[^>]*\bdate1904="(?:1|true)"')
_CHUNK = 1 << 20
_OVERLAP = 4096


def xlsx_looks(path: Path, name: str, parts: Sequence[str], limits: Limits, place: str) -> Looks:
    """Walk through a sheet. Raises BadDataError for one that would fill the memory when it is laid out."""
    looks = Looks()
    part = _part_of(path, name)
    if part is None or part not in parts:
        return looks
    with zipfile.ZipFile(path) as package, package.open(part) as stream:
        styled, rest = (struck_in(package), dayless_in(package)), b""
        while piece := stream.read(_CHUNK):
            text = rest + piece
            cut = text.rfind(b"<row") if len(text) > _OVERLAP else len(text)
            cut = len(text) if cut <= 0 else cut
            _look(text[:cut], *styled, looks)
            rest = text[cut:]
        _look(rest, *styled, looks)
    looks.comments += xlsx_comments(path, part)
    check_last_row(looks.last, place, limits)
    limits.check_width(place, looks.right)
    limits.check_cells(place, looks.last, looks.right)
    return looks


def day_form(path: Path) -> str:
    """From which day the numbers of days in a workbook count, as a mapping calls it."""
    with zipfile.ZipFile(path) as package:
        book = package.read("xl/workbook.xml") if "xl/workbook.xml" in package.namelist() else b""
    return "excel-1904" if _SINCE_1904.search(book) else "excel-1900"


def check_last_row(last: int, place: str, limits: Limits) -> None:
    """Twice as many rows as are read may be empty between the first and the last."""
    if last > limits.most_rows * 2:
        raise BadDataError(
            f"holds something in row {last:,}; at most {limits.most_rows * 2:,} rows are looked at.",
            where=place,
            remedy=f"Delete what stands far below the table, or save the table as .csv. {raised_by('rows')}",
        )


def _look(text: bytes, struck: Struck, dayless: Dayless, looks: Looks) -> None:
    for match in _ROW.finditer(text):
        if _HIDDEN.search(match[1]):
            number = _NUMBER.search(match[1])
            if number:
                looks.hidden.append(int(number[1]))
    looks.valueless += [match.decode() for match in _VALUELESS.findall(text)]
    looks.errors += [match.decode() for match in _ERROR.findall(text)]
    looks.struck += struck.cells(text)
    looks.dayless += dayless.cells(text)
    columns: set[bytes] = set()
    for match in _CELL.finditer(text):
        columns.add(match[1])
        looks.last = max(looks.last, int(match[2]))
    looks.right = max([looks.right, *(column_number(letters.decode()) for letters in columns)])


def _part_of(path: Path, name: str) -> str | None:
    """Which part of the file holds a sheet."""
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
        if unescape(has.get(b"name", b"").decode("utf-8", errors="replace")) == name:
            target = targets.get(has.get(b"r:id"), "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return None
