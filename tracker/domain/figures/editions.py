"""Published reports: what an edition is, what moved since one was published, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from tracker.domain.figures.movement import AXES
from tracker.domain.periods import Quarter
from tracker.domain.vocabulary import Topic
from tracker.records import record

_ROW = "row"
_TOPICS = {
    "acceptance": Topic.ACCEPTANCE,
    "implementation": Topic.IMPLEMENTATION,
    "verification": Topic.VERIFICATION,
    "due_on": Topic.DUE,
    _ROW: Topic.ADDRESSED,
}
"""What can move → what the entries that move it are about: a field of a row, or whether it is listed at all."""
_ROW_FIELDS = tuple(name for name in _TOPICS if name != _ROW)
_WORDED = ("what", "label")
"""Keys whose values are the program's own sentences and headings: worded better one day, they say nothing else."""
_OWN_WORDS = ("scope",)
"""Parts of the figures that say how they were asked for, not what is so."""


@record
class Edition:
    """A published report. `scope` is `system` or an organization's code; `sha256` is of its figures."""

    id: int
    scope: str
    quarter: Quarter
    number: int
    as_of: date
    known_at: datetime
    published_at: datetime
    published_by: str
    sha256: str

    @property
    def name(self) -> str:
        """As commands name it: `2026Q3/1`, `2026Q3-WHO/2`."""
        organization = "" if self.scope == "system" else f"-{self.scope}"
        return f"{self.quarter}{organization}/{self.number}"


@record
class Late:
    """An entry written after an edition about days that the edition had covered; voiding ones too.

    `topic` is what it is about: of a voiding one, what the entry that it takes back is about.
    """

    ref: str
    organization: str
    topic: Topic
    actor: str
    recorded_at: datetime
    note: str | None
    voids: bool


@record
class Moved:
    """One field of one row that an edition gave otherwise; `why` are the entries that moved it.

    No entry moves `open` (`open` or `settled`) while the row stands where it stood, nor `addressee`: whether the report
    asks for verification, and whom the recommendation addresses, are mended in the register.
    """

    ref: str
    organization: str
    what: str
    was: str | None
    now: str | None
    why: tuple[Late, ...] = ()


@record
class MovedRate:
    """A rate that an edition gave otherwise, as `numerator/denominator` then and now."""

    rate: str
    was: str
    now: str


@record
class Restatement:
    """What an earlier edition would say today, of its own day, where that differs from what it said."""

    edition: Edition
    rates: tuple[MovedRate, ...]
    rows: tuple[Moved, ...]


def restate(
    edition: Edition, published: Mapping[str, Any], recomputed: Mapping[str, Any], late: tuple[Late, ...] = ()
) -> Restatement | None:
    """Compare an edition's figures with the same figures as known now; None where nothing moved."""
    rates = tuple(_moved_rates(published, recomputed))
    rows = tuple(replace(moved, why=_why(moved, late)) for moved in _moved_rows(published, recomputed))
    return Restatement(edition, rates, rows) if rates or rows else None


def differing_parts(published: Mapping[str, Any], recomputed: Mapping[str, Any]) -> list[str]:
    """The parts of published figures that come out otherwise; parts that the program has learned since do not count."""
    return [name for name, part in published.items() if name not in recomputed or not _holds(part, recomputed[name])]


def _holds(published: Any, recomputed: Any) -> bool:
    """Equal, but for what a newer program says beside the old, and for how it words it."""
    if isinstance(published, Mapping) and isinstance(recomputed, Mapping):
        compared = [key for key in published if key not in _WORDED]
        return all(key in recomputed and _holds(published[key], recomputed[key]) for key in compared)
    if isinstance(published, list) and isinstance(recomputed, list):
        return len(published) == len(recomputed) and all(map(_holds, published, recomputed))
    return bool(published == recomputed)


def says_the_same(published: Mapping[str, Any], recomputed: Mapping[str, Any]) -> bool:
    """Whether two reports agree on everything but when and by whom they were asked for."""
    return not [name for name in differing_parts(published, recomputed) if name not in _OWN_WORDS]


def _moved_rates(published: Mapping[str, Any], recomputed: Mapping[str, Any]) -> Iterator[MovedRate]:
    now = {rate["rate"]: rate for rate in recomputed["headline"]["own"]["rates"]}
    for rate in published["headline"]["own"]["rates"]:
        name = rate["rate"]
        if name in now and _fraction(now[name]) != _fraction(rate):
            yield MovedRate(name, _fraction(rate), _fraction(now[name]))


def _fraction(rate: Mapping[str, Any]) -> str:
    return f"{rate['numerator']}/{rate['denominator']}"


def _moved_rows(published: Mapping[str, Any], recomputed: Mapping[str, Any]) -> Iterator[Moved]:
    was = {(row["ref"], row["organization"]): row for row in published["annex"]}
    now = {(row["ref"], row["organization"]): row for row in recomputed["annex"]}
    for key in was | now:
        if key not in now or key not in was:
            yield Moved(*key, _ROW, "listed" if key in was else None, "listed" if key in now else None)
            continue
        for field in _ROW_FIELDS:
            if was[key][field] != now[key][field]:
                yield Moved(*key, field, was[key][field], now[key][field])
        yield from _mended(key, was[key], now[key])


def _mended(key: tuple[str, str], was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Moved]:
    """What is counted otherwise of a row though nobody has moved it."""
    stands = all(was[axis] == now[axis] for axis in AXES)
    if stands and was["open"] != now["open"]:
        yield Moved(*key, "open", _open_or_settled(was), _open_or_settled(now))
    if was["addressee"] != now["addressee"]:
        yield Moved(*key, "addressee", was["addressee"], now["addressee"])


def _open_or_settled(row: Mapping[str, Any]) -> str:
    return "open" if row["open"] else "settled"


def _why(moved: Moved, late: tuple[Late, ...]) -> tuple[Late, ...]:
    """The entries on the same row and on what moved in it: one command writes about several things."""
    about = (moved.ref, moved.organization, _TOPICS.get(moved.what))
    return tuple(entry for entry in late if (entry.ref, entry.organization, entry.topic) == about)
