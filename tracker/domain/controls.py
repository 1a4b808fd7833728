"""Control characters in texts from outside: PostgreSQL keeps no NUL, and nobody sees the others. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""All but tabs and line ends. Those from 0x80 on stand for letters where an old encoding was misread."""


def without_controls(text: str) -> str:
    """The text with a blank for each."""
    return text if text.isprintable() else CONTROL.sub(" ", text)


def texts_with_controls(value: Any, place: str = "") -> Iterator[str]:
    """Where in what a TOML file holds a text has one, and which it is: `office.name holds … (U+0000)`."""
    if isinstance(value, str):
        if found := CONTROL.search(value):
            yield f"{place} holds a character that none may hold (U+{ord(found[0]):04X})."
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from texts_with_controls(name, place or "a name")
            yield from texts_with_controls(each, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for each in value:
            yield from texts_with_controls(each, place)
