"""Languages of mails: a catalogue per language, `catalogues/LL.po`, read when a mail in it is written.

English is the text in the program. A language without a catalogue is written in English, its dates too.
"""

from __future__ import annotations

import gettext
from datetime import date
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from tracker.records import record

CATALOGUES = Path(__file__).parent / "catalogues"
SOURCE = "en"
_LOCALES = {"en": "en_GB"}
"""Day before month, as in all the other languages."""
_FIRST_OF_MONTH = {"fr": "1er"}
"""Where the first day of a month is an ordinal and the others are not; the locales leave that out."""


@record
class Language:
    """How to say things in one language; `code` is the language really used."""

    code: str
    direction: str
    texts: gettext.NullTranslations

    def say(self, text: str, **values: object) -> str:
        """A text of the catalogue with its `%(name)s` filled in."""
        return self.texts.gettext(text) % values if values else self.texts.gettext(text)

    def count(self, one: str, several: str, number: int, **values: object) -> str:
        """A text that depends on a number, which is `%(number)s` in it."""
        return self.texts.ngettext(one, several, number) % {"number": number, **values}

    def date(self, day: date) -> str:
        """A day in full: `24 November 2026`."""
        from babel.dates import format_date

        words = format_date(day, "long", locale=_LOCALES.get(self.code, self.code))
        first = _FIRST_OF_MONTH.get(self.code) if day.day == 1 else None
        return words if first is None else words.replace("1", first, 1)


def languages() -> list[str]:
    """The languages there are catalogues for, English first."""
    return [SOURCE, *sorted(path.stem for path in CATALOGUES.glob("*.po"))]


@lru_cache(maxsize=8)
def language(code: str) -> Language:
    """The language of a code such as `fr` or `fr-CH`; English where there is no catalogue."""
    from babel import Locale

    short = code.replace("_", "-").partition("-")[0].lower()
    path = CATALOGUES / f"{short}.po"
    if short not in languages():
        short = SOURCE
    texts = gettext.NullTranslations() if short == SOURCE else _read(path)
    return Language(short, Locale.parse(short).text_direction, texts)


def _read(path: Path) -> gettext.GNUTranslations:
    """Compile a catalogue in memory, so that adding a language means adding one text file."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.stem)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
