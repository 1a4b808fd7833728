"""What became of the digests of the present cycles: nobody gets a second one, so that it must be said of the first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from tracker.domain.outbox import OutboxState, QueuedMail
from tracker.store import ledger, outbox


@dataclass(slots=True)
class CycleMails:
    """The mails of these digests, but for those that a delivery would send now.

    `put_off` are tried again later, and `under_way` are with another program; on what is `failed`, `uncertain` or
    `held` a person has to decide. Of what is `over` nothing is to be done: dropped, replaced, or its addressee left.
    """

    sent: list[QueuedMail] = field(default_factory=list)
    put_off: list[QueuedMail] = field(default_factory=list)
    under_way: list[QueuedMail] = field(default_factory=list)
    failed: list[QueuedMail] = field(default_factory=list)
    uncertain: list[QueuedMail] = field(default_factory=list)
    held: list[QueuedMail] = field(default_factory=list)
    over: list[QueuedMail] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


_PLACES = {
    OutboxState.SENT: "sent",
    OutboxState.QUEUED: "put_off",
    OutboxState.RETRY: "put_off",
    OutboxState.CLAIMED: "under_way",
    OutboxState.TRANSMITTING: "under_way",
    OutboxState.FAILED: "failed",
    OutboxState.UNCERTAIN: "uncertain",
    OutboxState.HELD: "held",
}


def mails_of_cycles(session: Connection, cycles: Collection[str], *, now: datetime) -> CycleMails:
    """Sort the mails of some cycles by what became of them."""
    found = CycleMails()
    undecided = set(outbox.undecided(session, OutboxState.FAILED))
    for mail in reversed(ledger.mails_of(session, cycles)):
        is_over = mail.state is OutboxState.FAILED and mail.id not in undecided
        if mail.next_attempt_at is None or mail.next_attempt_at > now:
            getattr(found, "over" if is_over else _PLACES[mail.state]).append(mail)
    return found
