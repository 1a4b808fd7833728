"""How wide the columns of a table are in a Word file, and about how high its rows.

Columns are as wide as their shares say, and never so narrow that a heading is torn.

Word breaks a word that is wider than its column wherever the column ends. Nothing here can draw the letters, so that
their widths are those that Arial Bold is known to have, in thousandths of its size.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from tracker.reports.document import Column, Row

_HEAD_POINTS = 8
"""The size of the style “Table Head” of the template."""
_TWIPS_PER_POINT = 20
_MARGINS = 2 * 60 + _TWIPS_PER_POINT
"""Those of the style “Report Table”, left and right, in twips; a point more, for nobody draws letters alike."""
_LETTER = 80
"""What a letter of running text takes, in twips, by and large."""

_WIDTHS = {
    278: "ijlI.,:;/' ",
    333: "ft()-",
    389: "r",
    556: "aceksvxyzJ0123456789",
    667: "EPSVXY",
    722: "ABCDHKNRU",
    778: "wGOQ",
    889: "mM%",
    944: "W",
}
_WIDTH_OF = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_USUAL = 611


def widths_of(columns: Sequence[Column], whole: int) -> list[int]:
    """The width of each column, in twips; together `whole` at most. By shares alone where the headings need more."""
    shares = sum(column.share for column in columns)
    widths = [int(whole * column.share / shares) for column in columns]
    least = [min(_needed(column.title), whole) for column in columns]
    if sum(least) > whole:
        return widths
    spare = [max(0, width - need) for width, need in zip(widths, least, strict=True)]
    short = [max(0, need - width) for width, need in zip(widths, least, strict=True)]
    taken = sum(short) / max(1, sum(spare))
    return [int(width + more - taken * left) for width, more, left in zip(widths, short, spare, strict=True)]


def lines_of(row: Row, widths: Sequence[int]) -> int:
    """About how many lines a row takes in columns of these widths."""
    return max(_lines(cell.text, width) + _lines(cell.small, width) for cell, width in zip(row, widths, strict=True))


def _lines(text: str, width: int) -> int:
    return ceil(len(text) * _LETTER / max(_LETTER, width - _MARGINS))


def _needed(title: str) -> int:
    """What the longest word of a heading takes, with the margins of its cell."""
    longest = max((_thousandths(word) for word in title.split()), default=0)
    return ceil(longest * _HEAD_POINTS * _TWIPS_PER_POINT / 1000) + _MARGINS


def _thousandths(word: str) -> int:
    return sum(_WIDTH_OF.get(letter, _USUAL) for letter in word)
