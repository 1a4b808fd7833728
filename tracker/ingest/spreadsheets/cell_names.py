"""Cells and ranges as spreadsheet programs call them."""

from __future__ import annotations

Span = tuple[int, int, int, int]
"""First row, first column, last row, last column of a range, counted from 1."""


def cell_name(column: int, row: int) -> str:
    """`B7`."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def column_number(letters: str) -> int:
    """Counted from 1: `A` is 1, `AA` is 27; 0 for no letters."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - 64
    return number


def range_name(span: Span) -> str:
    """`B2:B4`."""
    top, left, bottom, right = span
    return f"{cell_name(left, top)}:{cell_name(right, bottom)}"
