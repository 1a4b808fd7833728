"""What was written into a return beside its answers: comments of cells, sheets of one's own, words above the headings.

None of it is an answer, and none of it may be lost: whoever reads the return is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tracker.domain.controls import says_something
from tracker.domain.return_words import WORDS, folded
from tracker.domain.returns import IDENTITY_SHEET, LISTS_SHEET
from tracker.ingest.cell_comments import cut_short, words_of
from tracker.ingest.workbook_cells import SheetCells, Workbook
from tracker.records import record

_OURS = frozenset(folded(text) for words in WORDS.values() for text in (words.title, words.given, words.yours))
_GUIDES = frozenset(folded(words.guide_sheet) for words in WORDS.values())


@record
class Unread:
    """Words that are no answer; `where` is sheet and cell."""

    where: str
    what: str


def margins(book: Workbook, answers: str, heading_row: int, organization: str, made_on: date) -> Iterator[Unread]:
    """Everything beside the answers, which are on the sheet of that title, below the row of headings."""
    for sheet in book.sheets:
        if sheet.title in (IDENTITY_SHEET, LISTS_SHEET):
            continue
        if sheet.title == answers:
            yield from _above(sheet, heading_row, organization, made_on)
        elif folded(sheet.title) not in _GUIDES:
            yield from _whole(sheet)
        for coordinate, text in sheet.comments:
            if (words := words_of(text)) is not None:
                yield Unread(f"{sheet.title}, {coordinate}", f"the comment “{words}”")


def _above(sheet: SheetCells, heading_row: int, organization: str, made_on: date) -> Iterator[Unread]:
    for row in sorted(row for row in sheet.rows if row < heading_row):
        for cell in sheet.rows[row].values():
            text = str(cell.value)
            is_subtitle = f"({organization})" in text and text.endswith(made_on.isoformat())
            if says_something(text) and not is_subtitle and folded(text) not in _OURS:
                yield Unread(f"{sheet.title}, {cell.coordinate}", f"“{cut_short(text)}”, above the headings")


def _whole(sheet: SheetCells) -> Iterator[Unread]:
    """One for a sheet, with how it begins."""
    cells = (sheet.rows[row][column] for row in sorted(sheet.rows) for column in sorted(sheet.rows[row]))
    first = next((cell for cell in cells if says_something(str(cell.value))), None)
    if first is not None:
        yield Unread(
            f"{sheet.title}, {first.coordinate}",
            f"the sheet, which is none of the return’s and begins “{cut_short(str(first.value))}”",
        )
