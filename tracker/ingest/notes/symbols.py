"""Symbols of documents: A/72/809/Add.1, JIU/REP/2017/6, and A/72/684-E/2018/7, which is one document with two."""

from __future__ import annotations

import re

_PART = r"(?:[A-Z][A-Z0-9]*(?:\.\d+)?|\d+[A-Z]?|(?:Add|Corr|Rev|Amend)\.\d+|[A-Z]+\.\d+)"
_ONE = rf"[A-Z]{{1,9}}(?:/{_PART})+"
SYMBOL = re.compile(rf"(?<![\w/.])(?=[A-Z/.0-9]*\d){_ONE}(?:[-–]{_ONE})?(?![\w/])")
_ADDITION = re.compile(r"(?:/(?:Add|Corr|Rev|Amend)\.\d+)+$")

SERIES = (
    "A", "E", "S", "ST", "T", "JIU", "CEB", "DP", "EB", "ID", "IDB", "GC", "FCCC", "CCPR", "CEDAW", "CERD",
    "CRC", "TD", "HSP", "UNEP", "UNW", "WFP", "FAO", "WHA", "WO", "TC", "CL", "C", "PC", "SC", "ITC",
)  # fmt: skip
"""The first parts by which a file name is known to be a symbol; another series has to be named by the user."""

_LANGUAGE = re.compile(r"[-_ ](?:EN|FR|ES|AR|RU|ZH|E|F|S)$", re.IGNORECASE)
_COPY = re.compile(r" ?\(\d+\)$")
_AFTER_SERIES = re.compile(r"(?:[A-Z]+\d?(?:\.\d+)?/){0,3}\d{1,4}/\d+(?:/(?:[A-Z][a-z]+\.)?\d+)*")


def symbols_in(text: str) -> tuple[str, ...]:
    """Each once, in the order of the text."""
    return tuple(dict.fromkeys(match[0].replace("–", "-") for match in SYMBOL.finditer(text)))


def symbol_of_file(stem: str) -> str | None:
    """The symbol that a file's name (without its ending) spells, if it spells one.

    The UN's own servers name a file `A_72_809_Add.1` or `A_72_809_Add.1-EN`; a second download adds " (1)".
    """
    name = _LANGUAGE.sub("", _COPY.sub("", stem)).replace("_", "/").upper()
    name = re.sub(r"\b(ADD|CORR|REV|AMEND)\.?(?=\d)", lambda word: f"{word[1].capitalize()}.", name)
    return name if SYMBOL.fullmatch(name) and all(_is_of_series(half) for half in halves(name)) else None


def _is_of_series(symbol: str) -> bool:
    series, _, rest = symbol.partition("/")
    return series in SERIES and _AFTER_SERIES.fullmatch(rest) is not None


def halves(symbol: str) -> tuple[str, ...]:
    """The one or two symbols of one document."""
    return tuple(re.split(r"-(?=[A-Z]+/)", symbol))


def commented_on(symbol: str) -> tuple[str, ...]:
    """The symbols of the report to which a note with this symbol is an addition; none if it is no addition."""
    parts = halves(symbol)
    return tuple(_ADDITION.sub("", part) for part in parts) if all(map(_ADDITION.search, parts)) else ()
