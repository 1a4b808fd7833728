"""What became of the digests of the present cycles, which `remind send` says, since nobody gets a second one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from tracker.domain.outbox import Event, OutboxState, QueuedMail, sources, target
from tracker.store import ledger, outbox


@dataclass(slots=True)
class CycleMails:
    """The mails of these digests, but for those that a delivery would send now.

    `put_off` are tried again later, and `under_way` are with another program; on what is `failed`, `uncertain` or
    `held` a person has to decide. Of what is `over` nothing is to be done: dropped, replaced, or for nobody any more.
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

    def without(self, told: Collection[int]) -> CycleMails:
        """All but the mails of some numbers, of which everything is said elsewhere."""
        return CycleMails(*([mail for mail in getattr(self, name) if mail.id not in told] for name in self.__slots__))


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
    for mail in _as_a_delivery_finds_them(session, cycles, now):
        is_over = mail.state is OutboxState.FAILED and mail.id not in undecided
        if mail.next_attempt_at is None or mail.next_attempt_at > now:
            getattr(found, "over" if is_over else _PLACES[mail.state]).append(mail)
    return found


def _as_a_delivery_finds_them(session: Connection, cycles: Collection[str], now: datetime) -> Iterator[QueuedMail]:
    """The oldest first. Where the holder died, what was only claimed would be sent now, and the rest is uncertain."""
    abandoned = outbox.abandoned(session, now=now)
    for mail in reversed(ledger.mails_of(session, cycles)):
        if mail.id not in abandoned:
            yield mail
        elif mail.state in sources(Event.LOSE):
            yield replace(mail, state=target(Event.LOSE), answer=outbox.LOST)
