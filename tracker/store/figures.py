"""Reading what a report's figures are made from: a fixed number of queries, however many rows there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Date, Select, and_, bindparam, case, func, or_, select

from tracker.domain.figures.groups import count
from tracker.domain.figures.material import TREND_QUARTERS, Before, Material, Reminded, Scope, Step
from tracker.domain.figures.movement import since_moved
from tracker.domain.figures.scorecard import Year
from tracker.domain.filters import Filters
from tracker.domain.journal import TOPIC_OF
from tracker.domain.lifecycle import Positions, is_settled
from tracker.domain.outbox import OutboxState
from tracker.domain.periods import Quarter
from tracker.domain.rates import Cell, Counts
from tracker.domain.rows import FollowUp
from tracker.domain.vocabulary import Acceptance, Implementation, Status, Topic, Verification, Voice, axis_of
from tracker.store.counts import Dimension, counts_by
from tracker.store.database.mail_tables import outbox_table, reminder_item_table, reminder_table
from tracker.store.database.tables import (
    follow_up_table,
    journal_table,
    recommendation_table,
    report_table,
)
from tracker.store.follow_ups import list_follow_ups, narrowed
from tracker.store.organizations import addresses_known, all_organizations, organization_ids
from tracker.store.standing import in_force, standing, still_so
from tracker.store.viewpoint import Viewpoint

_MOVING = (Topic.ACCEPTANCE, Topic.IMPLEMENTATION, Topic.VERIFICATION, Topic.DUE)
_EXPLAINED = (Acceptance.NOT_ACCEPTED, Acceptance.NOT_RELEVANT, Implementation.IMPLEMENTED, Verification.DISPUTED)
"""Where a report says in the words given with it why it is so, and since when."""

_EFFECT = (journal_table.c.effective_on, journal_table.c.id)
_WRITTEN = (journal_table.c.id,)
"""In which order entries are read: as they took effect, or, of extensions, as one was decided before the next."""

_Among = Select[int] | None
"""The follow-ups that a report is about, as a question for their ids; None for all."""


def read_material(session: Connection, scope: Scope) -> Material:
    """Everything that `domain.figures.quarterly` needs for a scope, as of its day and as known at its instant."""
    rows = tuple(_rows(session, scope, scope.filters))
    seen = Viewpoint(session, scope.as_of, scope.known_at)
    among, asked = _among(seen, scope), seen.described(report_table.c.asks_verification)
    return Material(
        scope=scope,
        rows=rows,
        before=_before(session, scope, among, asked),
        steps=_steps(session, scope, among, journal_table.c.topic.in_(_MOVING), since=scope.quarter.first_day),
        reasons=_steps(session, scope, among, _holding(scope, _EXPLAINED)),
        extensions=_steps(session, scope, among, journal_table.c.topic == Topic.EXTENSION, order=_WRITTEN),
        lessons=_steps(session, scope, among, journal_table.c.topic == Topic.LESSON),
        trend=_trend(session, scope, among, asked),
        system=_system(session, scope, rows),
        organizations=tuple(all_organizations(session, scope.known_at)),
        reminded=_reminded(session, scope, among),
    )


def count_moved_after(session: Connection, scope: Scope) -> int:
    """How many follow-ups of a scope stand otherwise since a day after its own, as known at its instant."""
    entry, seen = journal_table.c, Viewpoint(session, scope.as_of, scope.known_at)
    touched = select(entry.follow_up_id).where(entry.topic.in_(_MOVING), entry.effective_on > scope.as_of)
    then = standing(scope.as_of, scope.known_at)
    since = standing(date.max, scope.known_at).alias("since")
    columns = ("acceptance", "implementation", "verification", "due_on")
    moved = or_(*(then.c[name].is_distinct_from(since.c[name]) for name in columns))
    query = select(func.count()).select_from(then.join(since, since.c.id == then.c.id))
    return session.scalar(_within(query.where(then.c.id.in_(touched), moved), then.c.id, _among(seen, scope))) or 0


def _among(seen: Viewpoint, scope: Scope) -> _Among:
    """A selection is made once, as of the scope's day: earlier days are asked about the same follow-ups."""
    if scope.is_selected:
        at = seen.standing()
        return narrowed(seen, select(at.c.id), at, scope.filters, scope.as_of)
    if scope.organization is None:
        return None
    (organization_id,) = organization_ids(seen.session, (scope.organization.code,)).values()
    return select(follow_up_table.c.id).where(follow_up_table.c.organization_id == organization_id)


def _within(query: Select[Any], follow_up_id: Any, among: _Among) -> Select[Any]:
    return query if among is None else query.where(follow_up_id.in_(among))


def _rows(session: Connection, scope: Scope, filters: Filters) -> list[FollowUp]:
    return list_follow_ups(session, filters, today=scope.as_of, as_of=scope.as_of, known_at=scope.known_at)


def _before(session: Connection, scope: Scope, among: _Among, asked: ColumnElement[bool]) -> dict[int, Before]:
    at = standing(scope.day_before, scope.known_at)
    query = (
        select(at.c.id, at.c.acceptance, at.c.implementation, at.c.verification, asked.label("asked"), at.c.due_on)
        .join(recommendation_table, recommendation_table.c.id == at.c.recommendation_id)
        .join(report_table, report_table.c.id == recommendation_table.c.report_id)
    )
    return {row.id: _stood(*row[1:]) for row in session.execute(_within(query, at.c.id, among))}


def _stood(
    acceptance: Acceptance, implementation: Implementation, verification: Verification, asked: bool, due_on: date | None
) -> Before:
    settled = is_settled(Positions(acceptance, implementation, verification), asks_verification=bool(asked))
    return Before(acceptance, implementation, verification, not settled, due_on)


def _steps(
    session: Connection,
    scope: Scope,
    among: _Among,
    wanted: Any,
    *,
    since: date | None = None,
    order: Sequence[Column[Any]] = _EFFECT,
) -> tuple[Step, ...]:
    """Entries in force on the scope's day that are wanted, in the order in which they took effect, or in another."""
    entry = journal_table
    query = (
        select(
            entry.c.follow_up_id, entry.c.topic, entry.c.source, entry.c.target, entry.c.effective_on, entry.c.note,
            entry.c.voice,
        )
        .where(wanted, in_force(entry, scope.as_of, scope.known_at))
        .order_by(*order)
    )  # fmt: skip
    if since is not None:
        query = query.where(entry.c.effective_on >= since)
    return tuple(Step(*row) for row in session.execute(_within(query, entry.c.follow_up_id, among)))


def _holding(scope: Scope, statuses: Collection[Status]) -> ColumnElement[bool]:
    """The entries since which a follow-up has one of some statuses, and has it still."""
    entry = journal_table
    topics = {TOPIC_OF[axis_of(status)] for status in statuses}
    targets = [status.value for status in statuses]
    return and_(entry.c.topic.in_(topics), entry.c.target.in_(targets), still_so(entry, scope.as_of, scope.known_at))


def read_year(session: Connection, scope: Scope, year: int) -> Year:
    """Every row on the scope's day, the steps since which implemented stands, and the year's on extensions."""
    rows, entry = _rows(session, scope, Filters()), journal_table.c
    done = _holding(scope, [Implementation.IMPLEMENTED])
    extended = and_(entry.topic == Topic.EXTENSION, entry.effective_on >= date(year, 1, 1))
    return Year(year, scope.as_of, tuple(rows), _steps(session, scope, None, or_(done, extended)))


def read_positions(session: Connection, scope: Scope) -> dict[int, Step]:
    """Per follow-up, the step by which it came to its position: in whose voice, with which words."""
    steps = _steps(session, scope, None, journal_table.c.topic == Topic.ACCEPTANCE)
    return since_moved(steps, Topic.ACCEPTANCE)


def _trend(
    session: Connection, scope: Scope, among: _Among, asked: ColumnElement[bool]
) -> tuple[tuple[Quarter, Counts], ...]:
    quarters = [scope.quarter.previous]
    while len(quarters) < TREND_QUARTERS - 1:
        quarters.append(quarters[-1].previous)
    query = _counts_query(scope, among, asked)
    days = [(quarter, {_DAY.key: quarter.last_day}) for quarter in reversed(quarters)]
    return tuple((quarter, _counts(session.execute(query, day))) for quarter, day in days)


_DAY = bindparam("day", type_=Date())
"""The day of a question that is asked of several: put together once, as that takes longer than many an answer."""


def _counts_query(scope: Scope, among: _Among, asked: ColumnElement[bool]) -> Select[Any]:
    """How many stand at each position on a day, how many of them past their date."""
    at = standing(_DAY, scope.known_at)
    late = at.c.due_on < _DAY
    keys = (at.c.acceptance, at.c.implementation, at.c.verification, asked, late)
    query = (
        select(*keys, func.count())
        .join(recommendation_table, recommendation_table.c.id == at.c.recommendation_id)
        .join(report_table, report_table.c.id == recommendation_table.c.report_id)
        .group_by(*keys)
    )
    return _within(query, at.c.id, among)


def _counts(rows: Iterable[Any]) -> Counts:
    """What is open follows from the position, so that it is not asked for again."""
    cells = []
    for acceptance, implementation, verification, asks, is_late, number in rows:
        positions = Positions(acceptance, implementation, verification)
        is_open = not is_settled(positions, asks_verification=bool(asks))
        overdue = number if is_open and is_late else 0
        cells.append(Cell(acceptance, implementation, verification, number, number if is_open else 0, overdue))
    return Counts(tuple(cells))


def _system(session: Connection, scope: Scope, rows: tuple[FollowUp, ...]) -> dict[str, Counts]:
    """Counts per organization; where the rows are everybody's they are counted here, not asked for again.

    An organization's selection stands beside the same selection of everybody's.
    """
    if scope.organization is not None:
        return counts_by(
            session,
            Dimension.ORGANIZATION,
            scope.selection,
            today=scope.as_of,
            as_of=scope.as_of,
            known_at=scope.known_at,
        )
    found: dict[str, list[FollowUp]] = defaultdict(list)
    for row in rows:
        found[row.organization].append(row)
    return {code: count(found[code], scope.as_of) for code in sorted(found)}


def _reminded(session: Connection, scope: Scope, among: _Among) -> Reminded:
    """Digests that left in the quarter, the follow-ups in them, and those on which the organization was heard since.

    A follow-up that several people were asked about, or one of them several times, is one follow-up.
    What waits in the outbox, failed or was dropped reminded nobody; nor did the office's own copy of what it could
    not send. A mail that left stays sent, so that the figure of a past quarter cannot change. Nor does an officer who
    comes later, or is put down later, and has the office's address, or gets it by a mend, make an officer's mail of
    what the office got.
    """
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
    follow_up = follow_up_table.c.id
    officers = addresses_known(session, scope.known_at, _last_day(scope.known_at))
    query = (
        select(_different(reminder_table.c.id), _different(follow_up), _different(case((answer, follow_up))))
        .join(reminder_item_table, reminder_item_table.c.reminder_id == reminder_table.c.id)
        .join(follow_up_table, follow_up_table.c.id == reminder_item_table.c.follow_up_id)
        .join(outbox_table, outbox_table.c.id == reminder_table.c.outbox_id)
        .where(
            outbox_table.c.state == OutboxState.SENT,
            outbox_table.c.settled_at >= start,
            outbox_table.c.settled_at < end,
            reminder_table.c.recipient.in_(sorted(officers)),
        )
    )
    digests, items, answered = session.execute(_within(query, follow_up_table.c.id, among)).one()
    return Reminded(digests, items, answered)


_FIRST_ZONE = timedelta(hours=14)
"""So far ahead of UTC is the place on earth where a day begins first."""


def _last_day(instant: datetime) -> date:
    """The last day that has begun anywhere: who holds a post by an instant has it from that day on, or from before."""
    return (instant.astimezone(UTC) + _FIRST_ZONE).date()


def _different(value: Any) -> Any:
    return func.count(value.distinct())


def _instants(scope: Scope) -> tuple[datetime, datetime]:
    """The quarter up to its day as instants, UTC, cut where knowledge ends."""
    zone = scope.known_at.tzinfo
    start = datetime.combine(scope.quarter.first_day, time.min, zone)
    end = datetime.combine(scope.as_of, time.max, zone)
    return start, min(end, scope.known_at)
