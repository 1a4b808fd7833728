"""What other registers said when they were last read, and writing what they say now: few statements, many rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session, aliased

from tracker.domain.lifecycle import Positions
from tracker.domain.vocabulary import SymbolRole
from tracker.store.batches import Batch
from tracker.store.columns import Base
from tracker.store.names import MAIN_SYMBOL
from tracker.store.tables import (
    FollowUpTable,
    JournalTable,
    OrganizationTable,
    RecommendationTable,
    RegisterRowTable,
    ReportTable,
    SymbolTable,
)

_CHUNK = 5_000


@dataclass(slots=True)
class KnownFollowUp:
    """A follow-up as far as an import needs it; `symbol` is the main one of its report."""

    id: int
    version: int
    recommendation_id: int
    symbol: str
    number: str
    code: str
    positions: Positions
    due_on: date | None
    original_due_on: date | None
    addressed_on: date
    heard_on: date | None
    effective_on: date
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class SeenRow:
    """A row of another register as it was last read; `said` is JSON."""

    follow_up_id: int
    said: str
    batch: int


@dataclass(frozen=True, slots=True)
class KnownReport:
    """A report by one of its symbols."""

    id: int
    symbol: str
    asks_verification: bool


def seen_rows(session: Session, source: str) -> dict[str, SeenRow]:
    """Key → what a register said when it was last read."""
    rows = session.execute(
        select(
            RegisterRowTable.key, RegisterRowTable.follow_up_id, RegisterRowTable.said, RegisterRowTable.batch
        ).where(RegisterRowTable.source == source)
    )
    return {row.key: SeenRow(row.follow_up_id, row.said, row.batch) for row in rows}


def undone_batches(session: Session, source: str) -> set[int]:
    """The batches that read this register and were taken back: they wrote entries, and all are void."""
    voiding = aliased(JournalTable)
    own = JournalTable.batch == RegisterRowTable.batch
    standing = (
        select(JournalTable.id)
        .where(own, JournalTable.voids.is_(None), ~select(voiding.id).where(voiding.voids == JournalTable.id).exists())
        .exists()
    )
    written = select(JournalTable.id).where(own).exists()
    query = select(RegisterRowTable.batch).where(RegisterRowTable.source == source, written, ~standing).distinct()
    return set(session.scalars(query))


def known_reports(session: Session) -> dict[str, KnownReport]:
    """Folded symbol → report, for every symbol of every report."""
    main = aliased(SymbolTable)
    rows = session.execute(
        select(SymbolTable.folded, ReportTable.id, main.symbol, ReportTable.asks_verification)
        .join(ReportTable, ReportTable.id == SymbolTable.report_id)
        .join(main, (main.report_id == ReportTable.id) & (main.role == SymbolRole.MAIN))
    )
    return {row.folded: KnownReport(row.id, row.symbol, row.asks_verification) for row in rows}


def known_recommendations(session: Session) -> dict[tuple[int, str], int]:
    """(report, number) → recommendation."""
    rows = session.execute(select(RecommendationTable.report_id, RecommendationTable.number, RecommendationTable.id))
    return {(row.report_id, row.number): row.id for row in rows}


def known_follow_ups(session: Session) -> dict[int, KnownFollowUp]:
    """Every follow-up by its id, in one query."""
    table = FollowUpTable
    rows = session.execute(
        select(
            table.id, table.version, table.recommendation_id, SymbolTable.symbol,
            RecommendationTable.number, OrganizationTable.code, table.acceptance, table.implementation,
            table.verification, table.reported_by, table.due_on, table.original_due_on, table.addressed_on,
            table.heard_on, table.effective_on, table.withdrawn,
        )
        .join(RecommendationTable, RecommendationTable.id == table.recommendation_id)
        .join(SymbolTable, MAIN_SYMBOL)
        .join(OrganizationTable, OrganizationTable.id == table.organization_id)
        .execution_options(yield_per=_CHUNK)
    )  # fmt: skip
    return {row[0]: _known(row) for row in rows}


def _known(row: Any) -> KnownFollowUp:
    return KnownFollowUp(
        id=row.id,
        version=row.version,
        recommendation_id=row.recommendation_id,
        symbol=row.symbol,
        number=row.number,
        code=row.code,
        positions=Positions(row.acceptance, row.implementation, row.verification, row.reported_by),
        due_on=row.due_on,
        original_due_on=row.original_due_on,
        addressed_on=row.addressed_on,
        heard_on=row.heard_on,
        effective_on=row.effective_on,
        withdrawn=row.withdrawn,
    )


def texts_of(session: Session, recommendation_ids: Sequence[int]) -> dict[int, str]:
    """Recommendation → text."""
    found: dict[int, str] = {}
    for start in range(0, len(recommendation_ids), _CHUNK):
        chunk = recommendation_ids[start : start + _CHUNK]
        query = select(RecommendationTable.id, RecommendationTable.text).where(RecommendationTable.id.in_(chunk))
        found.update({row.id: row.text for row in session.execute(query)})
    return found


def insert_documents(
    batch: Batch,
    reports: Sequence[dict[str, Any]],
    symbols: Sequence[dict[str, Any]],
    recommendations: Sequence[dict[str, Any]],
) -> None:
    """Write new reports with their symbols and recommendations: columns of the tables by name."""
    _insert(batch, ReportTable, reports)
    _insert(batch, SymbolTable, symbols)
    _insert(batch, RecommendationTable, recommendations)


def insert_follow_ups(batch: Batch, rows: Sequence[dict[str, Any]]) -> None:
    """Write new follow-ups: columns of the table by name."""
    _insert(batch, FollowUpTable, rows)


def _insert(batch: Batch, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """All rows have the same columns; the plain statement is twice as fast as one by objects."""
    if rows:
        batch.session.execute(insert(cast("Table", table.__table__)), list(rows))
        batch.touch()


def save_recommendations(batch: Batch, rows: Iterable[dict[str, Any]]) -> None:
    """Write what changed of recommendations: columns by name, with `id`; each row may have others."""
    by_columns: dict[frozenset[str], list[dict[str, Any]]] = {}
    for row in rows:
        by_columns.setdefault(frozenset(row), []).append(row)
    for alike in by_columns.values():
        batch.session.execute(update(RecommendationTable), alike)
        batch.touch()


def save_seen(batch: Batch, new: Sequence[dict[str, Any]], changed: Sequence[dict[str, Any]]) -> None:
    """Keep what a register said, so that the next reading knows what is new."""
    _insert(batch, RegisterRowTable, new)
    if changed:
        batch.session.execute(update(RegisterRowTable), list(changed))
        batch.touch()


def next_report_id(batch: Batch) -> int:
    """The id for a report about to be inserted."""
    return batch.next_id(ReportTable)


def next_recommendation_id(batch: Batch) -> int:
    """The id for a recommendation about to be inserted."""
    return batch.next_id(RecommendationTable)
