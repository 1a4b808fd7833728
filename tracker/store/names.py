"""The names by which people know a follow-up: its recommendation's number, its report's main symbol, who answers."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select, and_

from tracker.domain.vocabulary import SymbolRole
from tracker.store.tables import follow_up_table, organization_table, recommendation_table, symbol_table

MAIN_SYMBOL = and_(symbol_table.c.report_id == recommendation_table.c.report_id, symbol_table.c.role == SymbolRole.MAIN)
"""The symbol that names a recommendation's report; it has exactly one."""

Query = TypeVar("Query", bound="Select[*tuple[Any, ...]]")


def with_names(query: Query) -> Query:
    """Join a query over follow-ups with what names each: recommendation, main symbol, organization."""
    return (
        query.join(recommendation_table, recommendation_table.c.id == follow_up_table.c.recommendation_id)
        .join(symbol_table, MAIN_SYMBOL)
        .join(organization_table, organization_table.c.id == follow_up_table.c.organization_id)
    )
