"""The unit of work: one connection, one commit; leaving without commit leaves the register as it was.

What services hold and hand on as a session is a connection within its one transaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from tracker.domain.who import Who
from tracker.errors import TrackerError, WorldError
from tracker.interrupts import undisturbed
from tracker.store.batches import Batch, begin_batch
from tracker.store.database.schema import describe


class Register:
    """The register as services hold it: hands out units of work, translates what the database says.

    `has_written` and `has_spoken` say what a command that is broken off leaves: something, and something about
    follow-ups, which `undo` takes back.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.has_written = self.has_spoken = False

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A session on one consistent state; nothing is written."""
        with self.translated(), self.engine.connect().execution_options(reading=True) as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A session that commits on leaving and takes everything back on an exception."""
        with self.translated(), self.engine.connect() as connection:
            yield connection
            with undisturbed():  # else Ctrl-C could come between the commit and the note of it
                is_open = connection.in_transaction()
                self._commit(connection)
                self.has_written |= is_open

    def _commit(self, connection: Connection) -> None:
        """Commit. Raises WorldError where the server goes away meanwhile: the answer is lost, not what was written."""
        try:
            connection.commit()
        except DBAPIError as error:
            if _sentence(error) != _AWAY:
                raise
            raise WorldError(
                f"{describe(self.engine)}: the database server went away before it said that all is written.",
                remedy="It may be written or not: look, as with tracker list or tracker history, before you try again.",
            ) from error

    @contextmanager
    def batch(self, who: Who, *, dry_run: bool = False) -> Iterator[Batch]:
        """A unit of work that is one batch of the journal; `dry_run` does everything and takes it back.

        A batch that wrote no entry and no other change (see `Batch.touch`) leaves no trace.
        """
        with self.write() as session:
            batch = begin_batch(session, who)
            yield batch
            if dry_run or not batch.is_touched:
                session.rollback()
            else:
                batch.seal()
        self.has_spoken |= batch.says_something and not dry_run

    @contextmanager
    def translated(self) -> Iterator[None]:
        """What the database says, as a sentence: busy, full, read-only, gone. Programming errors pass through."""
        try:
            yield
        except TrackerError:
            raise
        except DBAPIError as error:
            if str(error.orig) == "interrupted":  # by Ctrl-C, see `engine`: what the handler raised is lost in SQLite
                raise KeyboardInterrupt from None
            sentence = _sentence(error)
            if sentence is None:
                raise
            raise WorldError(f"{describe(self.engine)}: {sentence[0]}", remedy=sentence[1]) from error


_UNREACHABLE = ("the database server cannot be reached.", "Check the address, and that the server is running.")
_OPTIONS = (
    "the database address has an option that PostgreSQL does not take.",
    "Correct what follows its question mark.",
)
_READ_ONLY = ("the register cannot be written to.", "Check the permissions of the file and its folder.")
_MOVED = (
    "the register was moved or replaced meanwhile, as by a restore.",
    "Look at what is there now, and try again; nothing was changed.",
)
_OPENED = (
    "Check that the folder exists and can be written to: SQLite writes beside the file even to read it. "
    "Or copy the register, with its -wal file, into one that may."
)
_AWAY = ("the database server went away.", "Try again; nothing was changed.")
_IN_USE = ("the register is in use by another program.", "Try again in a moment; nothing was changed.")
_CANCELED = ("the database server cancelled the command before it was done.", "Try again; nothing was changed.")
_STANDBY = ("the database server is read-only.", "Ask who runs it: it may be a standby.")
_FULL = ("the disk is full.", "Make room and try again; nothing was changed.")
_LOGIN = ("the database server refuses the login.", "Check the user and the password.")
_NOT_FROM_HERE = (
    "the database server does not admit this user from this machine.",
    "Ask who runs it for a line in its pg_hba.conf.",
)
_NO_TLS = (
    "no secure connection to the database server can be made.",
    "Check sslmode and sslrootcert of the address, and the certificate of the server.",
)
_REFUSED = ("the database server refuses the connection.", "Ask who runs it: its log says why.")
_RIGHTS = ("the database does not allow it.", "Ask who runs the database for the right to do this.")

_SAYINGS: tuple[tuple[str, str, str], ...] = (
    ("database is locked|lock timeout|sqlstate 55P03", *_IN_USE),
    ("readonly_dbmoved", *_MOVED),
    ("readonly database", *_READ_ONLY),
    ("read-only transaction|sqlstate 25006", *_STANDBY),
    ("canceling statement|deadlock detected|could not serialize|sqlstate (57014|40P01|40001)", *_CANCELED),
    ("disk is full|no space left on device|sqlstate 53100", *_FULL),
    # So it is said, too, where SQLite finds no room for what it makes beside the file, even to read it.
    ("disk i/o error", "the disk has no room left, or failed.", "Make room on it, or check it; nothing was changed."),
    ("unable to open database file", "the register cannot be opened.", _OPENED),
    ("file is not a database", "the file is not a register.", "Give the file that `tracker init` made."),
    ("malformed", "the register is damaged.", "Restore a backup with: tracker db restore."),
    (
        "too many (clients|connections)|remaining connection slots",
        "the database server has no connection to spare.",
        "Try again later.",
    ),
    (
        "is (starting up|shutting down)|recovery mode",
        "the database server is starting or stopping.",
        "Try again in a moment.",
    ),
    (r'password authentication|no password supplied|fatal: +role "', *_LOGIN),
    (r"pg_hba\.conf", *_NOT_FROM_HERE),
    ("certificate|does not support ssl", *_NO_TLS),
    (r'fatal: +database ".*" does not exist', "there is no such database.", "Create it first, with: createdb NAME."),
    ("permission denied|must be owner of|sqlstate 42501", *_RIGHTS),
    ("server closed the connection|terminating connection|the connection is (closed|lost)|sqlstate 57P0[12]", *_AWAY),
    ("cannot contain nul", "a text holds a character that PostgreSQL does not keep (NUL).", "Remove it from the text."),
    (r"invalid connection option|invalid integer value|invalid \w+ value", *_OPTIONS),
    (r"connection .*failed: fatal: ", *_REFUSED),
    (r"connection failed|could not connect|connection refused", *_UNREACHABLE),
    (r"failed to resolve host|connection timeout|invalid port", *_UNREACHABLE),
    (r"connection is bad|connection to server (at|on socket) .* failed", *_UNREACHABLE),
    ("could not (receive data from|send data to) server|no connection to the server", *_AWAY),
    ("ssl (syscall )?error|ssl connection has been closed", *_AWAY),
)
"""What a database says of what a user can mend, as a pattern; the first that fits counts.

A PostgreSQL server may speak the language of its country; its codes are the same everywhere, but come with no answer to
a login.
"""


def _sentence(error: DBAPIError) -> tuple[str, str] | None:
    # Without the statement, whose parameters may hold any of these words; SQLite's name for it may say more exactly.
    code = getattr(error.orig, "sqlstate", None)
    said = f"{error.orig} {getattr(error.orig, 'sqlite_errorname', '')} sqlstate {code}"
    return next(((what, remedy) for words, what, remedy in _SAYINGS if re.search(words, said, re.IGNORECASE)), None)
