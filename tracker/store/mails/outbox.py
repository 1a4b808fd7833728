"""Mails on their way: put once by key, claimed under a lease, moved only as the table of the outbox allows.

Every move is one conditional UPDATE whose WHERE comes from that table, so that of two programs that want the
same mail one finds no row. What an attempt came to is kept beside the mail, one row per attempt.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, CursorResult, and_, bindparam, func, insert, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from tracker.domain.outbox import (
    INITIAL,
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
from tracker.store.database.mail_tables import delivery_table, outbox_table
from tracker.store.database.writing import insert_rows

_LINE_END = re.compile(rb"\r\n|\r|\n")
_LISTED = (
    outbox_table.c.id,
    outbox_table.c.key,
    outbox_table.c.state,
    outbox_table.c.recipient,
    outbox_table.c.subject,
    outbox_table.c.attempts,
    outbox_table.c.queued_at,
    outbox_table.c.next_attempt_at,
    outbox_table.c.settled_at,
    outbox_table.c.answer,
)


def put(
    session: Connection,
    *,
    key: str,
    recipient: str,
    subject: str,
    message: bytes,
    now: datetime,
) -> int | None:
    """Queue a mail and return its id; None, and nothing is changed, when a mail of that key is there already.

    Line ends are made CRLF here, so that what is kept is what goes over the wire.
    """
    row = {
        "key": key,
        "recipient": recipient,
        "subject": subject,
        "message": _LINE_END.sub(b"\r\n", message),
        "state": INITIAL,
        "queued_at": now,
        "next_attempt_at": now,
    }
    found: int | None = session.scalar(_insert_once(session).values(row).returning(outbox_table.c.id))
    return found


def _insert_once(session: Connection) -> Any:
    dialect = postgresql if session.dialect.name == "postgresql" else sqlite
    return dialect.insert(outbox_table).on_conflict_do_nothing(index_elements=["key"])


def claim(
    session: Connection, *, owner: str, now: datetime, lease: timedelta, limit: int, but: Collection[int] = ()
) -> list[Mail]:
    """Take up to `limit` mails whose time has come, oldest first; nobody else gets them before the lease ends.

    `but` are those that wait on.
    """
    due = (
        select(outbox_table.c.id)
        .where(outbox_table.c.state.in_(sources(Event.CLAIM)), outbox_table.c.next_attempt_at <= now)
        .where(outbox_table.c.id.not_in(but))
        .order_by(outbox_table.c.next_attempt_at, outbox_table.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)  # left out on SQLite, where BEGIN IMMEDIATE does the same
    )
    rows = session.execute(
        update(outbox_table)
        .where(outbox_table.c.id.in_(due.scalar_subquery()), outbox_table.c.state.in_(sources(Event.CLAIM)))
        .values(state=target(Event.CLAIM), claimed_by=owner, lease_until=now + lease)
        .returning(
            outbox_table.c.id,
            outbox_table.c.key,
            outbox_table.c.recipient,
            outbox_table.c.message,
            outbox_table.c.attempts,
        )
    ).all()
    return sorted((Mail(*row) for row in rows), key=lambda mail: mail.id)


def renew(session: Connection, *, owner: str, now: datetime, lease: timedelta) -> None:
    """Lengthen the lease of what an owner has claimed and not yet begun."""
    session.execute(
        update(outbox_table)
        .where(outbox_table.c.state == OutboxState.CLAIMED, outbox_table.c.claimed_by == owner)
        .values(lease_until=now + lease)
    )


def begin_transmission(session: Connection, mail_id: int, *, owner: str, now: datetime, lease: timedelta) -> bool:
    """Write that DATA comes next; False when the mail is no longer the owner's, and must not be sent."""
    return _moved(session, Event.TRANSMIT, mail_id, owner, lease_until=now + lease)


def settle(session: Connection, mail: Mail, answer: Answer, *, owner: str, now: datetime) -> OutboxState | None:
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


def without_waiting_for_the_disk(session: Connection) -> None:
    """Let the commit return before the disk has it, which takes longer than a mail; call it first of all.

    A killed program loses nothing by it. A power cut may: a mail that was settled so is then still
    `transmitting`, and becomes uncertain. What was written before DATA is on the disk, and the next such
    commit takes this one with it.
    """
    session.execution_options(durable=False)
    if session.dialect.name == "postgresql":
        session.execute(text("SET LOCAL synchronous_commit TO off"))


def release(session: Connection, *, owner: str, answer: str | None = None) -> int:
    """Give back everything that an owner has claimed and not begun; it counts as no attempt. Returns how many.

    `answer` is what kept it from being tried (the server was down), shown until the next attempt.
    """
    values: dict[str, Any] = {"state": target(Event.RELEASE), "claimed_by": None, "lease_until": None}
    return _count(
        session,
        update(outbox_table)
        .where(outbox_table.c.state.in_(sources(Event.RELEASE)), outbox_table.c.claimed_by == owner)
        .values(**values | ({} if answer is None else {"answer": answer})),
    )


def holders(session: Connection) -> dict[str, int]:
    """Who has claimed how many mails that are not begun."""
    owner = outbox_table.c.claimed_by
    claimed = select(owner, func.count()).where(outbox_table.c.state.in_(sources(Event.RELEASE)), owner.is_not(None))
    return {row[0]: row[1] for row in session.execute(claimed.group_by(owner))}


LOST = "the program ended, or its lease did, while the email was being transmitted"


def is_abandoned(event: Event, now: datetime) -> Any:
    """In a state that the event can leave, and the lease of the one who holds it has ended."""
    return and_(outbox_table.c.state.in_(sources(event)), outbox_table.c.lease_until < now)


def abandoned(session: Connection, *, now: datetime) -> set[int]:
    """The mails whose holder died, which `recover` looks after."""
    found = or_(is_abandoned(Event.RELEASE, now), is_abandoned(Event.LOSE, now))
    return set(session.scalars(select(outbox_table.c.id).where(found)))


def recover(session: Connection, *, now: datetime) -> list[QueuedMail]:
    """Look after mails whose holder died: back into the queue, or, from within DATA, uncertain. Returns the latter.

    `claimed_by` stays on an uncertain mail, so that a holder who was only slow can still say how it ended.
    """
    _count(
        session,
        update(outbox_table)
        .where(is_abandoned(Event.RELEASE, now))
        .values(state=target(Event.RELEASE), claimed_by=None, lease_until=None),
    )
    lost = session.execute(
        update(outbox_table)
        .where(is_abandoned(Event.LOSE, now))
        .values(
            state=target(Event.LOSE),
            lease_until=None,
            settled_at=now,
            attempts=outbox_table.c.attempts + 1,
            answer=LOST,
        )
        .returning(*_LISTED)
    ).all()
    keep_attempts(session, [mail.id for mail in lost], now, target(Event.LOSE), LOST)
    return [_queued(mail) for mail in lost]


def keep_attempts(session: Connection, mails: Iterable[int], at: datetime, state: OutboxState, answer: str) -> None:
    """Write down of several mails that the same became of them."""
    insert_rows(session, delivery_table, [_attempt(mail, at, state, answer) for mail in mails])


def give_up(
    session: Connection, mail_id: int, event: Event, said: str, *, now: datetime, owner: str | None = None
) -> bool:
    """Let a mail that was certainly not delivered fail; False where it is on its way, or settled, meanwhile.

    With an `owner` a person is told of it, as of every other failure.
    """
    values: dict[str, Any] = {"claimed_by": owner, "lease_until": None, "settled_at": now, "answer": said}
    moved = _moved(session, event, mail_id, **values)
    if moved:
        _keep_attempt(session, mail_id, now, target(event), said)
    return moved


def take_note(session: Connection, mail_ids: Collection[int], said: str, *, now: datetime) -> None:
    """Of mails that failed nobody has to take note any more; why not is kept."""
    noted = update(outbox_table).where(outbox_table.c.id.in_(mail_ids)).values(claimed_by=None, answer=said)
    session.execute(noted)
    keep_attempts(session, mail_ids, now, OutboxState.FAILED, said)


def decide(
    session: Connection, mail_ids: Sequence[int], event: Event, *, actor: str, now: datetime
) -> list[QueuedMail]:
    """Retry or drop mails by hand; raises RefusedError where the state of one does not allow it.

    Retrying begins the waits anew.
    """
    _check_states(session, mail_ids, event)
    said = f"{event.value} by {actor}"
    again = {"attempts": 0, "next_attempt_at": now, "settled_at": None}
    values = again if event is Event.RETRY else {"settled_at": now}
    moved = set(
        session.scalars(
            update(outbox_table)
            .where(outbox_table.c.id.in_(mail_ids), outbox_table.c.state.in_(sources(event)))
            .values(state=target(event), claimed_by=None, lease_until=None, answer=said, **values)
            .returning(outbox_table.c.id)
        )
    )
    # Where another program was quicker: say what it is now.
    _check_states(session, [mail_id for mail_id in mail_ids if mail_id not in moved], event)
    keep_attempts(session, mail_ids, now, target(event), said)
    return _found(session, mail_ids)


def _check_states(session: Connection, mail_ids: Sequence[int], event: Event) -> None:
    for mail in _found(session, mail_ids):
        after(mail.state, event)


def _moving(event: Event) -> Any:
    """The conditional UPDATE of an event, made once: making it anew costs more than running it."""
    allowed = or_(*(outbox_table.c.state == state for state in sorted(sources(event), key=lambda state: state.value)))
    return update(outbox_table).where(outbox_table.c.id == bindparam("mail"), allowed)


_MOVES = {event: _moving(event) for event in Event}
_MOVES_OF_OWNER = {event: move.where(outbox_table.c.claimed_by == bindparam("owner")) for event, move in _MOVES.items()}


def _moved(session: Connection, event: Event, mail_id: int, owner: str | None = None, **values: Any) -> bool:
    """Move a mail, if it is in a state that allows it and belongs to the owner; `values` are columns to write."""
    move, who = (_MOVES[event], {}) if owner is None else (_MOVES_OF_OWNER[event], {"owner": owner})
    result: Any = session.execute(move, {"mail": mail_id, "state": target(event), **who, **values})
    return bool(result.rowcount == 1)


_KEEP = insert(delivery_table)


def _keep_attempt(session: Connection, mail_id: int, at: datetime, state: OutboxState, answer: str) -> None:
    session.execute(_KEEP, _attempt(mail_id, at, state, answer))


def _attempt(mail_id: int, at: datetime, state: OutboxState, answer: str) -> dict[str, Any]:
    return {"outbox_id": mail_id, "at": at, "state": state, "answer": answer}


def _count(session: Connection, statement: Any) -> int:
    result: Any = session.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount


def find(session: Connection, mail_id: int) -> QueuedMail:
    """One mail; raises UnknownNameError where there is none of that number."""
    return _found(session, [mail_id])[0]


def _found(session: Connection, mail_ids: Sequence[int]) -> list[QueuedMail]:
    """Some mails in the order of their numbers given; raises UnknownNameError where there is none of a number."""
    mails = {mail.id: mail for mail in list_mails(session, among=mail_ids)} if mail_ids else {}
    for mail_id in mail_ids:
        if mail_id not in mails:
            raise UnknownNameError(f"there is no email {mail_id} in the outbox.", remedy="See: tracker outbox list.")
    return [mails[mail_id] for mail_id in mail_ids]


def message_of(session: Connection, mail_id: int) -> bytes:
    """The exact bytes of a mail; raises UnknownNameError where there is none of that number."""
    find(session, mail_id)
    message: bytes = session.execute(select(outbox_table.c.message).where(outbox_table.c.id == mail_id)).scalar_one()
    return message


def attempts_of(session: Connection, mail_id: int) -> list[Attempt]:
    """Everything that was tried or decided, oldest first."""
    query = select(delivery_table.c.at, delivery_table.c.state, delivery_table.c.answer)
    rows = session.execute(query.where(delivery_table.c.outbox_id == mail_id).order_by(delivery_table.c.id))
    return [Attempt(*row) for row in rows]


def list_mails(
    session: Connection, states: Sequence[OutboxState] = (), *, limit: int | None = None, among: Any = None
) -> list[QueuedMail]:
    """The mails in some states (none given: in all), the newest first; `among` are the numbers of some, or a query."""
    query = select(*_LISTED).order_by(outbox_table.c.id.desc()).limit(limit)
    if among is not None:
        query = query.where(outbox_table.c.id.in_(among))
    return [_queued(row) for row in session.execute(query.where(outbox_table.c.state.in_(states)) if states else query)]


def _queued(row: Any) -> QueuedMail:
    mail = QueuedMail(*row)
    return mail if mail.state in sources(Event.CLAIM) else replace(mail, next_attempt_at=None)


def count_by_state(session: Connection) -> dict[OutboxState, int]:
    """How many mails are in each state; a state without mails counts 0."""
    query = select(outbox_table.c.state, func.count()).group_by(outbox_table.c.state)
    counted = {row[0]: row[1] for row in session.execute(query)}
    return {state: counted.get(state, 0) for state in OutboxState}


def count_waiting(session: Connection) -> int:
    """How many mails the program will still move by itself."""
    return session.scalar(select(func.count()).where(outbox_table.c.state.in_(WAITING))) or 0


IS_UNNOTED = and_(outbox_table.c.state == OutboxState.FAILED, outbox_table.c.claimed_by.is_not(None))
"""It failed, and nobody has taken note of it yet by dropping it; nor was it replaced."""


def count_failures(session: Connection) -> int:
    """How many mails failed of which nobody has taken note yet, by dropping or retrying them."""
    return session.scalar(select(func.count()).select_from(outbox_table).where(IS_UNNOTED)) or 0


def undecided(session: Connection, state: OutboxState) -> list[int]:
    """The mails in a state on which nothing was decided yet: a failed one that was dropped or replaced is none."""
    is_open = IS_UNNOTED if state is OutboxState.FAILED else outbox_table.c.state == state
    return list(session.scalars(select(outbox_table.c.id).where(is_open).order_by(outbox_table.c.id.desc())))
