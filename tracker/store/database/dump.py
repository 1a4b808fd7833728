"""The whole register as rows of plain values, out and in: the same rows on any database, in the same order.

Rows keep their numbers. The journal's hashes name follow-ups by reference, so that they hold as well; but
everything else that refers to rows (the ledger, extensions, evidence) then needs no translation that could err.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.exc import StatementError

from tracker.store.database.mail_tables import scheduler_table
from tracker.store.database.metadata import METADATA
from tracker.store.database.values import plain, reader
from tracker.store.database.writing import insert_rows

_CHUNK = 2_000
_LEFT_OUT = {scheduler_table.name}
"""Which process ticks on this machine is no part of what an office keeps."""

Row = dict[str, Any]


def tables() -> dict[str, Table]:
    """The tables of an export by name, in an order in which each refers only to those before it."""
    return {table.name: table for table in METADATA.sorted_tables if table.name not in _LEFT_OUT}


def rows_of(session: Connection, table: Table) -> Iterator[Row]:
    """The rows of a table by primary key: words, numbers, ISO days and instants, bytes as base64."""
    keys = list(table.primary_key.columns)
    rows: Iterable[Any] = session.execute(select(table).order_by(*keys).execution_options(yield_per=_CHUNK))
    if not all(isinstance(key.type.python_type(), int) for key in keys):
        # Databases sort text each in their own way; Python always in the same.
        rows = sorted(rows, key=lambda row: [row._mapping[key] for key in keys])  # noqa: SLF001
    columns = list(table.columns)
    for row in rows:
        yield {column.name: plain(value) for column, value in zip(columns, row, strict=True)}


def is_empty(session: Connection) -> bool:
    """Whether nothing has been written into this register yet."""
    return all(session.execute(select(*table.primary_key).limit(1)).first() is None for table in tables().values())


def load_rows(session: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows as `rows_of` gave them; returns how many. Raises ValueError for a value that is none of its column."""
    read = {column.name: reader(column) for column in table.columns}
    count, stream = 0, iter(rows)
    while chunk := [_values(row, read) for row in islice(stream, _CHUNK)]:
        try:
            insert_rows(session, table, chunk)
        except StatementError as error:
            raise ValueError(f"in the table {table.name}: {error.orig}") from error
        except OverflowError as error:  # of Python's SQLite, for a number beyond 64 bits
            raise ValueError(f"in the table {table.name}: {error}") from error
        count += len(chunk)
    _continue_numbers(session, table)
    return count


def _values(row: Mapping[str, Any], read: Mapping[str, Callable[[Any], Any]]) -> Row:
    if row.keys() != read.keys():
        raise ValueError(f"a row has the columns {', '.join(row)}")
    return {name: None if value is None else read[name](value) for name, value in row.items()}


def _continue_numbers(session: Connection, table: Table) -> None:
    """PostgreSQL counts numbers of its own apart from the rows; let it go on after those that were written."""
    key = table.autoincrement_column
    if session.dialect.name != "postgresql" or key is None:
        return
    highest = session.scalar(select(func.max(key)))
    sequence = session.scalar(
        text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": f'"{table.name}"', "column": key.name}
    )
    if sequence is not None and highest is not None:
        session.execute(text("SELECT setval(:sequence, :highest)"), {"sequence": sequence, "highest": highest})
