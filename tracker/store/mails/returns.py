"""What came in by mail or from files: returns with how far they have got, and the mails that were looked at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, case, func, select

from tracker.domain.received import MailVerdict, Received, ReturnState
from tracker.domain.returns_read_again import read_mark
from tracker.errors import RefusedError, UnknownNameError
from tracker.store.amendments import Before, amend, said_before
from tracker.store.batches import Batch
from tracker.store.database.mail_tables import (
    outbox_table,
    received_mail_table,
    received_return_table,
    reminder_item_table,
    reminder_table,
)
from tracker.store.database.tables import batch_table, follow_up_table, journal_table, organization_table
from tracker.store.database.writing import insert_row, save_rows
from tracker.store.standing import in_force

_MARK_LENGTH = 16
_HEADER_BYTES = 8_192
_MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^>\r\n]+>)", re.IGNORECASE | re.MULTILINE)


def register_mark(session: Connection) -> str:
    """What tells this register from another: the beginning of its first batch's hash. Empty for an empty one."""
    first = session.scalar(select(batch_table.c.hash).where(batch_table.c.number == 1))
    return (first or "")[:_MARK_LENGTH]


def find_received(session: Connection, sha256: str) -> Received | None:
    """The return of this content, if it has come in before."""
    return next(iter(_received(session, received_return_table.c.sha256 == sha256)), None)


def get_received(session: Connection, number: int) -> Received:
    """A return by its number in the list. Raises UnknownNameError."""
    found = next(iter(_received(session, received_return_table.c.id == number)), None)
    if found is None:
        raise UnknownNameError(
            f"there is no return number {number}.", remedy="The numbers are in: tracker return list."
        )
    return found


def list_received(
    session: Connection, states: Sequence[ReturnState] = (), until: datetime | None = None
) -> list[Received]:
    """The returns that came in, oldest first; of some states only, where they are given.

    With `until`: those that had come in by that instant, and how far each had got by then.
    """
    conditions = [] if until is None else [received_return_table.c.received_at <= until]
    before = said_before(session, until)
    found = [_as_known(received, before) for received in _received(session, *conditions)]
    taken_back = _taken_back(session, [received.batch for received in found if received.batch], until)
    found = [replace(received, taken_back=taken_back.get(received.batch or 0, 0)) for received in found]
    return [received for received in found if not states or received.state in states]


def list_waiting(session: Connection) -> list[Received]:
    """What of it waits for a person, oldest first."""
    return _received(session, received_return_table.c.state.in_(_WAITING))


def count_waiting(session: Connection) -> dict[ReturnState, int]:
    """How much of what came in waits for a person, by state."""
    state = received_return_table.c.state
    query = select(state, func.count()).where(state.in_(_WAITING)).group_by(state)
    found = {row[0]: row[1] for row in session.execute(query)}
    return {each: found.get(each, 0) for each in _WAITING}


_WAITING = (ReturnState.QUEUED, ReturnState.HELD)


def _as_known(received: Received, before: Before) -> Received:
    said = before.get((received_return_table.name, received.id), {})
    return replace(received, **said, batch=None) if said else received


def _taken_back(session: Connection, batches: Sequence[int], until: datetime | None) -> dict[int, int]:
    """Of some batches, how many follow-ups they wrote of which nothing counts that they wrote."""
    entry = journal_table.c
    stands = case((in_force(journal_table, date.max, until), 1), else_=0)
    written = (
        select(entry.batch, func.max(stands).label("stands"))
        .where(entry.batch.in_(batches))
        .group_by(entry.batch, entry.follow_up_id)
        .subquery()
    )
    query = select(written.c.batch, func.count()).where(written.c.stands == 0).group_by(written.c.batch)
    return {row.batch: row[1] for row in session.execute(query)}


def batches_that_read(session: Connection, sha256: str) -> frozenset[int]:
    """The numbers of the batches that read the return of this content; each names it in what was asked."""
    query = select(batch_table.c.number).where(batch_table.c.asked.endswith(read_mark(sha256), autoescape=True))
    return frozenset(session.scalars(query))


def _received(session: Connection, *conditions: Any) -> list[Received]:
    query = (
        select(
            received_return_table,
            organization_table.c.code,
            received_mail_table.c.sender,
            received_mail_table.c.subject,
            received_mail_table.c.words.is_not(None).label("has_words"),
        )
        .outerjoin(organization_table, organization_table.c.id == received_return_table.c.organization_id)
        .outerjoin(received_mail_table, received_mail_table.c.id == received_return_table.c.mail_id)
        .where(*conditions)
        .order_by(received_return_table.c.id)
    )
    return [
        Received(
            id=row.id,
            sha256=row.sha256,
            name=row.name,
            size=row.size,
            received_at=row.received_at,
            state=row.state,
            why=row.why,
            organization=row.code,
            sender=row.sender,
            subject=row.subject,
            batch=row.batch,
            has_words=row.has_words,
        )
        for row in session.execute(query)
    ]


def words_beside(session: Connection, number: int) -> str | None:
    """What the mail says that brought this return; None where it says nothing, or none brought it."""
    mail, came = received_mail_table, received_return_table
    query = select(mail.c.words).join(came, came.c.mail_id == mail.c.id).where(came.c.id == number)
    return session.scalar(query)


def add_received(
    session: Connection,
    *,
    sha256: str,
    name: str,
    size: int,
    received_at: datetime,
    state: ReturnState,
    organization_id: int | None,
    mail_id: int | None = None,
    why: str | None = None,
) -> None:
    """Write down that a return came in; its content must not have come in before (see `find_received`)."""
    insert_row(
        session,
        received_return_table,
        sha256=sha256,
        name=name,
        size=size,
        received_at=received_at,
        state=state,
        why=why,
        organization_id=organization_id,
        mail_id=mail_id,
    )


def mark_read(batch: Batch, sha256: str, why: str | None) -> None:
    """Write down, with the batch, that it read this return, and `why` some of it is not in the register."""
    table = received_return_table
    number = batch.session.execute(select(table.c.id).where(table.c.sha256 == sha256)).scalar_one()
    amend(batch, table, [{"id": number, "state": ReturnState.READ, "why": why}])

    def write() -> None:
        save_rows(batch.session, table, [{"id": number, "batch": batch.facts.number}])

    batch.afterwards(write)


_MAY_MOVE = {
    ReturnState.QUEUED: (ReturnState.HELD, ReturnState.DROPPED),
    ReturnState.DROPPED: (ReturnState.HELD, ReturnState.QUEUED),
    ReturnState.HELD: (ReturnState.DROPPED,),
}
"""Target → from where a person may take a return there."""


def settle_received(batch: Batch, number: int, state: ReturnState, why: str | None) -> Received:
    """Release a return into the queue, or drop it. Raises RefusedError for one that was read."""
    received = get_received(batch.session, number)
    if received.state not in _MAY_MOVE[state]:
        raise RefusedError(
            f"return {number} is {received.state.value} and cannot become {state.value}.",
            remedy="See: tracker return list.",
        )
    amend(batch, received_return_table, [{"id": number, "state": state, "why": why or received.why}])
    return get_received(batch.session, number)


def known_mails(session: Connection, keys: Sequence[str]) -> set[str]:
    """Which of these mails have been looked at before."""
    return set(session.scalars(select(received_mail_table.c.key).where(received_mail_table.c.key.in_(keys))))


def add_mail(
    session: Connection,
    *,
    key: str,
    sender: str,
    subject: str,
    fetched_at: datetime,
    verdict: MailVerdict,
    why: str | None,
    organization_id: int | None,
    reminder_id: int | None,
    words: str | None,
) -> int:
    """Write down that a mail was looked at, and what became of it; returns its number."""
    return insert_row(
        session,
        received_mail_table,
        key=key,
        sender=sender,
        subject=subject,
        fetched_at=fetched_at,
        verdict=verdict,
        why=why,
        organization_id=organization_id,
        reminder_id=reminder_id,
        words=words,
    )


def digests_by_message_id(session: Connection) -> dict[str, int]:
    """Message-ID → reminder, for every digest of the ledger, read from the heads of the mails as they were sent."""
    rows = session.execute(
        select(reminder_table.c.id, func.substr(outbox_table.c.message, 1, _HEADER_BYTES)).join(
            outbox_table, outbox_table.c.id == reminder_table.c.outbox_id
        )
    )
    found = {}
    for reminder_id, head in rows:
        match = _MESSAGE_ID.search(bytes(head))
        if match is not None:
            found[match[1].decode("ascii", "replace")] = reminder_id
    return found


def digest_messages(session: Connection, reminders: Sequence[int]) -> list[bytes]:
    """The mails of some digests, to the byte as they were sent."""
    query = (
        select(outbox_table.c.message)
        .join(reminder_table, reminder_table.c.outbox_id == outbox_table.c.id)
        .where(reminder_table.c.id.in_(reminders))
        .order_by(reminder_table.c.id)
    )
    return [bytes(message) for message in session.scalars(query)]


def organizations_of_reminder(session: Connection, reminder_id: int) -> set[str]:
    """The organizations whose follow-ups a digest listed."""
    return set(
        session.scalars(
            select(organization_table.c.code)
            .join(follow_up_table, follow_up_table.c.organization_id == organization_table.c.id)
            .join(reminder_item_table, reminder_item_table.c.follow_up_id == follow_up_table.c.id)
            .where(reminder_item_table.c.reminder_id == reminder_id)
        )
    )
