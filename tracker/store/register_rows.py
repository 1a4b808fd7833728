"""What other registers said when they were last read, and writing what they say now: few statements, many rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, select

from tracker.domain.lifecycle import Positions
from tracker.domain.references import fold
from tracker.domain.vocabulary import SymbolRole
from tracker.records import record
from tracker.store.amendments import amend
from tracker.store.batches import Batch
from tracker.store.database.tables import (
    follow_up_table,
    journal_table,
    organization_table,
    recommendation_table,
    register_row_table,
    report_table,
    symbol_table,
)
from tracker.store.database.writing import insert_rows, save_rows
from tracker.store.names import MAIN_SYMBOL

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


@record
class SeenRow:
    """A row of another register as it was last read; `said` is JSON."""

    follow_up_id: int
    said: str
    batch: int


@record
class KnownReport:
    """A report by one of its symbols."""

    id: int
    symbol: str
    asks_verification: bool


@record
class KnownRecommendation:
    """A recommendation by its number within a report, as it was written first."""

    id: int
    number: str


def seen_rows(session: Connection, source: str) -> dict[str, SeenRow]:
    """Key → what a register said when it was last read."""
    rows = session.execute(
        select(
            register_row_table.c.key,
            register_row_table.c.follow_up_id,
            register_row_table.c.said,
            register_row_table.c.batch,
        ).where(register_row_table.c.source == source)
    )
    return {row.key: SeenRow(row.follow_up_id, row.said, row.batch) for row in rows}


def rows_about(session: Connection, follow_up_ids: Sequence[int]) -> list[tuple[str, SeenRow]]:
    """What registers said of some follow-ups, each with the register's name."""
    row, found = register_row_table.c, []
    for start in range(0, len(follow_up_ids), _CHUNK):
        chunk = follow_up_ids[start : start + _CHUNK]
        query = select(row.source, row.follow_up_id, row.said, row.batch).where(row.follow_up_id.in_(chunk))
        found += [(each.source, SeenRow(each.follow_up_id, each.said, each.batch)) for each in session.execute(query)]
    return found


def undone_batches(session: Connection) -> set[int]:
    """The batches that were taken back: they wrote entries, and all are void."""
    voiding, voided = journal_table.alias(), journal_table.alias()
    touched = select(voided.c.batch).join(voiding, voiding.c.voids == voided.c.id).distinct().subquery()
    standing = (
        select(journal_table.c.id)
        .where(
            journal_table.c.batch == touched.c.batch,
            journal_table.c.voids.is_(None),
            ~select(voiding.c.id).where(voiding.c.voids == journal_table.c.id).exists(),
        )
        .exists()
    )
    return set(session.scalars(select(touched.c.batch).where(~standing)))


def known_reports(session: Connection) -> dict[str, KnownReport]:
    """Folded symbol → report, for every symbol of every report."""
    main = symbol_table.alias()
    rows = session.execute(
        select(symbol_table.c.folded, report_table.c.id, main.c.symbol, report_table.c.asks_verification)
        .join(report_table, report_table.c.id == symbol_table.c.report_id)
        .join(main, (main.c.report_id == report_table.c.id) & (main.c.role == SymbolRole.MAIN))
    )
    return {row.folded: KnownReport(row.id, row.symbol, row.asks_verification) for row in rows}


def known_recommendations(session: Connection) -> dict[tuple[int, str], KnownRecommendation]:
    """(report, folded number) → recommendation; the first, where a register has 3a and 3A from earlier."""
    columns = (recommendation_table.c.report_id, recommendation_table.c.number, recommendation_table.c.id)
    found: dict[tuple[int, str], KnownRecommendation] = {}
    for row in session.execute(select(*columns).order_by(recommendation_table.c.position)):
        found.setdefault((row.report_id, fold(row.number)), KnownRecommendation(row.id, row.number))
    return found


def known_follow_ups(session: Connection) -> dict[int, KnownFollowUp]:
    """Every follow-up by its id, in one query."""
    table = follow_up_table
    rows = session.execute(
        select(
            table.c.id, table.c.version, table.c.recommendation_id, symbol_table.c.symbol,
            recommendation_table.c.number, organization_table.c.code, table.c.acceptance, table.c.implementation,
            table.c.verification, table.c.reported_by, table.c.due_on, table.c.original_due_on, table.c.addressed_on,
            table.c.heard_on, table.c.effective_on, table.c.withdrawn,
        )
        .join(recommendation_table, recommendation_table.c.id == table.c.recommendation_id)
        .join(symbol_table, MAIN_SYMBOL)
        .join(organization_table, organization_table.c.id == table.c.organization_id)
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


def texts_of(session: Connection, recommendation_ids: Sequence[int]) -> dict[int, str]:
    """Recommendation → text."""
    found: dict[int, str] = {}
    for start in range(0, len(recommendation_ids), _CHUNK):
        chunk = recommendation_ids[start : start + _CHUNK]
        query = select(recommendation_table.c.id, recommendation_table.c.text).where(
            recommendation_table.c.id.in_(chunk)
        )
        found.update({row.id: row.text for row in session.execute(query)})
    return found


def insert_documents(
    batch: Batch,
    reports: Sequence[dict[str, Any]],
    symbols: Sequence[dict[str, Any]],
    recommendations: Sequence[dict[str, Any]],
) -> None:
    """Write new reports with their symbols and recommendations: columns of the tables by name."""
    _insert(batch, report_table, reports)
    _insert(batch, symbol_table, symbols)
    _insert(batch, recommendation_table, recommendations)


def _insert(batch: Batch, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """All rows have the same columns."""
    if rows:
        insert_rows(batch.session, table, rows)
        batch.touch()


def save_recommendations(batch: Batch, rows: Iterable[dict[str, Any]]) -> None:
    """Write what changed of recommendations: columns by name, with `id`; each row may have others."""
    amend(batch, recommendation_table, rows)


def save_seen(batch: Batch, new: Sequence[dict[str, Any]], changed: Sequence[dict[str, Any]]) -> None:
    """Keep what a register said, so that the next reading knows what is new."""
    _insert(batch, register_row_table, new)
    if changed:
        save_rows(batch.session, register_row_table, changed)
        batch.touch()


def next_report_id(batch: Batch) -> int:
    """The id for a report about to be inserted."""
    return batch.next_id(report_table)


def next_recommendation_id(batch: Batch) -> int:
    """The id for a recommendation about to be inserted."""
    return batch.next_id(recommendation_table)
