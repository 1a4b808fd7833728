"""Whether the files of evidence are still what they were when they were kept; each is named by its checksum."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from tracker.domain.plurals import plural
from tracker.files import checksum_of
from tracker.records import record
from tracker.services.evidence import place_of
from tracker.store.database.engine import sqlite_file
from tracker.store.kept_files import KeptFile, kept_files
from tracker.store.unit import Register

_CHECKSUM = re.compile(r"[0-9a-f]{64}")


class State(Enum):
    """What has become of a file of evidence."""

    WHOLE = "whole"
    MISSING = "missing"
    ALTERED = "altered"
    UNREADABLE = "unreadable"

    @property
    def is_amiss(self) -> bool:
        return self is not State.WHOLE


def state_at(place: Path) -> State:
    """What has become of the file that belongs here; a name that is no checksum says nothing of its content."""
    try:
        if not place.is_file():
            return State.MISSING
        digest = checksum_of(place)
    except OSError:  # a bad sector, somebody else's file: the others can be looked at all the same
        return State.UNREADABLE
    return State.WHOLE if digest == place.name or not _CHECKSUM.fullmatch(place.name) else State.ALTERED


@record
class Lack:
    """A file of evidence that is not there as it was kept."""

    file: KeptFile
    state: State

    def as_json(self) -> dict[str, str | int | None]:
        return {
            "ref": self.file.ref,
            "organization": self.file.organization,
            "return": self.file.received,
            "location": self.file.location,
            "sha256": self.file.sha256,
            "state": self.state.value,
        }


def lacking(register: Register, state: Callable[[str], State]) -> list[Lack]:
    """Of the files that the register names, those of which `state` says, by their checksum, that they are not whole."""
    with register.read() as session:
        kept = kept_files(session)
    found = [Lack(file, state(file.sha256)) for file in kept]
    return [lack for lack in found if lack.state.is_amiss]


_SAID = {
    State.MISSING: "missing from the evidence",
    State.ALTERED: "altered since it was kept",
    State.UNREADABLE: "it cannot be read",
}


def faults(register: Register, store: Path) -> list[str]:
    """Which files of evidence are missing or are not what they were, as sentences."""
    found = lacking(register, lambda sha256: state_at(place_of(sha256, store)))
    if not _has_one_store(register):
        found = [lack for lack in found if lack.state is not State.MISSING]
    return [f"{lack.file}: {_SAID[lack.state]}: {place_of(lack.file.sha256, store)}" for lack in found]


def _has_one_store(register: Register) -> bool:
    """On a database server every officer has a store of their own: what is not in this one may be in a colleague's."""
    return sqlite_file(register.engine.url) is not None


def trouble(register: Register, store: Path) -> str | None:
    """A sentence for `tracker status` where files are not there; whether one was altered is for `db check`."""
    if not _has_one_store(register) or not (missing := _missing(register, store)):
        return None
    return f"{plural(len(missing), 'file')} of evidence missing or unreadable, as {missing[0]}. See: tracker db check."


def elsewhere(register: Register, store: Path) -> str | None:
    """A sentence for `db check` where files that are not in this store may be in that of a colleague."""
    if _has_one_store(register) or not (missing := _missing(register, store)):
        return None
    return (
        f"{plural(len(missing), 'file')} of evidence not in {store}, as {missing[0]}. "
        "A folder of another officer may hold what is missing here."
    )


def _missing(register: Register, store: Path) -> list[KeptFile]:
    with register.read() as session:
        return [file for file in kept_files(session) if not _is_there(place_of(file.sha256, store))]


def _is_there(place: Path) -> bool:
    try:
        return place.is_file() and os.access(place, os.R_OK)
    except OSError:  # a folder that nobody may look into
        return False
