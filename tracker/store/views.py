"""Saved views as rows."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker.store.batches import Batch
from tracker.store.tables import ViewTable


def all_views(session: Session) -> dict[str, str]:
    """Name → words, by name."""
    return {row.name: row.words for row in session.scalars(select(ViewTable).order_by(ViewTable.name))}


def save_view(batch: Batch, name: str, words: str) -> None:
    """Write a view, over an earlier one of that name."""
    batch.session.merge(ViewTable(name=name, words=words, saved_by=batch.actor))
    batch.touch()


def drop_view(batch: Batch, name: str) -> bool:
    """Remove a view; False where there is none of that name."""
    gone = batch.session.execute(delete(ViewTable).where(ViewTable.name == name).returning(ViewTable.name)).all()
    if gone:
        batch.touch()
    return bool(gone)
