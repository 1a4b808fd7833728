"""A table at its header, from whatever file it comes: the columns that are wanted must stand there, once each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from tracker.errors import BadDataError
from tracker.ingest.folding import clean, fold_word
from tracker.ingest.problems import Problem
from tracker.ingest.registers.mapping import FileForm
from tracker.limits import Limits
from tracker.records import record

_SEARCHED_FOR_HEADER = 30


@record
class Table:
    """`rows` can be walked once. A row's number is that in a spreadsheet, of a text file too.

    `problems` is complete when all rows have been walked. `counts_days` is the form of dates by which a workbook
    itself counts days. `others` are sheets that hold such a table as well, and were not asked for.
    """

    name: str
    header: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]
    form: FileForm
    problems: Sequence[Problem] = ()
    counts_days: str | None = None
    sheet: str | None = None
    others: tuple[str, ...] = ()


def at_header(
    name: str,
    rows: Iterator[tuple[int, list[str]]],
    form: FileForm,
    wanted: Sequence[str],
    problems: Sequence[Problem] = (),
) -> Table:
    """Go to the header, which may stand below a title. Raises BadDataError where the wanted columns are not there."""
    needed = {fold_word(column) for column in wanted}
    best: tuple[int, tuple[str, ...]] | None = None
    for number, row in rows:
        cells = tuple(clean(cell, repair=form.repair) for cell in row)
        if not any(cells) or (form.header is not None and number < form.header):
            continue
        found = set(map(fold_word, cells))
        if needed <= found and (needed or sum(map(bool, cells)) > 1):
            _check_header(name, number, cells, needed)
            return Table(name, cells, rows, form, problems)
        if best is None or len(found & needed) > len(set(map(fold_word, best[1])) & needed):
            best = (number, cells)
        if form.header is not None or number >= _SEARCHED_FOR_HEADER:
            break
    raise _no_header(name, best, wanted)


def _check_header(name: str, number: int, cells: tuple[str, ...], needed: set[str]) -> None:
    """A wanted column that stands there twice cannot be told apart."""
    counts = Counter(fold_word(cell) for cell in cells)
    twice = [cell for cell in cells if fold_word(cell) in needed and counts[fold_word(cell)] > 1]
    if twice:
        raise BadDataError(
            f"has two columns called “{twice[0]}”.", where=f"{name}, row {number}", remedy="Rename one of them."
        )


def _no_header(name: str, best: tuple[int, tuple[str, ...]] | None, wanted: Sequence[str]) -> BadDataError:
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


def check_cells(name: str, number: int, row: list[str], limits: Limits) -> None:
    """Raise for a row that is too wide, or for a cell that is too long; a torn quotation may be the reason."""
    if len(row) > limits.most_columns:
        limits.check_width(f"{name}, row {number}", len(row))
    longest = max(map(len, row))
    if longest > limits.most_characters:
        column = [len(cell) for cell in row].index(longest) + 1
        limits.check_characters(f"{name}, row {number}, column {column}", longest)
