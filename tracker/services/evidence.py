"""Evidence: links as they are, files copied into the evidence store under their checksum, and out of it again.

A file is read and copied, never opened otherwise, never executed; its name is kept as words, not as a path. A
symbolic link is not followed.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from tracker.domain.rows import EvidenceFile
from tracker.errors import BadDataError, WorldError
from tracker.files import checksum_of, naming, write_whole
from tracker.services.listing import At
from tracker.store.addressed import follow_up_of
from tracker.store.evidence import GivenEvidence, evidence_of
from tracker.store.unit import Register

MAX_BYTES = 50 * 1024 * 1024
_LINKS = ("http://", "https://")
_OTHER_LINK = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_UNSAFE = re.compile(r"[^\w.-]+")
_LONGEST = 100


def take_evidence(
    given: Sequence[str], store: Path, *, dry_run: bool = False, seen: Sequence[EvidenceFile] = ()
) -> list[EvidenceFile]:
    """Turn what was typed into evidence; files are in the store afterwards, unless it is a dry run.

    `seen` is what an earlier look at the same found: a file that has changed since is refused, and not kept.
    """
    taken = []
    for place, item in enumerate(given):
        evidence, content = _looked_at(item.strip())
        if seen and evidence != seen[place]:
            raise BadDataError(
                "it changed while it was read.", where=item, remedy="Give a copy that nothing writes into."
            )
        if content is not None and not dry_run:
            keep_content(evidence.location, content, store)
        taken.append(evidence)
    return taken


def usable(item: str, store: Path) -> str:
    """What was typed at a prompt as evidence that can be taken later: a link as it is, a file by its whole path.

    No shell has been at it: quotes around a path, as a file that is dropped on a terminal has, and a ~ are undone.
    Raises BadDataError, or OSError for a file that cannot be read.
    """
    named = item.strip()
    if not _OTHER_LINK.match(named):
        named = str(_whole_path(_without_quotes(named)))
    take_evidence([named], store, dry_run=True)
    return named


def _whole_path(path: str) -> Path:
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError:  # a ~ with the name of nobody
        return Path(path).absolute()


def _without_quotes(path: str) -> str:
    is_quoted = len(path) > 1 and path[0] == path[-1] and path[0] in "'\""
    return path[1:-1] if is_quoted else path


def _looked_at(item: str) -> tuple[EvidenceFile, bytes | None]:
    """A piece of evidence; of a file, its content as well."""
    if not item:
        raise BadDataError("a piece of evidence is empty.", remedy="Give a file, or a link that begins with https://.")
    if item.lower().startswith(_LINKS):
        return _link(item), None
    if _OTHER_LINK.match(item):
        raise BadDataError(
            f"the link “{item}” is of no web page.", remedy="Give one that begins with https://, or a file."
        )
    path = Path(item)
    content = _read(path)
    return EvidenceFile(path.name, hashlib.sha256(content).hexdigest(), len(content)), content


def _link(address: str) -> EvidenceFile:
    if any(letter.isspace() or not letter.isprintable() for letter in address):
        raise BadDataError(f"the link “{address}” contains blanks.", remedy="Write blanks as %20.")
    if not _has_host(address):
        raise BadDataError(
            f"the link “{address}” names no server.", remedy="Write it in full, as in https://who.example.org/policy."
        )
    return EvidenceFile(address)


def _has_host(address: str) -> bool:
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return False
    return any(letter.isalnum() for letter in host)


def _read(path: Path) -> bytes:
    descriptor = _opened(path)
    try:
        _check(os.fstat(descriptor), path)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(MAX_BYTES + 1)  # it may grow meanwhile
    finally:
        os.close(descriptor)
    _check_size(len(content), path)
    return content


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
        raise BadDataError("it is a folder.", where=str(path), remedy="Give the files in it, one by one.")
    if not stat.S_ISREG(status.st_mode):
        raise BadDataError("it is a device or a pipe.", where=str(path), remedy="Give a file.")
    if status.st_size:  # what the kernel makes up has no size before it is read
        _check_size(status.st_size, path)


def _check_size(size: int, path: Path) -> None:
    if size == 0:
        raise BadDataError("it is empty.", where=str(path), remedy="Give the file that was meant.")
    if size > MAX_BYTES:
        raise BadDataError(
            f"it has {size // 1024 // 1024} MB; evidence may have {MAX_BYTES // 1024 // 1024} MB.",
            where=str(path),
            remedy="Give a link to it instead.",
        )


def keep_content(name: str, content: bytes, store: Path) -> EvidenceFile:
    """Put bytes into the store; the name is kept as words and touches no disk."""
    digest = hashlib.sha256(content).hexdigest()
    _keep(content, place_of(digest, store))
    return EvidenceFile(name, digest, len(content))


def place_of(sha256: str, store: Path) -> Path:
    """Where the store keeps the content of this checksum."""
    return store / sha256[:2] / sha256


def stored(store: Path, sha256: str) -> bytes:
    """The bytes of a file kept with the evidence. Raises WorldError where they are gone or damaged."""
    place = place_of(sha256, store)
    content = place.read_bytes() if place.is_file() else b""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise WorldError(
            "the file is gone or damaged.", where=str(place), remedy="Restore a backup, or fetch it again."
        )
    return content


def _keep(content: bytes, place: Path) -> None:
    """Write once, whole, for the owner, or for the group of a folder in which the group may write.

    What was altered since makes room for what was given again.
    """
    if place.exists():
        if checksum_of(place) == place.name:
            return
        place.replace(_free(place.with_name(f"{place.name}.altered")))
    _make_folder(place.parent)
    temporary = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        with (
            naming(place.parent.parent),
            os.fdopen(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file,
        ):
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o640 if _is_shared(place.parent.parent) else 0o600)
        temporary.replace(place)
    finally:
        temporary.unlink(missing_ok=True)


def _make_folder(folder: Path) -> None:
    """A folder of the store, with the rights of the store where a group shares it."""
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)  # two registers may share a store
        if _is_shared(folder.parent):
            folder.chmod(stat.S_IMODE(folder.parent.stat().st_mode))


def _is_shared(store: Path) -> bool:
    """Officers of one register share a folder by their group: what one gives, the others look at and verify."""
    return bool(store.stat().st_mode & stat.S_IWGRP)


def _free(place: Path) -> Path:
    """A name beside it that nothing has yet, so that no altered copy takes the place of another."""
    names = (place.with_name(f"{place.name}{number or ''}") for number in count())
    return next(name for name in names if not name.exists())


def given_evidence(register: Register, reference: str, organization: str, at: At) -> list[GivenEvidence]:
    """What was given as evidence on one follow-up and counts, or counted then, oldest first."""
    with register.read() as session:
        follow_up = follow_up_of(session, reference, organization, as_of=at.as_of, known_at=at.known_at)
        return evidence_of(session, follow_up.id, at.as_of, at.known_at)


def copy_out(item: GivenEvidence, store: Path, folder: Path) -> Path | None:
    """Write a kept file into a folder; None for a link. A name that a stranger chose is made a plain one."""
    if item.sha256 is None:
        return None
    content = stored(store, item.sha256)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{item.sha256[:8]}-{_UNSAFE.sub('_', item.location)[-_LONGEST:]}"
    write_whole(target, [content])
    return target
