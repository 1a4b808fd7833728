"""Backing a register up and bringing it back: one zip file with the database and the evidence store."""

from __future__ import annotations

import hashlib
import json
import lzma
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tracker import __version__
from tracker.domain.rows import instant
from tracker.errors import BadDataError, RefusedError, WorldError
from tracker.services.sent_since import SentSince, learn
from tracker.services.who import Who
from tracker.store import schema, sqlite_files
from tracker.store.engine import database_url, make_private, sqlite_file
from tracker.store.unit import Register

_DATABASE = "register.db"
_ABOUT = "about.json"
_EVIDENCE = "evidence/"


def backup(register: Register, evidence: Path, target: Path, who: Who) -> int:
    """Write a backup while the register may be in use; returns its size in bytes.

    The journal records that it was made once it is whole; the backup's own copy of it records it too.
    Raises WorldError on PostgreSQL, which has its own tools, RefusedError where the file exists.
    """
    _check_sqlite(register)
    if target.exists():
        raise RefusedError("it exists already.", where=str(target), remedy="Give another name.")
    part = target.with_name(f".{target.name}.part")
    try:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / _DATABASE
            with register.translated():
                sqlite_files.copy(register.engine, copy)
            with sqlite_files.opened(copy) as copied, _recorded(copied, target, who):
                pass
            _write(part, copy, evidence, who.now)
        with _recorded(register, target, who):
            part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


@contextmanager
def _recorded(register: Register, target: Path, who: Who) -> Iterator[None]:
    """The batch that says that a backup was made, if what is done within goes well."""
    with register.batch(actor=who.actor, asked=f"db backup {target.name}", now=who.now) as batch:
        batch.touch()
        yield


def _write(part: Path, database: Path, evidence: Path, now: datetime) -> None:
    make_private(part)
    about = {"program": f"tracker {__version__}", "made_at": instant(now), "sha256": _sha256(database)}
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_ABOUT, json.dumps(about))
        archive.write(database, _DATABASE)
        for file in sorted(evidence.rglob("*")) if evidence.is_dir() else []:
            if file.is_file():
                archive.write(file, _EVIDENCE + file.relative_to(evidence).as_posix())


@dataclass(frozen=True, slots=True)
class Restored:
    """Where the register before was put aside, when the backup was made, and what is known of mails sent since."""

    aside: Path | None
    made_at: str
    sent: SentSince


def restore(database: str, evidence: Path, source: Path, who: Who) -> Restored:
    """Put a backup in the place of the register; what that one sent since is carried over, so that nothing goes twice.

    Everything is checked before anything is moved. Raises BadDataError for a file that is not a whole backup,
    WorldError while another program has the register open.
    """
    place = _place(database)
    with tempfile.TemporaryDirectory(dir=_folder(place)) as folder:
        unpacked, made_at = _unpack(source, Path(folder))
        with sqlite_files.alone(place) if place.exists() else nullcontext() as held:
            sent = _learn(unpacked, held, source, who)
            return Restored(_put_in_place(unpacked, place, evidence), made_at, sent)


def _learn(unpacked: Path, held: sqlite3.Connection | None, source: Path, who: Who) -> SentSince:
    with sqlite_files.opened(unpacked) as restored:
        schema.upgrade(restored.engine)  # what is carried over is written in the form of this program
        return learn(restored, held, source.name, who)


def _place(database: str) -> Path:
    """The register's own file, also behind a link."""
    file = sqlite_file(database_url(database))
    if file is None:
        raise WorldError("a PostgreSQL register is restored with PostgreSQL's own tools.", remedy="Use pg_restore.")
    if file.exists() and not file.is_file():
        raise BadDataError("is no ordinary file.", where=str(file), remedy="Give another place with --database.")
    return file.resolve()


def _put_in_place(unpacked: Path, place: Path, evidence: Path) -> Path | None:
    unpacked.chmod(0o600)
    _merge(unpacked.with_name("evidence"), evidence)
    aside = sqlite_files.put_aside(place) if place.exists() else None
    unpacked.replace(place)
    return aside


def _unpack(source: Path, folder: Path) -> tuple[Path, str]:
    """The database of a backup, checked, and when the backup was made."""
    if not source.is_file():
        what = "is no ordinary file." if source.exists() else "there is no such file."
        raise BadDataError(what, where=str(source), remedy="Check the name.")
    try:
        about = _extract(source, folder)
    except _DAMAGES:
        raise BadDataError(
            "this is not a whole backup.", where=str(source), remedy="Give a file that `tracker db backup` made."
        ) from None
    unpacked = folder / _DATABASE
    if not unpacked.is_file() or _sha256(unpacked) != about.get("sha256"):
        raise BadDataError("its checksum does not fit.", where=str(source), remedy="Use another backup.")
    _check_register(unpacked, source)
    return unpacked, str(about.get("made_at", ""))


_DAMAGES = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, LookupError, ValueError)
"""What reading a zip file comes to where it is cut, encrypted, damaged or of another kind."""


def _extract(source: Path, folder: Path) -> dict[str, Any]:
    """Unpack what belongs to a backup; returns what it says about itself."""
    with zipfile.ZipFile(source) as archive:
        about = json.loads(archive.read(_ABOUT))
        members = [name for name in archive.namelist() if name == _DATABASE or name.startswith(_EVIDENCE)]
        archive.extractall(folder, members)
    return about if isinstance(about, dict) else {}


def _check_register(unpacked: Path, source: Path) -> None:
    """What is in the backup can be read by this program: a register, none newer, none of another program."""
    try:
        version = sqlite_files.version(unpacked)
    except WorldError:
        version = None
    if version is None:
        raise BadDataError("it holds no register.", where=str(source), remedy="Use another backup.")
    schema.check_known(version, str(source))


def _merge(unpacked: Path, evidence: Path) -> None:
    """Add the backup's evidence; files are named by their content, so that none is overwritten by another."""
    for file in sorted(unpacked.rglob("*")) if unpacked.is_dir() else []:
        target = evidence / file.relative_to(unpacked)
        if file.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(file, target)


def _check_sqlite(register: Register) -> None:
    if sqlite_file(register.engine.url) is None:
        raise WorldError("a PostgreSQL register is backed up with PostgreSQL's own tools.", remedy="Use pg_dump.")


def _folder(place: Path) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    return place.parent


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
