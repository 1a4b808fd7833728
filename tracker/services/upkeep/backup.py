"""Backing a register up and bringing it back: one zip file with the database and the evidence store."""

from __future__ import annotations

import json
import lzma
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from tracker import __version__
from tracker.domain.plurals import plural
from tracker.domain.rows import instant
from tracker.domain.who import Who
from tracker.errors import BadDataError, RefusedError, WorldError
from tracker.files import checksum_of, naming
from tracker.records import record
from tracker.services.evidence import place_of
from tracker.services.upkeep.kept_evidence import Lack, State, lacking, state_at
from tracker.services.upkeep.sent_since import SentSince, learn
from tracker.store import sqlite_files
from tracker.store.database import schema
from tracker.store.database.engine import database_url, make_private, sqlite_file
from tracker.store.unit import Register

_DATABASE = "register.db"
_ABOUT = "about.json"
_EVIDENCE = "evidence/"
_ALTERED = "altered/"
"""Where a backup keeps bytes that are not those of the checksum under which they stood; no restore puts them back."""


@record
class Written:
    """A backup: its size in bytes, and the files of evidence that it does not hold as they were kept."""

    size: int
    lacking: list[Lack]


@record
class Restored:
    """Where the register before was put aside, when the backup was made, and what is known of mails sent since.

    Of the evidence, what the backup lacks, and what is not whole now.
    """

    aside: Path | None
    made_at: str
    sent: SentSince
    lacking: list[Lack]
    lost: list[Lack]


def backup(register: Register, evidence: Path, target: Path, who: Who) -> Written:
    """Write a backup while the register may be in use; evidence that is missing or altered prevents none of the rest.

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
            make_private(copy)
            with register.translated():
                sqlite_files.copy(register.engine, copy)
            with naming(target):
                lacks = _write(part, copy, evidence, target, who)
        _put_and_record(register, part, target, who, lacks)
    finally:
        part.unlink(missing_ok=True)
    return Written(target.stat().st_size, lacks)


def _put_and_record(register: Register, part: Path, target: Path, who: Who, lacks: list[Lack]) -> None:
    """Both or neither: a backup that the journal could not take in is there no more when it is tried again."""
    try:
        with _recorded(register, target, who, lacks):
            part.replace(target)
    except Exception:
        if not part.exists():
            target.unlink(missing_ok=True)
        raise


@contextmanager
def _recorded(register: Register, target: Path, who: Who, lacks: list[Lack]) -> Iterator[None]:
    """The batch that says that a backup was made, and without what, if what is done within goes well."""
    without = f", without {plural(len(lacks), 'file')} of evidence" if lacks else ""
    asked = f"db backup {target.name}{without}"
    with register.batch(who.asking(asked)) as batch:
        batch.touch()
        yield


def _write(part: Path, database: Path, evidence: Path, target: Path, who: Who) -> list[Lack]:
    """Write all that there is; what is not as it was kept is known before the copy of the register says so."""
    make_private(part)
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        states = _write_evidence(archive, evidence)
        with sqlite_files.opened(database) as copied:
            lacks = lacking(copied, lambda sha256: states.get(place_of(sha256, evidence), State.MISSING))
            with _recorded(copied, target, who, lacks):
                pass
        about = {"program": f"tracker {__version__}", "made_at": instant(who.now), "sha256": checksum_of(database)}
        archive.writestr(_ABOUT, json.dumps(about))
        archive.write(database, _DATABASE)
    return lacks


def _write_evidence(archive: zipfile.ZipFile, evidence: Path) -> dict[Path, State]:
    """Write every file that can be read; altered ones apart, where they do not pass for what was given."""
    states = {file: state_at(file) for file in _files(evidence)}
    for file, state in states.items():
        if state is not State.UNREADABLE:
            folder = _ALTERED if state is State.ALTERED else _EVIDENCE
            archive.write(file, folder + file.relative_to(evidence).as_posix())
    return states


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


def restore(database: str, evidence: Path, source: Path, who: Who) -> Restored:
    """Put a backup in the place of the register; what that one sent since is carried over, so that nothing goes twice.

    Everything is checked before anything is moved. Raises BadDataError for a file that is not a whole backup,
    WorldError while another program has the register open.
    """
    place = _place(database)
    with tempfile.TemporaryDirectory(dir=_folder(place)) as folder:
        unpacked, made_at = _unpack(source, Path(folder))
        with sqlite_files.alone(place) if place.exists() else nullcontext() as held:
            with sqlite_files.opened(unpacked) as restored:
                schema.upgrade(restored.engine)  # what is carried over is written in the form of this program
                sent = learn(restored, held, source.name, who)
                lacks = lacking(restored, lambda sha256: _state_in(Path(folder), sha256))
            aside = _put_in_place(unpacked, place, evidence)
    lost = [lack for lack in lacks if state_at(place_of(lack.file.sha256, evidence)).is_amiss]
    return Restored(aside, made_at, sent, lacks, lost)


def _state_in(folder: Path, sha256: str) -> State:
    """What an unpacked backup holds of a file of evidence."""
    if place_of(sha256, folder / _ALTERED).exists():
        return State.ALTERED
    return state_at(place_of(sha256, folder / _EVIDENCE))


def _place(database: str) -> Path:
    """The register's own file, also behind a link."""
    file = sqlite_file(database_url(database))
    if file is None:
        raise WorldError("a PostgreSQL register is restored with PostgreSQL's own tools.", remedy="Use pg_restore.")
    if file.exists() and not file.is_file():
        raise BadDataError("is not a regular file.", where=str(file), remedy="Give another place with --database.")
    return file.resolve()


def _put_in_place(unpacked: Path, place: Path, evidence: Path) -> Path | None:
    unpacked.chmod(0o600)
    _merge(unpacked.parent / _EVIDENCE, evidence)
    aside = sqlite_files.put_aside(place)
    unpacked.replace(place)
    return aside


def check_named(source: Path) -> None:
    """Raise BadDataError for what is no backup at all, before anybody is asked; whether it is whole, `restore` says."""
    with _opened(source) as archive:
        for name in (_ABOUT, _DATABASE):
            archive.getinfo(name)


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    """A backup to read from; what it lacks, or cannot be read of it, becomes a sentence."""
    if not source.is_file():
        what = "is not a regular file." if source.exists() else "there is no such file."
        raise BadDataError(what, where=str(source), remedy="Check the name.")
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except _DAMAGES:
        raise BadDataError(
            "this is not a whole backup.", where=str(source), remedy="Give a file that `tracker db backup` made."
        ) from None


def _unpack(source: Path, folder: Path) -> tuple[Path, str]:
    """The database of a backup, checked, and when the backup was made."""
    with _opened(source) as archive:
        about = _extract(archive, folder)
    unpacked = folder / _DATABASE
    if not unpacked.is_file() or checksum_of(unpacked) != about.get("sha256"):
        raise BadDataError("its checksum does not fit.", where=str(source), remedy="Use another backup.")
    _check_register(unpacked, source)
    return unpacked, str(about.get("made_at", ""))


_DAMAGES = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, LookupError, ValueError)
"""What reading a zip file comes to where it is cut, encrypted, damaged or of another kind."""


def _extract(archive: zipfile.ZipFile, folder: Path) -> dict[str, Any]:
    """Unpack what belongs to a backup; returns what it says about itself."""
    about = json.loads(archive.read(_ABOUT))
    names = archive.namelist()
    members = [name for name in names if name == _DATABASE or name.startswith((_EVIDENCE, _ALTERED))]
    with naming(folder.parent):
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
    """Add the backup's evidence. A file that is whole stays; an altered one makes room for the right one.

    What a backup holds under a checksum that is not its own is left in the zip file.
    """
    for file in _files(unpacked):
        target = evidence / file.relative_to(unpacked)
        if not state_at(file).is_amiss and state_at(target).is_amiss:
            _put_right(file, target)


def _put_right(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.replace(target.with_name(f"{target.name}.altered"))
    shutil.move(file, target)


def _check_sqlite(register: Register) -> None:
    if sqlite_file(register.engine.url) is None:
        raise WorldError("a PostgreSQL register is backed up with PostgreSQL's own tools.", remedy="Use pg_dump.")


def _folder(place: Path) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    return place.parent
