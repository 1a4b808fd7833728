"""Saved views as rows."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from tracker.store.batches import Batch
from tracker.store.database.tables import view_table
from tracker.store.database.writing import insert_row


def all_views(session: Connection) -> dict[str, str]:
    """Name → words, by name."""
    return {row.name: row.words for row in session.execute(select(view_table).order_by(view_table.c.name))}


def save_view(batch: Batch, name: str, words: str) -> None:
    """Write a view, over an earlier one of that name."""
    batch.session.execute(delete(view_table).where(view_table.c.name == name))
    insert_row(batch.session, view_table, name=name, words=words, saved_by=batch.actor)
    batch.touch()


def drop_view(batch: Batch, name: str) -> bool:
    """Remove a view; False where there is none of that name."""
    gone = batch.session.execute(delete(view_table).where(view_table.c.name == name).returning(view_table.c.name)).all()
    if gone:
        batch.touch()
    return bool(gone)
