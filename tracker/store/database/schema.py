"""The road to a schema: Alembic's migrations, run in memory, without an ini file.

Whether a register is current is asked without importing Alembic, which costs more than a whole command.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, inspect, text

from tracker import resources
from tracker.errors import WorldError
from tracker.store.database.engine import LOCK_TIMEOUT, longest_wait

if TYPE_CHECKING:  # Alembic costs 100 ms, which only `init` and `db` pay
    from alembic.config import Config

HEAD = "0012"
"""The newest migration; a test compares it with the folder."""


_IS_THERE = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'",
    "postgresql": "SELECT to_regclass('alembic_version')",
}
"""What is NULL, or nothing, without a register. SQLAlchemy's own look at a schema takes 4 ms of every command."""


def current(connection: Connection) -> str | None:
    """The migration that the register stands at; None for a database without a register."""
    if connection.scalar(text(_IS_THERE[connection.dialect.name])) is None:
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def check_current(engine: Engine) -> None:
    """Raise WorldError unless the register is of this program's schema, saying what to do."""
    with engine.connect().execution_options(reading=True) as connection:
        version = current(connection)
    if version == HEAD:
        return
    if version is None:
        raise WorldError(
            f"there is no register in {describe(engine)}.",
            remedy="Create one with: tracker init. If it is elsewhere, give --database or --config.",
        )
    check_known(version, describe(engine))
    raise WorldError(
        f"the register in {describe(engine)} is of an older version ({version}, this program has {HEAD}).",
        remedy="Bring it up to date with: tracker db upgrade.",
    )


def upgrade(engine: Engine, *, revision: str = "head") -> tuple[str | None, str]:
    """Bring an empty or older register to the newest schema; all or nothing. Returns versions before and after."""
    from alembic import command
    from alembic.util import CommandError

    with engine.connect() as connection:
        before = current(connection)
        _check_room(connection, before)
        if connection.dialect.name == "postgresql":  # behind what waits for a table, everybody else waits as well
            connection.execute(text(f"SELECT {LOCK_TIMEOUT}"), longest_wait(only_here=False))
            connection.commit()
        connection.rollback()
        try:
            command.upgrade(_config(connection), revision)
        except CommandError as error:
            raise WorldError(f"the register cannot be upgraded: {error}.") from error
    with engine.connect() as connection:
        return before, current(connection) or HEAD


def differences(engine: Engine) -> list[str]:
    """How the schema in the database differs from the tables of the program, as Alembic finds it."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from tracker.store.database.metadata import METADATA

    with engine.connect().execution_options(reading=True) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_ours})
        return [str(difference) for difference in compare_metadata(context, METADATA)]


MADE_BY_HAND = ("search_", "ix_journal_voids", "ix_follow_up_recorded")
"""How the names of tables and indexes begin that only the migrations make."""


def is_ours(_: object, name: str | None, kind: str, *__: object) -> bool:
    """Whether a table or index is described by the program's tables."""
    return not (kind in ("table", "index") and (name or "").startswith(MADE_BY_HAND))


def describe(engine: Engine) -> str:
    """The database as a message names it: the file, or the address without the password."""
    if engine.url.get_backend_name() == "sqlite":
        return str(engine.url.database)
    shown = engine.url.difference_update_query(["password", "sslpassword"])
    return shown.render_as_string(hide_password=True)


def check_known(version: str, place: str) -> None:
    """Raise WorldError for a version that this program can make nothing of: a newer one, or another program's."""
    if not re.fullmatch(r"\d{4}", version):
        raise WorldError(
            f"{place} belongs to another program (its version is {version}).",
            remedy="Give a database of its own; nothing was changed.",
        )
    if version > HEAD:
        raise WorldError(
            f"the register in {place} is newer ({version}) than this program ({HEAD}).",
            remedy="Install the newer version of tracker; nothing was changed.",
        )


def _check_room(connection: Connection, version: str | None) -> None:
    """Raise WorldError where the tables are another program's, or would collide with one of its."""
    from tracker.store.database.metadata import METADATA

    if version is not None:
        check_known(version, describe(connection.engine))
        return
    taken = sorted(METADATA.tables.keys() & inspect(connection).get_table_names())
    if taken:
        raise WorldError(
            f"{describe(connection.engine)} holds a table {taken[0]} of another program.",
            remedy="Give an empty database; nothing was changed.",
        )


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    class Silent:
        def write(self, _: str) -> int:
            return 0

        def flush(self) -> None:
            pass

    quiet: Any = Silent()
    config = Config(stdout=quiet)  # Alembic's talk must not reach stdout, which is data
    config.set_main_option("script_location", str(resources.migrations()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def damage(engine: Engine) -> list[str]:
    """What SQLite finds damaged in its file; PostgreSQL checks itself."""
    lines = [line for row in _pragma(engine, "integrity_check") for line in row[0].splitlines()]
    return [f"integrity: {line}" for line in lines if line != "ok" and not line.startswith("***")]


def orphans(engine: Engine) -> list[str]:
    """Rows that refer to nothing, in SQLite; PostgreSQL lets none come to be."""
    return [f"refers to nothing: {tuple(row)}" for row in _pragma(engine, "foreign_key_check")]


def _pragma(engine: Engine, name: str) -> list[Any]:
    if engine.dialect.name != "sqlite":
        return []
    with engine.connect().execution_options(reading=True) as connection:
        return list(connection.exec_driver_sql(f"PRAGMA {name}"))
