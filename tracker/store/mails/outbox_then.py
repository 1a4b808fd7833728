"""The outbox as it was at an instant, out of what came of each mail and what a person decided about it.

The programs that send keep no instants of their own work: a mail that was being sent is told as waiting. Nor is it kept
how often each was tried by then, and when it was to be tried next.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Subquery, func, literal, null, select, type_coerce

from tracker.domain.outbox import INITIAL, OutboxState, QueuedMail
from tracker.store.database.columns import UtcInstant, word
from tracker.store.database.mail_tables import delivery_table, outbox_table


def outbox_at(until: datetime) -> Subquery:
    """A subquery with one row for each mail that had been queued by an instant: its state and the last answer then."""
    table = outbox_table.c
    by_then = delivery_table.c.at <= until
    state = func.coalesce(_told(delivery_table.c.state, by_then), literal(INITIAL, word(OutboxState)))
    return (
        select(
            table.id,
            table.key,
            type_coerce(state, word(OutboxState)).label("state"),
            table.recipient,
            table.subject,
            null().label("attempts"),
            table.queued_at,
            type_coerce(null(), UtcInstant).label("next_attempt_at"),
            type_coerce(null(), UtcInstant).label("settled_at"),
            _told(delivery_table.c.answer, by_then).label("answer"),
        )
        .where(table.queued_at <= until)
        .subquery("outbox_then")
    )


def list_mails_at(
    session: Connection, until: datetime, states: Sequence[OutboxState] = (), *, limit: int | None = None
) -> list[QueuedMail]:
    """The mails that were in some states (none given: in all) at an instant, the newest first."""
    then = outbox_at(until)
    query = select(then).order_by(then.c.id.desc()).limit(limit)
    return [QueuedMail(*row) for row in session.execute(query.where(then.c.state.in_(states)) if states else query)]


def _told(column: Any, *conditions: ColumnElement[bool]) -> ColumnElement[Any]:
    """A column of the last thing that was written of the mail around it; NULL where nothing was."""
    query = select(column).where(delivery_table.c.outbox_id == outbox_table.c.id, *conditions)
    return query.order_by(delivery_table.c.id.desc()).limit(1).correlate(outbox_table).scalar_subquery()
