"""The names by which people know a follow-up: its recommendation's number, its report's main symbol, who answers."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select, and_

from tracker.domain.vocabulary import SymbolRole
from tracker.store.tables import FollowUpTable, OrganizationTable, RecommendationTable, SymbolTable

MAIN_SYMBOL = and_(SymbolTable.report_id == RecommendationTable.report_id, SymbolTable.role == SymbolRole.MAIN)
"""The symbol that names a recommendation's report; it has exactly one."""

Query = TypeVar("Query", bound="Select[*tuple[Any, ...]]")


def with_names(query: Query) -> Query:
    """Join a query over follow-ups with what names each: recommendation, main symbol, organization."""
    return (
        query.join(RecommendationTable, RecommendationTable.id == FollowUpTable.recommendation_id)
        .join(SymbolTable, MAIN_SYMBOL)
        .join(OrganizationTable, OrganizationTable.id == FollowUpTable.organization_id)
    )
