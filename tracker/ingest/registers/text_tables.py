"""CSV and TSV as tables: their encoding, their delimiter, and their rows by number."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tracker.errors import BadDataError, WorldError
from tracker.ingest.registers.encodings import decode
from tracker.ingest.registers.headers import Table, at_header, check_cells
from tracker.ingest.registers.mapping import FileForm
from tracker.limits import Limits

_DELIMITERS = (",", ";", "\t", "|")
_ANY_LENGTH = 2**31 - 1
"""What Python's reader takes as one cell: it keeps that for the whole program; our own limit is checked here."""


def open_text(path: Path, form: FileForm, wanted: Sequence[str], limits: Limits) -> Table:
    """The table at its header; the form that it has says the encoding and the delimiter that were found.

    Raises BadDataError, WorldError.
    """
    text, encoding = _text(path, form)
    delimiter = form.delimiter or _delimiter_of(text)
    found = replace(form, encoding=encoding, delimiter=delimiter, sheet=None)
    return at_header(path.name, _text_rows(path.name, text, delimiter, limits), found, wanted)


def _text(path: Path, form: FileForm) -> tuple[str, str]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WorldError(f"cannot be read: {error.strerror}.", where=str(path)) from None
    return decode(content, path.name, form.encoding)


def _delimiter_of(text: str) -> str:
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
