"""Writing rows by their keys: one that is new, or many that are there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, update

from tracker.store.columns import among

Row = Mapping[str, Any]

_MANY = 500
"""So many rows that get the same values are worth a statement of their own."""


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
