"""The printed line: what the text, Word and PDF readers hand on, before it is known what belongs together."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

from tracker.records import record

SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_AS_SUPERSCRIPT = str.maketrans("0123456789", SUPERSCRIPTS)
_LIGATURES = {char: unicodedata.normalize("NFKC", char) for char in "ﬀﬁﬂﬃﬄﬅﬆ"}
_ALIKE = str.maketrans(
    {"\N{NON-BREAKING HYPHEN}": "-", "\N{HYPHEN}": "-", "\x02": "-", "\ufffe": "-", **_LIGATURES}
)  # the two without a name are what pdfium writes for a hyphen at a line's end
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\x00-\x08\x0e-\x1b\x7f]|\u00ad(?!$)")


class Break(Enum):
    """What stands between a line and the one before it."""

    NONE = "none"
    GAP = "gap"
    PAGE = "page"


@record
class Place:
    """Where something stands in the file, counted from 1 as a person would count."""

    page: int | None = None
    line: int | None = None
    word_paragraph: int | None = None

    def __str__(self) -> str:
        if self.page is not None:
            return f"page {self.page}"
        return f"line {self.line}" if self.line is not None else f"Word paragraph {self.word_paragraph}"


@record
class Line:
    """`cells` is set for a row of a table only, which is never joined to anything."""

    text: str
    place: Place
    before: Break = Break.NONE
    cells: tuple[str, ...] = ()


def superscript(digits: str) -> str:
    return digits.translate(_AS_SUPERSCRIPT)


def tidy(text: str) -> str:
    """One form for what looks alike in print, so that the same page gives the same text in every format.

    A soft hyphen at the very end stays: it says that the word goes on in the next line.
    """
    text = " ".join(unicodedata.normalize("NFC", text).translate(_ALIKE).split())
    return " ".join(_INVISIBLE.sub("", text).split())
