"""The tables of what goes out and comes in: outbox, ledger of reminders, scheduler, mails and returns received."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

import tracker.store.tables  # noqa: F401 - what these refer to must be known
from tracker.domain.outbox import OutboxState
from tracker.domain.returns import MailVerdict, ReturnState
from tracker.store.columns import Base, word


class OutboxTable(Base):
    """A mail on its way: the exact bytes, and how far it has come. `key` can exist only once."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_state_next_attempt_at", "state", "next_attempt_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    recipient: Mapped[str]
    subject: Mapped[str]
    message: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[OutboxState] = mapped_column(word(OutboxState))
    attempts: Mapped[int] = mapped_column(server_default="0")
    queued_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    claimed_by: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    answer: Mapped[str | None]


class DeliveryTable(Base):
    """One attempt to deliver one mail, and what the server answered."""

    __tablename__ = "delivery"

    id: Mapped[int] = mapped_column(primary_key=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), index=True)
    at: Mapped[datetime]
    state: Mapped[OutboxState] = mapped_column(word(OutboxState))
    answer: Mapped[str]


class ReminderTable(Base):
    """The ledger: one digest to one recipient for one cycle."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("recipient", "cycle"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str]
    cycle: Mapped[str] = mapped_column(String(20))
    composed_at: Mapped[datetime]
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), unique=True)


class ReminderItemTable(Base):
    """One line of a digest: which follow-up, and why it was asked about."""

    __tablename__ = "reminder_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    reminder_id: Mapped[int] = mapped_column(ForeignKey("reminder.id"), index=True)
    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_up.id"), index=True)
    reason: Mapped[str] = mapped_column(String(40))
    rung: Mapped[str] = mapped_column(String(40))


class ReceivedMailTable(Base):
    """A mail that `return fetch` has looked at, so that it is looked at once; `key` is its Message-ID or checksum."""

    __tablename__ = "received_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    sender: Mapped[str]
    subject: Mapped[str]
    fetched_at: Mapped[datetime]
    verdict: Mapped[MailVerdict] = mapped_column(word(MailVerdict))
    why: Mapped[str | None]
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    reminder_id: Mapped[int | None] = mapped_column(ForeignKey("reminder.id"))


class ReceivedReturnTable(Base):
    """A return that came in, by mail or from a file; its bytes are kept with the evidence, under their SHA-256."""

    __tablename__ = "received_return"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str]
    size: Mapped[int]
    received_at: Mapped[datetime]
    state: Mapped[ReturnState] = mapped_column(word(ReturnState))
    why: Mapped[str | None]
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("received_mail.id"), index=True)
    batch: Mapped[int | None] = mapped_column(ForeignKey("batch.number"))


class SchedulerTable(Base):
    """The one row that says which scheduler ticks, until when it may, and when it last did."""

    __tablename__ = "scheduler"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    holder: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    ticked_at: Mapped[datetime | None]
    composed_at: Mapped[datetime | None]
