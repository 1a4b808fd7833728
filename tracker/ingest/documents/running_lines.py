"""Headers, footers and page numbers: what stands at the edges of the pages and belongs to none of the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from tracker.ingest.documents.anchors import HEADING, HEADING_WITH_TEXT, JOINT_HEADING, NUMBERED
from tracker.ingest.documents.lines import Break, Line

_PAGE_NUMBER = re.compile(r"[-–—] ?\d+ ?[-–—]|(?:page )?\d{1,4}(?: ?(?:/|of) ?\d{1,4})?|[ivxl]{1,6}", re.IGNORECASE)
_EDGE = 3
_ENOUGH_PAGES = 0.4  # documents of two-sided print have one header on the left pages and one on the right


def without_running_lines(pages: Sequence[Sequence[Line]]) -> tuple[list[Line], tuple[str, ...]]:
    """The lines of all pages in order, and what was left out, each once."""
    patterns = _running_patterns(pages)
    kept: list[Line] = []
    left_out: dict[str, None] = {}
    for page in pages:
        first, last = _text_area(page, patterns)
        left_out.update(dict.fromkeys(line.text for line in [*page[:first], *page[last:]]))
        kept.extend(_as_page(page[first:last], is_first=not kept))
    return kept, tuple(left_out)


def _as_page(lines: Sequence[Line], *, is_first: bool) -> list[Line]:
    if is_first or not lines:
        return list(lines)
    top = lines[0]
    return [Line(top.text, top.place, Break.PAGE, top.cells), *lines[1:]]


def _text_area(page: Sequence[Line], patterns: frozenset[str]) -> tuple[int, int]:
    first, last = 0, len(page)
    while first < min(_EDGE, last) and _is_running(page[first].text, patterns):
        first += 1
    while last > max(first, len(page) - _EDGE) and _is_running(page[last - 1].text, patterns):
        last -= 1
    return first, last


def _is_running(text: str, patterns: frozenset[str]) -> bool:
    return _PAGE_NUMBER.fullmatch(text) is not None or _pattern(text) in patterns


def _running_patterns(pages: Sequence[Sequence[Line]]) -> frozenset[str]:
    """What is called a header has to stand on at least two pages, beside something else."""
    telling = [page for page in pages if len(page) > 1]
    counts: Counter[str] = Counter()
    for page in telling:
        edges = [*page[:_EDGE], *page[-_EDGE:]]
        counts.update({_pattern(line.text) for line in edges if not _is_anchor(line.text)})
    enough = max(2.0, len(telling) * _ENOUGH_PAGES)
    return frozenset(pattern for pattern, count in counts.items() if count >= enough)


def _is_anchor(text: str) -> bool:
    """On top of one page "Recommendation 3", on top of another "Recommendation 5": that is no header."""
    marks = (HEADING.fullmatch, HEADING_WITH_TEXT.match, JOINT_HEADING.fullmatch, NUMBERED.match)
    return any(mark(text) for mark in marks)


def _pattern(text: str) -> str:
    """The same for "2/7 18-04939" on a left page and "18-04939 3/7" on a right one."""
    return " ".join(sorted(re.sub(r"\d+", "#", text.casefold()).split()))
