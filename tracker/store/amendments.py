"""What was said of documents, organizations and officers before it was changed, and of how far returns had got.

Positions have their journal. Titles, dates of issue, addressees, names have this: so that a report can be repeated
as it was known at an instant, whatever has been mended since.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, select

from tracker.domain.references import reference_to
from tracker.store.batches import Batch
from tracker.store.database.columns import METADATA
from tracker.store.database.tables import amendment_table, recommendation_table, symbol_table
from tracker.store.database.values import plain, reader
from tracker.store.database.writing import save_rows
from tracker.store.names import MAIN_SYMBOL

_CHUNK = 500

Before = dict[tuple[str, int], dict[str, Any]]
"""(table, id of the row) → columns with what they said then; only what was changed since."""


def amend(batch: Batch, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Overwrite rows (columns by name, with `id`), keeping what they said before; how many rows it changed."""
    wanted = {row["id"]: row for row in rows}
    changed = []
    for known in _known(batch.session, table, list(wanted)):
        row = wanted[known.id]
        differing = {name: value for name, value in row.items() if getattr(known, name) != value}
        for name in differing:
            _keep(batch, table.c[name], known)
        if differing:
            changed.append({"id": known.id, **differing})
    save_rows(batch.session, table, changed)
    if changed:
        batch.touch()
    return len(changed)


def _known(session: Connection, table: Table, ids: list[int]) -> Iterable[Row[Any]]:
    for start in range(0, len(ids), _CHUNK):
        yield from session.execute(select(table).where(table.c.id.in_(ids[start : start + _CHUNK]))).all()


def _keep(batch: Batch, column: Column[Any], known: Row[Any]) -> None:
    keep_before(batch, column, known.id, getattr(known, column.name))


def keep_before(batch: Batch, column: Column[Any], row_id: int, said: Any) -> None:
    """Keep what a column said until now; None of a row that is new."""
    batch.attach(
        amendment_table,
        batch=batch.facts.number,
        table_name=column.table.name,
        row_id=row_id,
        column_name=column.name,
        before=json.dumps(plain(said), ensure_ascii=False),
        recorded_at=batch.now,
    )


def recommendations_amended(session: Connection, numbers: Sequence[int]) -> list[str]:
    """The recommendations, by reference, whose words some batches changed."""
    amended = select(amendment_table.c.row_id).where(
        amendment_table.c.batch.in_(numbers), amendment_table.c.table_name == recommendation_table.name
    )
    query = (
        select(symbol_table.c.symbol, recommendation_table.c.number)
        .join(symbol_table, MAIN_SYMBOL)
        .where(recommendation_table.c.id.in_(amended))
        .order_by(recommendation_table.c.id)
    )
    return [reference_to(row.symbol, row.number) for row in session.execute(query)]


def said_before(session: Connection, known_at: datetime | None) -> Before:
    """What was known at an instant and has been changed since; empty for None, which means now.

    Of the tables that are loaded only: nobody asks about another, and loading those of mails takes as long as a list.
    """
    if known_at is None:
        return {}
    table = amendment_table
    query = (
        select(table.c.table_name, table.c.row_id, table.c.column_name, table.c.before)
        .where(table.c.recorded_at > known_at, table.c.table_name.in_(METADATA.tables))
        .order_by(table.c.id)
    )
    found: Before = defaultdict(dict)
    for name, row_id, column, before in session.execute(query):
        # The first change after the instant says what was so at it; later ones say what was so in between.
        value = json.loads(before)
        said = None if value is None else reader(METADATA.tables[name].c[column])(value)
        found[name, row_id].setdefault(column, said)
    return dict(found)
