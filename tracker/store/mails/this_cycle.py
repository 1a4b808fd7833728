"""What became of the digests of the present cycles, which `remind send` says, since nobody gets a second one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from tracker.domain.outbox import Event, OutboxState, QueuedMail, sources, target
from tracker.domain.reminders.ladder import Recipient
from tracker.store.mails import ledger, outbox
from tracker.store.mails.outbox_waiting import asked_no_more


@dataclass(slots=True)
class CycleMails:
    """The mails of these digests, but for those that a delivery would send now.

    `put_off` are tried again later, and `under_way` are with another program; on what is `failed` or `uncertain` a
    person has to decide. What is `past_sending` failed too, and nobody is there any more. Of what is `over` nothing is
    to be done: dropped, replaced, given up to be composed anew, or for nobody any more.
    """

    sent: list[QueuedMail] = field(default_factory=list)
    put_off: list[QueuedMail] = field(default_factory=list)
    under_way: list[QueuedMail] = field(default_factory=list)
    failed: list[QueuedMail] = field(default_factory=list)
    past_sending: list[QueuedMail] = field(default_factory=list)
    uncertain: list[QueuedMail] = field(default_factory=list)
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
    OutboxState.UNCERTAIN: "uncertain",
}


def mails_of_cycles(
    session: Connection, cycles: Collection[str], *, now: datetime, office: Recipient | None = None
) -> CycleMails:
    """Sort the mails of some cycles by what became of them."""
    found = CycleMails()
    undecided = set(outbox.undecided(session, OutboxState.FAILED)) - ledger.lapsed(session, cycles)
    vain = asked_no_more(session, undecided, now=now, office=office)
    for mail in _as_a_delivery_finds_them(session, cycles, now):
        if mail.next_attempt_at is None or mail.next_attempt_at > now:
            getattr(found, _place(mail, undecided, vain)).append(mail)
    return found


def _place(mail: QueuedMail, undecided: Collection[int], vain: Collection[int]) -> str:
    if mail.state is not OutboxState.FAILED:
        return _PLACES[mail.state]
    if mail.id not in undecided:
        return "over"
    return "past_sending" if mail.id in vain else "failed"


def _as_a_delivery_finds_them(session: Connection, cycles: Collection[str], now: datetime) -> Iterator[QueuedMail]:
    """The oldest first. Where the holder died, what was only claimed would be sent now, and the rest is uncertain."""
    abandoned = outbox.abandoned(session, now=now)
    for mail in reversed(ledger.mails_of(session, cycles)):
        if mail.id not in abandoned:
            yield mail
        elif mail.state in sources(Event.LOSE):
            yield replace(mail, state=target(Event.LOSE), answer=outbox.LOST)
