"""What the parts of an .xlsx would make openpyxl lay out, counted before it does.

openpyxl makes a cell for every place that a merged range, a link or a comment covers, and an object of a kilobyte of
many an element; so that a file of a few kilobytes could fill the memory.
"""

from __future__ import annotations

import re
import zipfile
from typing import Any
from xml.parsers import expat

from tracker.errors import BadDataError
from tracker.ingest.spreadsheets.cell_names import column_number
from tracker.limits import Limits, raised_by

_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_PLACE = re.compile(r"\$?([A-Za-z]{0,7})\$?([0-9]{0,7})")
_LAID_OUT = frozenset({"mergeCell", "hyperlink", "comment"})
_IMAGE = "/image"
_STYLES = "styles.xml"
"""Whole cells are struck out by their style, which costs nothing to lay out."""
_WORDS = frozenset(
    {"v", "f", "is", "t", "si", "r", "rPr", "formula", "formula1", "formula2"}
    | {"b", "i", "u", "sz", "color", "rFont", "name", "family", "scheme", "charset"}
)
"""Elements of which openpyxl keeps a text at most, beside the element that holds them."""
_CHUNK = 1 << 20


def check_parts(package: zipfile.ZipFile, name: str, limits: Limits, *, is_counted: bool) -> bool:
    """Walk through every part piece by piece; those that are no XML are passed over.

    Returns whether words within a cell of an .xlsx are struck out: then each of its runs is laid out, and counted.

    Raises BadDataError for declarations, which no spreadsheet program writes, and, where `is_counted`, for what would
    fill the memory when it is laid out, and ValueError for XML of it that is damaged.
    """
    laid_out = _LaidOut(name, limits if is_counted else None)
    for part in package.infolist():
        laid_out.read(package, part.filename)
    laid_out.check()
    return laid_out.has_struck


class _LaidOut:
    """What was counted so far."""

    def __init__(self, name: str, limits: Limits | None) -> None:
        self.name = name
        self.limits = limits
        self.part = ""
        self.cells = self.merged = self.links = self.runs = 0
        self.has_struck = False
        self.led_to: set[tuple[str, str]] = set()

    def read(self, package: zipfile.ZipFile, part: str) -> None:
        self.part = part
        self.led_to.clear()
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._declared
        if self.limits is not None:
            parser.StartElementHandler = self._element
        try:
            with package.open(part) as stream:
                while piece := stream.read(_CHUNK):
                    parser.Parse(piece)
                parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError) as error:  # the last two for encodings that it does not know
            if self.limits is not None and part.endswith((".xml", ".rels")):
                raise ValueError(f"{part}: {error}") from error

    def _declared(self, *_: Any) -> None:
        raise BadDataError(
            f"has declarations in {self.part} that no spreadsheet program writes.",
            where=self.name,
            remedy="Open it in a spreadsheet program and save it as .xlsx.",
        )

    def _element(self, tag: str, attributes: dict[str, str]) -> None:
        kind = tag.rpartition(" ")[2]
        self.runs += kind == "r"
        if kind in _WORDS:
            return
        self.cells += 1
        self.has_struck = self.has_struck or (kind == "strike" and not self.part.endswith(_STYLES))
        if kind in _LAID_OUT:
            self._lay_out(kind, attributes.get("ref", ""))
        elif kind in ("Relationship", "sheet"):
            self._lead_to(kind, attributes)
        self.cells += attributes.get("sqref", "").count(" ")
        self.check()

    def _lay_out(self, kind: str, ref: str) -> None:
        self.cells += _covered(ref)
        self.merged += kind == "mergeCell"
        self.links += kind == "hyperlink"

    def _lead_to(self, kind: str, attributes: dict[str, str]) -> None:
        """A part that is named often would be read as often."""
        has = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if kind == "Relationship" and (has.get("TargetMode") == "External" or has.get("Type", "").endswith(_IMAGE)):
            return
        target = (kind, has.get("Target" if kind == "Relationship" else "id", ""))
        if target in self.led_to:
            raise BadDataError(
                f"names {target[1]} twice in {self.part}, which no spreadsheet program does.",
                where=self.name,
                remedy="Open it in a spreadsheet program and save it as .xlsx.",
            )
        self.led_to.add(target)

    def check(self) -> None:
        """A link into a merged range is looked for in all of them."""
        if self.limits is None:
            return
        runs = self.runs if self.has_struck else 0
        check_cells(self.name, self.cells + runs + self.merged * self.links, self.limits)
        check_merged(self.name, self.merged)


def check_cells(name: str, cells: int, limits: Limits) -> None:
    """Raise BadDataError where a return would lay out more cells than any does."""
    if cells > limits.return_cells:
        raise BadDataError(
            f"has or covers more than {limits.return_cells:,} cells, the limit for a return.",
            where=name,
            remedy=f"Delete what stands far from the answers, and save it again. {raised_by('return_cells')}",
        )


_MOST_MERGED = 1_000


def check_merged(name: str, ranges: int) -> None:
    """Raise BadDataError for so many merged ranges that comparing every row with all of them would take the evening."""
    if ranges > _MOST_MERGED:
        raise BadDataError(
            f"has more than {_MOST_MERGED:,} merged ranges of cells; a return has none.",
            where=name,
            remedy="Separate the cells, and save it again.",
        )


def _covered(ref: str) -> int:
    """How many cells a range covers; a column or a row alone reaches to the end of the sheet."""
    first, _, last = ref.partition(":")
    begins, ends = _PLACE.fullmatch(first), _PLACE.fullmatch(last or first)
    if begins is None or ends is None:
        return 0
    rows = 1 + abs(int(ends[2] or _LAST_ROW) - int(begins[2] or 1))
    columns = 1 + abs((column_number(ends[1]) or _LAST_COLUMN) - (column_number(begins[1]) or 1))
    return rows * columns
