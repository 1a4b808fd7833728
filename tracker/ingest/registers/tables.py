"""A table out of a file: its header, and its rows one by one with the number a person would give them."""

from __future__ import annotations

import csv
import io
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tracker.errors import BadDataError, WorldError
from tracker.ingest.problems import Problem
from tracker.ingest.registers.encodings import decode
from tracker.ingest.registers.folding import clean, fold_word
from tracker.ingest.registers.mapping import FileForm
from tracker.ingest.signatures import OLE, ZIP
from tracker.limits import Limits
from tracker.records import record

_DELIMITERS = (",", ";", "\t", "|")
_TEXTS = (".csv", ".tsv", ".txt", ".tab")
_BOOKS = (".xlsx", ".xlsm", ".ods")
_SEARCHED_FOR_HEADER = 30
_ANY_LENGTH = 2**31 - 1
"""What Python's reader takes as one cell: it keeps that for the whole program; our own limit is checked here."""


@record
class Table:
    """`rows` can be walked once. A row's number is that of the spreadsheet; in a text file the header is row 1.

    `problems` is complete when all rows have been walked. `counts_days` is the form of dates by which a workbook
    itself counts days.
    """

    name: str
    header: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]
    form: FileForm
    problems: Sequence[Problem] = ()
    counts_days: str | None = None


def read_table(path: Path, form: FileForm, wanted: list[str], limits: Limits | None = None) -> Table:
    """Open a CSV, TSV, XLSX or ODS file at its header: the row that holds the wanted columns.

    Raises BadDataError where there is none, saying which columns the file has instead.
    """
    limits = limits or Limits()
    check_file(path, limits)
    if path.suffix.casefold() in _BOOKS:
        from tracker.ingest.registers.spreadsheets import open_sheet

        return open_sheet(path, form, wanted, limits)
    text, encoding = _text(path, form)
    delimiter = form.delimiter or find_delimiter(text)
    found = FileForm(encoding, delimiter, None, form.header, form.hidden, form.merged, form.repair, form.only)
    rows = _text_rows(path.name, text, delimiter, limits)
    return at_header(path.name, rows, found, wanted)


def check_file(path: Path, limits: Limits) -> None:
    """Raise for what cannot be a table: a folder, nothing, too much, a password, another kind of file."""
    try:
        status = path.stat()
    except FileNotFoundError:
        raise BadDataError("does not exist.", where=str(path), remedy="Check the path.") from None
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


def _text(path: Path, form: FileForm) -> tuple[str, str]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WorldError(f"cannot be read: {error.strerror}.", where=str(path)) from None
    return decode(content, path.name, form.encoding)


def find_delimiter(text: str) -> str:
    """The delimiter that stands most often, and equally often, in the first rows."""
    scores = {delimiter: _steadiness(text, delimiter) for delimiter in _DELIMITERS}
    return max(_DELIMITERS, key=lambda delimiter: scores[delimiter])


def _steadiness(text: str, delimiter: str) -> float:
    sample = io.StringIO(text[:200_000], newline="")
    widths: Counter[int] = Counter()
    try:
        for row, _ in zip(csv.reader(sample, delimiter=delimiter), range(200), strict=False):
            widths[len(row)] += 1
    except csv.Error:
        return 0
    width, count = widths.most_common(1)[0]
    return 0 if width < 2 else count / widths.total() + width / 1000


def _text_rows(name: str, text: str, delimiter: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(_ANY_LENGTH)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadDataError(
                f"cannot be parsed: {error}.",
                where=f"{name}, row {number}",
                remedy="A quotation mark is opened and not closed there, or the file is cut off.",
            ) from None
        limits.check_row(name, number)
        if row:
            check_cells(name, number, row, limits)
            yield number, row


def check_cells(name: str, number: int, row: list[str], limits: Limits) -> None:
    """Raise for a row that is too wide, or for a cell that is too long; a torn quotation may be the reason."""
    if len(row) > limits.most_columns:
        limits.check_width(f"{name}, row {number}", len(row))
    longest = max(map(len, row))
    if longest > limits.most_characters:
        column = [len(cell) for cell in row].index(longest) + 1
        limits.check_characters(f"{name}, row {number}, column {column}", longest)


def at_header(
    name: str,
    rows: Iterator[tuple[int, list[str]]],
    form: FileForm,
    wanted: list[str],
    problems: Sequence[Problem] = (),
) -> Table:
    """Go to the header, which may stand below a title. Raises BadDataError where the wanted columns are not there."""
    needed = {fold_word(column) for column in wanted}
    best: tuple[int, tuple[str, ...]] | None = None
    for number, row in rows:
        cells = tuple(clean(cell, repair=form.repair) for cell in row)
        if not any(cells) or (form.header is not None and number < form.header):
            continue
        found = {fold_word(cell) for cell in cells}
        if needed <= found and (needed or sum(bool(cell) for cell in cells) > 1):
            check_header(name, number, cells, needed)
            return Table(name, cells, rows, form, problems)
        if best is None or len(found & needed) > len({fold_word(cell) for cell in best[1]} & needed):
            best = (number, cells)
        if form.header is not None or number >= _SEARCHED_FOR_HEADER:
            break
    raise _no_header(name, best, wanted)


def check_header(name: str, number: int, cells: tuple[str, ...], needed: set[str]) -> None:
    """A wanted column that stands there twice cannot be told apart."""
    counts = Counter(fold_word(cell) for cell in cells)
    twice = [cell for cell in cells if fold_word(cell) in needed and counts[fold_word(cell)] > 1]
    if twice:
        raise BadDataError(
            f"has two columns called “{twice[0]}”.", where=f"{name}, row {number}", remedy="Rename one of them."
        )


def _no_header(name: str, best: tuple[int, tuple[str, ...]] | None, wanted: list[str]) -> BadDataError:
    if best is None:
        return BadDataError("holds no rows.", where=name, remedy="Check whether it is the right file and sheet.")
    number, cells = best
    there = {fold_word(cell) for cell in cells}
    missing = [column for column in wanted if fold_word(column) not in there]
    if not missing:
        return BadDataError("has no header.", where=name, remedy="Say in the mapping where it stands: [file] header.")
    return BadDataError(
        f"has no column “{missing[0]}”; its columns are {', '.join(cell for cell in cells if cell)[:400]}.",
        where=f"{name}, row {number}",
        remedy="Correct the mapping, or give the right file and sheet.",
    )
