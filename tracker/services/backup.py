"""Backing a register up and bringing it back: one zip file with the database and the evidence store."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

from tracker import __version__
from tracker.domain.rows import instant
from tracker.errors import BadDataError, RefusedError, WorldError
from tracker.services.who import Who
from tracker.store import schema
from tracker.store.engine import database_url, make_private, open_engine, sqlite_file
from tracker.store.unit import Register

_DATABASE = "register.db"
_ABOUT = "about.json"
_EVIDENCE = "evidence/"


def backup(register: Register, evidence: Path, target: Path, who: Who) -> int:
    """Write a backup while the register may be in use; returns its size in bytes.

    The journal records that it was made, the backup's own copy of it too.
    Raises WorldError on PostgreSQL, which has its own tools, RefusedError where the file exists.
    """
    source = _sqlite_file(register)
    if target.exists():
        raise RefusedError("it exists already.", where=str(target), remedy="Give another name.")
    part = target.with_name(f".{target.name}.part")
    with register.batch(actor=who.actor, asked=f"db backup {target.name}", now=who.now) as batch:
        batch.touch()
    try:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / _DATABASE
            with closing(sqlite3.connect(source)) as connection:
                connection.execute("VACUUM INTO ?", (str(copy),))
            _write(part, copy, evidence, who.now)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def _write(part: Path, database: Path, evidence: Path, now: datetime) -> None:
    make_private(part)
    about = {"program": f"tracker {__version__}", "made_at": instant(now), "sha256": _sha256(database)}
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_ABOUT, json.dumps(about))
        archive.write(database, _DATABASE)
        for file in sorted(evidence.rglob("*")) if evidence.is_dir() else []:
            if file.is_file():
                archive.write(file, _EVIDENCE + file.relative_to(evidence).as_posix())


def restore(database: str, evidence: Path, source: Path) -> Path | None:
    """Put a backup in the place of the register; returns where the register that stood there was put aside.

    Everything is checked before anything is moved. Raises BadDataError for a file that is not a whole backup.
    """
    place = sqlite_file(database_url(database))
    if place is None:
        raise WorldError("a PostgreSQL register is restored with PostgreSQL's own tools.", remedy="Use pg_restore.")
    with tempfile.TemporaryDirectory(dir=_folder(place)) as folder:
        unpacked = _unpack(source, Path(folder))
        aside = _put_aside(place)
        make_private(place)
        unpacked.replace(place)
        place.chmod(0o600)
        _merge(Path(folder) / "evidence", evidence)
    return aside


def _unpack(source: Path, folder: Path) -> Path:
    try:
        with zipfile.ZipFile(source) as archive:
            about = json.loads(archive.read(_ABOUT))
            members = [name for name in archive.namelist() if name == _DATABASE or name.startswith(_EVIDENCE)]
            archive.extractall(folder, members)
    except FileNotFoundError:
        raise BadDataError("there is no such file.", where=str(source), remedy="Check the name.") from None
    except (zipfile.BadZipFile, KeyError, ValueError):
        raise BadDataError(
            "this is not a whole backup.", where=str(source), remedy="Give a file that `tracker db backup` made."
        ) from None
    unpacked = folder / _DATABASE
    if not unpacked.is_file() or _sha256(unpacked) != about.get("sha256"):
        raise BadDataError("its checksum does not fit.", where=str(source), remedy="Use another backup.")
    _check_register(unpacked)
    return unpacked


def _check_register(path: Path) -> None:
    engine = open_engine(database_url(str(path)))
    try:
        with engine.connect().execution_options(reading=True) as connection:
            version = schema.current(connection)
    finally:
        engine.dispose()
    for leftover in (path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        leftover.unlink(missing_ok=True)
    if version is None or version > schema.HEAD:
        raise WorldError(
            f"the backup is of version {version}, this program of {schema.HEAD}.", remedy="Upgrade tracker."
        )


def _put_aside(place: Path) -> Path | None:
    if not place.exists():
        return None
    number = 1
    while (aside := place.with_name(f"{place.name}.before-restore-{number}")).exists():
        number += 1
    with closing(sqlite3.connect(place)) as connection:  # folds the write-ahead log into the file
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    place.replace(aside)
    for leftover in (place.with_name(place.name + "-wal"), place.with_name(place.name + "-shm")):
        leftover.unlink(missing_ok=True)
    return aside


def _merge(unpacked: Path, evidence: Path) -> None:
    """Add the backup's evidence; files are named by their content, so that none is overwritten by another."""
    for file in sorted(unpacked.rglob("*")) if unpacked.is_dir() else []:
        target = evidence / file.relative_to(unpacked)
        if file.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(file, target)


def _sqlite_file(register: Register) -> Path:
    file = sqlite_file(register.engine.url)
    if file is None:
        raise WorldError("a PostgreSQL register is backed up with PostgreSQL's own tools.", remedy="Use pg_dump.")
    return file


def _folder(place: Path) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    return place.parent


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
