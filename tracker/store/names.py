"""The names by which people know a follow-up: its recommendation's number, its report's main symbol, who answers."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Row, Select, and_

from tracker.domain.references import follow_up_name, reference_to
from tracker.domain.vocabulary import SymbolRole
from tracker.store.database.tables import follow_up_table, organization_table, recommendation_table, symbol_table

MAIN_SYMBOL = and_(symbol_table.c.report_id == recommendation_table.c.report_id, symbol_table.c.role == SymbolRole.MAIN)
"""The symbol that names a recommendation's report; it has exactly one."""

NAMES = (symbol_table.c.symbol, recommendation_table.c.number, organization_table.c.code)
"""The columns of which a follow-up's name is made (`name_in`)."""

Query = TypeVar("Query", bound="Select[*tuple[Any, ...]]")


def with_names(query: Query) -> Query:
    """Join a query over follow-ups with what names each: recommendation, main symbol, organization."""
    return (
        query.join(recommendation_table, recommendation_table.c.id == follow_up_table.c.recommendation_id)
        .join(symbol_table, MAIN_SYMBOL)
        .join(organization_table, organization_table.c.id == follow_up_table.c.organization_id)
    )


def name_in(row: Row[*tuple[Any, ...]]) -> str:
    """The name of a follow-up in a row that has `NAMES` among its columns: `A/72/809/R3 WHO`."""
    return follow_up_name(reference_to(row.symbol, row.number), row.code)
