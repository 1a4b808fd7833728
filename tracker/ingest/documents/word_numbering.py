"""The numbers that Word prints before a paragraph without anybody having typed them.

They are not in the text of the file: the paragraph names a list, the list a format, and counting is left
to the one who prints. python-docx does not do it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tracker.records import record

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VAL = f"{_W}val"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_LARGEST = 9999  # a file may claim to start at two thousand million


def roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        text += letters * count
    return text


def letters(number: int) -> str:
    """From a to z, then aa, bb …, as Word does it."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": letters,
    "upperLetter": lambda number: letters(number).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda number: roman(number).upper(),
    "bullet": lambda _number: "",
    "none": lambda _number: "",
}


@record
class Level:
    start: int = 1
    number_format: str = "decimal"
    text: str = ""
    style: str | None = None
    legal: bool = False


@dataclass(slots=True)
class _List:
    """One `w:num`: the levels it shares with the others of its kind, and where it starts anew."""

    kind: str
    levels: dict[int, Level]
    restarts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts while the paragraphs go by, in their order."""

    def __init__(self, numbering: Any | None, styles: Any | None) -> None:
        """Take the root elements of `numbering.xml` and `styles.xml`, as far as there are any."""
        self._lists = {} if numbering is None else dict(_lists(numbering))
        self._styles = {} if styles is None else {s.get(f"{_W}styleId"): s for s in styles.iter(f"{_W}style")}
        self._default = next((i for i, s in self._styles.items() if _is_default(s)), None)
        self._counts: dict[str, dict[int, int]] = {}
        self._seen: set[tuple[str, int]] = set()

    def label(self, paragraph: Any) -> str:
        """What stands before this paragraph ("7.", "III.", "(a)"), or nothing."""
        number_id, level = self._list_and_level(paragraph)
        found = self._lists.get(number_id or "0")
        if found is None or level not in found.levels:
            return ""
        counts = self._count(found, number_id or "0", level)
        return _printed(found.levels, level, counts)

    def _count(self, found: _List, number_id: str, level: int) -> dict[int, int]:
        counts = self._counts.setdefault(found.kind, {})
        first_here = (number_id, level) not in self._seen
        self._seen.add((number_id, level))
        if first_here and level in found.restarts:
            counts[level] = found.restarts[level]
        else:
            counts[level] = counts.get(level, found.levels[level].start - 1) + 1
        for deeper in [key for key in counts if key > level]:
            del counts[deeper]
        for higher in range(level):
            counts.setdefault(higher, found.levels.get(higher, Level()).start)
        return counts

    def _list_and_level(self, paragraph: Any) -> tuple[str | None, int]:
        """The paragraph's own list, else that of its style or of the style it is based on."""
        properties = paragraph.find(f"{_W}pPr")
        number_id, level = _named(properties)
        style: str | None = _value(properties, "pStyle") or self._default
        followed: set[str] = set()
        while number_id is None and style is not None and style in self._styles and style not in followed:
            followed.add(style)
            number_id, from_style = _named(self._styles[style].find(f"{_W}pPr"))
            if number_id is not None and level is None:
                level = from_style if from_style is not None else self._level_of_style(number_id, style)
            style = _value(self._styles[style], "basedOn")
        return number_id, level or 0

    def _level_of_style(self, number_id: str, style: str) -> int:
        found = self._lists.get(number_id)
        return next((i for i, level in found.levels.items() if level.style == style), 0) if found else 0


def _lists(numbering: Any) -> Iterator[tuple[str, _List]]:
    kinds = {kind.get(f"{_W}abstractNumId"): _levels(kind) for kind in numbering.findall(f"{_W}abstractNum")}
    for num in numbering.findall(f"{_W}num"):
        kind = _value(num, "abstractNumId") or ""
        found = _List(kind, dict(kinds.get(kind, {})))
        for override in num.findall(f"{_W}lvlOverride"):
            index = _whole(override.get(f"{_W}ilvl"), 0)
            found.levels.update(_levels(override))
            if (start := _value(override, "startOverride")) is not None:
                found.restarts[index] = _whole(start, 1)
        yield num.get(f"{_W}numId"), found


def _levels(parent: Any) -> dict[int, Level]:
    return {_whole(level.get(f"{_W}ilvl"), 0): _level(level) for level in parent.findall(f"{_W}lvl")}


def _level(level: Any) -> Level:
    return Level(
        start=_whole(_value(level, "start"), 1),
        number_format=_value(level, "numFmt") or "decimal",
        text=_value(level, "lvlText") or "",
        style=_value(level, "pStyle"),
        legal=level.find(f"{_W}isLgl") is not None,
    )


def _printed(levels: dict[int, Level], level: int, counts: dict[int, int]) -> str:
    def number(match: re.Match[str]) -> str:
        wanted = int(match[1]) - 1
        named = levels.get(wanted, Level())
        number_format = "decimal" if levels[level].legal else named.number_format
        return FORMATS.get(number_format, str)(counts.get(wanted, named.start))

    if levels[level].number_format in ("bullet", "none"):
        return ""
    label = re.sub(r"%([1-9])", number, levels[level].text).strip()
    return f"{label}." if label.isdecimal() else label


def _named(properties: Any | None) -> tuple[str | None, int | None]:
    found = None if properties is None else properties.find(f"{_W}numPr")
    level = _value(found, "ilvl")
    return _value(found, "numId"), None if level is None else _whole(level, 0)


def _value(parent: Any | None, tag: str) -> str | None:
    found = None if parent is None else parent.find(f"{_W}{tag}")
    value = None if found is None else found.get(_VAL)
    return None if value is None else str(value)


def _whole(text: str | None, default: int) -> int:
    return min(int(text), _LARGEST) if text is not None and re.fullmatch(r"\d{1,9}", text) else default


def _is_default(style: Any) -> bool:
    return style.get(f"{_W}type") == "paragraph" and style.get(f"{_W}default") in ("1", "true")
