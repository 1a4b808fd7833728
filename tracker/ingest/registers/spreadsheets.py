"""XLSX and ODS as tables: which sheet it is, its rows by number, and what is to be told of it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from tracker.errors import BadDataError
from tracker.ingest.problems import Problem
from tracker.ingest.registers.findings import listed
from tracker.ingest.registers.headers import Table, at_header, check_cells
from tracker.ingest.registers.mapping import FileForm
from tracker.ingest.registers.merged_cells import Merged
from tracker.ingest.spreadsheets.cell_comments import words_of
from tracker.ingest.spreadsheets.cell_names import cell_name
from tracker.ingest.spreadsheets.looks import Looks
from tracker.ingest.spreadsheets.ods_files import UNPACKING, OdsFile, OdsRow, ods_rows
from tracker.ingest.spreadsheets.xlsx_looks import check_last_row, day_form, xlsx_looks
from tracker.limits import Limits
from tracker.records import record

_MOST_NAMED = 20
_WRITE_IT = "If it belongs to the register, write it into a cell, and import it again."

Rows = Iterator[tuple[int, list[str]]]


@record
class _Sheet:
    """`rows` opens it and writes into the list what is to be told; of an ODS that is known once all rows were read."""

    is_hidden: bool
    rows: Callable[[list[Problem]], Rows]


def open_sheet(path: Path, form: FileForm, wanted: Sequence[str], limits: Limits) -> Table:
    """The sheet that the mapping names, or the one that holds the wanted columns.

    Raises BadDataError for a file that is protected, damaged, beyond the limits, or without such a sheet.
    """
    parts = _check_package(path, limits)
    is_ods = path.suffix.casefold() == ".ods"
    sheets = _ods_sheets(path, form, limits) if is_ods else _xlsx_sheets(path, parts, form, limits)
    if form.sheet and form.sheet not in sheets:
        raise BadDataError(
            f"has no sheet “{form.sheet}”; it has {', '.join(sheets)}.",
            where=path.name,
            remedy="Correct the mapping: [file] sheet.",
        )
    failure: BadDataError | None = None
    names = [form.sheet] if form.sheet else _visible(sheets)
    for place, name in enumerate(names):
        try:
            table = _table(path, name, sheets[name], form, wanted)
        except _NoHeader as error:
            failure = failure or error.said
        else:
            others = [other for other in names[place + 1 :] if _is_alike(path, other, sheets[other], form, wanted)]
            days = None if is_ods else _counts_days(path)
            return replace(table, counts_days=days, sheet=name, others=tuple(others))
    raise failure or BadDataError("has no sheet.", where=path.name, remedy="Fetch it again, or save it anew.")


class _NoHeader(Exception):  # noqa: N818 - a sheet that is not the one; the next is tried
    def __init__(self, said: BadDataError) -> None:
        super().__init__(str(said))
        self.said = said


def _visible(sheets: dict[str, _Sheet]) -> list[str]:
    return [name for name, sheet in sheets.items() if not sheet.is_hidden] or list(sheets)


def _table(path: Path, name: str, sheet: _Sheet, form: FileForm, wanted: Sequence[str]) -> Table:
    problems: list[Problem] = []
    rows = sheet.rows(problems)
    try:
        return at_header(f"{path.name}, sheet “{name}”", rows, form, wanted, problems)
    except BadDataError as error:
        raise _NoHeader(error) from None


def _is_alike(path: Path, name: str, sheet: _Sheet, form: FileForm, wanted: Sequence[str]) -> bool:
    """Whether the wanted columns stand in another sheet as well, with a row below them."""
    try:
        return next(_table(path, name, sheet, form, wanted).rows, None) is not None
    except (_NoHeader, BadDataError):
        return False


def _check_package(path: Path, limits: Limits) -> list[str]:
    """Look at the list of parts before anything is unpacked; returns their names."""
    try:
        with zipfile.ZipFile(path) as package:
            infos = package.infolist()
            encrypted = any(info.flag_bits & 1 for info in infos)
    except UNPACKING as error:
        raise _damaged(path, error) from None
    unpacked = sum(info.file_size for info in infos)
    limits.check_unpacked(path.name, path.stat().st_size, unpacked, len(infos))
    names = [info.filename for info in infos]
    if encrypted or any(name.endswith(("EncryptedPackage", "encrypted-package")) for name in names):
        raise _protected(path)
    if path.suffix.casefold() == ".ods":
        _check_ods(path, names)
    return names


def _damaged(path: Path, error: Exception) -> BadDataError:
    reason = str(error).rstrip(".") or "it cannot be unpacked"
    return BadDataError(f"is damaged: {reason}.", where=path.name, remedy="Fetch it again, or save it anew.")


def _protected(path: Path) -> BadDataError:
    return BadDataError("is protected by a password.", where=path.name, remedy="Save it without one, and import that.")


def _check_ods(path: Path, names: Sequence[str]) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            manifest = package.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""
    except UNPACKING as error:
        raise _damaged(path, error) from None
    if b"encryption-data" in manifest:
        raise _protected(path)
    if "xl/workbook.xml" in names:
        raise BadDataError("is named .ods, but is an .xlsx.", where=path.name, remedy="Rename it to end in .xlsx.")


def _ods_sheets(path: Path, form: FileForm, limits: Limits) -> dict[str, _Sheet]:
    """The sheets by name; those that only keep what was last read from other files are left out, and told."""
    file = OdsFile(path, path.name)
    found = file.sheets()
    links = any(sheet.is_link for sheet in found)
    return {
        sheet.name: _Sheet(sheet.is_hidden, partial(_ods, file, index, sheet.name, form, limits, links))
        for index, sheet in enumerate(found)
        if not sheet.is_link
    }


def _ods(
    file: OdsFile, index: int, name: str, form: FileForm, limits: Limits, links: bool, problems: list[Problem]
) -> Rows:
    place = f"{file.name}, sheet “{name}”"
    problems += [_links_to_others(file.name)] if links else []
    looks = Looks()
    merged, counted = Merged((), place, fill=form.merged == "fill"), 0
    for row in ods_rows(file, index, place, limits):
        _look(row, looks)
        if row.is_hidden and form.hidden == "skip":
            continue
        merged.spans += row.spans
        cells = merged.apply(row.number, row.cells)
        if any(cells):
            check_last_row(row.number, place, limits)
            counted += 1
            limits.check_row(place, counted)
            yield row.number, cells
    problems += _told(place, form, looks)


def _look(row: OdsRow, looks: Looks) -> None:
    looks.hidden += [row.number] if row.is_hidden else []
    looks.valueless += [cell_name(column, row.number) for column in row.valueless]
    looks.errors += [cell_name(column, row.number) for column in row.errors]
    looks.struck += [cell_name(column, row.number) for column in row.struck]
    looks.dayless += [cell_name(column, row.number) for column in row.dayless]
    looks.comments += [(cell_name(column, row.number), comment) for column, comment in row.comments]


def _xlsx_sheets(path: Path, parts: Sequence[str], form: FileForm, limits: Limits) -> dict[str, _Sheet]:
    book = _opened(path)
    hidden = {sheet.name for sheet in book.sheets_metadata if str(sheet.visible).rpartition(".")[2] != "Visible"}
    return {
        name: _Sheet(name in hidden, partial(_xlsx, path, book, name, parts, form, limits)) for name in book.sheet_names
    }


def _opened(path: Path) -> Any:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def _sheet_named(path: Path, book: Any, name: str) -> Any:
    """A sheet that the workbook lists; a damaged one may list what it has not."""
    from python_calamine import CalamineError

    try:
        return book.get_sheet_by_name(name)
    except CalamineError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: Exception) -> BadDataError:
    return BadDataError(
        f"cannot be read as a spreadsheet: {str(error).rstrip('.')}.",
        where=path.name,
        remedy="Open it and save it anew, or save the sheet as .csv.",
    )


def _counts_days(path: Path) -> str:
    try:
        return day_form(path)
    except UNPACKING as error:
        raise _damaged(path, error) from None


def _xlsx(
    path: Path, book: Any, name: str, parts: Sequence[str], form: FileForm, limits: Limits, problems: list[Problem]
) -> Rows:
    """Merged cells are filled or refused; empty rows are passed over."""
    place = f"{path.name}, sheet “{name}”"
    try:
        looks = xlsx_looks(path, name, parts, limits, place)
    except (*UNPACKING, ET.ParseError) as error:
        raise _damaged(path, error) from None
    if any(part.startswith("xl/externalLinks/") for part in parts):
        problems.append(_links_to_others(path.name))
    problems += _told(place, form, looks)
    return _xlsx_rows(_sheet_named(path, book, name), place, form, set(looks.hidden), limits)


def _xlsx_rows(sheet: Any, place: str, form: FileForm, hidden: set[int], limits: Limits) -> Rows:
    skipped = hidden if form.hidden == "skip" else set()
    ranges = sheet.merged_cell_ranges or []
    spans = [(r1 + 1, c1 + 1, r2 + 1, c2 + 1) for (r1, c1), (r2, c2) in ranges]
    merged, counted = Merged(spans, place, fill=form.merged == "fill"), 0
    for number, values in enumerate(sheet.iter_rows(), start=1):
        if number in skipped:
            continue
        cells = merged.apply(number, [_cell(value) for value in values])
        if not any(cells):
            continue
        counted += 1
        limits.check_row(place, counted)
        check_cells(place, number, cells, limits)
        yield number, cells


def _told(place: str, form: FileForm, looks: Looks) -> Iterator[Problem]:
    if looks.hidden:
        yield _hidden(place, form, looks.hidden)
    for names, one, several, remedy in (
        (
            looks.valueless,
            "holds a formula without a value; it was read as empty.",
            "hold formulas without a value; they were read as empty.",
            "Open the file in a spreadsheet program, save it, and import it again.",
        ),
        (
            looks.errors,
            "holds an error, such as a division by zero; it was read as empty.",
            "hold errors, such as a division by zero; they were read as empty.",
            "Write what was meant, and import it again.",
        ),
        (
            looks.struck,
            "holds words that are struck out; they were read like the others.",
            "hold words that are struck out; they were read like the others.",
            "Delete what no longer holds, and import it again.",
        ),
        (
            () if form.has_months else looks.dayless,
            "holds a date that shows no day; the day that the file keeps was read.",
            "hold dates that show no day; the day that the file keeps was read.",
            'If months are meant, say so in the mapping: [dates] "NAME OF THE COLUMN" = "month".',
        ),
    ):
        if names:
            yield Problem(f"{place}, {_cells(names)}", one if len(names) == 1 else several, remedy)
    yield from _commented(place, looks.comments)


def _hidden(place: str, form: FileForm, rows: Sequence[int]) -> Problem:
    skipped, several = form.hidden == "skip", len(rows) > 1
    done = f"{'were' if several else 'was'} {'left out' if skipped else 'read like the others'}"
    return Problem(
        f"{place}, {'rows' if several else 'row'} {listed(rows)}",
        f"{'are hidden; they' if several else 'is hidden; it'} {done}.",
        'Say in the mapping what you want: [file] hidden = "read" or "skip".',
    )


def _commented(place: str, comments: Sequence[tuple[str, str]]) -> Iterator[Problem]:
    said = [(cell, words) for cell, comment in comments if (words := words_of(comment)) is not None]
    for cell, words in said[:_MOST_NAMED]:
        yield Problem(f"{place}, cell {cell}", f"has the comment “{words}”, which was not read.", _WRITE_IT)
    if len(said) > _MOST_NAMED:
        yield Problem(place, f"has {len(said) - _MOST_NAMED:,} more comments, which were not read.", _WRITE_IT)


def _cells(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{'cell' if len(names) == 1 else 'cells'} {', '.join(names[:_MOST_NAMED])}{more}"


def _links_to_others(name: str) -> Problem:
    return Problem(
        name,
        "links to other files; the values last saved are read.",
        "Nothing needs to be done if they are up to date.",
    )


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
