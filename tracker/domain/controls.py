"""Control characters in texts from outside: PostgreSQL keeps no NUL, and nobody sees the others. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""All but tabs and line ends. Those from 0x80 on stand for letters where an old encoding was misread."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})
"""Categories of Unicode: controls, formats such as joiners and marks of direction, halves of letters, blanks."""


def without_controls(text: str) -> str:
    """The text with a blank for each."""
    return text if text.isprintable() else CONTROL.sub(" ", text)


def without_unseen(text: str) -> str:
    """The text without signs that have no width, such as pasting brings into words, days and addresses."""
    return text if text.isprintable() else "".join(sign for sign in text if unicodedata.category(sign) != "Cf")


def says_something(text: str) -> bool:
    """Whether there is anything to be seen; blanks, and signs without width that pasting brings along, say nothing."""
    return any(unicodedata.category(sign) not in _UNSEEN for sign in text)


def texts_with_controls(value: Any, place: str = "") -> Iterator[str]:
    """Where in what a TOML file holds a text has one, and which it is: `office.name holds … (U+0000)`."""
    if isinstance(value, str):
        if found := CONTROL.search(value):
            yield f"{place} contains a character that is not allowed (U+{ord(found[0]):04X})."
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from texts_with_controls(name, place or "a name")
            yield from texts_with_controls(each, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for each in value:
            yield from texts_with_controls(each, place)
