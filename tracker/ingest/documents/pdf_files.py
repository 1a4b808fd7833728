"""PDF files: characters with their places on the page, put together to lines.

pdfium's own division into lines is not used: it cuts justified text of some printers into single letters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from tracker.errors import BadDataError
from tracker.ingest.documents.anchors import is_finished
from tracker.ingest.documents.grids import Grid
from tracker.ingest.documents.lines import SUPERSCRIPTS, Break, Line, Place, superscript, tidy
from tracker.ingest.documents.pdf_glyphs import SPACE, Glyph, page_glyphs, runs
from tracker.ingest.documents.pdf_grids import GridReader
from tracker.ingest.problems import Problem
from tracker.limits import Limits, raised_by
from tracker.progress import OnStep
from tracker.records import record

_MOST_UNREADABLE = 0.2

# Parts of a line's height, found by measuring what LibreOffice, Chromium and Typst print.
_RAISED = 0.15
_SAME_LINE = 0.2
_INDENT = 0.6
_GAP = 1.3  # of the usual distance between lines
_SHORT = 0.8  # of the usual width
_SMALL_PRINT = 0.95  # of the usual height


@record
class _Row:
    text: str
    left: float
    right: float
    baseline: float
    height: float


@record
class PdfText:
    """Lines by page, a problem for every page on which only a picture stands, and tables of actions cell by cell."""

    pages: list[list[Line]]
    problems: tuple[Problem, ...]
    grids: tuple[Grid, ...]


def pdf_text(content: bytes, name: str, limits: Limits, on_page: OnStep | None = None) -> PdfText:
    """Everything that is printed. Raises BadDataError for a file without text, or one that cannot be opened."""
    import pypdfium2  # most commands read no document

    try:
        with pypdfium2.PdfDocument(content) as document:
            _check_pages(len(document), name, limits)
            grids = GridReader()
            pages = [(_rows(page, grids), page) for page in _told(document, name, limits, on_page)]
            problems = tuple(_pictures(pages, name))
            rows = [rows for rows, _ in pages]
    except pypdfium2.PdfiumError as error:
        raise _unreadable(str(error), name) from error
    _check_whole(content, name)
    _check_text(rows, name)
    return PdfText(_lines(rows), problems, grids.found)


def _check_pages(count: int, name: str, limits: Limits) -> None:
    if count > limits.document_pages:
        raise BadDataError(
            f"has {count:,} pages; a note has at most {limits.document_pages:,}.",
            where=name,
            remedy=f"Give the note alone. {raised_by('document_pages')}",
        )


def _unreadable(reason: str, name: str) -> BadDataError:
    if "password" in reason.casefold():
        return BadDataError(
            "is protected by a password.", where=name, remedy="Print it to a new PDF without the password."
        )
    return BadDataError(
        "is not a whole PDF: it is damaged or was cut short.", where=name, remedy="Fetch the file again."
    )


def _check_whole(content: bytes, name: str) -> None:
    """For pdfium mends a file that was cut short without a word, and pages are missing then."""
    if b"%%EOF" not in content[-4096:]:
        raise _unreadable("", name)


def _check_text(pages: Sequence[Sequence[_Row]], name: str) -> None:
    text = "".join(row.text for rows in pages for row in rows)
    if not text.strip():
        raise BadDataError(
            "is a picture of pages and holds no text.",
            where=name,
            remedy="Run it through text recognition, or fetch the .docx.",
        )
    unreadable = sum(1 for char in text if char == "\ufffd" or "\ue000" <= char <= "\uf8ff")
    if unreadable > len(text) * _MOST_UNREADABLE:
        raise BadDataError(
            "uses fonts that do not say which letters they stand for, so its text cannot be read.",
            where=name,
            remedy="Fetch the .docx, or print it to a new PDF.",
        )


def _told(document: Any, name: str, limits: Limits, on_page: OnStep | None) -> Iterator[Any]:
    for done, page in enumerate(_within_measure(document, name, limits), start=1):
        yield page
        if on_page is not None:
            on_page(done, len(document))


def _within_measure(document: Any, name: str, limits: Limits) -> Iterator[Any]:
    characters = 0
    for page in document:
        text = page.get_textpage()
        characters += text.count_chars()
        if characters > limits.document_characters:
            raise BadDataError(
                f"holds more than {limits.document_characters:,} characters.",
                where=name,
                remedy=f"Give the note alone. {raised_by('document_characters')}",
            )
        yield page


def _pictures(pages: Sequence[tuple[Sequence[_Row], Any]], name: str) -> Iterator[Problem]:
    for number, (rows, page) in enumerate(pages, start=1):
        if not rows and next(page.get_objects(), None) is not None:
            yield Problem(
                f"{name}, page {number}",
                "The page holds a picture and no text, and was left out.",
                "Compare with the printed document; run the file through text recognition if it matters.",
            )


def _rows(page: Any, grids: GridReader) -> list[_Row]:
    """The lines of a page from top to bottom, whatever the order in which they were printed.

    What stands sideways beside them (heads of narrow columns, margins) belongs to no line; a table of actions is
    taken out by `grids`.
    """
    glyphs = grids.without_grid(page_glyphs(page.get_textpage()))
    found = [_row(run) for run in runs([glyph for glyph in glyphs if glyph.quarter == 0]) if _has_ink(run)]
    pieces = [row for row in found if row.text]  # a broken font may print characters that are none
    pieces.sort(key=lambda row: (-row.baseline, row.left))
    rows: list[_Row] = []
    for piece in pieces:
        if rows and rows[-1].baseline - piece.baseline < _SAME_LINE * max(rows[-1].height, piece.height):
            rows[-1] = _side_by_side(*sorted((rows[-1], piece), key=lambda row: row.left))
        else:
            rows.append(piece)
    return rows


def _side_by_side(left: _Row, right: _Row) -> _Row:
    tight = right.left - left.right < SPACE * left.height
    text = left.text + ("" if tight else " ") + right.text
    return _Row(text, left.left, max(left.right, right.right), left.baseline, max(left.height, right.height))


def _has_ink(glyphs: Sequence[Glyph]) -> bool:
    return any(not glyph.char.isspace() for glyph in glyphs)


def _row(glyphs: Sequence[Glyph]) -> _Row:
    printed = [glyph for glyph in glyphs if not glyph.char.isspace()]
    baseline = _usual([round(glyph.baseline, 1) for glyph in printed])
    height = _usual([round(glyph.height, 1) for glyph in printed])
    text, end = "", printed[0].left
    for glyph in glyphs:
        if glyph.char.isspace():
            text += " "
            continue
        if glyph.left - end > SPACE * height:
            text += " "
        raised = glyph.char.isdecimal() and glyph.bottom - baseline > _RAISED * height
        text += superscript(glyph.char) if raised else glyph.char
        end = glyph.right
    return _Row(tidy(text), printed[0].left, max(glyph.right for glyph in printed), baseline, height)


def _usual(values: Sequence[float]) -> float:
    """The most frequent one; of equally frequent ones the largest, so that the order does not matter."""
    counts = Counter(values)
    return max(counts, key=lambda value: (counts[value], value))


def _lines(pages: Sequence[Sequence[_Row]]) -> list[list[Line]]:
    measure = _measure(pages)
    return [_page_lines(rows, number, measure) for number, rows in enumerate(pages, start=1)]


@record
class _Measure:
    """What is usual in this document."""

    distance: float
    height: float
    left: float
    right: float


def _measure(pages: Sequence[Sequence[_Row]]) -> _Measure:
    rows = [row for page in pages for row in page]
    steps = [above.baseline - below.baseline for page in pages for above, below in pairwise(page)]
    rights = sorted(row.right for row in rows)
    return _Measure(
        distance=_usual([round(step * 2) / 2 for step in steps]) if steps else 0.0,
        height=_usual([height for row in rows for height in [row.height] * len(row.text)]),
        left=_usual([round(row.left) for row in rows]),
        right=rights[len(rights) * 9 // 10],
    )


def _page_lines(rows: Sequence[_Row], number: int, measure: _Measure) -> list[Line]:
    lines = []
    for index, row in enumerate(rows):
        apart = index == 0 or _stands_apart(rows[index - 1], row, measure)
        lines.append(Line(row.text, Place(page=number), Break.GAP if apart else Break.NONE))
    return lines


def _stands_apart(above: _Row, row: _Row, measure: _Measure) -> bool:
    """Blank space before it; or, after a finished sentence, an indent or a short line; or a footnote's begin."""
    if above.baseline - row.baseline > _GAP * measure.distance:
        return True
    small = row.height < _SMALL_PRINT * measure.height
    if row.text[0] in SUPERSCRIPTS and (small or above.height > row.height):
        return True
    indented = row.left - above.left > _INDENT * row.height
    width = (measure.right - measure.left) * _SHORT
    return is_finished(above.text) and (indented or above.right - measure.left < width)
