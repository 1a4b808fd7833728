"""The way of a mail through the outbox."""

from __future__ import annotations

from enum import Enum


class OutboxState(Enum):
    """How far a mail has come. `transmitting` is written just before DATA, so that a crash inside it is known."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    TRANSMITTING = "transmitting"
    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"
    HELD = "held"
    UNCERTAIN = "uncertain"
