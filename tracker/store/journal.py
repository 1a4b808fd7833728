"""Reading the journal: the history of follow-ups, the batches, and the whole chain for checking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.journal import BatchFacts, Draft, Entry
from tracker.domain.references import reference_to
from tracker.store.names import with_names
from tracker.store.tables import (
    BatchTable,
    FollowUpTable,
    JournalTable,
    OrganizationTable,
    RecommendationTable,
    SymbolTable,
)

_CHUNK = 5_000


def history(session: Session, follow_up_ids: Sequence[int]) -> dict[int, list[Entry]]:
    """All entries of the follow-ups given, voided ones too, in the order in which they were written."""
    found: dict[int, list[Entry]] = defaultdict(list)
    for start in range(0, len(follow_up_ids), _CHUNK):
        chunk = follow_up_ids[start : start + _CHUNK]
        for row, actor in session.execute(_entries().where(JournalTable.follow_up_id.in_(chunk))):
            found[row.follow_up_id].append(_entry(row, actor))
    return dict(found)


def batch_entries(session: Session, number: int) -> dict[int, list[Entry]]:
    """The entries of one batch, by follow-up."""
    found: dict[int, list[Entry]] = defaultdict(list)
    for row, actor in session.execute(_entries().where(JournalTable.batch == number)):
        found[row.follow_up_id].append(_entry(row, actor))
    return dict(found)


def last_batch_of(session: Session, actor: str) -> BatchFacts | None:
    """An actor's own newest batch that wrote entries and has not been taken back."""
    voiding = aliased(JournalTable)
    standing_entry = (
        select(JournalTable.id)
        .where(
            JournalTable.batch == BatchTable.number,
            JournalTable.voids.is_(None),
            ~select(voiding.id).where(voiding.voids == JournalTable.id).exists(),
        )
        .exists()
    )
    row = session.scalar(
        select(BatchTable).where(BatchTable.actor == actor, standing_entry).order_by(BatchTable.number.desc()).limit(1)
    )
    return None if row is None else BatchFacts(row.number, row.actor, row.recorded_at, row.asked)


def chain(session: Session) -> Iterator[tuple[BatchFacts, str, str, list[tuple[str, Draft, str | None]]]]:
    """Every batch in order with the hash before it, its own, and its lines: what `batch_hash` was made from."""
    lines = _lines_by_batch(session)
    pending = next(lines, None)
    for row in session.scalars(select(BatchTable).order_by(BatchTable.number).execution_options(yield_per=_CHUNK)):
        own: list[tuple[str, Draft, str | None]] = []
        while pending is not None and pending[0] <= row.number:
            if pending[0] == row.number:
                own.append(pending[1])
            pending = next(lines, None)
        yield BatchFacts(row.number, row.actor, row.recorded_at, row.asked), row.previous, row.hash, own


def _lines_by_batch(session: Session) -> Iterator[tuple[int, tuple[str, Draft, str | None]]]:
    voided = aliased(JournalTable)
    query = (
        select(
            JournalTable,
            SymbolTable.symbol,
            RecommendationTable.number,
            OrganizationTable.code,
            voided.batch,
            voided.ordinal,
        )
        .join(FollowUpTable, FollowUpTable.id == JournalTable.follow_up_id)
        .outerjoin(voided, voided.id == JournalTable.voids)
        .order_by(JournalTable.batch, JournalTable.ordinal)
        .execution_options(yield_per=_CHUNK)
    )
    for row, symbol, number, code, batch, ordinal in session.execute(with_names(query)):
        draft = Draft(row.topic, row.source, row.target, row.effective_on, row.voice, row.note, row.voids)
        name = f"{reference_to(symbol, number)} {code}"
        yield row.batch, (name, draft, f"{batch}.{ordinal}" if row.voids else None)


def _entries() -> Select[JournalTable, str]:
    return (
        select(JournalTable, BatchTable.actor)
        .join(BatchTable, BatchTable.number == JournalTable.batch)
        .order_by(JournalTable.id)
    )


def _entry(row: JournalTable, actor: str) -> Entry:
    return Entry(
        id=row.id,
        batch=row.batch,
        ordinal=row.ordinal,
        topic=row.topic,
        source=row.source,
        target=row.target,
        effective_on=row.effective_on,
        recorded_at=row.recorded_at,
        actor=actor,
        voice=row.voice,
        note=row.note,
        voids=row.voids,
    )
