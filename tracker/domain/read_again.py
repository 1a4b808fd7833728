"""A return that is read again: what it wrote before and still stands, and what was taken back. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tracker.domain.journal import Entry, in_force


def read_mark(sha256: str) -> str:
    """What stands at the end of what was asked where a return was read: its content."""
    return f" sha256:{sha256}]"


def is_return(address: str, asked: str) -> bool:
    """Whether evidence is the very file that a command read, kept beside what it says."""
    sha256 = address.partition(" ")[0].removeprefix("sha256:")
    return asked.endswith(read_mark(sha256))


def is_standing(history: Sequence[Entry], batches: Collection[int]) -> bool:
    """Whether anything that these batches wrote of a follow-up still counts."""
    return any(entry.batch in batches for entry in in_force(history))


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
