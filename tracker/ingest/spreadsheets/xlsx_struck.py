"""Which cells of an XLSX hold words that are struck out: by the style of the whole cell, or within its text."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from tracker.domain.controls import says_something
from tracker.ingest.spreadsheets.tags import in_list, local_name
from tracker.records import record

_STYLES, _TEXTS = "xl/styles.xml", "xl/sharedStrings.xml"
_CELL = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]+\d+)"([^>]*)>(?=<(?:\w+:)?(?:v|is|f)\b)'
    rb"(?:<(?:\w+:)?v>(\d+)<|(<(?:\w+:)?is\b.*?</(?:\w+:)?is>))?",
    re.DOTALL,
)
_STYLE, _SHARED = re.compile(rb'\bs="(\d+)"'), re.compile(rb'\bt="s"')
_STRIKE = re.compile(rb"<(?:\w+:)?strike\b")
_PREFIX = re.compile(rb"(</?)\w+:")
_NO = ("0", "false")


@record
class Struck:
    """The places, in the workbook's lists, of the styles and of the texts in which something is struck out."""

    styles: frozenset[int]
    texts: frozenset[int]

    def cells(self, rows: bytes) -> Iterator[str]:
        """The names of such cells among whole rows of a sheet's XML; a cell without a value is none.

        A text may stand in its cell instead of the list. Raises ET.ParseError where such a one is damaged.
        """
        if not (self.styles or self.texts or _STRIKE.search(rows)):
            return
        for place, attributes, value, inline in _CELL.findall(rows):
            style = _STYLE.search(attributes)
            if (style is not None and int(style[1]) in self.styles) or self._is_text(attributes, value, inline):
                yield place.decode()

    def _is_text(self, attributes: bytes, value: bytes, inline: bytes) -> bool:
        if inline:
            return bool(_STRIKE.search(inline)) and _is_struck(ET.fromstring(_PREFIX.sub(rb"\1", inline)))  # noqa: S314
        return bool(value) and int(value) in self.texts and _SHARED.search(attributes) is not None


def struck_in(package: zipfile.ZipFile) -> Struck:
    """Raises ET.ParseError where a part is damaged."""
    parts = package.namelist()
    styles = _striking_styles(package) if _STYLES in parts else ()
    texts = _struck_texts(package) if _TEXTS in parts else ()
    return Struck(frozenset(styles), frozenset(texts))


def _striking_styles(package: zipfile.ZipFile) -> Iterator[int]:
    book = ET.fromstring(package.read(_STYLES))  # noqa: S314 - expat itself refuses what unfolds without end
    fonts = {str(number) for number, font in enumerate(in_list(book, "fonts")) if _strikes(font)}
    return (number for number, style in enumerate(in_list(book, "cellXfs")) if style.get("fontId") in fonts)


def _strikes(font: ET.Element) -> bool:
    return any(local_name(each) == "strike" and each.get("val") not in _NO for each in font)


def _struck_texts(package: zipfile.ZipFile) -> Iterator[int]:
    if not _STRIKE.search(package.read(_TEXTS)):
        return
    number = 0
    with package.open(_TEXTS) as stream:
        for _, element in ET.iterparse(stream):  # noqa: S314 - likewise
            if local_name(element) != "si":
                continue
            if _is_struck(element):
                yield number
            number += 1
            element.clear()


def _is_struck(text: ET.Element) -> bool:
    return any(_is_struck_run(run) for run in text)


def _is_struck_run(run: ET.Element) -> bool:
    looks = next((each for each in run if local_name(each) == "rPr"), None)
    text = "".join(each.text or "" for each in run if local_name(each) == "t")
    return looks is not None and _strikes(looks) and says_something(text)
