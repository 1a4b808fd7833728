"""What the writer of a mail wrote: its text without what program and habit put beneath it, where that is certain."""

from __future__ import annotations

import re
from collections.abc import Callable

_SIGNATURE = "-- "
"""The line that mail programs put before a signature, with its blank (RFC 3676)."""
_MOST_SIGNATURE_LINES = 8
_MOST_LINES_BEFORE_QUOTATION = 3
_BEFORE_QUOTATION = re.compile(r"(on|le|el|am)\b.*\b(wrote|a écrit|escribió|schrieb)[^:]{0,200}:", re.IGNORECASE)


def own_words(text: str, is_ours: Callable[[str], bool]) -> str:
    """The text without its signature and without the mail that it answers, quoted beneath it.

    A quotation is left out only where nothing follows it and `is_ours` says so of the line before it (`On …, … wrote:`,
    empty where there is none): what was quoted from others may be the answer itself.
    """
    lines = _without_signature(text.rstrip("\n").split("\n"))
    return "\n".join(_without_signature(_without_quotation(lines, is_ours))).strip()


def _without_signature(lines: list[str]) -> list[str]:
    """A blank line in what follows may part a signature from a postscript, and so nothing is left out."""
    lines = _without_blank_end(lines)
    if _SIGNATURE not in lines:
        return lines
    place = len(lines) - 1 - lines[::-1].index(_SIGNATURE)
    beneath = lines[place + 1 :]
    is_one = len(beneath) <= _MOST_SIGNATURE_LINES and all(line.strip() and line[0] != ">" for line in beneath)
    return lines[:place] if is_one else lines


def _without_quotation(lines: list[str], is_ours: Callable[[str], bool]) -> list[str]:
    start = len(lines)
    while start and (not lines[start - 1].strip() or lines[start - 1].startswith(">")):
        start -= 1
    if not any(line.startswith(">") for line in lines[start:]):
        return lines
    above = lines[:start]
    begins = next((at for at in range(len(above), 0, -1) if not above[at - 1].strip()), 0)
    before = " ".join(line.strip() for line in above[begins:])
    is_named = len(above) - begins <= _MOST_LINES_BEFORE_QUOTATION and bool(_BEFORE_QUOTATION.fullmatch(before))
    if not is_ours(before if is_named else ""):
        return lines
    return _without_blank_end(above[:begins] if is_named else above)


def _without_blank_end(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and (not lines[end - 1].strip() and lines[end - 1] != _SIGNATURE):
        end -= 1
    return lines[:end]
