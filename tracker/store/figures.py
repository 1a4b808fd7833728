"""Reading what a report's figures are made from: a fixed number of queries, however many rows there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection, case, func, select

from tracker.domain.figures.groups import count
from tracker.domain.figures.material import TREND_QUARTERS, Before, Material, Reminded, Scope, Step
from tracker.domain.figures.scorecard import Year
from tracker.domain.filters import Filters
from tracker.domain.lifecycle import Positions, is_settled
from tracker.domain.periods import Quarter
from tracker.domain.rates import Cell, Counts
from tracker.domain.rows import FollowUp
from tracker.domain.vocabulary import Acceptance, Topic, Verification, Voice
from tracker.store.counts import Dimension, counts_by
from tracker.store.follow_ups import list_follow_ups
from tracker.store.mail_tables import reminder_item_table, reminder_table
from tracker.store.organizations import all_organizations, organization_ids
from tracker.store.standing import in_force, standing
from tracker.store.tables import follow_up_table, journal_table, recommendation_table, report_table

_MOVING = (Topic.ACCEPTANCE, Topic.IMPLEMENTATION, Topic.VERIFICATION, Topic.DUE)
_EXPLAINED = (
    Acceptance.NOT_ACCEPTED.value,
    Acceptance.NOT_RELEVANT.value,
    Acceptance.PARTIALLY_ACCEPTED.value,
    Verification.DISPUTED.value,
)


def read_material(session: Connection, scope: Scope) -> Material:
    """Everything that `domain.figures.quarterly` needs for a scope, as of its day and as known at its instant."""
    codes = () if scope.organization is None else (scope.organization.code,)
    rows = tuple(_rows(session, scope, Filters(organizations=codes)))
    only = None if not codes else organization_ids(session, codes)[codes[0]]
    return Material(
        scope=scope,
        rows=rows,
        before=_before(session, scope, only),
        steps=_steps(session, scope, only, journal_table.c.topic.in_(_MOVING), since=scope.quarter.first_day),
        reasons=_steps(session, scope, only, journal_table.c.target.in_(_EXPLAINED)),
        extensions=_steps(session, scope, only, journal_table.c.topic == Topic.EXTENSION),
        lessons=_steps(session, scope, only, journal_table.c.topic == Topic.LESSON),
        trend=_trend(session, scope, only),
        system=_system(session, scope, rows),
        organizations=tuple(all_organizations(session)),
        reminded=_reminded(session, scope, only),
    )


def _rows(session: Connection, scope: Scope, filters: Filters) -> Iterator[FollowUp]:
    """The rows of the scope's day. What waits for what is left out: links are of today, not of a day."""
    for row in list_follow_ups(session, filters, today=scope.as_of, as_of=scope.as_of, known_at=scope.known_at):
        yield replace(row, waits_for=()) if row.waits_for else row


def _before(session: Connection, scope: Scope, only: int | None) -> dict[int, Before]:
    at = standing(scope.day_before, scope.known_at)
    query = select(at.c.id, at.c.acceptance, at.c.implementation, at.c.verification, at.c.open, at.c.due_on)
    if only is not None:
        query = query.where(at.c.organization_id == only)
    return {
        row.id: Before(row.acceptance, row.implementation, row.verification, bool(row.open), row.due_on)
        for row in session.execute(query)
    }


def _steps(
    session: Connection, scope: Scope, only: int | None, wanted: Any, *, since: date | None = None
) -> tuple[Step, ...]:
    """Entries in force on the scope's day that are wanted, in the order in which they took effect."""
    entry = journal_table
    query = (
        select(entry.c.follow_up_id, entry.c.topic, entry.c.source, entry.c.target, entry.c.effective_on, entry.c.note)
        .where(wanted, in_force(entry, scope.as_of, scope.known_at))
        .order_by(entry.c.effective_on, entry.c.id)
    )
    if since is not None:
        query = query.where(entry.c.effective_on >= since)
    if only is not None:
        query = query.join(follow_up_table, follow_up_table.c.id == entry.c.follow_up_id).where(
            follow_up_table.c.organization_id == only
        )
    return tuple(Step(*row) for row in session.execute(query))


def read_year(session: Connection, scope: Scope, year: int) -> Year:
    """Every row on the scope's day, and the year's steps on implementation and extensions."""
    rows = _rows(session, scope, Filters())
    wanted = journal_table.c.topic.in_((Topic.IMPLEMENTATION, Topic.EXTENSION))
    return Year(year, scope.as_of, tuple(rows), _steps(session, scope, None, wanted, since=date(year, 1, 1)))


def read_position_notes(session: Connection, scope: Scope) -> dict[int, str]:
    """Per follow-up, what the organization gave with its last word on acceptance, where it gave anything."""
    steps = _steps(session, scope, None, journal_table.c.topic == Topic.ACCEPTANCE)
    return {step.follow_up_id: step.note for step in steps if step.note}


def _trend(session: Connection, scope: Scope, only: int | None) -> tuple[tuple[Quarter, Counts], ...]:
    quarters = [scope.quarter.previous]
    while len(quarters) < TREND_QUARTERS - 1:
        quarters.append(quarters[-1].previous)
    return tuple((quarter, _counts_on(session, quarter.last_day, scope, only)) for quarter in reversed(quarters))


def _counts_on(session: Connection, day: date, scope: Scope, only: int | None) -> Counts:
    """Counts by position on a day. What is open follows from the position, so that it is not asked for again."""
    at = standing(day, scope.known_at)
    late = at.c.due_on < day
    keys = (at.c.acceptance, at.c.implementation, at.c.verification, report_table.c.asks_verification, late)
    query = (
        select(*keys, func.count())
        .join(recommendation_table, recommendation_table.c.id == at.c.recommendation_id)
        .join(report_table, report_table.c.id == recommendation_table.c.report_id)
        .group_by(*keys)
    )
    if only is not None:
        query = query.where(at.c.organization_id == only)
    cells = []
    for acceptance, implementation, verification, asks, is_late, number in session.execute(query):
        positions = Positions(acceptance, implementation, verification)
        is_open = not is_settled(positions, asks_verification=asks)
        overdue = number if is_open and is_late else 0
        cells.append(Cell(acceptance, implementation, verification, number, number if is_open else 0, overdue))
    return Counts(tuple(cells))


def _sum(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _system(session: Connection, scope: Scope, rows: tuple[FollowUp, ...]) -> dict[str, Counts]:
    """Counts per organization; where the rows are everybody's they are counted here, not asked for again."""
    if scope.organization is not None:
        return counts_by(
            session,
            Dimension.ORGANIZATION,
            Filters(),
            today=scope.as_of,
            as_of=scope.as_of,
            known_at=scope.known_at,
        )
    found: dict[str, list[FollowUp]] = defaultdict(list)
    for row in rows:
        found[row.organization].append(row)
    return {code: count(found[code], scope.as_of) for code in sorted(found)}


def _reminded(session: Connection, scope: Scope, only: int | None) -> Reminded:
    """Digests of the quarter, their lines, and the lines about which the organization was heard after the digest."""
    start, end = _instants(scope)
    answer = (
        select(journal_table.c.id)
        .where(
            journal_table.c.follow_up_id == reminder_item_table.c.follow_up_id,
            journal_table.c.voice == Voice.ORGANIZATION,
            journal_table.c.recorded_at >= reminder_table.c.composed_at,
            in_force(journal_table, scope.as_of, scope.known_at),
        )
        .exists()
    )
    query = (
        select(func.count(reminder_table.c.id.distinct()), func.count(reminder_item_table.c.id), _sum(answer))
        .join(reminder_item_table, reminder_item_table.c.reminder_id == reminder_table.c.id)
        .join(follow_up_table, follow_up_table.c.id == reminder_item_table.c.follow_up_id)
        .where(reminder_table.c.composed_at >= start, reminder_table.c.composed_at < end)
    )
    if only is not None:
        query = query.where(follow_up_table.c.organization_id == only)
    digests, items, answered = session.execute(query).one()
    return Reminded(digests, items, answered or 0)


def _instants(scope: Scope) -> tuple[datetime, datetime]:
    """The quarter up to its day as instants, UTC, cut where knowledge ends."""
    zone = scope.known_at.tzinfo
    start = datetime.combine(scope.quarter.first_day, time.min, zone)
    end = datetime.combine(scope.as_of, time.max, zone)
    return start, min(end, scope.known_at)
