"""Which cells of an XLSX hold dates that show no day: a month that was typed is kept as its first day."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from tracker.ingest.spreadsheets.tags import in_list
from tracker.records import record

_STYLES = "xl/styles.xml"
_CELL = re.compile(rb'<(?:\w+:)?c r="([A-Z]+\d+)"([^>]*)>(?=<(?:\w+:)?(?:v|f)\b)')
_STYLE, _NO_NUMBER = re.compile(rb'\bs="(\d+)"'), re.compile(rb'\bt="(?:s|str|b|e|inlineStr)"')
_MONTH_AND_YEAR = "17"
"""The one format of a month that every workbook has without listing it (ECMA-376-1, 18.8.30): mmm-yy."""
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|[\\_*].')


@record
class Dayless:
    """The places, in the workbook's list, of the styles that show a year and no day."""

    styles: frozenset[int]

    def cells(self, rows: bytes) -> Iterator[str]:
        """The names of such cells among whole rows of a sheet's XML; a cell without a number is none."""
        if not self.styles:
            return
        for place, attributes in _CELL.findall(rows):
            style = _STYLE.search(attributes)
            if style is not None and int(style[1]) in self.styles and not _NO_NUMBER.search(attributes):
                yield place.decode()


def dayless_in(package: zipfile.ZipFile) -> Dayless:
    """Raises ET.ParseError where the part of the styles is damaged."""
    if _STYLES not in package.namelist():
        return Dayless(frozenset())
    book = ET.fromstring(package.read(_STYLES))  # noqa: S314 - expat itself refuses what unfolds without end
    formats = {each.get("numFmtId"): each.get("formatCode") or "" for each in in_list(book, "numFmts")}
    dayless = {_MONTH_AND_YEAR, *(number for number, code in formats.items() if _shows_no_day(code))}
    styles = enumerate(in_list(book, "cellXfs"))
    return Dayless(frozenset(number for number, style in styles if style.get("numFmtId") in dayless))


def _shows_no_day(code: str) -> bool:
    """Whether a format shows a year, and neither a day nor an hour; what is quoted or in brackets is no code."""
    letters = _QUOTED.sub("", code.partition(";")[0]).lower()
    return "y" in letters and not set("dhs") & set(letters)
