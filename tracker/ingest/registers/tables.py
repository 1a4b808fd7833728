"""A table out of a file, whatever kind it is, and what no table can be."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path

from tracker.errors import BadDataError, WorldError
from tracker.ingest.registers.headers import Table
from tracker.ingest.registers.mapping import FileForm
from tracker.ingest.registers.text_tables import open_text
from tracker.ingest.signatures import OLE, ZIP
from tracker.limits import Limits

_TEXTS = (".csv", ".tsv", ".txt", ".tab")
_BOOKS = (".xlsx", ".xlsm", ".ods")


def read_table(path: Path, form: FileForm, wanted: Sequence[str], limits: Limits | None = None) -> Table:
    """Open a CSV, TSV, XLSX or ODS file at its header: the row that holds the wanted columns.

    Raises BadDataError where there is none, saying which columns the file has instead.
    """
    limits = limits or Limits()
    check_file(path, limits)
    if path.suffix.casefold() in _BOOKS:
        from tracker.ingest.registers.spreadsheets import open_sheet

        return open_sheet(path, form, wanted, limits)
    return open_text(path, form, wanted, limits)


def check_file(path: Path, limits: Limits) -> None:
    """Raise for what cannot be a table: a folder, nothing, too much, a password, another kind of file."""
    try:
        status = path.stat()
    except FileNotFoundError:
        raise BadDataError("there is no such file.", where=str(path), remedy="Check the name.") from None
    except OSError as error:
        raise WorldError(f"cannot be read: {error.strerror}.", where=str(path)) from None
    if not stat.S_ISREG(status.st_mode):
        raise BadDataError("is not a regular file.", where=str(path), remedy="Give one file.")
    if status.st_size == 0:
        raise BadDataError("is empty.", where=path.name, remedy="Fetch the file again.")
    limits.check_bytes(path.name, status.st_size)
    _check_kind(path)


def _check_kind(path: Path) -> None:
    suffix = path.suffix.casefold()
    with path.open("rb") as file:
        start = file.read(8)
    if start == OLE:
        raise BadDataError(
            "is protected by a password, or an old spreadsheet (.xls).",
            where=path.name,
            remedy="Open it, save it as .xlsx without a password, and import that.",
        )
    if suffix not in (*_TEXTS, *_BOOKS):
        raise BadDataError(
            f"has the ending “{suffix}”, which is none of .csv, .tsv, .xlsx and .ods.",
            where=path.name,
            remedy="Save it as one of these.",
        )
    packed = start.startswith(ZIP)
    if packed is not (suffix in _BOOKS):
        is_named = f"is named {suffix}, but is "
        what = "a packed file, perhaps a spreadsheet." if packed else "not a spreadsheet, or a damaged one."
        raise BadDataError(is_named + what, where=path.name, remedy="Give it its proper ending, or save it again.")
