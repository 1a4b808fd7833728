"""In which encoding a table of text is: UTF-8, UTF-16, Windows-1252 or Mac Roman, found by what is unlikely in each."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from tracker.errors import BadDataError

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_OLD = ("windows-1252", "mac-roman")
"""The likelier first: it is taken where both read a text equally well, as “ministry’s” and “ministryís”."""
_LIKELY = re.compile("[a-zA-Z][’'‘]|[“”„«»]|[–—…•€\u00a0]|[àâäáãåæçéèêëíìîïñóòôöõøœúùûüßÀÂÄÁÅÆÇÉÈÊÍÑÓÖØÚÜ]")
_MISPLACED = "[a-z][ÀÂÄÁÅÆÇÉÈÊÍÑÓÖØÚÜÐÞ][a-z]|(?<![a-zA-Z])[ñïíîÄÖ](?![a-zA-Z])"
"""A capital within a word; and what no language has for a word of its own, but Mac Roman for – • ’ ” € … of Windows."""
_UNLIKELY = re.compile("[¬†‡√∫ªº¶∞∂∆≈Ω◊ﬁﬂ˚˙˝˛ˇıƒ¿¡≤≥∑∏π\x80-\x9f]|" + _MISPLACED)


def decode(content: bytes, name: str, declared: str | None = None) -> tuple[str, str]:
    """The text and its encoding. Raises BadDataError for what is no text, or not in the declared encoding."""
    for encoding in [declared] if declared else _candidates(content):
        try:
            text = content.decode(encoding)
        except (UnicodeDecodeError, UnicodeError):
            continue
        if len(_CONTROL.findall(text[:100_000])) > len(text[:100_000]) // 1000:
            break
        return text.removeprefix("\ufeff"), encoding
    wrong = f"is not written in {declared}." if declared else "is not a table of text."
    raise BadDataError(wrong, where=name, remedy="Save it as CSV in UTF-8, or name its encoding in the mapping.")


def _candidates(content: bytes) -> Iterator[str]:
    """One after the other: what is UTF-8 need not be searched for what looks like an old encoding."""
    marked = [encoding for mark, encoding in _MARKS if content.startswith(mark)]
    sample = content[:4000]
    if marked:
        yield from marked
    elif b"\x00" in sample:
        yield "utf-16-le" if sample[1::2].count(0) > sample[0::2].count(0) else "utf-16-be"
    else:
        yield "utf-8"
        yield from sorted(_OLD, key=lambda encoding: -_likeness(content, encoding))


def _likeness(content: bytes, encoding: str) -> int:
    """How much a text looks like one when read so: letters and marks as they are used, less what nobody writes.

    Both old encodings read nearly every byte, so that only what comes out can decide.
    """
    high = re.findall(rb"[^\x80-\xff]?[\x80-\xff]+[^\x80-\xff]?", content)
    text = b"\n".join(high[:20_000]).decode(encoding, errors="replace")
    bonus = 1 if encoding == "mac-roman" and b"\r" in content and b"\n" not in content else 0
    return len(_LIKELY.findall(text)) - 3 * len(_UNLIKELY.findall(text)) - 5 * text.count("\ufffd") + bonus
