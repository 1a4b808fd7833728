"""Connections: SQLite with the pragmas and transactions that keep data, PostgreSQL through psycopg."""

from __future__ import annotations

import os
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DisconnectionError

from tracker.config_file import beside
from tracker.errors import BadDataError, WorldError
from tracker.store.database.read_only_files import connect_to_copy

__all__ = ["BUSY_TIMEOUT_MS", "Engine", "database_url", "make_private", "name_of", "open_engine", "sqlite_file"]

BUSY_TIMEOUT_MS = 10_000
LONGEST_WAIT_MS = 60_000
"""For so long PostgreSQL waits for a lock: longer than almost any command takes."""

LOCK_TIMEOUT = (
    """set_config('lock_timeout', coalesce(nullif(current_setting('lock_timeout'), '0'), :wait), :only_here)"""
)
"""Sets it, with `longest_wait`, where the office has set nothing else for its server, its roles or the address."""

_TURN_MS = 500
"""For so long SQLite waits for a lock at a time; in between Ctrl-C is heard."""


_ADDRESSES = "Give a file, sqlite:///FILE or postgresql://USER@HOST/NAME."
_POSTGRESQL = ("postgresql+psycopg", "postgresql", "postgres")


def database_url(text: str) -> URL:
    """Read a database address: a URL, or a plain path meaning an SQLite file. Raises BadDataError."""
    if "://" not in text:
        return _checked(URL.create("sqlite", database=str(beside(None, text))))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # a port that is no number is a ValueError
        raise BadDataError("the database address cannot be read.", remedy=_ADDRESSES) from None
    if url.drivername in _POSTGRESQL:
        if "@" in (url.host or ""):
            raise BadDataError(
                "the database address has an @ in the user or the password.",
                remedy="Write it as %40, or keep the password in ~/.pgpass.",
            )
        return url.set(drivername=_POSTGRESQL[0])
    if url.drivername != "sqlite":
        raise BadDataError(f"the register cannot be kept in {url.drivername}.", remedy=_ADDRESSES)
    return _checked(url)


def _checked(url: URL) -> URL:
    """An address of an SQLite file; memory is none, and neither SQLAlchemy's options nor a host are for users."""
    if url.database in (None, "", ":memory:") or url.host or url.query:
        raise BadDataError("the database address names no file.", remedy=_ADDRESSES)
    return url


def sqlite_file(url: URL) -> Path | None:
    """The file of an SQLite register; None for any other database, or one in memory."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def name_of(url: URL) -> str:
    """A name for a register among others, fit for a folder's: an SQLite file's own, or a checksum of the address."""
    file = sqlite_file(url)
    if file is not None:
        return file.name
    address = URL.create(url.get_backend_name(), host=url.host, port=url.port, database=url.database, query=url.query)
    return sha256(str(address).encode()).hexdigest()[:16]


_LINE = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""Of a server that is gone without a word, as when the network is cut, it is known in a minute and not in two hours.

What the address says of these itself holds. Seconds, but the last, which is in milliseconds.
"""


def open_engine(url: URL) -> Engine:
    """An engine whose transactions start with BEGIN IMMEDIATE on SQLite, so that read-then-write loses nothing."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    # We keep no hstore; asking the server about it at every connection takes as long as a command's own questions.
    try:
        line = {name: value for name, value in _LINE.items() if name not in url.query}
        return create_engine(url, connect_args=line, use_native_hstore=False)
    except ModuleNotFoundError:
        raise WorldError(
            "the PostgreSQL driver is not installed.", remedy="Install it with: pip install 'tracker[postgres]'."
        ) from None


def _sqlite(url: URL) -> Engine:
    # WAL's files are opened by whoever reads, so that even reading wants the folder.
    engine = create_engine(url)
    event.listen(engine, "do_connect", connect_to_copy)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    _Watch(engine, Path(url.database or ""))
    return engine


class _Watch:
    """Sees before each use that the file that is open is the one that stands there.

    SQLite writes on into a file that was moved or deleted: a scheduler would send from it, and from the register that
    was restored in its place another one, too. Such a connection is replaced by one to the file that is there now.
    """

    def __init__(self, engine: Engine, file: Path) -> None:
        self._file, self._was_there = file, False
        event.listen(engine, "do_connect", self._before)
        event.listen(engine, "connect", self._note)
        event.listen(engine, "checkout", self._compare)

    def _standing(self) -> tuple[int, int] | None:
        """Which file stands there. Raises WorldError where SQLite would make an empty one in the place of one."""
        identity = _identity(self._file)
        if identity is None and self._was_there:
            raise WorldError(
                "the register is not there any more.",
                where=str(self._file),
                remedy="Put it back, or restore one: tracker db restore.",
            )
        return identity

    def _before(self, *_: Any) -> None:
        self._standing()

    def _note(self, _: Any, record: Any) -> None:
        record.info[_FILE] = _identity(self._file)
        self._was_there = True

    def _compare(self, _: Any, record: Any, __: Any) -> None:
        if self._standing() != record.info[_FILE]:
            raise DisconnectionError


_FILE = "file"


def _identity(file: Path) -> tuple[int, int] | None:
    """What a file keeps wherever it is moved; None where none is to be found."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


_INSTRUCTIONS = 200_000
"""Of SQLite's own machine, between two turns of Python."""


def _go_on() -> int:
    return 0


def _on_connect(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver's own transactions lose updates (measured: 726 of 1000)
    # What SQLite computes cannot be stopped but from within: every few milliseconds Python has a turn, and with it
    # Ctrl-C. It costs less than can be measured.
    connection.set_progress_handler(_go_on, _INSTRUCTIONS)
    try:
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",  # an office's register outlives a power cut; a commit costs under a millisecond
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
    except Exception:
        connection.close()  # the pool has not taken it yet, and would leave it open
        raise


def _on_begin(connection: Any) -> None:
    """Start a transaction: `reading` takes no write lock; not `durable` does not wait for the disk.

    What is not durable may be lost with the power, never half-written: a mail whose settling is lost that
    way is found transmitting, and becomes uncertain.
    """
    options = connection.get_execution_options()
    if options.get("reading", False):
        connection.exec_driver_sql("BEGIN")
        return
    wanted = "FULL" if options.get("durable", True) else "NORMAL"
    if connection.info.get("synchronous", "FULL") != wanted:
        connection.exec_driver_sql(f"PRAGMA synchronous = {wanted}")
        connection.info["synchronous"] = wanted
    _begin_writing(connection)


def _begin_writing(connection: Any) -> None:
    """Wait for the write lock, a turn at a time, so that Ctrl-C is heard in between."""
    driver = connection.connection.dbapi_connection
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    driver.execute(f"PRAGMA busy_timeout = {min(_TURN_MS, BUSY_TIMEOUT_MS)}")
    try:
        while time.monotonic() < until:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except driver.OperationalError as error:
                if "locked" not in str(error):
                    break
            else:
                return
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # what SQLite says is an error of SQLAlchemy's, as everywhere
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


def longest_wait(*, only_here: bool) -> dict[str, Any]:
    """What LOCK_TIMEOUT wants to know; `only_here`: for this transaction, else for the connection."""
    return {"wait": f"{LONGEST_WAIT_MS}ms", "only_here": only_here}


def make_private(path: Path) -> None:
    """Create an SQLite file that only its owner may read; leaves an existing file alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
