"""Opening a spreadsheet from outside: what it may be, and how much of it, before anything is unpacked."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tracker.domain.controls import says_something
from tracker.errors import BadDataError, WorldError
from tracker.ingest.signatures import OLE, ZIP
from tracker.ingest.spreadsheets.ods_workbooks import open_ods
from tracker.ingest.spreadsheets.workbook_cells import MergedRange, SheetCells, Workbook, is_empty
from tracker.ingest.spreadsheets.workbook_parts import check_parts
from tracker.limits import MB, Limits, raised_by

_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_SAVE_AS = "Open it in a spreadsheet program and save it as .xlsx."


def read_bytes(path: Path, limits: Limits) -> bytes:
    """The file's content. Raises BadDataError where there is none or too much, WorldError where it cannot be read."""
    if path.is_fifo() or path.is_char_device():
        raise BadDataError("is not a regular file.", where=str(path), remedy="Give the file.")
    try:
        with path.open("rb") as file:
            content = file.read(limits.return_bytes + 1)
    except FileNotFoundError:
        raise BadDataError("there is no such file.", where=str(path), remedy="Check the name.") from None
    except IsADirectoryError:
        raise BadDataError("is a folder.", where=str(path), remedy="Give the file.") from None
    except OSError as error:
        raise WorldError(f"cannot be read ({error.strerror}).", where=str(path)) from None
    return content


def open_workbook(content: bytes, name: str, limits: Limits) -> Workbook:
    """A workbook with formulas as formulas, nothing computed, nothing executed. Raises BadDataError."""
    _check_kind(content, name, limits)
    is_ods, has_struck = _check_package(content, name, limits)
    if is_ods:
        return open_ods(content, name, limits)
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():  # openpyxl warns of every extension that it does not keep
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), data_only=False, keep_links=False, rich_text=has_struck)
    except MemoryError:
        raise
    except Exception as error:  # a foreign file can make the library fail in any way
        raise _damaged(name) from error
    return Workbook(tuple(_sheet(sheet) for sheet in book.worksheets), book.epoch)


def _sheet(sheet: Any) -> SheetCells:
    struck = frozenset(_struck_out(sheet))
    rows: dict[int, dict[int, Any]] = defaultdict(dict)
    # Only the cells that the file holds: walking to a sheet's last row would make a million empty ones.
    for (row, column), cell in sheet._cells.items():  # noqa: SLF001
        if not is_empty(cell):
            rows[row][column] = cell
    merged = [found for found in sheet.merged_cells.ranges if found.size != {"rows": 1, "columns": 1}]
    ranges = tuple(MergedRange(found.coord, found.min_row, found.max_row) for found in merged)
    # Cells that a merged range hides have no comment of their own.
    hanging = ((cell.coordinate, getattr(cell, "comment", None)) for cell in sheet._cells.values())  # noqa: SLF001
    comments = tuple((place, str(comment.text)) for place, comment in hanging if comment is not None)
    return SheetCells(sheet.title, rows, ranges, comments, struck)


def _struck_out(sheet: Any) -> Iterator[str]:
    """Where words are struck out. Texts in several runs are made plain on the way."""
    from openpyxl.cell.rich_text import CellRichText

    fonts = {place for place, font in enumerate(sheet.parent._fonts) if font.strike}  # noqa: SLF001
    # Many cells may share one text; it is kept as well, so that no other gets its id.
    plain: dict[int, tuple[Any, str, bool]] = {}
    for cell in sheet._cells.values():  # noqa: SLF001
        runs, is_struck = cell.value, False
        if isinstance(runs, CellRichText):
            if id(runs) not in plain:
                plain[id(runs)] = (runs, str(runs), _has_struck(runs))
            _, cell._value, is_struck = plain[id(runs)]  # noqa: SLF001 - “=…” given as a value would be a formula
        if is_struck or (fonts and cell.has_style and cell._style.fontId in fonts):  # noqa: SLF001
            yield cell.coordinate


def _has_struck(runs: Any) -> bool:
    return any(not isinstance(run, str) and run.font.strike and says_something(run.text) for run in runs)


def _check_kind(content: bytes, name: str, limits: Limits) -> None:
    if not content:
        raise BadDataError("is empty.", where=name, remedy="Fetch the file again.")
    if len(content) > limits.return_bytes:
        raise BadDataError(
            f"is larger than {limits.return_bytes // MB} MB, the limit for a return.",
            where=name,
            remedy=f"Check the file. {raised_by('return_mb')}",
        )
    if content.startswith(OLE):
        raise BadDataError(
            "is protected by a password, or an old Excel file (.xls).",
            where=name,
            remedy="Open it and save it as .xlsx without a password.",
        )
    if not content.startswith(ZIP):
        raise BadDataError("is not a spreadsheet (.xlsx or .ods).", where=name, remedy=_SAVE_AS)


def _check_package(content: bytes, name: str, limits: Limits) -> tuple[bool, bool]:
    """Look at the parts before anything is unpacked; returns whether they are those of an .ods, and whether words
    within a cell are struck out.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            is_ods = _is_ods(package, name)
            _check_parts(parts, name, limits)
            return is_ods, check_parts(package, name, limits, is_counted=not is_ods)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise _damaged(name) from error


def _is_ods(package: zipfile.ZipFile, name: str) -> bool:
    names = set(package.namelist())
    if not {"mimetype", "content.xml"} <= names:
        return False
    if package.getinfo("mimetype").file_size > 100 or package.read("mimetype").strip() != _ODS:
        raise BadDataError(
            "calls itself an OpenDocument spreadsheet (.ods), but is not one.", where=name, remedy=_SAVE_AS
        )
    manifest = "META-INF/manifest.xml"
    if manifest in names and b"encryption-data" in package.read(manifest):
        raise BadDataError("is protected by a password.", where=name, remedy="Save it without the password.")
    return True


def _check_parts(parts: list[zipfile.ZipInfo], name: str, limits: Limits) -> None:
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise BadDataError("is protected by a password.", where=name, remedy="Save it without the password.")
    if any(part.casefold().endswith("vbaproject.bin") for part in names):
        raise BadDataError(
            "contains macros; nothing in it was run.", where=name, remedy="Save it as .xlsx, which has none."
        )
    _check_growth(parts, name, limits)
    if not {"xl/workbook.xml", "content.xml"} & names:
        raise BadDataError("is a packed archive, but not a spreadsheet.", where=name, remedy="Give the .xlsx file.")


def _check_growth(parts: list[zipfile.ZipInfo], name: str, limits: Limits) -> None:
    """A part is a sheet, or the table of texts; ten thousand rows of answers take 16 MB."""
    biggest = max((part.file_size for part in parts), default=0)
    empty_rows = "Delete the empty rows below the answers, and save it again."
    if biggest > limits.return_part:
        raise BadDataError(
            f"would unpack to more than {limits.return_part // MB} MB for one sheet, the limit for a return.",
            where=name,
            remedy=f"{empty_rows} {raised_by('return_sheet_mb')}",
        )
    if sum(part.file_size for part in parts) > limits.return_unpacked:
        raise BadDataError(
            f"would unpack to more than {limits.return_unpacked // MB} MB, the limit for a return.",
            where=name,
            remedy=f"{empty_rows} {raised_by('return_unpacked_mb')}",
        )
    if len(parts) > limits.most_parts:
        what = f"has {len(parts):,} parts, more than any return has."
        raise BadDataError(what, where=name, remedy=f"Check the file. {raised_by('parts')}")


def _damaged(name: str) -> BadDataError:
    return BadDataError(
        "is not a whole spreadsheet: it is damaged or was cut short.", where=name, remedy="Fetch it again."
    )
