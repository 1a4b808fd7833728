"""One form for what is the same in different spellings: words, names, numbers, texts."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

from tracker.domain.controls import without_controls
from tracker.domain.references import LONGEST_CODE

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MISREAD = re.compile("(?:[\u00c2-\u00df][\u0080-\u00ff\u0152-\u2122]|[\u00e0-\u00ef][\u0080-\u00ff\u0152-\u2122]{2})")
_LEADING_NUMBER = re.compile(r"^\W*\d+(?:\s*\.+\s*\d+)*\W*")
_BRACKETS = re.compile(r"\([^()]*\)")
_NOT_LETTERS = re.compile(r"[^\w]+|_")


def clean(cell: str, *, repair: bool = False) -> str:
    """A cell as a person meant it: spreadsheet escapes resolved, blanks single, line ends one kind, no controls.

    `repair` mends UTF-8 that somebody read as Windows-1252 ("â€™" for "’").
    """
    text = cell
    if "_x" in text:
        text = _ESCAPED.sub(_unescaped, text)
    if repair and not text.isascii():
        text = _MISREAD.sub(_reread, text)
    text = without_controls(text)
    if "\r" in text or "\n" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        lines = [" ".join(line.split()) for line in text.split("\n")]
        return "\n".join(line for line in lines if line)
    return " ".join(text.split())


def _unescaped(match: re.Match[str]) -> str:
    """Office writes a control character as `_x000D_`."""
    code = int(match[1], 16)
    return "\n" if code == 0x0D else chr(code) if code < 0xD800 else ""


def _reread(match: re.Match[str]) -> str:
    raw = bytearray()
    for char in match[0]:
        if ord(char) < 0x100:
            raw.append(ord(char))
            continue
        try:
            raw += char.encode("windows-1252")
        except UnicodeEncodeError:
            return match[0]
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


@lru_cache(maxsize=4096)
def fold_word(word: str) -> str:
    """Under which status words and headers are compared: lower case, without marks and punctuation."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))
    return " ".join(_NOT_LETTERS.sub(" ", plain.casefold()).split())


@lru_cache(maxsize=16384)
def fold_name(name: str) -> str:
    """Under which names of organizations are compared: as words, and without blanks ("srilanka")."""
    return fold_word(name.replace("&", " and ")).replace(" ", "")


def fold_number(number: str) -> str:
    """Under which numbers are compared: upper case, without blanks."""
    return "".join(number.split()).upper()


def fold_text(text: str) -> str:
    """Under which texts are compared: letters and digits only; a leading number and all brackets are left out.

    Brackets hold who proposed it or its own number, which other cuts of the same register leave out.
    """
    shown = _BRACKETS.sub(" ", text)
    shown = _LEADING_NUMBER.sub("", shown, count=1)
    return _NOT_LETTERS.sub("", shown.casefold())


def digest(text: str) -> str:
    """Twelve hex digits that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def number_of(name: str) -> str:
    """A number as a reference can write it: without blanks and slashes (`012/21` is 012-21)."""
    return "-".join(name.replace("/", " ").split())


def code_of(name: str) -> str:
    """The code under which an organization is registered by its name alone: `Airways Corp.` is AIRWAYS-CORP.

    Names longer than a code may be are cut, and told apart by a digest.
    """
    plain = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    code = re.sub(r"[^\w]+|_", "-", plain.replace("'", "").replace("\u2019", "")).strip("-").upper()
    return code if len(code) <= LONGEST_CODE else f"{code[: LONGEST_CODE - 7].rstrip('-')}-{digest(code)[:6].upper()}"
