"""Lines to paragraphs: what a line's end, a page's end or a footnote has cut is put together again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tracker.ingest.documents.anchors import NUMBERED, Before, opens_item
from tracker.ingest.documents.hyphens import glued, vocabulary
from tracker.ingest.documents.lines import SUPERSCRIPTS, Break, Line, Place
from tracker.records import record

_FOOTNOTE = re.compile(rf"([{SUPERSCRIPTS}]+) ?(?=\S)|(\*{{1,4}})(?: ?(?=[^\W\d_])|$)")
_STARS = re.compile(r"(?<=[^\s*])(\*{1,4})(?![\w*])")
"""A mark of stars where it is called: close behind a word."""
_LINK = re.compile(r"\[([^\[\]]+)\] ?\((?:#|/|https?:|mailto:)[^()\s]*\)")
_MARK = re.compile(rf" ?([{SUPERSCRIPTS}]+)|{_STARS.pattern}")
_MEASURE = re.compile(r"(?:\b[kcm]?m|\bft|\bCO|\bin)$")


@record
class Paragraph:
    """A paragraph, or a row of a table: its cells with tabs between them."""

    text: str
    place: Place


def assemble(lines: Sequence[Line]) -> tuple[tuple[Paragraph, ...], tuple[Paragraph, ...]]:
    """The paragraphs in order, and apart from them the footnotes."""
    body, notes = _footnotes_apart([line for line in lines if line.text])
    words = vocabulary([line.text for line in lines])
    marks = {mark for block in notes if (mark := _footnote_mark(block[0].text))}
    found = tuple(_paragraph(block, words) for block in _blocks(body))
    return _without_marks(found, marks), tuple(_paragraph(block, words) for block in notes)


def _paragraph(block: Sequence[Line], words: frozenset[str]) -> Paragraph:
    text = glued([line.text for line in block], words)
    return Paragraph(_LINK.sub(r"\1", text), block[0].place)


def _footnotes_apart(lines: Sequence[Line]) -> tuple[list[Line], list[list[Line]]]:
    """A footnote goes on to the next gap or page; what follows it is cut off from what stands before it."""
    body: list[Line] = []
    notes: list[list[Line]] = []
    inside = False
    marks = _marks_of_footnotes(lines)
    for line in lines:
        if _footnote_mark(line.text) in marks and (line.before is not Break.NONE or inside):
            notes.append([])
            inside = True
        elif line.before is not Break.NONE:
            inside = False
        (notes[-1] if inside else body).append(line)
    return body, notes


def _marks_of_footnotes(lines: Sequence[Line]) -> set[str]:
    """Of stars those that are called somewhere and begin one line: several such lines are a list."""
    begun = Counter(mark for line in lines if (mark := _footnote_mark(line.text)))
    called = {stars for line in lines for stars in _STARS.findall(line.text)}
    return {mark for mark, times in begun.items() if not mark.startswith("*") or (times == 1 and mark in called)}


def _footnote_mark(text: str) -> str | None:
    """The mark before a footnote. Stars that come back behind a word are emphasis."""
    found = _FOOTNOTE.match(text)
    if found is None or (found[2] and _STARS.search(text)):
        return None
    return found[1] or found[2]


def _blocks(lines: Sequence[Line]) -> Iterator[list[Line]]:
    block: list[Line] = []
    last_number = 0
    for index, line in enumerate(lines):
        following = lines[index + 1].text if index + 1 < len(lines) else ""
        if block and _begins(block, line, following, last_number):
            yield block
            block = []
        number = NUMBERED.match(line.text)
        if not block and number:
            last_number = int(number[1])
        block.append(line)
    if block:
        yield block


def _begins(block: Sequence[Line], line: Line, following: str, last_number: int) -> bool:
    if line.cells or block[-1].cells:
        return True
    # The last two lines are enough to see how a block ends; the whole of it is a title only if it is short.
    tail = " ".join(part.text for part in block) if len(block) <= 2 else block[-1].text
    before = Before(tail, len(block), last_number)
    item = opens_item(before, line.text, following, apart=line.before is not Break.NONE)
    if item is not None:
        return item
    return _begins_plainly(before, line)


def _begins_plainly(before: Before, line: Line) -> bool:
    """For a line without any mark of its own."""
    if before.is_heading:
        return True
    goes_on = line.text[:1].islower() or before.wants_more or before.text.endswith(("-", "\u00ad"))
    if line.before is Break.GAP:
        return before.finished or not goes_on
    if line.before is Break.PAGE:
        return before.finished and not line.text[:1].islower()
    return False


def _without_marks(paragraphs: Sequence[Paragraph], marks: set[str]) -> tuple[Paragraph, ...]:
    """Each footnote is called once; only a mark that has a footnote is one ("25 m²" stays)."""
    waiting = set(marks)

    def unless_waiting(match: re.Match[str]) -> str:
        mark = match[1] or match[2]
        if mark not in waiting or _MEASURE.search(match.string, max(0, match.start() - 4), match.start()):
            return match[0]
        waiting.discard(mark)
        return ""

    return tuple(replace(paragraph, text=_MARK.sub(unless_waiting, paragraph.text)) for paragraph in paragraphs)
