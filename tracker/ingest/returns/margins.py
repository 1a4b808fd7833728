"""What was written into a return beside its answers: comments of cells, sheets of one's own, words above the headings.

None of it is an answer, and none of it may be lost: whoever reads the return is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from tracker.domain.controls import says_something
from tracker.domain.return_words import WORDS, Words, folded, label
from tracker.domain.returns import IDENTITY_SHEET, LISTS_SHEET
from tracker.ingest.spreadsheets.cell_comments import cut_short, words_of
from tracker.ingest.spreadsheets.workbook_cells import SheetCells, Workbook
from tracker.records import record

_OURS = frozenset(folded(text) for words in WORDS.values() for text in (words.title, words.given, words.yours))
_GUIDES = {folded(words.guide_sheet): words for words in WORDS.values()}
_FILLED_IN = {"{reply_to}": r"\S{0,254}", "{office}": r".{0,300}", "{day}": r"\d{4}-\d\d-\d\d"}
"""What the writer puts into the words of the guide, as far as the reader knows it."""


@record
class Unread:
    """Words that are no answer; `where` is sheet and cell."""

    where: str
    what: str


def margins(book: Workbook, answers: str, heading_row: int, organization: str, made_on: date) -> Iterator[Unread]:
    """Everything beside the answers, which are on the sheet of that title, below the row of headings."""

    def is_subtitle(text: str) -> bool:
        return f"({organization})" in text and text.endswith(made_on.isoformat())

    for sheet in book.sheets:
        if sheet.title in (IDENTITY_SHEET, LISTS_SHEET):
            continue
        if sheet.title == answers:
            yield from _above(sheet, heading_row, is_subtitle)
        elif (guide := _GUIDES.get(folded(sheet.title))) is not None:
            yield from _on_guide(sheet, guide, is_subtitle)
        else:
            yield from _whole(sheet)
        for coordinate, text in sheet.comments:
            if (words := words_of(text)) is not None:
                yield Unread(f"{sheet.title}, {coordinate}", f"the comment “{words}”")


def _above(sheet: SheetCells, heading_row: int, is_subtitle: Callable[[str], bool]) -> Iterator[Unread]:
    for row in sorted(row for row in sheet.rows if row < heading_row):
        for cell in sheet.rows[row].values():
            text = str(cell.value)
            if says_something(text) and not is_subtitle(text) and folded(text) not in _OURS:
                yield Unread(f"{sheet.title}, {cell.coordinate}", f"“{cut_short(text)}”, above the headings")


def _on_guide(sheet: SheetCells, words: Words, is_subtitle: Callable[[str], bool]) -> Iterator[Unread]:
    ours = _of_guide(words)
    for row in sorted(sheet.rows):
        for cell in sheet.rows[row].values():
            text = str(cell.value)
            is_ours = is_subtitle(text) or ours.fullmatch(" ".join(text.split())) is not None
            if says_something(text) and not is_ours:
                yield Unread(f"{sheet.title}, {cell.coordinate}", f"“{cut_short(text)}”, beside what the office wrote")


def _of_guide(words: Words) -> re.Pattern[str]:
    """What a cell of the guide says as it was made; the steps’ numbers also where a program took them for numbers."""
    steps = (text for step in words.steps for text in step)
    meanings = (text for status, meaning in words.meanings for text in (label(words, status), meaning))
    texts = map(re.escape, (words.title, words.meanings_title, words.footer, *steps, *meanings))
    made = "|".join(" ".join(text.split()) for text in texts)
    for name, pattern in _FILLED_IN.items():
        made = made.replace(re.escape(name), pattern)
    return re.compile(rf"{made}|[1-{len(words.steps)}](?:\.0)?")


def _whole(sheet: SheetCells) -> Iterator[Unread]:
    """One for a sheet, with how it begins."""
    cells = (sheet.rows[row][column] for row in sorted(sheet.rows) for column in sorted(sheet.rows[row]))
    first = next((cell for cell in cells if says_something(str(cell.value))), None)
    if first is not None:
        yield Unread(
            f"{sheet.title}, {first.coordinate}",
            f"the sheet, which is none of the return’s and begins “{cut_short(str(first.value))}”",
        )
