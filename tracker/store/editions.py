"""Published reports as they were: figures, files, checksums. Rows are inserted, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from tracker.domain.figures.editions import Edition, Late
from tracker.domain.figures.material import Scope
from tracker.domain.periods import parse_quarter
from tracker.domain.references import reference_to
from tracker.domain.vocabulary import Topic
from tracker.store.batches import Batch
from tracker.store.database.tables import (
    batch_table,
    edition_file_table,
    edition_table,
    follow_up_table,
    journal_table,
    organization_table,
    recommendation_table,
    symbol_table,
)
from tracker.store.database.writing import insert_row
from tracker.store.names import with_names


def all_editions(session: Connection, until: datetime | None = None) -> list[Edition]:
    """Every edition, or every one that had been published by an instant, by quarter, scope and number.

    Without figures and files, which are large.
    """
    query = _columns().order_by(edition_table.c.quarter, edition_table.c.scope, edition_table.c.number)
    if until is not None:
        query = query.where(edition_table.c.published_at <= until)
    return [_edition(row) for row in session.execute(query)]


def _columns() -> Select[int, str, str, int, date, datetime, datetime, str, str]:
    table = edition_table
    return select(
        table.c.id,
        table.c.scope,
        table.c.quarter,
        table.c.number,
        table.c.as_of,
        table.c.known_at,
        table.c.published_at,
        table.c.published_by,
        table.c.sha256,
    )


def _edition(row: Row[int, str, str, int, date, datetime, datetime, str, str]) -> Edition:
    return Edition(
        row.id,
        row.scope,
        parse_quarter(row.quarter),
        row.number,
        row.as_of,
        row.known_at,
        row.published_at,
        row.published_by,
        row.sha256,
    )


def edition_figures(session: Connection, edition: Edition) -> bytes:
    """The figures as published: canonical JSON."""
    figures: bytes = session.execute(
        select(edition_table.c.figures).where(edition_table.c.id == edition.id)
    ).scalar_one()
    return figures


def edition_files(session: Connection, edition: Edition) -> list[tuple[str, str, bytes]]:
    """The files as published: name, checksum as noted then, content."""
    rows = session.execute(
        select(edition_file_table.c.name, edition_file_table.c.sha256, edition_file_table.c.content)
        .where(edition_file_table.c.edition_id == edition.id)
        .order_by(edition_file_table.c.id)
    )
    return [(row.name, row.sha256, row.content) for row in rows]


def add_edition(batch: Batch, scope: Scope, number: int, figures: bytes, files: Mapping[str, bytes]) -> None:
    """Keep an edition with its files; the batch records who published it and when."""
    edition_id = insert_row(
        batch.session,
        edition_table,
        scope=scope.name,
        quarter=str(scope.quarter),
        number=number,
        as_of=scope.as_of,
        known_at=scope.known_at,
        published_at=batch.now,
        published_by=batch.actor,
        figures=figures,
        sha256=hashlib.sha256(figures).hexdigest(),
    )
    for name, content in files.items():
        checksum = hashlib.sha256(content).hexdigest()
        file = {"name": name, "sha256": checksum, "content": content}
        insert_row(batch.session, edition_file_table, edition_id=edition_id, **file)
    batch.touch()


def late_entries(session: Connection, edition: Edition, known_at: datetime) -> tuple[Late, ...]:
    """What was written after an edition, up to an instant, about days up to its own; and what was voided since."""
    voided = journal_table.alias()
    entry = journal_table
    covered = or_(
        and_(entry.c.topic != Topic.VOID, entry.c.effective_on <= edition.as_of),
        and_(entry.c.topic == Topic.VOID, voided.c.effective_on <= edition.as_of),
    )
    query = (
        select(
            symbol_table.c.symbol,
            recommendation_table.c.number,
            organization_table.c.code,
            func.coalesce(voided.c.topic, entry.c.topic),
            batch_table.c.actor,
            entry.c.recorded_at,
            entry.c.note,
            entry.c.voids,
        )
        .join(follow_up_table, follow_up_table.c.id == entry.c.follow_up_id)
        .join(batch_table, batch_table.c.number == entry.c.batch)
        .outerjoin(voided, voided.c.id == entry.c.voids)
        .where(entry.c.recorded_at > edition.known_at, entry.c.recorded_at <= known_at, covered)
        .order_by(entry.c.id)
    )
    return tuple(
        Late(reference_to(symbol, number), code, topic, actor, recorded_at, note, voids is not None)
        for symbol, number, code, topic, actor, recorded_at, note, voids in session.execute(with_names(query))
    )
