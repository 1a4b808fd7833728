"""Counting follow-ups by position within groups, in one query, now or as of a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Subquery, and_, case, extract, func

from tracker.domain.filters import Filters
from tracker.domain.rates import Cell, Counts
from tracker.store.database.tables import organization_table, recommendation_table, report_table, symbol_table
from tracker.store.follow_ups import addressee_of, narrowed, select_rows
from tracker.store.viewpoint import Viewpoint


class Dimension(Enum):
    """What follow-ups may be grouped by."""

    ORGANIZATION = "org"
    REPORT = "report"
    YEAR = "year"
    IMPACT = "impact"
    ADDRESSEE = "addressee"


_COLUMNS: dict[Dimension, Callable[[Viewpoint, Subquery], Any]] = {
    Dimension.ORGANIZATION: lambda _seen, _at: organization_table.c.code,
    Dimension.REPORT: lambda _seen, _at: symbol_table.c.symbol,
    Dimension.YEAR: lambda seen, _at: extract("year", seen.described(report_table.c.issued_on)),
    Dimension.IMPACT: lambda seen, _at: seen.described(recommendation_table.c.impact),
    Dimension.ADDRESSEE: lambda seen, at: addressee_of(at, seen.described(recommendation_table.c.addressee)),
}


def counts_by(
    session: Connection,
    dimension: Dimension,
    filters: Filters,
    *,
    today: date,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> dict[str, Counts]:
    """Group → counts, the groups in order; what has no value of the dimension is last, under an empty word."""
    seen = Viewpoint(session, as_of, known_at)
    at = seen.standing()
    day = as_of or today
    group = _COLUMNS[dimension](seen, at)
    overdue = and_(at.c.open, at.c.due_on < day)
    positions = (at.c.acceptance, at.c.implementation, at.c.verification)
    query = (
        narrowed(seen, select_rows(at), at, filters, day)
        .with_only_columns(group, *positions, func.count(), _sum(at.c.open), _sum(overdue))
        .group_by(group, *positions)
        .order_by(group)
    )
    cells: dict[str, list[Cell]] = defaultdict(list)
    for value, acceptance, implementation, verification, count, is_open, is_overdue in session.execute(query):
        cells[_word(value)].append(Cell(acceptance, implementation, verification, count, is_open, is_overdue))
    in_order = sorted(cells, key=lambda name: not name)  # databases disagree on where nothing stands
    return {name: Counts(tuple(cells[name])) for name in in_order}


def _sum(condition: ColumnElement[Any]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _word(value: Any) -> str:
    if value is None:
        return ""
    return str(value.value) if isinstance(value, Enum) else str(value)
