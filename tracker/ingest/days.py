"""Days as others write them; what could be read two ways is refused, unless a mapping of a register says how."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from tracker.domain.periods import MONTHS
from tracker.errors import BadDataError
from tracker.ingest.folding import fold_word

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?(?:\.0+)?Z?)?")
_NUMERIC = re.compile(r"(\d{1,2})([/. -])(\d{1,2})\2(\d{4}|\d{2})")
MONTH_NAME = r"[^\W\d_]{3,9}"
_NAMED = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th|er)?[ .-]+({MONTH_NAME})\.?[ ,.-]+(\d{{4}}|\d{{2}})")
_MONTH_FIRST = re.compile(rf"({MONTH_NAME})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})")
_SERIAL = re.compile(r"\d{1,6}(?:\.\d+)?")

_MOIS = ("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre",
         "decembre")  # fmt: skip

MONTH = "month"

FORMS = {
    "iso": "2026-09-30",
    "d/m/y": "30/09/2026, also with points or hyphens",
    "m/d/y": "09/30/2026",
    "d-mon-y": "30-Sep-26, 30 September 2026 or 30 septembre 2026",
    "excel-1900": "a number of days, as Excel keeps dates",
    "excel-1904": "the same, as older Excel for Macintosh keeps them",
    MONTH: "June 2026; of a whole date only the month, for due dates",
}
"""The forms that a mapping may declare, each with an example."""

_NAMES_OF_MONTHS = tuple(enumerate(zip(map(fold_word, MONTHS), _MOIS, strict=True), start=1))

PIVOT = 70
"""A year of two digits below this is of the 2000s, else of the 1900s; only where the mapping declares the form."""


class NotADateError(BadDataError):
    """A cell is not a date of any form."""


@lru_cache(maxsize=8192)
def read_day(text: str, form: str | None = None) -> date:
    """The day that a cell names. Raises BadDataError where there is no such day, or it could be two."""
    word = " ".join(text.split())
    iso = _ISO.fullmatch(word)
    if iso:
        return _day(word, int(iso[1]), int(iso[2]), int(iso[3]))
    reader = _READERS.get(form or "")
    found = reader(word) if reader else None
    return found or _undeclared(word, form)


def _day(word: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise BadDataError(f"there is no such day as {word}.", remedy="Correct it in the file.") from None


def _year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < PIVOT else 1900)


def _day_first(word: str) -> date | None:
    found = _NUMERIC.fullmatch(word)
    return _day(word, _year(found[4]), int(found[3]), int(found[1])) if found else None


def _month_before_day(word: str) -> date | None:
    found = _NUMERIC.fullmatch(word)
    return _day(word, _year(found[4]), int(found[1]), int(found[3])) if found else None


def _named(word: str) -> date | None:
    found = _NAMED.fullmatch(word)
    if found:
        return _day(word, _year(found[3]), _month(word, found[2]), int(found[1]))
    found = _MONTH_FIRST.fullmatch(word)
    return _day(word, int(found[3]), _month(word, found[1]), int(found[2])) if found else None


def month_number(name: str) -> int | None:
    """The number of a month, by its name in English or French, the beginning of it, or in figures.

    None for anything else, and for what begins two ("jui").
    """
    if name.isdigit():
        return int(name)
    wanted = fold_word(name)
    found = {number for number, names in _NAMES_OF_MONTHS if any(each.startswith(wanted) for each in names)}
    return found.pop() if len(found) == 1 else None


def _month(word: str, name: str) -> int:
    number = month_number(name)
    if number is not None:
        return number
    raise BadDataError(f"“{name}” in “{word}” is not a month.", remedy="Correct it in the file.")


def _serial(start: date) -> Callable[[str], date | None]:
    def read(word: str) -> date | None:
        if not _SERIAL.fullmatch(word):
            return None
        return start + timedelta(days=int(float(word)))

    return read


# Excel counts a 29 February 1900 that never was, so that its day 0 is effectively 30 December 1899.
_READERS: dict[str, Callable[[str], date | None]] = {
    "d/m/y": _day_first,
    "m/d/y": _month_before_day,
    "d-mon-y": _named,
    "excel-1900": _serial(date(1899, 12, 30)),
    "excel-1904": _serial(date(1904, 1, 1)),
}


def _undeclared(word: str, form: str | None) -> date:
    """Without a declared form only what can mean one day alone is read."""
    numeric = _NUMERIC.fullmatch(word)
    if numeric:
        return _if_unambiguous(word, numeric)
    named = _NAMED.fullmatch(word)
    if named and len(named[3]) == 2:
        raise BadDataError(
            f"“{word}” leaves the century open.", remedy='Declare it in the mapping: [dates] form = "d-mon-y".'
        )
    day = _named(word)
    if day is not None:
        return day
    if _SERIAL.fullmatch(word):
        raise BadDataError(
            f"“{word}” is a number and not a date.",
            remedy='If it counts days, declare it in the mapping: [dates] form = "excel-1900" or "excel-1904".',
        )
    expected = f" of the form {form} ({FORMS[form]})" if form in FORMS else ""
    raise NotADateError(
        f"“{word}” is not a date{expected}.", remedy="Correct it in the file, or the form in the mapping."
    )


def _if_unambiguous(word: str, found: re.Match[str]) -> date:
    first, second = int(found[1]), int(found[3])
    if len(found[4]) == 4 and (first == second or max(first, second) > 12):
        day, month = (first, second) if second <= 12 else (second, first)
        return _day(word, int(found[4]), month, day)
    raise BadDataError(
        f"“{word}” could be more than one day.",
        remedy='Declare the form in the mapping: [dates] form = "d/m/y" or "m/d/y".',
    )
