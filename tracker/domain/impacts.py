"""What the letters of intended impact mean: the Joint Inspection Unit has used two lists of them.

The same letter means different things in the two, so that a letter is kept with its series: `g/a-i`. A series is
named by its letters, as the legend of the document prints them; no year is taken for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tracker.errors import BadDataError

SERIES: dict[str, dict[str, str]] = {
    "a-o": {
        "a": "enhanced accountability",
        "b": "dissemination of best practices",
        "c": "enhanced coordination and cooperation",
        "d": "enhanced controls and compliance",
        "e": "enhanced effectiveness",
        "f": "significant financial savings",
        "g": "enhanced efficiency",
        "o": "other",
    },
    "a-i": {
        "a": "enhanced transparency and accountability",
        "b": "dissemination of good/best practices",
        "c": "enhanced coordination and cooperation",
        "d": "strengthened coherence and harmonization",
        "e": "enhanced control and compliance",
        "f": "enhanced effectiveness",
        "g": "significant financial savings",
        "h": "enhanced efficiency",
        "i": "other",
    },
}
"""Series → letter → meaning; from its first to its last letter (the older list goes from g to o)."""

_TYPED = re.compile(r"(?P<letters>[a-z](?:,[a-z]){0,7})(?:/(?P<series>[a-z]-[a-z]))?", re.IGNORECASE)

_ALIKE = 2
"""So many meanings may be worded in another way ("control", "controls") before a legend is another one."""


def series_of(legend: Mapping[str, str]) -> str | None:
    """The series that a legend (letter → meaning) prints; None where it is neither."""
    for name, meanings in SERIES.items():
        differing = [letter for letter in meanings if _folded(legend.get(letter, "")) != _folded(meanings[letter])]
        if legend.keys() == meanings.keys() and len(differing) <= _ALIKE:
            return name
    return None


def _folded(words: str) -> str:
    return "".join(letter for letter in words.casefold() if letter.isalpha())


def impact_word(letters: Iterable[str], series: str) -> str:
    """Letters with their series, if they have one, as the register keeps them: `a,f/a-i`.

    Each letter once, in the order of the alphabet, so that the same impact is one group in statistics.
    """
    return ",".join(sorted(set(letters))) + (f"/{series}" if series else "")


def parse_impact(typed: str) -> str:
    """Read what is typed for an impact: letters, best with their series. Raises BadDataError."""
    word = typed.replace(" ", "")
    found = _TYPED.fullmatch(word)
    if found is None:
        raise BadDataError(
            f"“{typed}” is not an impact.",
            remedy="Write the letter with its series, as in a/a-i; several as in a,f/a-i.",
        )
    letters, series = _read(found)
    if series:
        _check_letters(letters, series)
    return impact_word(letters, series)


def _check_letters(letters: Iterable[str], series: str) -> None:
    if series not in SERIES:
        raise BadDataError(f"{series} is not a series of impacts.", remedy=f"Use one of {', '.join(sorted(SERIES))}.")
    for letter in letters:
        if letter not in SERIES[series]:
            known = ", ".join(SERIES[series])
            raise BadDataError(f"the series {series} has no letter {letter}.", remedy=f"It has {known}.")


def as_kept(word: str) -> str:
    """An impact as another register writes it: its letters in our order where it is letters, else its own words."""
    found = _TYPED.fullmatch(word.replace(" ", ""))
    if found is None:
        return word
    return impact_word(*_read(found))


def _read(found: re.Match[str]) -> tuple[list[str], str]:
    return found["letters"].lower().split(","), (found["series"] or "").lower()


def is_named(impact: str, typed: str) -> bool:
    """Whether an impact, as the register keeps it, is one that is looked for: by one of its letters, or in full.

    With a series it is a letter of that series, without one a letter of any.
    """
    letters, _, series = impact.casefold().partition("/")
    wanted, _, of = typed.replace(" ", "").casefold().partition("/")
    return wanted in (letters, *letters.split(",")) and of in ("", series)


def meaning_of(impact: str) -> str | None:
    """The words behind an impact as the register keeps it; None where it names no known series."""
    letters, _, series = impact.partition("/")
    meanings = SERIES.get(series, {})
    found = [meanings[letter] for letter in letters.split(",") if letter in meanings]
    return "; ".join(found) or None
