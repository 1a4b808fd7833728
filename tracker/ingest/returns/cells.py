"""What one cell of a return says, or why that cannot be told."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime

from tracker.domain.controls import CONTROL, without_unseen
from tracker.domain.periods import parse_day
from tracker.domain.returns import MOST_LINKS, MOST_NOTE_CHARACTERS
from tracker.errors import BadDataError
from tracker.ingest.days import read_day
from tracker.ingest.spreadsheets.workbook_cells import Cell

_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_HYPHENS = str.maketrans(dict.fromkeys("‐‑–−", "-"))
"""What word processors make of the hyphens of a day; it looks the same."""
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)


class Fault(Exception):  # noqa: N818 - it is what the reader calls it, and never leaves it
    """Why a cell cannot be taken, with what to do, in one or two sentences."""


def text_in(cell: Cell) -> str:
    """The words of a cell, whatever its format. Raises Fault for a formula or an error value."""
    if cell.data_type == "f" or (not isinstance(cell.value, str | int | float | bool | date)):
        raise Fault("there is a formula. Write what it says instead.")
    if cell.data_type == "e":
        raise Fault(f"there is the error {cell.value}. Write what was meant.")
    value = cell.value
    if isinstance(value, datetime) and value.hour == value.minute == value.second == 0:
        value = value.date()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    words = str(value).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    return CONTROL.sub("", words).strip()


def note_in(cell: Cell) -> str | None:
    """A note. Raises Fault where it is too long."""
    words = text_in(cell)
    if len(words) > MOST_NOTE_CHARACTERS:
        raise Fault(
            f"the note has {len(words):,} characters; it may have {MOST_NOTE_CHARACTERS:,}. "
            "Shorten it, and link to the document."
        )
    return words or None


def links_in(cell: Cell) -> tuple[str, ...]:
    """The addresses in a cell, or the one under its words. Raises Fault for words that are no address."""
    words = without_unseen(text_in(cell))
    under = getattr(cell.hyperlink, "target", None)
    if not _LINK.search(words) and under and _LINK.fullmatch(under):
        return (under,)
    parts = [part.strip(",;") for part in words.split()]
    wrong = next((part for part in parts if part and not _LINK.fullmatch(part)), None)
    if wrong is not None:
        raise Fault(f"“{wrong[:60]}” is not a link. Write an address that begins with https://, or use the note.")
    if len(parts) > MOST_LINKS:
        raise Fault(f"there are {len(parts)} links; a row takes {MOST_LINKS}.")
    return tuple(dict.fromkeys(part for part in parts if part))


def day_in(cell: Cell, epoch: datetime) -> date:
    """A day: a date, the number of one (counted from 1900 or 1904, as the file says), or text that means one day only.

    Raises Fault for text that could be two days, such as 03/04/2026.
    """
    value = cell.value
    if cell.data_type != "f" and isinstance(value, int | float) and not isinstance(value, bool):
        value = _from_number(value, epoch)
    if isinstance(value, datetime):
        value = value.date()
    if not isinstance(value, date):
        value = _from_text(without_unseen(text_in(cell)).translate(_HYPHENS))
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise Fault(f"{value} is not a day between {_FIRST_YEAR} and {_LAST_YEAR}. Check the year.")
    return value


def _from_number(number: float, epoch: datetime) -> date:
    from openpyxl.utils.datetime import from_excel

    try:
        found = from_excel(number, epoch)
    except (ValueError, OverflowError):
        found = None
    if not isinstance(found, datetime):
        raise Fault(f"{number} is not a date. Write it as 2026-09-30.")
    return found.date()


def _from_text(words: str) -> date:
    """A day in ISO form, or as a spreadsheet of another language leaves it, as text: 25/11/2026, 25 novembre 2026."""
    try:
        return parse_day(words)
    except BadDataError as error:
        with suppress(BadDataError):
            return read_day(words)
        raise Fault(str(error)) from None
