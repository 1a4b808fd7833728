"""Files: put where a user says, whole or not at all, and nothing replaced but files; and what a file holds in short."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tracker.records import record


def checksum_of(path: Path) -> str:
    """The SHA-256 of what a file holds, in hex. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def naming(place: Path) -> Iterator[None]:
    """Let what the system refuses name a place: of a disk that is full it does not say by itself which one."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(place)
        raise


@record
class AtomicFile:
    """A file that is written beside its place, and put there when it is whole.

    What stands there and is no file (a pipe, a device) is written to as it is; of a link, the file that it leads to.
    """

    path: Path
    place: Path

    @classmethod
    def of(cls, target: Path) -> AtomicFile:
        """Where to write what belongs at `target`."""
        if target.exists() and not target.is_file():
            return cls(target, target)
        place = Path(os.path.realpath(target))
        return cls(place.with_name(f".{place.name}.part"), place)

    def write(self, chunks: Iterable[bytes]) -> None:
        """Write all of it, where nobody looks for it yet."""
        with naming(self.place), self.path.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)

    def put(self) -> None:
        """Put it into its place; what stood there is replaced."""
        if self.path != self.place:
            self.path.replace(self.place)

    def discard(self) -> None:
        """Leave nothing of it behind, where it was not put into its place."""
        if self.path != self.place:
            self.path.unlink(missing_ok=True)


def write_whole(target: Path, chunks: Iterable[bytes]) -> None:
    """Write one file; a failure leaves what was there."""
    draft = AtomicFile.of(target)
    try:
        draft.write(chunks)
        draft.put()
    finally:
        draft.discard()
