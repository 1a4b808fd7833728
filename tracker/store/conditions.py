"""The conditions of a filter as SQL; its text is looked for by `search`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Subquery, and_, extract, func, or_, select

from tracker.domain.filters import Filters
from tracker.domain.impacts import is_named
from tracker.domain.references import suggest
from tracker.errors import UnknownNameError
from tracker.store.database.tables import recommendation_table, report_table
from tracker.store.documents import report_by_tail
from tracker.store.organizations import organization_ids
from tracker.store.viewpoint import Viewpoint


def conditions(seen: Viewpoint, at: Subquery, filters: Filters, day: date) -> list[Any]:
    """Every condition but the text, on the columns of the standing alone."""
    among = (
        (at.c.acceptance, filters.acceptance),
        (at.c.implementation, filters.implementation),
        (at.c.verification, filters.verification),
    )
    found: list[Any] = [column.in_(values) for column, values in among if values]
    if filters.organizations:
        found.append(at.c.organization_id.in_(organization_ids(seen.session, filters.organizations).values()))
    about = _document_conditions(seen, filters)
    if about:
        recommendations = select(recommendation_table.c.id).join(
            report_table, report_table.c.id == recommendation_table.c.report_id
        )
        found.append(at.c.recommendation_id.in_(recommendations.where(*about)))
    if filters.addressees:
        among_usual = seen.described(recommendation_table.c.addressee).in_(filters.addressees)
        usual = at.c.recommendation_id.in_(select(recommendation_table.c.id).where(among_usual))
        found.append(or_(at.c.addressee.in_(filters.addressees), and_(at.c.addressee.is_(None), usual)))
    return found + _date_conditions(at, filters, day)


def _document_conditions(seen: Viewpoint, filters: Filters) -> list[Any]:
    among = (
        (seen.described(recommendation_table.c.impact), _impacts(seen, filters.impacts)),
        (recommendation_table.c.number, filters.numbers),
        (extract("year", seen.described(report_table.c.issued_on)), filters.years),
    )
    found: list[Any] = [column.in_(values) for column, values in among if values]
    if filters.reports:
        found.append(report_table.c.id.in_([report_by_tail(seen.session, tail).id for tail in filters.reports]))
    return found


def _impacts(seen: Viewpoint, typed: Sequence[str]) -> set[str]:
    """The impacts that a filter names. Raises UnknownNameError for one that no recommendation has."""
    if not typed:
        return set()
    impact = seen.described(recommendation_table.c.impact)
    known = sorted(seen.session.scalars(select(impact).where(impact.is_not(None)).distinct()))
    for word in typed:
        if not any(is_named(kept, word) for kept in known):
            there = f"There are {', '.join(known)}." if known else "None is known; set it with: tracker document set."
            raise UnknownNameError(f"no recommendation has the impact {word}.", remedy=suggest(word, known, there))
    return {kept for kept in known if any(is_named(kept, word) for word in typed)}


def _date_conditions(at: Subquery, filters: Filters, day: date) -> list[Any]:
    found: list[Any] = []
    if filters.only_open or filters.only_overdue:
        found.append(at.c.open)
    if filters.only_overdue:
        found.append(at.c.due_on < day)
    if filters.due_before is not None:
        found.append(at.c.due_on < filters.due_before)
    if filters.silent_for is not None:
        since = func.coalesce(at.c.heard_on, at.c.addressed_on)
        found.append(since <= day - timedelta(days=filters.silent_for))
    return found
