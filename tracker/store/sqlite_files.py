"""An SQLite register as a file: copied while it is in use, looked into, held by nobody else while it is moved."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL, Engine
from sqlalchemy.exc import OperationalError

from tracker.errors import TrackerError, WorldError
from tracker.store.database import schema
from tracker.store.database.engine import open_engine
from tracker.store.database.read_only_files import BESIDE
from tracker.store.unit import Register

_PATIENCE = 2.0
"""Seconds to wait for a command that is about to end; a scheduler holds the register open for as long as it runs."""
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_HELD = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def copy(engine: Engine, target: Path) -> None:
    """Write the register, as it is at this moment, into a file that is new or empty. Raises WorldError without room."""
    with engine.connect().execution_options(reading=True) as connection:
        connection.exec_driver_sql("COMMIT")  # VACUUM runs in no transaction
        try:
            connection.exec_driver_sql("VACUUM INTO ?", (str(target),))
        except OperationalError as error:
            if "disk is full" not in str(error.orig):
                raise
            raise WorldError(
                "there is no room for a copy of the register.",
                where=str(target.parent.parent),
                remedy="Make room there, or name another folder in TMPDIR; nothing was changed.",
            ) from error


@contextmanager
def opened(path: Path) -> Iterator[Register]:
    """The file as a register of its own; on leaving, everything is in it and nothing beside it."""
    engine = open_engine(URL.create("sqlite", database=str(path)))
    try:
        yield Register(engine)
    finally:
        engine.dispose()


def version(path: Path) -> str | None:
    """The migration that the file stands at; None without a register. Raises WorldError where it cannot be read."""
    with opened(path) as register, register.read() as session:
        return schema.current(session)


@contextmanager
def alone(path: Path) -> Iterator[sqlite3.Connection]:
    """Hold the register so that nobody else has it open, with all that was committed in the one file.

    Raises WorldError while another program has it open. A file too damaged to be held is let through.
    """
    with closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)) as connection:
        try:
            # Leaving WAL folds the log into the file, and is refused while anybody else so much as looks.
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            code = error.sqlite_errorcode & 0xFF  # the rest says more exactly what is meant
            if code not in _DAMAGED:
                raise _refused(path, code in _HELD, str(error)) from error
        yield connection


def remove_empty(path: Path) -> None:
    """Remove a file in which no register came to be, if nobody else is about to make one in it."""
    with suppress(TrackerError), alone(path) as connection:
        if connection.execute("SELECT name FROM sqlite_master").fetchone() is None:
            path.unlink()


def _refused(path: Path, held: bool, said: str) -> WorldError:
    if held:
        return WorldError(
            f"{path}: the register is in use.",
            remedy="Close what has it open (a tracker run, a review) and try again; nothing was changed.",
        )
    return WorldError(f"{path}: the register cannot be put aside: {said}.", remedy="Nothing was changed.")


def put_aside(path: Path) -> Path | None:
    """Give the file the next free name of those that say so; None where there is none.

    What SQLite left beside it goes with it, also where the file itself is gone: a log that stayed would be written into
    the register that comes to stand there, and damage it.
    """
    number = 1
    while any(_beside(aside := path.with_name(f"{path.name}.before-restore-{number}"))):
        number += 1
    was_there = path.exists()
    for file in _beside(path):
        file.replace(aside.with_name(aside.name + file.name.removeprefix(path.name)))
    return aside if was_there else None


def _beside(path: Path) -> list[Path]:
    """What is there of a register: its log and the rest, and then the file itself."""
    files = (path.with_name(path.name + suffix) for suffix in (*BESIDE, ""))
    return [file for file in files if file.exists()]
