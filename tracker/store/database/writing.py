"""Writing rows: new ones, one or many, and what changes of those that are there, by their keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, update
from sqlalchemy.exc import DBAPIError

from tracker.store.database.columns import among

Row = Mapping[str, Any]

_MANY = 500
"""So many rows that get the same values are worth a statement of their own."""


def insert_row(session: Connection, table: Table, **columns: Any) -> int:
    """Write a row and return the id that the database gave it."""
    key: Any = session.execute(insert(table).values(columns)).inserted_primary_key
    number: int = key[0]
    return number


def insert_rows(session: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Write new rows: columns by name, the same in all of them.

    A full-text index of SQLite's takes in at once what one statement adds, and SQLAlchemy puts many rows into one
    statement where something is returned: else two thirds of the time went there. PostgreSQL takes many by COPY.
    """
    if len(rows) > _MANY and session.dialect.name == "postgresql":
        _copy(session, table, rows)
    elif rows:
        new = insert(table)
        session.execute(new.returning(*table.primary_key) if session.dialect.name == "sqlite" else new, list(rows))


def _copy(session: Connection, table: Table, rows: Sequence[Row]) -> None:
    """A third of the time of insertions; what the server says of it becomes an error of SQLAlchemy's, as everywhere."""
    dialect, columns = session.dialect, [table.c[name] for name in rows[0]]
    statement = f"COPY {table.name} ({', '.join(rows[0])}) FROM STDIN"
    processors = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    write = [(column.name, process) for column, process in zip(columns, processors, strict=True)]
    cursor: Any = session.connection.cursor()
    try:
        with closing(cursor), cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row([row[name] if process is None else process(row[name]) for name, process in write])
    except dialect.loaded_dbapi.Error as error:
        raise DBAPIError(statement, None, error) from error


def save_rows(session: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Overwrite rows: columns by name, the primary key among them; rows of the same columns by one statement."""
    alike: dict[frozenset[str], list[Row]] = defaultdict(list)
    for row in rows:
        alike[frozenset(row)].append(row)
    keys = [column.name for column in table.primary_key]
    for names, found in alike.items():
        same = (table.c[key] == bindparam(f"old_{key}") for key in keys)
        values: dict[str, Any] = {name: bindparam(name) for name in names.difference(keys)}
        session.execute(
            update(table).where(*same).values(values),
            [{f"old_{key}": row[key] for key in keys} | {name: row[name] for name in values} for row in found],
        )


def save_alike(session: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Overwrite rows as `save_rows` does, by `id`; many that get the same values by one statement."""
    alike: dict[tuple[tuple[str, Any], ...], list[int]] = defaultdict(list)
    for row in rows:
        values = dict(row)
        number = values.pop("id")
        alike[tuple(values.items())].append(number)
    single: list[Row] = []
    for same, numbers in alike.items():
        if len(numbers) < _MANY:
            single += ({"id": number, **dict(same)} for number in numbers)
        else:
            session.execute(update(table).where(among(session, table.c.id, numbers)).values(dict(same)))
    save_rows(session, table, single)
