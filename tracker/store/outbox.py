"""Mails on their way: put once by key, claimed under a lease, moved only as the table of the outbox allows.

Every move is one conditional UPDATE whose WHERE comes from that table, so that of two programs that want the
same mail one finds no row. What an attempt came to is kept beside the mail, one row per attempt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, bindparam, func, insert, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.domain.outbox import (
    WAITING,
    Answer,
    Attempt,
    Event,
    Mail,
    OutboxState,
    QueuedMail,
    after,
    outcome,
    sources,
    target,
)
from tracker.errors import UnknownNameError
from tracker.store.mail_tables import DeliveryTable, OutboxTable

_LINE_END = re.compile(rb"\r\n|\r|\n")
# Plain tables: nothing here is kept in the session, whose bookkeeping costs as much as the statement.
_outbox: Any = OutboxTable.__table__
_delivery: Any = DeliveryTable.__table__
_LISTED = (
    OutboxTable.id,
    OutboxTable.key,
    OutboxTable.state,
    OutboxTable.recipient,
    OutboxTable.subject,
    OutboxTable.attempts,
    OutboxTable.queued_at,
    OutboxTable.next_attempt_at,
    OutboxTable.settled_at,
    OutboxTable.answer,
)


def put(
    session: Session,
    *,
    key: str,
    recipient: str,
    subject: str,
    message: bytes,
    now: datetime,
    held: bool = False,
) -> int | None:
    """Queue a mail and return its id; None, and nothing is changed, when a mail of that key is there already.

    Line ends are made CRLF here, so that what is kept is what goes over the wire.
    """
    row = {
        "key": key,
        "recipient": recipient,
        "subject": subject,
        "message": _LINE_END.sub(b"\r\n", message),
        "state": OutboxState.HELD if held else OutboxState.QUEUED,
        "queued_at": now,
        "next_attempt_at": now,
    }
    found: int | None = session.scalar(_insert_once(session).values(row).returning(OutboxTable.id))
    return found


def _insert_once(session: Session) -> Any:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(OutboxTable).on_conflict_do_nothing(index_elements=["key"])


def claim(session: Session, *, owner: str, now: datetime, lease: timedelta, limit: int) -> list[Mail]:
    """Take up to `limit` mails whose time has come, oldest first; nobody else gets them before the lease ends."""
    due = (
        select(OutboxTable.id)
        .where(OutboxTable.state.in_(sources(Event.CLAIM)), OutboxTable.next_attempt_at <= now)
        .order_by(OutboxTable.next_attempt_at, OutboxTable.id)
        .limit(limit)
        .with_for_update(skip_locked=True)  # left out on SQLite, where BEGIN IMMEDIATE does the same
    )
    rows = session.execute(
        update(_outbox)
        .where(OutboxTable.id.in_(due.scalar_subquery()), OutboxTable.state.in_(sources(Event.CLAIM)))
        .values(state=target(Event.CLAIM), claimed_by=owner, lease_until=now + lease)
        .returning(OutboxTable.id, OutboxTable.key, OutboxTable.recipient, OutboxTable.message, OutboxTable.attempts)
    ).all()
    return sorted((Mail(*row) for row in rows), key=lambda mail: mail.id)


def renew(session: Session, *, owner: str, now: datetime, lease: timedelta) -> None:
    """Lengthen the lease of what an owner has claimed and not yet begun."""
    session.execute(
        update(_outbox)
        .where(OutboxTable.state == OutboxState.CLAIMED, OutboxTable.claimed_by == owner)
        .values(lease_until=now + lease)
    )


def begin_transmission(session: Session, mail_id: int, *, owner: str, now: datetime, lease: timedelta) -> bool:
    """Write that DATA comes next; False when the mail is no longer the owner's, and must not be sent."""
    return _moved(session, Event.TRANSMIT, mail_id, owner, lease_until=now + lease)


def settle(session: Session, mail: Mail, answer: Answer, *, owner: str, now: datetime) -> OutboxState | None:
    """Write what an attempt came to; returns the new state, or None when the mail is no longer the owner's.

    "Not now" after the last wait is written as failed.
    """
    counted, next_attempt_at = outcome(answer, mail.attempts, now)
    moved = _moved(
        session,
        counted.event,
        mail.id,
        owner,
        attempts=mail.attempts + 1,
        next_attempt_at=next_attempt_at,
        lease_until=None,
        settled_at=None if counted.event is Event.POSTPONE else now,
        answer=counted.text,
    )
    if not moved:
        return None
    state = target(counted.event)
    _keep_attempt(session, mail.id, now, state, counted.text)
    return state


def without_waiting_for_the_disk(session: Session) -> None:
    """Let the commit return before the disk has it, which takes longer than a mail; call it first of all.

    A killed program loses nothing by it. A power cut may: a mail that was settled so is then still
    `transmitting`, and becomes uncertain. What was written before DATA is on the disk, and the next such
    commit takes this one with it.
    """
    connection = session.connection(execution_options={"durable": False})
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL synchronous_commit TO off"))


def release(session: Session, *, owner: str, answer: str | None = None) -> int:
    """Give back everything that an owner has claimed and not begun; it counts as no attempt. Returns how many.

    `answer` is what kept it from being tried (the server was down), shown until the next attempt.
    """
    values: dict[str, Any] = {"state": target(Event.RELEASE), "claimed_by": None, "lease_until": None}
    return _count(
        session,
        update(_outbox)
        .where(OutboxTable.state.in_(sources(Event.RELEASE)), OutboxTable.claimed_by == owner)
        .values(**values | ({} if answer is None else {"answer": answer})),
    )


def recover(session: Session, *, now: datetime) -> int:
    """Look after mails whose holder died: back into the queue, or, from within DATA, uncertain. Returns how many.

    `claimed_by` stays on an uncertain mail, so that a holder who was only slow can still say how it ended.
    """
    ended = OutboxTable.lease_until < now
    _count(
        session,
        update(_outbox)
        .where(OutboxTable.state.in_(sources(Event.RELEASE)), ended)
        .values(state=target(Event.RELEASE), claimed_by=None, lease_until=None),
    )
    said = "the program ended, or its lease did, while the mail was being transmitted"
    lost = session.scalars(
        update(_outbox)
        .where(OutboxTable.state.in_(sources(Event.LOSE)), ended)
        .values(
            state=target(Event.LOSE),
            lease_until=None,
            settled_at=now,
            attempts=_outbox.c.attempts + 1,
            answer=said,
        )
        .returning(OutboxTable.id)
    ).all()
    if lost:
        rows = [{"outbox_id": found, "at": now, "state": target(Event.LOSE), "answer": said} for found in lost]
        session.execute(insert(DeliveryTable), rows)
    return len(lost)


def decide(session: Session, mail_id: int, event: Event, *, actor: str, now: datetime) -> QueuedMail:
    """Retry or drop a mail by hand; raises RefusedError where its state does not allow it.

    Retrying begins the waits anew.
    """
    before = find(session, mail_id)
    state = after(before.state, event)
    said = f"{event.value} by {actor}"
    again = {"attempts": 0, "next_attempt_at": now, "settled_at": None}
    values = again if event is Event.RETRY else {"settled_at": now}
    moved = _moved(session, event, mail_id, claimed_by=None, lease_until=None, answer=said, **values)
    if not moved:  # another program was quicker: say what it is now
        after(find(session, mail_id).state, event)
    _keep_attempt(session, mail_id, now, state, said)
    return find(session, mail_id)


def _moving(event: Event) -> Any:
    """The conditional UPDATE of an event, made once: making it anew costs more than running it."""
    allowed = or_(*(_outbox.c.state == state for state in sorted(sources(event), key=lambda state: state.value)))
    return update(_outbox).where(_outbox.c.id == bindparam("mail"), allowed)


_MOVES = {event: _moving(event) for event in Event}
_MOVES_OF_OWNER = {event: move.where(_outbox.c.claimed_by == bindparam("owner")) for event, move in _MOVES.items()}


def _moved(session: Session, event: Event, mail_id: int, owner: str | None = None, **values: Any) -> bool:
    """Move a mail, if it is in a state that allows it and belongs to the owner; `values` are columns to write."""
    move, who = (_MOVES[event], {}) if owner is None else (_MOVES_OF_OWNER[event], {"owner": owner})
    result: Any = session.connection().execute(move, {"mail": mail_id, "state": target(event), **who, **values})
    return bool(result.rowcount == 1)


_KEEP = insert(_delivery)


def _keep_attempt(session: Session, mail_id: int, at: datetime, state: OutboxState, answer: str) -> None:
    row = {"outbox_id": mail_id, "at": at, "state": state, "answer": answer}
    session.connection().execute(_KEEP, row)


def _count(session: Session, statement: Any) -> int:
    result: Any = session.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount


def find(session: Session, mail_id: int) -> QueuedMail:
    """One mail; raises UnknownNameError where there is none of that number."""
    row = session.execute(select(*_LISTED).where(OutboxTable.id == mail_id)).one_or_none()
    if row is None:
        raise UnknownNameError(f"there is no mail {mail_id} in the outbox.", remedy="See: tracker outbox list.")
    return _queued(row)


def message_of(session: Session, mail_id: int) -> bytes:
    """The exact bytes of a mail; raises UnknownNameError where there is none of that number."""
    find(session, mail_id)
    return session.scalars(select(OutboxTable.message).where(OutboxTable.id == mail_id)).one()


def attempts_of(session: Session, mail_id: int) -> list[Attempt]:
    """Everything that was tried or decided, oldest first."""
    query = select(DeliveryTable.at, DeliveryTable.state, DeliveryTable.answer)
    rows = session.execute(query.where(DeliveryTable.outbox_id == mail_id).order_by(DeliveryTable.id))
    return [Attempt(*row) for row in rows]


def list_mails(session: Session, states: Sequence[OutboxState] = (), *, limit: int | None = None) -> list[QueuedMail]:
    """The mails in some states (none given: in all), the newest first."""
    query = select(*_LISTED).order_by(OutboxTable.id.desc()).limit(limit)
    return [_queued(row) for row in session.execute(query.where(OutboxTable.state.in_(states)) if states else query)]


def _queued(row: Any) -> QueuedMail:
    mail = QueuedMail(*row)
    return mail if mail.state in sources(Event.CLAIM) else replace(mail, next_attempt_at=None)


def count_by_state(session: Session) -> dict[OutboxState, int]:
    """How many mails are in each state; a state without mails counts 0."""
    query = select(OutboxTable.state, func.count()).group_by(OutboxTable.state)
    counted = {row[0]: row[1] for row in session.execute(query)}
    return {state: counted.get(state, 0) for state in OutboxState}


def count_waiting(session: Session) -> int:
    """How many mails the program will still move by itself."""
    return session.scalar(select(func.count()).where(OutboxTable.state.in_(WAITING))) or 0


def count_failures(session: Session) -> int:
    """How many mails failed of which nobody has taken note yet, by dropping or retrying them."""
    noted = OutboxTable.claimed_by.is_(None)
    query = select(func.count()).select_from(OutboxTable).where(OutboxTable.state == OutboxState.FAILED, ~noted)
    return session.scalar(query) or 0
