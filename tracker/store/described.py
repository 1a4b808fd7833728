"""What was read, put back to what was said of it at an instant: titles, texts, addressees that were amended since."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, or_, select

from tracker.domain.rows import FollowUpLine, Recommendation, Report
from tracker.store.amendments import Before
from tracker.store.database.tables import follow_up_table, recommendation_table

Line = TypeVar("Line", bound=FollowUpLine)

_REPORT = {"title": "report_title", "issued_on": "issued_on", "asks_verification": "asks_verification"}
"""Columns of a report that can be amended → the field of a follow-up that shows them."""
_RECOMMENDATION = ("text", "impact", "stance")


def report_as_known(report: Report, before: Before) -> Report:
    """A report with what was said of it before it was amended."""
    said = before.get(("report", report.id), {})
    return replace(report, **{name: said[name] for name in _REPORT if name in said})


def recommendation_as_known(recommendation: Recommendation, before: Before) -> Recommendation:
    """A recommendation with what was said of it before it was amended."""
    said = before.get(("recommendation", recommendation.id), {})
    fields = {name: said[name] for name in (*_RECOMMENDATION, "addressee", "actions") if name in said}
    return replace(recommendation, **fields)


def as_described(session: Connection, rows: Sequence[Line], before: Before) -> list[Line]:
    """The rows (there are some) with what was said of them and of what they belong to before it was amended."""
    names = ("report", "recommendation", "organization", "follow_up")
    amended = {name: [key for table, key in before if table == name] for name in names}
    recommendation = recommendation_table.c
    query: Select[Any] = (
        select(
            follow_up_table.c.id,
            recommendation.report_id,
            follow_up_table.c.recommendation_id,
            follow_up_table.c.organization_id,
            follow_up_table.c.addressee,
            recommendation.addressee.label("general"),
        )
        .join(recommendation_table, recommendation.id == follow_up_table.c.recommendation_id)
        .where(
            or_(
                recommendation.report_id.in_(amended["report"]),
                recommendation.id.in_(amended["recommendation"]),
                follow_up_table.c.organization_id.in_(amended["organization"]),
                follow_up_table.c.id.in_(amended["follow_up"]),
            )
        )
    )
    shown = {each.name for each in fields(rows[0])}
    changed = {row.id: _described(row, before, shown) for row in session.execute(query)}
    return [replace(row, **changed[row.id]) if row.id in changed else row for row in rows]


def _described(row: Row[Any], before: Before, shown: Collection[str]) -> dict[str, Any]:
    """As far as it is shown."""
    own = before.get(("follow_up", row.id), {})
    report = before.get(("report", row.report_id), {})
    recommendation = before.get(("recommendation", row.recommendation_id), {})
    said = {field: report[column] for column, field in _REPORT.items() if column in report}
    said |= {name: recommendation[name] for name in _RECOMMENDATION if name in recommendation}
    organization = before.get(("organization", row.organization_id), {})
    said |= {"left_on": organization["left_on"]} if "left_on" in organization else {}
    said["addressee"] = own.get("addressee", row.addressee) or recommendation.get("addressee", row.general)
    return {name: value for name, value in said.items() if name in shown}
