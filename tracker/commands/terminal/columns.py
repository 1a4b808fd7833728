"""How wide the columns of a table are in a terminal, and which of them are broken, cut or left out for want of room."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tracker.records import record


@record
class Column:
    """A column of a table. A flexible one takes what room is left, and is left out where that is too little.

    A wrapped one goes on over several lines instead of being cut. One that breaks does so after hyphens and slashes
    where all the columns together are too wide. The last one may stand beneath, on a line of its own, where it would
    be too narrow to be read.
    """

    title: str
    flexible: bool = False
    right: bool = False
    wrap: bool = False
    breaks: bool = False
    beneath: bool = False


_LEAST = 14
"""Columns of the terminal below which a flexible column says nothing."""
_READABLE = 24
"""Columns of the terminal that a flexible column needs to be read rather than guessed."""
_NARROWEST = 8
"""Columns that a wrapped column keeps, whatever the terminal."""
GAP = 2
"""Blanks between two columns."""
_PART = re.compile(r"[^/-]*[/-]?")


def fitted(columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """The width of every column in a terminal of `room` columns; 0 for one that is left out.

    Where that is still too much, words are cut, and figures never.
    """
    cut = {place: _NARROWEST for place, column in enumerate(columns) if not column.right}
    return _squeezed(_wanted(columns, rows, room), cut, room)


def _wanted(columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """The widths with which nothing has to be cut but in a flexible column.

    Fixed columns get what their words need. Flexible ones share the rest, for which a word with a hyphen goes on over
    two lines; the last of them is left out first; one that is wrapped stays, however narrow.
    """
    words = [{column.title, *(row[place] for row in rows)} for place, column in enumerate(columns)]
    natural = [max(map(_cells, said)) for said in words]
    widths = [0 if column.flexible else width for column, width in zip(columns, natural, strict=True)]
    flexible = [place for place, column in enumerate(columns) if column.flexible]
    breaking = [place for place, column in enumerate(columns) if column.breaks]
    in_two = {place: max(map(_width_in_two_lines, words[place])) for place in breaking}
    while flexible:
        enough = sum(min(_LEAST, natural[place]) for place in flexible)
        broken = _squeezed(widths, in_two, room - enough - GAP * len(flexible))
        left = room - _taken(broken, len(flexible))
        if left >= enough or all(columns[place].wrap for place in flexible):
            widths = _shared(broken, natural, flexible, max(left, _NARROWEST * len(flexible)))
            break
        flexible.remove(next(place for place in reversed(flexible) if not columns[place].wrap))
    else:
        widths = _squeezed(widths, in_two, room)
    return _squeezed(widths, {place: max(map(_longest_part, words[place])) for place in breaking}, room)


def fits(columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int) -> bool:
    """Whether every column is whole, where those that break go on over several lines."""
    return _taken(_wanted(columns, rows, room)) <= room


def is_beneath(columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int) -> bool:
    """Whether the last column goes beneath the others: with nothing broken, it has too little room beside them.

    So it has where a word of it would be torn that is whole beneath.
    """
    if not columns[-1].beneath:
        return False
    wanted = [max(map(_cells, (column.title, *said))) for column, *said in zip(columns, *rows, strict=True)]
    longest = _longest_word(row[-1] for row in rows) if columns[-1].wrap else 0
    return room - _taken(wanted[:-1], 1) < max(min(_READABLE, wanted[-1]), longest if longest <= room - GAP else 0)


def _longest_word(texts: Iterable[str]) -> int:
    """How wide a wrapped column must be so that no word of it is torn."""
    return max((_cells(word) for text in texts for word in text.split()), default=0)


def _cells(word: str) -> int:
    """Columns of the terminal that a word takes: a letter of Chinese takes two."""
    if word.isascii():
        return len(word)
    from rich.cells import cell_len

    return cell_len(word)


def _taken(widths: Sequence[int], more: int = 0) -> int:
    """Columns of the terminal that are taken, with the gaps between the columns and before `more` further ones."""
    return sum(widths) + GAP * (sum(1 for width in widths if width) + more - 1)


def _shared(widths: list[int], natural: list[int], flexible: list[int], left: int) -> list[int]:
    """Give the flexible columns what is left: the ones that need less than an equal share first."""
    for done, place in enumerate(sorted(flexible, key=lambda place: natural[place])):
        widths[place] = max(1, min(natural[place], left // (len(flexible) - done)))
        left -= widths[place]
    return widths


def _squeezed(widths: list[int], least: dict[int, int], room: int) -> list[int]:
    """Take what is too much from some columns, each of which keeps a width, those with the most to spare first."""
    widths, least = list(widths), dict(least)
    while least and (over := _taken(widths) - room) > 0:
        place = max(least, key=lambda place: widths[place] - least[place])
        spare = widths[place] - least.pop(place)
        widths[place] -= max(0, min(over, spare))
    return widths


def _longest_part(word: str) -> int:
    return max(map(len, _PART.findall(word)))


def _width_in_two_lines(word: str) -> int:
    """How wide a word is that goes on once, after a hyphen, near its middle; a reference stays whole."""
    ends = [place for place, letter in enumerate(word, 1) if letter == "-" or place == len(word)]
    return min((max(end, len(word) - end) for end in ends), default=0)


def in_lines(cell: str, width: int) -> str:
    """A cell that is too wide, gone on with after a hyphen or a slash."""
    lines, line = [], ""
    for part in _PART.findall(cell):
        if line and len(line) + len(part) > width:
            lines.append(line)
            line = ""
        line += part
    return "\n".join([*lines, line])
