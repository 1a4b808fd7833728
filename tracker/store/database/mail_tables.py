"""The tables of what goes out and comes in: outbox, ledger of reminders, scheduler, mails and returns received."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

import tracker.store.database.tables  # noqa: F401 - what these refer to must be known
from tracker.domain.outbox import OutboxState
from tracker.domain.received import MailVerdict, ReturnState
from tracker.store.database.columns import METADATA, UtcInstant, required, word

outbox_table = Table(
    "outbox",
    METADATA,
    Column("id", Integer, primary_key=True),
    required("key", Text, unique=True),
    required("recipient", Text),
    required("subject", Text),
    required("message", LargeBinary),
    required("state", word(OutboxState)),
    required("attempts", Integer, server_default="0"),
    required("queued_at", UtcInstant),
    required("next_attempt_at", UtcInstant),
    Column("claimed_by", Text),
    Column("lease_until", UtcInstant),
    Column("settled_at", UtcInstant),
    Column("answer", Text),
    Index("ix_outbox_state_next_attempt_at", "state", "next_attempt_at"),
)
"""A mail on its way: the exact bytes, and how far it has come. `key` can exist only once."""

delivery_table = Table(
    "delivery",
    METADATA,
    Column("id", Integer, primary_key=True),
    required("outbox_id", Integer, ForeignKey("outbox.id"), index=True),
    required("at", UtcInstant),
    required("state", word(OutboxState)),
    required("answer", Text),
)
"""One attempt to deliver one mail, and what the server answered."""

reminder_table = Table(
    "reminder",
    METADATA,
    Column("id", Integer, primary_key=True),
    required("recipient", Text),
    required("cycle", String(20)),
    required("composed_at", UtcInstant),
    required("outbox_id", Integer, ForeignKey("outbox.id"), unique=True),
    Column("lapsed_at", UtcInstant),
    Index("ix_reminder_recipient_cycle", "recipient", "cycle"),
)
"""The ledger: one digest to one recipient for one cycle.

One that was given up before it was sent has lapsed, and another may be composed in its cycle. The key of the mail sees
to it that two programs do not both compose it.
"""

reminder_item_table = Table(
    "reminder_item",
    METADATA,
    Column("id", Integer, primary_key=True),
    required("reminder_id", Integer, ForeignKey("reminder.id"), index=True),
    required("follow_up_id", Integer, ForeignKey("follow_up.id"), index=True),
    required("reason", String(40)),
    required("rung", String(40)),
)
"""One line of a digest: which follow-up, and why it was asked about."""

received_mail_table = Table(
    "received_mail",
    METADATA,
    Column("id", Integer, primary_key=True),
    required("key", Text, unique=True),
    required("sender", Text),
    required("subject", Text),
    required("fetched_at", UtcInstant),
    required("verdict", word(MailVerdict)),
    Column("why", Text),
    Column("organization_id", Integer, ForeignKey("organization.id")),
    Column("reminder_id", Integer, ForeignKey("reminder.id")),
    Column("words", Text),
)
"""A mail that `return fetch` has looked at, so that it is looked at once; `key` is its Message-ID or checksum.

`words` are what it says beside the returns in it. A letter is kept whole instead, as what came in.
"""

received_return_table = Table(
    "received_return",
    METADATA,
    Column("id", Integer, primary_key=True),
    required("sha256", String(64), unique=True),
    required("name", Text),
    required("size", Integer),
    required("received_at", UtcInstant),
    required("state", word(ReturnState)),
    Column("why", Text),
    Column("organization_id", Integer, ForeignKey("organization.id")),
    Column("mail_id", Integer, ForeignKey("received_mail.id"), index=True),
    Column("batch", Integer, ForeignKey("batch.number")),
)
"""A return that came in, by mail or from a file; its bytes are kept with the evidence, under their SHA-256."""

scheduler_table = Table(
    "scheduler",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("holder", Text),
    Column("lease_until", UtcInstant),
    Column("ticked_at", UtcInstant),
    Column("composed_at", UtcInstant),
)
"""The one row that says which scheduler ticks, until when it may, and when it last did."""
