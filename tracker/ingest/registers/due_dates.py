"""Due dates as other registers write them: a day, or a month or quarter of the calendar, which means its last day.

Months and quarters are read in English and in French, the languages of the program's own mails and returns.
"""

from __future__ import annotations

import re

from tracker.domain.periods import DueDate, last_day_of_month, parse_due_date
from tracker.errors import BadDataError
from tracker.ingest.days import MONTH, MONTH_NAME, NotADateError, month_number, read_day

_BEFORE = re.compile(
    r"(?:by )?(?:the )?(?:end(?: of)?|by)(?: the)? |d['’]ici (?:à |au |la )?(?:fin (?:de |du )?)?|fin (?:de |du )?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_ORDINAUX = {"premier": 1, "deuxième": 2, "troisième": 3, "quatrième": 4}
_QUARTERS = (
    re.compile(r"[QT](?P<quarter>[1-4])[ /-]*(?P<year>\d{4})", re.IGNORECASE),
    re.compile(r"(?P<year>\d{4})[ /-]*[QT](?P<quarter>[1-4])", re.IGNORECASE),
    re.compile(r"(?P<quarter>[1-4])(?:st|nd|rd|th) quarter,?(?: of)? (?P<year>\d{4})", re.IGNORECASE),
    re.compile(rf"(?P<quarter>{'|'.join(_ORDINALS)}) quarter,?(?: of)? (?P<year>\d{{4}})", re.IGNORECASE),
    re.compile(r"(?P<quarter>[1-4])(?:er|e|è|ème|ᵉ)\.? trimestre,?(?: de)? (?P<year>\d{4})", re.IGNORECASE),
    re.compile(rf"(?P<quarter>{'|'.join(_ORDINAUX)}) trimestre,?(?: de)? (?P<year>\d{{4}})", re.IGNORECASE),
)
_MONTHS = (
    re.compile(rf"(?P<month>{MONTH_NAME})\.?,?[ -](?P<year>\d{{4}})"),
    re.compile(r"(?P<month>\d{1,2})/(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})"),
)


def read_due(text: str, form: str | None = None) -> DueDate:
    """What a cell gives as due. Of whole dates the form `month` takes the month only, as spreadsheets keep months.

    Raises BadDataError where there is no such day, it could be two, or it is none, as with an office's own year.
    """
    word = " ".join(text.split())
    period = _period(_BEFORE.sub("", word, count=1))
    if period is not None:
        return parse_due_date(period)
    try:
        if _YEAR.fullmatch(word) and not str(form).startswith("excel"):
            raise NotADateError(f"“{word}” is a year and not a date.")
        day = read_day(word, form)
    except NotADateError as error:
        remedy = f'Correct it in the file, or say in the mapping what it means: [values.due] "{word}" = "2026-09-30".'
        raise BadDataError(error.what, remedy=remedy) from None
    return DueDate(last_day_of_month(day.year, day.month), f"{day:%Y-%m}") if form == MONTH else DueDate(day)


def _period(word: str) -> str | None:
    """A quarter or a month as we write them; None where it is neither."""
    for pattern in _QUARTERS:
        found = pattern.fullmatch(word)
        if found:
            said = found["quarter"].lower()
            number = _ORDINALS.get(said) or _ORDINAUX.get(said) or int(said)
            return f"{int(found['year']):04}Q{number}"
    for pattern in _MONTHS:
        found = pattern.fullmatch(word)
        month = month_number(found["month"]) if found else None
        if found and month is not None:
            return f"{int(found['year']):04}-{month:02}"
    return None
