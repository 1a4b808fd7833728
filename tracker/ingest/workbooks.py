"""Opening a spreadsheet from outside: what it may be, and how much of it, before anything is unpacked."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from pathlib import Path
from typing import Any

from tracker.errors import BadDataError, WorldError

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED_BYTES = 48 * 1024 * 1024
MOST_PART_BYTES = 16 * 1024 * 1024
"""A part is a sheet, or the table of texts. Ten thousand rows of answers take as much."""
MOST_PARTS = 2_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_SAVE_AS = "Open it in a spreadsheet program and save it as .xlsx."


def read_bytes(path: Path) -> bytes:
    """The file's content. Raises BadDataError where there is none or too much, WorldError where it cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise BadDataError("there is no such file.", where=str(path), remedy="Check the name.") from None
    except IsADirectoryError:
        raise BadDataError("is a folder.", where=str(path), remedy="Give the file.") from None
    except OSError as error:
        raise WorldError(f"cannot be read ({error.strerror}).", where=str(path)) from None
    return content


def open_workbook(content: bytes, name: str) -> Any:
    """An openpyxl workbook with formulas as formulas, nothing computed, nothing executed. Raises BadDataError."""
    _check_kind(content, name)
    _check_package(content, name)
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():  # openpyxl warns of every extension that it does not keep
            warnings.simplefilter("ignore")
            return load_workbook(io.BytesIO(content), data_only=False, keep_links=False)
    except Exception as error:  # a foreign file can make the library fail in any way
        raise _damaged(name) from error


def _check_kind(content: bytes, name: str) -> None:
    if not content:
        raise BadDataError("is empty.", where=name, remedy="Fetch the file again.")
    if len(content) > MOST_BYTES:
        raise BadDataError(
            f"is larger than {MOST_BYTES // 1024**2} MB, which no return is.", where=name, remedy="Check the file."
        )
    if content.startswith(_OLE):
        raise BadDataError(
            "is protected by a password, or an old Excel file (.xls).",
            where=name,
            remedy="Open it and save it as .xlsx without a password.",
        )
    if not content.startswith(_ZIP):
        raise BadDataError("is not a spreadsheet (.xlsx).", where=name, remedy=_SAVE_AS)


def _check_package(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            _check_parts(parts, name)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _check_declarations(package, part, name)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise _damaged(name) from error


def _check_parts(parts: list[zipfile.ZipInfo], name: str) -> None:
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise BadDataError("is protected by a password.", where=name, remedy="Save it without the password.")
    if "mimetype" in names and "content.xml" in names:
        raise BadDataError("is an OpenDocument spreadsheet (.ods).", where=name, remedy=_SAVE_AS)
    if any(part.casefold().endswith("vbaproject.bin") for part in names):
        raise BadDataError(
            "contains macros; nothing in it was run.", where=name, remedy="Save it as .xlsx, which has none."
        )
    biggest = max((part.file_size for part in parts), default=0)
    if (
        len(parts) > MOST_PARTS
        or biggest > MOST_PART_BYTES
        or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES
    ):
        raise BadDataError(
            f"would unpack to more than {MOST_PART_BYTES // 1024**2} MB a sheet, which no return does.",
            where=name,
            remedy="Delete the empty rows below the answers, and save it again.",
        )
    if "xl/workbook.xml" not in names:
        raise BadDataError("is a packed archive but no spreadsheet.", where=name, remedy="Give the .xlsx file.")


def _check_declarations(package: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    """A spreadsheet program declares no entities; a bomb of them does, before the first element."""
    with package.open(part) as file:
        if b"<!" in file.read(1024).split(b"<worksheet", 1)[0]:
            raise BadDataError(
                f"has declarations in {part.filename} that no spreadsheet program writes.",
                where=name,
                remedy=_SAVE_AS,
            )


def _damaged(name: str) -> BadDataError:
    return BadDataError(
        "is not a whole spreadsheet: it is damaged or was cut short.", where=name, remedy="Fetch it again."
    )
