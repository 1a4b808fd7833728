"""Alembic's entry: migrates the connection that the program passes, or, for developers, a scratch file."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from tracker.store.database.columns import UtcInstant
from tracker.store.database.engine import database_url, open_engine
from tracker.store.database.metadata import METADATA
from tracker.store.database.schema import is_ours


def migrate(connection: Connection) -> None:
    """Run the migrations in one transaction, with foreign keys off on SQLite.

    A batch migration copies a table and drops the old one; with foreign keys on, that drop deletes
    every child row (measured: 3 of 3). The pragma has no effect inside a transaction.
    """
    sqlite = connection.dialect.name == "sqlite"
    driver = connection.connection.dbapi_connection
    assert driver is not None
    if sqlite:
        driver.execute("PRAGMA foreign_keys = OFF")
    try:
        with connection.begin():
            # Alembic looks here whether a transaction is open; where none is, it commits after every migration.
            context.configure(
                connection=connection,
                target_metadata=METADATA,
                render_as_batch=True,
                compare_type=True,
                render_item=render_item,
                include_object=is_ours,
            )
            context.run_migrations()
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all() if sqlite else []
            if orphans:
                raise RuntimeError(f"the migration left orphans: {orphans[:5]}")
    finally:
        if sqlite:
            driver.execute("PRAGMA foreign_keys = ON")


def render_item(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write our own types as plain ones, so that a migration does not change when the program does."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcInstant) else False


def main() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    url = context.get_x_argument(as_dictionary=True).get("database", "scratch.db")
    with open_engine(database_url(url)).connect() as connection:
        migrate(connection)


main()
