"""Making a register, or bringing an older one up to date."""

from __future__ import annotations

from pathlib import Path

from tracker.errors import WorldError
from tracker.store import sqlite_files
from tracker.store.database import schema
from tracker.store.database.engine import database_url, make_private, open_engine, sqlite_file
from tracker.store.unit import Register


def initialize(database: str) -> tuple[str | None, str, str]:
    """Migrate a database, empty or older, to this program's schema; (version before, after, where).

    A new SQLite file is readable by its owner only. Raises WorldError for a newer register.
    """
    url = database_url(database)
    file = sqlite_file(url)
    is_new = file is not None and not file.exists()
    if file is not None:
        _make_file(file)
    engine = open_engine(url)
    try:
        with Register(engine).translated():
            before, after = schema.upgrade(engine)
    except BaseException:  # Ctrl-C too
        engine.dispose()
        if file is not None and is_new:
            sqlite_files.remove_empty(file)
        raise
    finally:
        engine.dispose()
    return before, after, schema.describe(engine)


def _make_file(path: Path) -> None:
    try:
        make_private(path)
    except OSError as error:
        raise WorldError(
            f"the register cannot be made: {(error.strerror or str(error)).lower()}.",
            where=str(path),
            remedy="Give another place with --database.",
        ) from error


def damage(register: Register) -> list[str]:
    """What is broken in the file itself, so that the rest cannot be told. Raises WorldError where even that is so."""
    with register.translated():
        return schema.damage(register.engine)


def check(register: Register) -> list[str]:
    """What is wrong in a whole database: rows that refer to nothing, a schema that is not the program's."""
    with register.translated():
        findings = [f"schema: {difference}" for difference in schema.differences(register.engine)]
        return findings + schema.orphans(register.engine)
