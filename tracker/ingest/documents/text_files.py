"""Plain text: which encoding it is in, whether its lines are wrapped, and the writing in it that is not text."""

from __future__ import annotations

import codecs
import re

from tracker.errors import BadDataError
from tracker.ingest.documents.lines import Break, Line, Place, tidy

_BINARY = re.compile("[\x00\x01\x03-\x08\x0e-\x1b]")
_LINE_END = re.compile("[\x85\u2028\u2029]")
_SOFT_BREAK = re.compile("\u00ad[ \t]*\n[ \t]*")
_CUT_WORD = re.compile("[\x02\ufffe](?=\\w)")  # a text drawn from a PDF: a hyphen whose line's end was left out
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LONGEST_WRAPPED_LINE = 250  # a longer line was not wrapped by hand or program: it is a paragraph
_FORM_FEED = "\f"


def text_pages(text: str) -> list[list[Line]]:
    """Lines by page; a text without form feeds is one page."""
    text = _CUT_WORD.sub("-\n", _SOFT_BREAK.sub("", text))
    wrapped = all(len(line) <= _LONGEST_WRAPPED_LINE for line in text.split("\n"))
    pages, number = [], 1
    for index, page in enumerate(text.split(_FORM_FEED), start=1):
        paged = index if _FORM_FEED in text else None
        pages.append(_lines(page, number, paged, wrapped=wrapped))
        number += page.count("\n")
    return pages


def _lines(page: str, first_number: int, page_number: int | None, *, wrapped: bool) -> list[Line]:
    lines: list[Line] = []
    gap = True
    for number, raw in enumerate(page.split("\n"), start=first_number):
        text = tidy(raw)
        if text:
            before = Break.GAP if gap or not wrapped else Break.NONE
            lines.append(Line(text, Place(page_number, number), before))
        gap = not text
    return lines


def decoded(content: bytes, name: str) -> str:
    """The text of a file, its lines ended in one way. Raises BadDataError for what is no text."""
    text = _by_mark(content, name) or _by_trial(content)
    if text is None or len(_BINARY.findall(text)) > len(text) // 1000:
        raise BadDataError(
            "is not a text: it holds bytes that no text has.",
            where=name,
            remedy="Give the file its proper ending (.docx, .pdf), or save it as plain text in UTF-8.",
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n")
    return _LINE_END.sub("\n", text)


def _by_mark(content: bytes, name: str) -> str | None:
    encoding = next((encoding for mark, encoding in _BYTE_ORDER_MARKS if content.startswith(mark)), None)
    if encoding is None:
        return None
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadDataError(
            f"begins with the mark of {encoding.removesuffix('-sig').upper()}, but is not written in it.",
            where=name,
            remedy="Save it again as plain text in UTF-8.",
        ) from error


def _by_trial(content: bytes) -> str | None:
    """A text in UTF-16 without its mark is known by the zero in every other byte."""
    sample = content[:4000]
    odd, even = sample[1::2].count(0), sample[0::2].count(0)
    candidates = ["utf-8", "windows-1252"]
    if max(odd, even) > len(sample) // 5:
        candidates = ["utf-16-le" if odd > even else "utf-16-be"]
    for encoding in candidates:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
