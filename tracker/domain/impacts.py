"""What the letters of intended impact mean: the Joint Inspection Unit has used two lists of them.

The same letter means different things in the two, so that a letter is kept with its series: `g/a-i`. A series is
named by its letters, as the legend of the document prints them; no year is taken for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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
    """Letters with their series, as the register keeps them: `a,f/a-i`."""
    return f"{','.join(letters)}/{series}"


def meaning_of(impact: str) -> str | None:
    """The words behind an impact as the register keeps it; None where it names no known series."""
    letters, _, series = impact.partition("/")
    meanings = SERIES.get(series, {})
    found = [meanings[letter] for letter in letters.split(",") if letter in meanings]
    return "; ".join(found) or None
