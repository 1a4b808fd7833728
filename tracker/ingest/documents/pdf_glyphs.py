"""Printed characters of a PDF page with their places, whichever way the page is turned."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from tracker.records import record

# Parts of a line's height, found by measuring what LibreOffice, Chromium and Typst print.
SPACE = 0.14
OTHER_LINE = 0.5

_SAMPLES = 40


@record
class Glyph:
    """`quarter` counts quarter turns clockwise of the writing: 0 is upright, 3 reads from below upwards."""

    char: str
    left: float
    right: float
    baseline: float
    height: float
    bottom: float
    quarter: int = 0


def page_glyphs(text: Any) -> list[Glyph]:
    """What was printed; the spaces and line ends that pdfium adds of its own are left out.

    A page on which most of the writing is turned is read as a person would hold it.
    """
    from pypdfium2 import raw

    count = text.count_chars()
    is_turned = any(_quarter(raw, text, index) for index in range(0, count, max(1, count // _SAMPLES)))
    x, y = ctypes.c_double(), ctypes.c_double()
    found = []
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        if raw.FPDFText_IsGenerated(text, index) == 1 or code in (10, 13):
            continue
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        char = "\ufffd" if code == 0 or 0xD800 <= code < 0xE000 else chr(code)
        if is_turned:
            quarter = _quarter(raw, text, index)
            found.append(_turned(text, index, char, (x.value, y.value), quarter))
        else:
            found.append(_upright(text, index, char, y.value))
    return _as_held(found) if is_turned else found


def _quarter(raw: Any, text: Any, index: int) -> int:
    angle: float = raw.FPDFText_GetCharAngle(text, index)
    return round(angle / (math.pi / 2)) % 4 if angle > 0 else 0


def _upright(text: Any, index: int, char: str, baseline: float) -> Glyph:
    left, bottom, right, top = text.get_charbox(index, loose=True)
    lowest = text.get_charbox(index)[1] if char.isdecimal() else bottom
    return Glyph(char, left, right, baseline, top - bottom, lowest)


def _turned(text: Any, index: int, char: str, origin: tuple[float, float], quarter: int) -> Glyph:
    """Measured along its own writing, as if the page had been turned until it stands upright."""
    left, bottom, right, top = _box_turned(text.get_charbox(index, loose=True), quarter)
    tight = _box_turned(text.get_charbox(index), quarter)
    lowest = tight[1] if char.isdecimal() else bottom
    return Glyph(char, left, right, _point_turned(*origin, quarter)[1], top - bottom, lowest, quarter)


def _point_turned(x: float, y: float, quarter: int) -> tuple[float, float]:
    return ((x, y), (-y, x), (-x, -y), (y, -x))[quarter]


def _box_turned(box: Sequence[float], quarter: int) -> tuple[float, float, float, float]:
    first, second = _point_turned(box[0], box[1], quarter), _point_turned(box[2], box[3], quarter)
    return (min(first[0], second[0]), min(first[1], second[1]), max(first[0], second[0]), max(first[1], second[1]))


def _as_held(glyphs: list[Glyph]) -> list[Glyph]:
    """Turns counted from the way in which most of the page is written."""
    if not glyphs:
        return glyphs
    usual = Counter(glyph.quarter for glyph in glyphs).most_common(1)[0][0]
    return [replace(glyph, quarter=(glyph.quarter - usual) % 4) for glyph in glyphs]


def runs(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Glyphs that were printed one after the other on one line."""
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and _is_elsewhere(run[-1], glyph):
            yield run
            run = []
        run.append(glyph)
    if run:
        yield run


def _is_elsewhere(last: Glyph, glyph: Glyph) -> bool:
    height = max(last.height, glyph.height)
    is_other_line = abs(glyph.baseline - last.baseline) > OTHER_LINE * height
    return is_other_line or glyph.left < last.left - 2 * height or glyph.quarter != last.quarter


def seen_from(glyph_place: tuple[float, float], quarter: int) -> tuple[float, float]:
    """A point measured along writing that is turned by `quarter`, on the page as it is held."""
    x, y = glyph_place
    return ((x, y), (y, -x), (-x, -y), (-y, x))[quarter]
