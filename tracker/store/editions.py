"""Published reports as they were: figures, files, checksums. Rows are inserted, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.figures.editions import Edition, Late
from tracker.domain.figures.material import Scope
from tracker.domain.periods import parse_quarter
from tracker.domain.references import reference_to
from tracker.domain.vocabulary import Topic
from tracker.store.batches import Batch
from tracker.store.names import with_names
from tracker.store.tables import (
    BatchTable,
    EditionFileTable,
    EditionTable,
    FollowUpTable,
    JournalTable,
    OrganizationTable,
    RecommendationTable,
    SymbolTable,
)


def all_editions(session: Session) -> list[Edition]:
    """Every edition, by scope, quarter and number; without figures and files, which are large."""
    rows = session.execute(_columns().order_by(EditionTable.quarter, EditionTable.scope, EditionTable.number))
    return [_edition(row) for row in rows]


def _columns() -> Select[int, str, str, int, date, datetime, datetime, str, str]:
    table = EditionTable
    return select(
        table.id,
        table.scope,
        table.quarter,
        table.number,
        table.as_of,
        table.known_at,
        table.published_at,
        table.published_by,
        table.sha256,
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


def edition_figures(session: Session, edition: Edition) -> bytes:
    """The figures as published: canonical JSON."""
    return session.execute(select(EditionTable.figures).where(EditionTable.id == edition.id)).scalar_one()


def edition_files(session: Session, edition: Edition) -> list[tuple[str, str, bytes]]:
    """The files as published: name, checksum as noted then, content."""
    rows = session.execute(
        select(EditionFileTable.name, EditionFileTable.sha256, EditionFileTable.content)
        .where(EditionFileTable.edition_id == edition.id)
        .order_by(EditionFileTable.id)
    )
    return [(row.name, row.sha256, row.content) for row in rows]


def add_edition(batch: Batch, scope: Scope, number: int, figures: bytes, files: Mapping[str, bytes]) -> None:
    """Keep an edition with its files; the batch records who published it and when."""
    row = EditionTable(
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
    batch.session.add(row)
    batch.session.flush()
    for name, content in files.items():
        checksum = hashlib.sha256(content).hexdigest()
        batch.session.add(EditionFileTable(edition_id=row.id, name=name, sha256=checksum, content=content))
    batch.touch()


def late_entries(session: Session, edition: Edition, known_at: datetime) -> tuple[Late, ...]:
    """What was written after an edition, up to an instant, about days up to its own; and what was voided since."""
    voided = aliased(JournalTable)
    entry = JournalTable
    covered = or_(
        and_(entry.topic != Topic.VOID, entry.effective_on <= edition.as_of),
        and_(entry.topic == Topic.VOID, voided.effective_on <= edition.as_of),
    )
    query = (
        select(
            SymbolTable.symbol,
            RecommendationTable.number,
            OrganizationTable.code,
            BatchTable.actor,
            entry.recorded_at,
            entry.note,
            entry.voids,
        )
        .join(FollowUpTable, FollowUpTable.id == entry.follow_up_id)
        .join(BatchTable, BatchTable.number == entry.batch)
        .outerjoin(voided, voided.id == entry.voids)
        .where(entry.recorded_at > edition.known_at, entry.recorded_at <= known_at, covered)
        .order_by(entry.id)
    )
    return tuple(
        Late(reference_to(symbol, number), code, actor, recorded_at, note, voids is not None)
        for symbol, number, code, actor, recorded_at, note, voids in session.execute(with_names(query))
    )
