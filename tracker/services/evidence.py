"""Taking evidence in: links as they are, files copied into the evidence store under their checksum.

A file is read and copied, never opened otherwise, never executed; its name is kept as words, not as a path.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from tracker.domain.rows import EvidenceFile
from tracker.errors import BadDataError

MAX_BYTES = 50 * 1024 * 1024
_LINKS = ("http://", "https://")


def take_evidence(given: Sequence[str], store: Path, *, dry_run: bool = False) -> list[EvidenceFile]:
    """Turn what was typed into evidence; files are in the store afterwards, unless it is a dry run."""
    return [_link(item) if item.lower().startswith(_LINKS) else _file(Path(item), store, dry_run) for item in given]


def _link(address: str) -> EvidenceFile:
    if any(letter.isspace() or not letter.isprintable() for letter in address):
        raise BadDataError(f"the link “{address}” has blanks in it.", remedy="Write blanks as %20.")
    return EvidenceFile(address)


def _file(path: Path, store: Path, dry_run: bool) -> EvidenceFile:
    if not path.is_file():
        raise BadDataError(
            "there is no such file.", where=str(path), remedy="Give a file, or a link that begins with https://."
        )
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise BadDataError(
            f"it has {size // 1024 // 1024} MB; evidence may have {MAX_BYTES // 1024 // 1024} MB.",
            where=str(path),
            remedy="Give a link to it instead.",
        )
    content = path.read_bytes()
    if dry_run:
        return EvidenceFile(path.name, hashlib.sha256(content).hexdigest(), size)
    return keep_content(path.name, content, store)


def keep_content(name: str, content: bytes, store: Path) -> EvidenceFile:
    """Put bytes into the store; the name is kept as words and touches no disk."""
    digest = hashlib.sha256(content).hexdigest()
    _keep(content, store / digest[:2] / digest)
    return EvidenceFile(name, digest, len(content))


def _keep(content: bytes, place: Path) -> None:
    """Write once, whole, readable by the owner only; the same content is already there or comes out the same."""
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(place)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
