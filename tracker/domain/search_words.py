"""The words of a text as they are looked for: one rule for what is typed, for titles and for both databases."""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import normalize

_WORD = re.compile(r"[^\W_]+")
_WITHOUT_BLANKS = "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
"""Chinese characters and Japanese syllables: compiled where a word is looked for, since that takes milliseconds."""
_ACCENTED = re.compile("([A-Za-z])[\u0300-\u036f]+")


def words_of(written: str) -> list[str]:
    """The words as they are compared: cut as both databases cut them, in lower case, without accents."""
    bare = _ACCENTED.sub(r"\1", normalize("NFD", written.lower()))
    return _WORD.findall(normalize("NFC", bare))


def has_no_beginning(word: str) -> bool:
    """Whether it is of a script that sets no blanks between words: what is looked for may then stand in any place."""
    return re.search(_WITHOUT_BLANKS, word) is not None


def are_mentioned(words: Iterable[str], written: str) -> bool:
    """Whether each of the words begins a word of what is written, or stands in one where no blanks are set."""
    there = words_of(written)
    return all(any(_is_in(word, known) for known in there) for word in words)


def _is_in(word: str, known: str) -> bool:
    return word in known if has_no_beginning(word) else known.startswith(word)
