"""A return that is read late or again: what was written since it was made, by itself or by others. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from tracker.domain.journal import REFUSED, Entry, in_force
from tracker.domain.vocabulary import Topic, Voice


def read_mark(sha256: str) -> str:
    """How what was asked of a batch ends where it read a file: with the checksum of that file."""
    return f" sha256:{sha256}]"


def is_return(address: str, asked: str) -> bool:
    """Whether evidence is the very file that a command read, kept beside what it says."""
    sha256 = address.partition(" ")[0].removeprefix("sha256:")
    return asked.endswith(read_mark(sha256))


def is_standing(history: Sequence[Entry], batches: Collection[int]) -> bool:
    """Whether anything that these batches wrote of a follow-up still counts."""
    return any(entry.batch in batches for entry in in_force(history))


def written_since(history: Sequence[Entry], version: int, then: int) -> list[Entry]:
    """What was written and counts since the follow-up, now at `version`, was at `then`."""
    newer = _newer(history, version, then)
    return [entry for entry in in_force(history) if entry.batch in newer]


def taken_back_since(history: Sequence[Entry], version: int, then: int) -> frozenset[int]:
    """The batches since then of which nothing counts any more: the register says of them what it said before."""
    saying = {entry.batch for entry in history if entry.topic is not Topic.VOID}
    return (_newer(history, version, then) & saying) - {entry.batch for entry in in_force(history)}


def _newer(history: Sequence[Entry], version: int, then: int) -> frozenset[int]:
    batches = sorted({entry.batch for entry in history})
    return frozenset(batches[len(batches) - max(version - then, 0) :])


def is_heard(entries: Iterable[Entry]) -> bool:
    """Whether the organization itself said any of it."""
    return any(entry.voice is Voice.ORGANIZATION for entry in entries)


def is_put_to(entries: Iterable[Entry]) -> bool:
    """Whether the office put anything to the organization that it would answer: a dispute, a date that it refused."""
    return any(
        entry.topic is Topic.VERIFICATION or (entry.topic is Topic.EXTENSION and entry.source == REFUSED)
        for entry in entries
    )


def version_without(version: int, history: Sequence[Entry], batches: Collection[int]) -> int:
    """The version that a follow-up would have if these batches and what took all of theirs back had never been."""
    own = {entry.id: entry.batch for entry in history if entry.batch in batches}
    if not own or is_standing(history, batches):
        return version
    others: dict[int, list[Entry]] = {}
    for entry in history:
        others.setdefault(entry.batch, []).append(entry)
    taking_back = [written for written in others.values() if all(entry.voids in own for entry in written)]
    return version - len({*own.values()}) - len(taking_back)
