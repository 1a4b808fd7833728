"""Writing rows by their keys: one that is new, or many that are there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, update

Row = Mapping[str, Any]


def insert_row(session: Connection, table: Table, **columns: Any) -> int:
    """Write a row and return the id that the database gave it."""
    key: Any = session.execute(insert(table).values(columns)).inserted_primary_key
    number: int = key[0]
    return number


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
