"""Taking evidence in: links as they are, files copied into the evidence store under their checksum.

A file is read and copied, never opened otherwise, never executed; its name is kept as words, not as a path. A
symbolic link is not followed.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from tracker.domain.rows import EvidenceFile
from tracker.errors import BadDataError

MAX_BYTES = 50 * 1024 * 1024
_LINKS = ("http://", "https://")


def take_evidence(given: Sequence[str], store: Path, *, dry_run: bool = False) -> list[EvidenceFile]:
    """Turn what was typed into evidence; files are in the store afterwards, unless it is a dry run."""
    return [_taken(item.strip(), store, dry_run) for item in given]


def _taken(item: str, store: Path, dry_run: bool) -> EvidenceFile:
    if not item:
        raise BadDataError("a piece of evidence is empty.", remedy="Give a file, or a link that begins with https://.")
    return _link(item) if item.lower().startswith(_LINKS) else _file(Path(item), store, dry_run)


def _link(address: str) -> EvidenceFile:
    if any(letter.isspace() or not letter.isprintable() for letter in address):
        raise BadDataError(f"the link “{address}” has blanks in it.", remedy="Write blanks as %20.")
    if not _has_host(address):
        raise BadDataError(
            f"the link “{address}” leads nowhere.", remedy="Write it whole, as in https://who.example.org/policy."
        )
    return EvidenceFile(address)


def _has_host(address: str) -> bool:
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return False
    return any(letter.isalnum() for letter in host)


def _file(path: Path, store: Path, dry_run: bool) -> EvidenceFile:
    content = _read(path)
    if dry_run:
        return EvidenceFile(path.name, hashlib.sha256(content).hexdigest(), len(content))
    return keep_content(path.name, content, store)


def _read(path: Path) -> bytes:
    descriptor = _opened(path)
    try:
        _check(os.fstat(descriptor), path)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    """Open the file that was named and no other: a symbolic link could lead to one that nobody meant to hand over."""
    try:
        # Without O_NONBLOCK, opening a pipe would wait for whoever writes into it.
        return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError):
        raise BadDataError(
            "there is no such file.", where=str(path), remedy="Give a file, or a link that begins with https://."
        ) from None
    except OSError:
        if path.is_symlink():
            raise BadDataError(
                f"it is a symbolic link to {path.readlink()}.", where=str(path), remedy="Give the file itself."
            ) from None
        raise


def _check(status: os.stat_result, path: Path) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise BadDataError("it is a folder.", where=str(path), remedy="Give the files in it, each with --evidence.")
    if not stat.S_ISREG(status.st_mode):
        raise BadDataError("it is a device or a pipe.", where=str(path), remedy="Give a file.")
    if status.st_size > MAX_BYTES:
        raise BadDataError(
            f"it has {status.st_size // 1024 // 1024} MB; evidence may have {MAX_BYTES // 1024 // 1024} MB.",
            where=str(path),
            remedy="Give a link to it instead.",
        )


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
