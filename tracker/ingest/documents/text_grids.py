"""The annex of actions in a plain text: columns by tabs, by bars, or by standing below each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tracker.ingest.documents.grids import IMPACT, LABEL, MARKS, Grid, GridRow
from tracker.ingest.documents.lines import Place, tidy

_APART = re.compile(r"\S+(?: \S+)*")
_ROW = re.compile(rf"[\s|]*(?:{LABEL.pattern}|{MARKS.pattern})(?=\s{{2}}|\t|\s*\||\s*$)", re.IGNORECASE)
_RULE = " \t|+-=_:\f"
_SEARCHED_ABOVE = 4
_FEWEST_HEADS = 3
_ASIDE = 4  # so many characters beside its head a code may stand


def without_grids(text: str) -> tuple[str, tuple[Grid, ...]]:
    """The text with the lines of such tables blanked out, and the tables; line numbers stay as they are."""
    lines = text.split("\n")
    grids = []
    for first, last in list(_stretches(lines)):
        head = _head_above(lines, first)
        if head is not None:
            grids.append(_grid(lines, head, first, last))
            lines[head : last + 1] = ["\f" if "\f" in line else "" for line in lines[head : last + 1]]
    return "\n".join(lines), tuple(grids)


def _stretches(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """First and last line of rows that follow each other; blank lines and rules between them count for nothing."""
    rows: list[int] = []
    for index, line in enumerate(lines):
        if _ROW.match(line):
            rows.append(index)
        elif rows and line.strip(_RULE):
            yield rows[0], rows[-1]
            rows = []
    if rows:
        yield rows[0], rows[-1]


def _head_above(lines: Sequence[str], first: int) -> int | None:
    """The line with the heads of the columns, one of which speaks of impact."""
    for index in range(first - 1, max(-1, first - 1 - _SEARCHED_ABOVE), -1):
        cells = _cells(lines[index])
        if len(cells) >= _FEWEST_HEADS and any(IMPACT.fullmatch(cell) for cell in cells):
            return index
    return None


def _grid(lines: Sequence[str], head: int, first: int, last: int) -> Grid:
    numbered = [(index, lines[index]) for index in range(first, last + 1) if _ROW.match(lines[index])]
    if _mark(lines[head]) is None:
        return _by_place(lines[head], head, numbered)
    heads = _cells(lines[head])
    heads = ["", *heads] if IMPACT.fullmatch(heads[0]) else heads  # nothing stands above the labels
    rows = [heads, *(_cells(line) for _, line in numbered)]
    width = max(len(row) for row in rows)
    places = [head, *(index for index, _ in numbered)]
    return tuple(
        GridRow(Place(line=place + 1), (*row, *[""] * (width - len(row))))
        for place, row in zip(places, rows, strict=True)
    )


def _mark(line: str) -> str | None:
    return next((mark for mark in "|\t" if mark in line), None)


def _cells(line: str) -> list[str]:
    mark = _mark(line)
    if mark is None:
        return [tidy(found[0]) for found in _APART.finditer(line)]
    bare = line.strip().removeprefix("|").removesuffix("|") if mark == "|" else line
    return [tidy(cell) for cell in bare.split(mark)]


def _by_place(head: str, index: int, numbered: Sequence[tuple[int, str]]) -> Grid:
    """Each text into the column of the nearest head; beyond the last column where it stands under none."""
    heads = [(tidy(found[0]), _middle(found)) for found in _APART.finditer(head)]
    rows = [GridRow(Place(line=index + 1), ("", *(text for text, _ in heads), ""))]
    for number, line in numbered:
        label, *texts = _APART.finditer(line)
        cells = ["" for _ in range(len(heads) + 2)]
        cells[0] = tidy(label[0])
        for found in texts:
            asides = [abs(middle - _middle(found)) for _, middle in heads]
            at = asides.index(min(asides)) + 1 if min(asides) <= _ASIDE else len(cells) - 1
            cells[at] = f"{cells[at]} {tidy(found[0])}".strip()
        rows.append(GridRow(Place(line=number + 1), tuple(cells)))
    return tuple(rows)


def _middle(found: re.Match[str]) -> float:
    return (found.start() + found.end()) / 2
