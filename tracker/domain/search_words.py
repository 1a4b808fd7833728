"""The words of a text as they are looked for: one rule for what is typed, for titles and for both databases."""

from __future__ import annotations

import re
from unicodedata import normalize

_WORD = re.compile(r"[^\W_]+")
_ACCENTED = re.compile("([A-Za-z])[\u0300-\u036f]+")


def words_of(written: str) -> list[str]:
    """The words as they are compared: cut as both databases cut them, in lower case, without accents."""
    bare = _ACCENTED.sub(r"\1", normalize("NFD", written.lower()))
    return _WORD.findall(normalize("NFC", bare))
