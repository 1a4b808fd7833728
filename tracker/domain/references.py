"""How people name things: symbols of documents, references to recommendations, the nearest word."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterable, Iterator
from unicodedata import category, normalize

from tracker.errors import BadDataError
from tracker.records import record

_REFERENCE = re.compile(r"(?:(?P<tail>.+)/)?R(?P<number>[^\s/]+)", re.IGNORECASE)


@record
class Reference:
    """What a user typed: the tail of a symbol, or none, and the number of a recommendation."""

    tail: str | None
    number: str

    def __str__(self) -> str:
        return f"R{self.number}" if self.tail is None else f"{self.tail}/R{self.number}"


def parse_reference(text: str) -> Reference:
    """Read `A/72/809/R3`, `809/R3` or `R3`; raises BadDataError with the form expected."""
    word = text.strip()
    found = _REFERENCE.fullmatch(word)
    if not found:
        raise BadDataError(
            f"“{text}” is not a reference to a recommendation.",
            remedy="Write the symbol of the report and the number, as in A/72/809/R3 or 809/R3.",
        )
    return Reference(found["tail"], found["number"])


def reference_to(symbol: str, number: str) -> str:
    """The full reference of a recommendation, as every list prints it."""
    return f"{symbol}/R{number}"


def follow_up_name(ref: str, code: str) -> str:
    """How messages, files and the journal's hashes name a follow-up: `A/72/809/R3 WHO`."""
    return f"{ref} {code}"


def as_typed(*words: str) -> str:
    """Words as they are typed after a command: in quotes where a shell would take one apart, as `Report No. 3`."""
    return " ".join(word if _PLAIN.fullmatch(word) else shlex.quote(word) for word in words)


_PLAIN = re.compile(r"[\w@%+=:,./-]+")
"""What no shell takes apart; `shlex` puts letters beyond ASCII in quotes, which need none."""


LONGEST_CODE = 40
"""Letters of an organization's code."""


def fold(name: str) -> str:
    """The form under which symbols and codes are compared: upper case, single blanks."""
    return " ".join(name.split()).upper()


def plain(name: str) -> str:
    """A name in the one spelling that Unicode has for its letters, without what is not seen.

    An accent may be typed as part of its letter or after it, a letter in full width, and a blank of no width comes
    along with what is copied.
    """
    return normalize("NFKC", "".join(letter for letter in name if category(letter) != "Cf"))


def fold_person(name: str) -> str:
    """The form under which people are compared, who type their names by hand."""
    return fold(plain(name))


def person_as_written(name: str) -> str:
    """A person's name as it is recorded: in one spelling, and with the joiners without which some scripts are wrong."""
    shown = "".join(letter for letter in name if category(letter) != "Cf" or letter in _JOINERS)
    return normalize("NFC", " ".join(shown.split()))


_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"


def is_tail(tail: str, symbol: str) -> bool:
    """Whether the tail is the symbol's last whole parts: `809` and `72/809` of `A/72/809`, never `09`."""
    wanted, parts = fold(tail).split("/"), fold(symbol).split("/")
    return parts[-len(wanted) :] == wanted


def tails(symbol: str) -> Iterator[str]:
    """The symbol, and what is left of it without its first part, its first two, and so on."""
    parts = symbol.split("/")
    return ("/".join(parts[start:]) for start in range(len(parts)))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like the one typed, for a suggestion; it never decides.

    One that goes on as it was typed comes first, or ends so, then one that is few slips away, one with which the typed
    word begins, and one that is alike at all; of several, the one that is the fewest slips away. A slip is a letter too
    few, too many or wrong, or two neighbours swapped.
    """
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - only where somebody mistyped

    by_fold = {_bare(name): name for name in known}
    typed = _bare(word)
    slips = {name: OSA.distance(typed, name) for name in by_fold}
    alike = [name for name in by_fold if slips[name] <= max(len(typed), len(name)) * 2 // 5]
    alike.sort(key=lambda name: (slips[name], *_begun_otherwise(typed, name)))
    almost = [name for name in alike[:1] if slips[name] <= max(1, len(typed) // _LETTERS_A_SLIP)]
    found = _going_on(typed, by_fold) or almost or _begun_with(typed, by_fold) or alike
    return by_fold[found[0]] if found else None


def _going_on(typed: str, names: Collection[str]) -> list[str]:
    """The one name that begins as typed, or ends so; none where there are several."""
    longer = [name for name in names if len(typed) > 1 and name.startswith(typed)]
    longer = longer or [name for name in names if len(typed) > 2 and name.endswith(typed)]
    return longer if len(longer) == 1 else []


def _begun_with(typed: str, names: Collection[str]) -> list[str]:
    """The longest name with which the typed word begins."""
    return sorted((name for name in names if len(name) > 2 and typed.startswith(name)), key=len)[-1:]


_LETTERS_A_SLIP = 4
"""So many letters for each slip make a word that is almost the other one; two of five may be slips for one alike."""


def _begun_otherwise(typed: str, name: str) -> tuple[bool, bool, int]:
    """What tells words as many slips away: whoever mistypes begins right, and is about as long."""
    return not name.startswith(typed), name[:1] != typed[:1], abs(len(name) - len(typed))


def _bare(word: str) -> str:
    return fold(word).lstrip("-")


def suggest(word: str, known: Iterable[str], otherwise: str) -> str:
    """The remedy of a message about an unknown word: the nearest one, or what to do instead."""
    close = nearest(word, known)
    return f"Did you mean {close}?" if close else otherwise
