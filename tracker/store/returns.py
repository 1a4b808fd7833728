"""What came in by mail or from files: returns with how far they have got, and the mails that were looked at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tracker.domain.returns import MailVerdict, Received, ReturnState
from tracker.errors import RefusedError, UnknownNameError
from tracker.store.batches import Batch
from tracker.store.mail_tables import (
    OutboxTable,
    ReceivedMailTable,
    ReceivedReturnTable,
    ReminderItemTable,
    ReminderTable,
)
from tracker.store.tables import BatchTable, FollowUpTable, OrganizationTable

_MARK_LENGTH = 16
_HEADER_BYTES = 8_192
_MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^>\r\n]+>)", re.IGNORECASE | re.MULTILINE)


def register_mark(session: Session) -> str:
    """What tells this register from another: the beginning of its first batch's hash. Empty for an empty one."""
    first = session.scalar(select(BatchTable.hash).where(BatchTable.number == 1))
    return (first or "")[:_MARK_LENGTH]


def find_received(session: Session, sha256: str) -> Received | None:
    """The return of this content, if it has come in before."""
    return next(iter(_received(session, ReceivedReturnTable.sha256 == sha256)), None)


def get_received(session: Session, number: int) -> Received:
    """A return by its number in the list. Raises UnknownNameError."""
    found = next(iter(_received(session, ReceivedReturnTable.id == number)), None)
    if found is None:
        raise UnknownNameError(
            f"there is no return number {number}.", remedy="The numbers are in: tracker return list."
        )
    return found


def list_received(session: Session, states: Sequence[ReturnState] = ()) -> list[Received]:
    """The returns that came in, oldest first; of some states only, where they are given."""
    return _received(session, *([ReceivedReturnTable.state.in_(states)] if states else []))


def _received(session: Session, *conditions: Any) -> list[Received]:
    query = (
        select(ReceivedReturnTable, OrganizationTable.code, ReceivedMailTable.sender, ReceivedMailTable.subject)
        .outerjoin(OrganizationTable, OrganizationTable.id == ReceivedReturnTable.organization_id)
        .outerjoin(ReceivedMailTable, ReceivedMailTable.id == ReceivedReturnTable.mail_id)
        .where(*conditions)
        .order_by(ReceivedReturnTable.id)
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
            organization=code,
            sender=sender,
            subject=subject,
            batch=row.batch,
        )
        for row, code, sender, subject in session.execute(query)
    ]


def add_received(
    session: Session,
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
    session.add(
        ReceivedReturnTable(
            sha256=sha256,
            name=name,
            size=size,
            received_at=received_at,
            state=state,
            why=why,
            organization_id=organization_id,
            mail_id=mail_id,
        )
    )
    session.flush()


def mark_read(batch: Batch, sha256: str) -> None:
    """Write down, with the batch, that it read this return; a return that has been read is never read again."""

    def write() -> None:
        batch.session.execute(
            update(ReceivedReturnTable)
            .where(ReceivedReturnTable.sha256 == sha256)
            .values(state=ReturnState.READ, batch=batch.facts.number, why=None)
        )

    batch.afterwards(write)


_MAY_MOVE = {
    ReturnState.QUEUED: (ReturnState.HELD, ReturnState.DROPPED),
    ReturnState.DROPPED: (ReturnState.HELD, ReturnState.QUEUED),
}
"""Target → from where a person may take a return there."""


def settle_received(session: Session, number: int, state: ReturnState, why: str | None) -> Received:
    """Release a return into the queue, or drop it. Raises RefusedError for one that was read."""
    received = get_received(session, number)
    if received.state not in _MAY_MOVE[state]:
        raise RefusedError(
            f"return {number} is {received.state.value} and cannot become {state.value}.",
            remedy="See: tracker return list.",
        )
    session.execute(
        update(ReceivedReturnTable).where(ReceivedReturnTable.id == number).values(state=state, why=why or received.why)
    )
    return get_received(session, number)


def known_mails(session: Session, keys: Sequence[str]) -> set[str]:
    """Which of these mails have been looked at before."""
    return set(session.scalars(select(ReceivedMailTable.key).where(ReceivedMailTable.key.in_(keys))))


def add_mail(
    session: Session,
    *,
    key: str,
    sender: str,
    subject: str,
    fetched_at: datetime,
    verdict: MailVerdict,
    why: str | None,
    organization_id: int | None,
    reminder_id: int | None,
) -> int:
    """Write down that a mail was looked at, and what became of it; returns its number."""
    row = ReceivedMailTable(
        key=key,
        sender=sender,
        subject=subject,
        fetched_at=fetched_at,
        verdict=verdict,
        why=why,
        organization_id=organization_id,
        reminder_id=reminder_id,
    )
    session.add(row)
    session.flush()
    return row.id


def digests_by_message_id(session: Session) -> dict[str, int]:
    """Message-ID → reminder, for every digest of the ledger, read from the heads of the mails as they were sent."""
    rows = session.execute(
        select(ReminderTable.id, func.substr(OutboxTable.message, 1, _HEADER_BYTES)).join(
            OutboxTable, OutboxTable.id == ReminderTable.outbox_id
        )
    )
    found = {}
    for reminder_id, head in rows:
        match = _MESSAGE_ID.search(bytes(head))
        if match is not None:
            found[match[1].decode("ascii", "replace")] = reminder_id
    return found


def organizations_of_reminder(session: Session, reminder_id: int) -> set[str]:
    """The organizations whose follow-ups a digest listed."""
    return set(
        session.scalars(
            select(OrganizationTable.code)
            .join(FollowUpTable, FollowUpTable.organization_id == OrganizationTable.id)
            .join(ReminderItemTable, ReminderItemTable.follow_up_id == FollowUpTable.id)
            .where(ReminderItemTable.reminder_id == reminder_id)
        )
    )
