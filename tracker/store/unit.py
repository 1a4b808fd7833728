"""The unit of work: one session, one commit; leaving without commit leaves the register as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from tracker.errors import TrackerError, WorldError
from tracker.store.batches import Batch, begin_batch
from tracker.store.schema import describe


class Register:
    """The register as services hold it: hands out units of work, translates what the database says."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one consistent state; nothing is written."""
        with self.translated(), self.engine.connect().execution_options(reading=True) as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            with Session(connection, expire_on_commit=False) as session:
                yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that commits on leaving and takes everything back on an exception."""
        with self.translated(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def batch(self, *, actor: str, asked: str, now: datetime, dry_run: bool = False) -> Iterator[Batch]:
        """A unit of work that is one batch of the journal; `dry_run` does everything and takes it back.

        A batch that wrote no entry and no other change (see `Batch.touch`) leaves no trace.
        """
        with self.write() as session:
            batch = begin_batch(session, actor=actor, asked=asked, now=now)
            yield batch
            if dry_run or not batch.is_touched:
                session.rollback()
            else:
                batch.seal()

    @contextmanager
    def translated(self) -> Iterator[None]:
        """What the database says, as a sentence: busy, full, read-only, gone. Programming errors pass through."""
        try:
            yield
        except TrackerError:
            raise
        except DBAPIError as error:
            sentence = _sentence(error)
            if sentence is None:
                raise
            raise WorldError(f"{describe(self.engine)}: {sentence[0]}", remedy=sentence[1]) from error


_SAYINGS: tuple[tuple[str, str, str], ...] = (
    ("database is locked", "the register is in use by another program.", "Try again in a moment; nothing was changed."),
    ("readonly database", "the register may not be written.", "Check the permissions of the file and its folder."),
    (
        "attempt to write a readonly",
        "the register may not be written.",
        "Check the permissions of the file and its folder.",
    ),
    ("disk is full", "the disk is full.", "Make room and try again; nothing was changed."),
    ("disk I/O error", "the disk failed.", "Check the disk; the register is as it was."),
    ("unable to open database file", "the register cannot be opened.", "Check that the folder exists and may be read."),
    ("file is not a database", "the file is not a register.", "Give the file that `tracker init` made."),
    ("malformed", "the register is damaged.", "Restore a backup with: tracker db restore."),
    ("connection failed", "the database server cannot be reached.", "Check the address, and that the server runs."),
    ("could not connect", "the database server cannot be reached.", "Check the address, and that the server runs."),
    ("connection refused", "the database server cannot be reached.", "Check the address, and that the server runs."),
    (
        "server closed the connection",
        "the database server went away.",
        "Try again when it is back; nothing was changed.",
    ),
    ("terminating connection", "the database server went away.", "Try again when it is back; nothing was changed."),
    ("password authentication", "the database server refuses the login.", "Check the user and the password."),
)


def _sentence(error: SQLAlchemyError) -> tuple[str, str] | None:
    said = str(error).lower()
    return next(((what, remedy) for words, what, remedy in _SAYINGS if words.lower() in said), None)
