"""The annex of actions on a PDF page: words put into rows by their labels and into columns by the heads above them.

A PDF has no cells. The heads of the columns mostly stand sideways; the table may go on for pages without them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from tracker.ingest.documents.grids import IMPACT, LABEL, MARKS, Grid, GridRow
from tracker.ingest.documents.lines import Place, tidy
from tracker.ingest.documents.pdf_glyphs import SPACE, Glyph, runs, seen_from
from tracker.ingest.organizations import code_of_name
from tracker.records import record

# Parts of a line's height.
_NEXT_LINE = 1.6  # as far down as a label or a head goes on
_SAME_LINE = 0.4
_SAME_CELL = 0.5  # as far apart as two words of one cell stand
_WIDEST_SPACING = 2.3  # from line to line of a head that stands sideways
_LABELS_INDENT = 6
# Parts of the distance from column to column.
_SAME_COLUMN = 0.85
_BESIDE = 0.6  # as far beside its head a cell may stand
_FEWEST_HEADS = 3
_LONGEST_CODE = 5


@record
class _Word:
    """Where it stands on the page; `y` grows upwards. A head is one as well, whichever way it stands."""

    text: str
    left: float
    right: float
    y: float
    height: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    def aside(self, other: _Word) -> float:
        """How far from middle to middle another word is from standing below this one; 0 where it does."""
        return 0.0 if _overlaps(self, other) else abs(self.middle - other.middle)


@dataclass(slots=True)
class GridReader:
    """Reads page after page; the heads of one hold for the next as long as the table goes on."""

    found: tuple[Grid, ...] = ()
    _heads: list[_Word] = field(default_factory=list)
    _page: int = 0

    def without_grid(self, glyphs: list[Glyph]) -> list[Glyph]:
        """What is left of a page when its table of actions, if there is one, has been read."""
        self._page += 1
        words, labels, sideways = _parts(glyphs) if self._may_hold_grid(glyphs) else ([], [], [])
        grid = self._read(words, labels, sideways) if any(LABEL.fullmatch(label.text) for label in labels) else ()
        if not grid:
            self._heads = []
            return glyphs
        self.found = (*self.found, grid)
        return _outside(glyphs, labels)

    def _read(self, words: list[_Word], labels: list[_Word], sideways: list[_Word]) -> Grid:
        """The grid beside the labels, under heads of its own or those of the page before; empty where it is none."""
        heads = _with_impact(sideways, words) if len(sideways) >= _FEWEST_HEADS else _upright_heads(words, labels[0])
        has_heads = any(IMPACT.fullmatch(head.text) for head in heads)
        self._heads = heads if has_heads else self._heads
        grid = _grid(words, labels, self._heads, Place(page=self._page)) if self._heads else ()
        return grid if has_heads or _goes_on_so(grid) else ()

    def _may_hold_grid(self, glyphs: list[Glyph]) -> bool:
        """A look at the letters alone, because most pages hold none and words cost a third of the time."""
        letters = "".join(glyph.char for glyph in glyphs).casefold()
        return "rec" in letters and ("impact" in letters or bool(self._heads))


def _parts(glyphs: list[Glyph]) -> tuple[list[_Word], list[_Word], list[_Word]]:
    """The words of a page, the labels of its rows, and the heads that are printed sideways, above all labels."""
    words = [word for word in _words(glyphs) if word.text]
    labels, sideways = _labels(words), _sideways(glyphs)
    if len(sideways) >= _FEWEST_HEADS:
        lowest = min(head.y - head.height for head in sideways)
        labels = [label for label in labels if label.y < lowest]
    return words, labels, sideways


def _goes_on_so(grid: Grid) -> bool:
    """Whether what stands under the heads of the page before are codes; a text that follows has longer words."""
    return all(len(cell) <= _LONGEST_CODE for row in grid[1:] for cell in row.cells[1:])


def _grid(words: Sequence[_Word], labels: Sequence[_Word], heads: Sequence[_Word], place: Place) -> Grid:
    distance = min(right.middle - left.middle for left, right in pairwise(heads))
    edge = heads[0].left - _BESIDE * distance
    reach = _reach(labels)
    rows: list[list[list[str]]] = [[[] for _ in range(len(heads) + 1)] for _ in labels]
    for word in _put_together(_as_read(words)):
        row = min(range(len(labels)), key=lambda index: abs(labels[index].y - word.y))
        if word.left >= edge and abs(labels[row].y - word.y) < reach and not _is_part(word, labels[row]):
            asides = [head.aside(word) for head in heads]
            is_below = min(asides) <= _BESIDE * distance
            rows[row][asides.index(min(asides)) if is_below else len(heads)].append(word.text)
    texts = [(label.text, *(" ".join(cell) for cell in row)) for label, row in zip(labels, rows, strict=True)]
    titles = ("", *(head.text for head in heads), "")
    return tuple(GridRow(place, cells) for cells in (titles, *texts))


def _is_part(word: _Word, label: _Word) -> bool:
    return label.left <= word.middle <= label.right


def _words(glyphs: Sequence[Glyph]) -> Iterator[_Word]:
    """Upright words: parted by blanks, or by as much space."""
    for run in runs([glyph for glyph in glyphs if glyph.quarter == 0]):
        word: list[Glyph] = []
        for glyph in run:
            apart = bool(word) and glyph.left - word[-1].right > 2 * SPACE * glyph.height
            if word and (apart or glyph.char.isspace()):
                yield _word(word)
                word = []
            if not glyph.char.isspace():
                word.append(glyph)
        if word:
            yield _word(word)


def _word(glyphs: Sequence[Glyph]) -> _Word:
    text = tidy("".join(glyph.char for glyph in glyphs))
    height = max(glyph.height for glyph in glyphs)
    return _Word(text, glyphs[0].left, max(glyph.right for glyph in glyphs), glyphs[0].baseline, height)


def _labels(words: Sequence[_Word]) -> list[_Word]:
    """What stands at the head of the rows, from top to bottom: "Recommendation 3", also on two lines."""
    ordered = _as_read(words)
    found = []
    for word in ordered:
        if word.text.casefold().rstrip(".") not in ("recommendation", "rec", "for"):
            continue
        near = [other for other in ordered if other is not word and _goes_on(word, other)]
        for other in sorted(near, key=lambda other: (word.y - other.y, other.left)):
            text = f"{word.text} {other.text}"
            if LABEL.fullmatch(text) or MARKS.fullmatch(text):
                right = max(word.right, other.right)
                found.append(_Word(text, word.left, right, (word.y + other.y) / 2, word.height))
                break
    leftmost = min((label.left for label in found), default=0.0)
    return [label for label in found if label.left - leftmost < _LABELS_INDENT * label.height]


def _goes_on(word: _Word, other: _Word) -> bool:
    """On the same line right behind it, or on the next one right below it."""
    down = word.y - other.y
    beside = abs(down) < _SAME_LINE * word.height and 0 <= other.left - word.right < word.height
    return beside or (0 < down < _NEXT_LINE * word.height and _overlaps(word, other))


def _overlaps(word: _Word, other: _Word) -> bool:
    return other.left < word.right and other.right > word.left


def _sideways(glyphs: Sequence[Glyph]) -> list[_Word]:
    """The heads that stand sideways, from left to right, the lines of each put together."""
    lines = sorted(_sideways_lines(glyphs), key=lambda line: line[0].left)
    if not lines:
        return []
    steps = [right[0].middle - left[0].middle for left, right in pairwise(lines)]
    usual = median(steps) if steps else 0.0
    heads: list[list[tuple[_Word, bool]]] = [[lines[0]]]
    for step, line in zip(steps, lines[1:], strict=True):
        is_close = step < min(_SAME_COLUMN * usual, _WIDEST_SPACING * (line[0].right - line[0].left))
        if is_close or _is_one_name([*heads[-1], line]):
            heads[-1].append(line)
        else:
            heads.append([line])
    return [_head(lines) for lines in heads]


def _is_one_name(lines: Sequence[tuple[_Word, bool]]) -> bool:
    """Lines as close as columns are: only what they say tells that they are one head ("Intended", "impact")."""
    whole = _head(lines).text
    parts = [word.text for word, _ in lines]
    return _is_known(whole) and not any(code_of_name(part) for part in parts)


def _is_known(head: str) -> bool:
    return IMPACT.fullmatch(head) is not None or code_of_name(head.rstrip("*")) is not None


def _sideways_lines(glyphs: Sequence[Glyph]) -> Iterator[tuple[_Word, bool]]:
    """Each line, and whether the next one of its head is to the right of it; `y` is the upper end."""
    for run in runs([glyph for glyph in glyphs if glyph.quarter in (1, 3)]):
        quarter, height = run[0].quarter, max(glyph.height for glyph in run)
        text = _spaced(run)
        ends = [seen_from((along, run[0].baseline), quarter) for along in (run[0].left, run[-1].right)]
        x = ends[0][0] + (-height / 4 if quarter == 3 else height / 4)
        low, high = sorted(y for _, y in ends)
        if text:
            yield _Word(text, x - height / 2, x + height / 2, high, high - low), quarter == 3


def _spaced(run: Sequence[Glyph]) -> str:
    """A line's text; a printer may leave out its blanks."""
    gaps = [glyph.left - before.right > SPACE * glyph.height for before, glyph in pairwise(run)]
    return tidy("".join(f"{' ' if gap else ''}{glyph.char}" for gap, glyph in zip([False, *gaps], run, strict=True)))


def _head(lines: Sequence[tuple[_Word, bool]]) -> _Word:
    words = [word for word, _ in lines]
    ordered = words if lines[0][1] else words[::-1]
    highest, tallest = max(word.y for word in words), max(word.height for word in words)
    return _Word(" ".join(word.text for word in ordered), words[0].left, words[-1].right, highest, tallest)


def _with_impact(sideways: list[_Word], words: Sequence[_Word]) -> list[_Word]:
    """Where only the names stand sideways, the head of the letters is upright before them."""
    if any(IMPACT.fullmatch(head.text) for head in sideways):
        return sideways
    heads = _put_together(_as_read(words))
    found = [head for head in heads if IMPACT.fullmatch(head.text) and head.right < sideways[0].right]
    return [*found[:1], *sideways]


def _upright_heads(words: Sequence[_Word], first: _Word) -> list[_Word]:
    """The line of several heads right above the first row, each with what is cut off to the line above."""
    above = [word for word in words if word.y > first.y + first.height / 2]
    for word in sorted(above, key=lambda word: word.y):
        line = sorted((o for o in above if abs(o.y - word.y) < _SAME_LINE * word.height), key=lambda o: o.left)
        heads = list(_put_together(line))
        if len(heads) >= _FEWEST_HEADS:
            return [_with_line_above(head, above) for head in heads]
    return []


def _as_read(words: Sequence[_Word]) -> list[_Word]:
    """Line by line."""
    return sorted(words, key=lambda word: (-round(word.y), word.left))


def _put_together(line: Iterable[_Word]) -> Iterator[_Word]:
    last: _Word | None = None
    for word in line:
        if last is not None and last.y - word.y < _SAME_LINE * word.height and _is_next(last, word):
            last = _Word(f"{last.text} {word.text}", last.left, word.right, word.y, word.height)
            continue
        if last is not None:
            yield last
        last = word
    if last is not None:
        yield last


def _is_next(last: _Word, word: _Word) -> bool:
    return 0 <= word.left - last.right < _SAME_CELL * word.height


def _with_line_above(head: _Word, above: Sequence[_Word]) -> _Word:
    for other in above:
        belongs = other.text.endswith("-") or other.text.casefold() in ("united", "intended")
        if belongs and 0 < other.y - head.y < _NEXT_LINE * head.height and _overlaps(head, other):
            text = f"{other.text}{'' if other.text.endswith('-') else ' '}{head.text}"
            return _Word(text, min(head.left, other.left), max(head.right, other.right), head.y, head.height)
    return head


def _reach(labels: Sequence[_Word]) -> float:
    """How far above and below its label a cell still belongs to a row."""
    steps = [above.y - below.y for above, below in pairwise(labels)]
    return (min(steps) / 2 if steps else labels[0].height) + labels[0].height / 4


def _outside(glyphs: Sequence[Glyph], labels: Sequence[_Word]) -> list[Glyph]:
    """What stands above the heads and below the last row; the rest is the table's and no text."""
    reach = _reach(labels)
    tops = [head.y for head in _sideways(glyphs) if head.y > labels[0].y]
    top, bottom = max([labels[0].y + reach, *tops]), labels[-1].y - reach
    return [glyph for glyph in glyphs if glyph.quarter == 0 and not bottom < glyph.baseline < top]
