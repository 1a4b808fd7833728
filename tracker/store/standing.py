"""Where every follow-up stands, as SQL: from the kept columns for now, from the journal for any other day.

Both give the same columns, so that whatever lists or counts asks one question only. The rule of what is
settled is not restated: the condition is made from `lifecycle.is_settled`, over all positions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from itertools import product
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Date,
    Select,
    String,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from tracker.domain.lifecycle import Positions, is_settled
from tracker.domain.vocabulary import INITIAL, Acceptance, Axis, Implementation, Topic, Verification, Voice
from tracker.store.database.columns import word
from tracker.store.database.tables import (
    batch_table,
    follow_up_table,
    journal_table,
    recommendation_table,
    report_table,
)


class _Day(FunctionElement[date]):
    """An ISO day kept as text, as a date."""

    type = Date()
    inherit_cache = True
    name = "day"


@compiles(_Day)
def _day_cast(element: _Day, compiler: Any, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS DATE)"


@compiles(_Day, "sqlite")
def _day_text(element: _Day, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


Day = date | BindParameter[date]
"""A day, or the place where one is put in later."""

Described = Callable[[Column[Any]], ColumnElement[Any]]
"""What a column that can be amended said at an instant (`Viewpoint.described`)."""


def _as_now(column: Column[Any]) -> ColumnElement[Any]:
    return column


def standing(as_of: Day | None = None, known_at: datetime | None = None, described: Described = _as_now) -> Subquery:
    """A subquery with one row per follow-up that was addressed by then; None, None means now, all known."""
    if as_of is None and known_at is None:
        return _kept().subquery("standing")
    return _from_journal(date.max if as_of is None else as_of, known_at, described).subquery("standing")


def _kept() -> Select[*tuple[Any, ...]]:
    table = follow_up_table
    return select(
        table.c.id,
        table.c.version,
        table.c.recommendation_id,
        table.c.organization_id,
        table.c.addressee,
        table.c.acceptance,
        table.c.implementation,
        table.c.verification,
        table.c.reported_by,
        table.c.due_on,
        table.c.original_due_on,
        table.c.addressed_on,
        table.c.heard_on,
        table.c.effective_on,
        table.c.recorded_at,
        table.c.actor,
        table.c.note,
        table.c.open,
    ).where(~table.c.withdrawn)


def _from_journal(as_of: Day, known_at: datetime | None, described: Described) -> Select[*tuple[Any, ...]]:
    day = follow_up_table
    last = journal_table.alias("last")
    batch = batch_table.alias("last_batch")
    positions = _positions(as_of, known_at)
    addressed_on = _latest(journal_table.c.effective_on, Topic.ADDRESSED, as_of, known_at)
    settled = settled_condition(*positions.values(), asked=described(report_table.c.asks_verification))
    return (
        select(
            day.c.id,
            day.c.version,
            day.c.recommendation_id,
            day.c.organization_id,
            described(day.c.addressee).label("addressee"),
            *(column.label(name) for name, column in positions.items()),
            literal(None).label("reported_by"),
            _Day(_latest(journal_table.c.target, Topic.DUE, as_of, known_at)).label("due_on"),
            _Day(_latest(journal_table.c.target, Topic.DUE, as_of, known_at, first=True)).label("original_due_on"),
            addressed_on.label("addressed_on"),
            _heard_on(as_of, known_at).label("heard_on"),
            last.c.effective_on,
            last.c.recorded_at,
            batch.c.actor,
            last.c.note,
            case((settled, False), else_=True).label("open"),
        )
        .select_from(day)
        # Nothing is missing there. Outer joins, because PostgreSQL then begins with the follow-ups, and looks nowhere
        # for what is not asked; else it went through every entry before it took the first rows of a list.
        .outerjoin(recommendation_table, recommendation_table.c.id == day.c.recommendation_id)
        .outerjoin(report_table, report_table.c.id == recommendation_table.c.report_id)
        .outerjoin(last, last.c.id == _latest(journal_table.c.id, None, as_of, known_at))
        .outerjoin(batch, batch.c.number == last.c.batch)
        .where(addressed_on.is_not(None))
    )


def _positions(as_of: Day, known_at: datetime | None) -> dict[str, ColumnElement[Any]]:
    enums = {Axis.ACCEPTANCE: Acceptance, Axis.IMPLEMENTATION: Implementation, Axis.VERIFICATION: Verification}
    return {
        axis.value: type_coerce(
            func.coalesce(_latest(journal_table.c.target, Topic(axis.value), as_of, known_at), INITIAL[axis].value),
            word(enum),
        )
        for axis, enum in enums.items()
    }


def in_force(entry: Any, as_of: Day, known_at: datetime | None) -> ColumnElement[bool]:
    """The condition that an entry counts: effective and known by then, not voided by anything known by then."""
    voiding = journal_table.alias()
    voided = exists().where(voiding.c.voids == entry.c.id)
    conditions = [entry.c.effective_on <= as_of, entry.c.topic != Topic.VOID]
    if known_at is not None:
        voided = voided.where(voiding.c.recorded_at <= known_at)
        conditions.append(entry.c.recorded_at <= known_at)
    return and_(*conditions, ~voided)


def still_so(entry: Any, as_of: Day, known_at: datetime | None) -> ColumnElement[bool]:
    """The condition that nothing later on its topic says otherwise: the entry that moved it, and what confirms it."""
    later = journal_table.alias()
    is_later = or_(
        later.c.effective_on > entry.c.effective_on,
        and_(later.c.effective_on == entry.c.effective_on, later.c.id > entry.c.id),
    )
    otherwise = exists().where(
        later.c.follow_up_id == entry.c.follow_up_id,
        later.c.topic == entry.c.topic,
        later.c.target != entry.c.target,
        is_later,
        in_force(later, as_of, known_at),
    )
    return ~otherwise


def _latest(
    column: Any, topic: Topic | None, as_of: Day, known_at: datetime | None, *, first: bool = False
) -> ColumnElement[Any]:
    """A column of the last (or first) entry in force on a topic, of the follow-up around it; NULL without one."""
    entry = journal_table.alias()
    wanted = entry.c[column.key]
    order = (entry.c.effective_on, entry.c.id) if first else (entry.c.effective_on.desc(), entry.c.id.desc())
    query = (
        select(wanted)
        .where(entry.c.follow_up_id == follow_up_table.c.id, in_force(entry, as_of, known_at))
        .order_by(*order)
        .limit(1)
        .correlate(follow_up_table)
    )
    if topic is not None:
        query = query.where(entry.c.topic == topic)
    return query.scalar_subquery()


def _heard_on(as_of: Day, known_at: datetime | None) -> ColumnElement[Any]:
    """The day of the organization's last word; the last entries are looked at, not all of them."""
    entry = journal_table.alias()
    return (
        select(entry.c.effective_on)
        .where(
            entry.c.follow_up_id == follow_up_table.c.id,
            entry.c.voice == Voice.ORGANIZATION,
            in_force(entry, as_of, known_at),
        )
        .order_by(entry.c.effective_on.desc(), entry.c.id.desc())
        .limit(1)
        .correlate(follow_up_table)
        .scalar_subquery()
    )


def settled_condition(
    *positions: Any, asked: ColumnElement[bool] = report_table.c.asks_verification
) -> ColumnElement[bool]:
    """`lifecycle.is_settled` as a condition: all the positions for which it holds, with and without verification.

    The three are compared as one text: as a row of three, PostgreSQL works each of them out anew for every row listed.
    """
    acceptance, implementation, verification = positions
    at = type_coerce(acceptance, String) + "/" + type_coerce(implementation, String)
    at = at + "/" + type_coerce(verification, String)
    return case(
        (asked, at.in_(_settled_positions(asks_verification=True))),
        else_=at.in_(_settled_positions(asks_verification=False)),
    )


def _settled_positions(*, asks_verification: bool) -> list[str]:
    return [
        f"{acceptance.value}/{implementation.value}/{verification.value}"
        for acceptance, implementation, verification in product(Acceptance, Implementation, Verification)
        if is_settled(Positions(acceptance, implementation, verification), asks_verification=asks_verification)
    ]
