"""Texts in lines that fit the terminal, of whatever script."""

from __future__ import annotations

import textwrap
from unicodedata import east_asian_width

_BESIDE = "\0"
"""Stands before a letter that takes two columns while lines are counted; no text has it."""


def wrapped(text: str, room: int, first: str = "", further: str = "", *, whole_words: bool = False) -> list[str]:
    """The lines of a text for `room` columns, each with what stands before it; at least one.

    What has no blanks for a whole line, as Chinese, goes on below anywhere, unless `whole_words`: a path or an address
    is to be copied.
    """
    wide = _with_their_columns(text)
    lines = textwrap.wrap(
        wide,
        room if wide == text else max(1, room - 1),  # a letter may be parted from what stands before it
        initial_indent=first,
        subsequent_indent=further,
        break_long_words=not whole_words,
        break_on_hyphens=False,
    )
    return [line.replace(_BESIDE, "") for line in lines] or [first]


def fits_on_a_line(text: str, room: int) -> bool:
    """Whether a text takes at most `room` columns of the terminal; a letter of Chinese takes two."""
    return len(_with_their_columns(text)) <= room


def _with_their_columns(text: str) -> str:
    """The text as long as it is wide."""
    if text.isascii():
        return text
    return "".join(_BESIDE + letter if east_asian_width(letter) in "WF" else letter for letter in text)
