"""The outbox as the office sees it: what is there, what a mail says, and what a person decides about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from tracker.domain.outbox import Attempt, Event, OutboxState, QueuedMail, after
from tracker.domain.reminders.ladder import Recipient
from tracker.domain.rows import instant_or_none
from tracker.domain.who import Who
from tracker.mail.reading import Reading, read_mail
from tracker.records import record
from tracker.store.mails import ledger, outbox
from tracker.store.mails.ledger import LogLine
from tracker.store.mails.outbox_then import list_mails_at
from tracker.store.mails.outbox_waiting import (
    NOT_PAUSED,
    Prospect,
    Terms,
    WaitingMail,
    asked_no_more,
    check_can_go_out,
    later_digests,
    prospect,
)
from tracker.store.unit import Register


@record
class MailDetail:
    """One mail: where it stands, its exact bytes, and everything that was tried."""

    mail: QueuedMail
    message: bytes
    attempts: tuple[Attempt, ...]

    @property
    def reading(self) -> Reading:
        return read_mail(self.message)

    def as_json(self) -> dict[str, Any]:
        reading = self.reading
        return mail_json(self.mail) | {
            "key": self.mail.key,
            "queued_at": instant_or_none(self.mail.queued_at),
            "settled_at": instant_or_none(self.mail.settled_at),
            "headers": [{"name": name, "value": value} for name, value in reading.headers],
            "text": reading.text,
            "attachments": list(reading.attachments),
            "history": [
                {"at": instant_or_none(attempt.at), "state": attempt.state.value, "answer": attempt.answer}
                for attempt in self.attempts
            ],
        }


def mail_json(mail: QueuedMail) -> dict[str, Any]:
    """One mail of the outbox, as `outbox list --json` gives an array of."""
    return {
        "id": mail.id,
        "state": mail.state.value,
        "recipient": mail.recipient,
        "subject": mail.subject,
        "attempts": mail.attempts,
        "next_attempt_at": instant_or_none(mail.next_attempt_at),
        "answer": mail.answer,
    }


def list_outbox(
    register: Register,
    states: Sequence[OutboxState] = (),
    *,
    limit: int | None = None,
    until: datetime | None = None,
) -> list[QueuedMail]:
    """The mails that are in some states (none given: in all), or were so at an instant; the newest first."""
    with register.read() as session:
        if until is not None:
            return list_mails_at(session, until, states, limit=limit)
        return outbox.list_mails(session, states, limit=limit)


def show_mail(register: Register, mail_id: int) -> MailDetail:
    """One mail with its bytes and its history; raises UnknownNameError where there is none of that number."""
    with register.read() as session:
        mail = outbox.find(session, mail_id)
        return MailDetail(mail, outbox.message_of(session, mail_id), tuple(outbox.attempts_of(session, mail_id)))


@record
class WaitingDigest:
    """A mail that waits and would go out now, with the lines that the ledger keeps of it."""

    mail: WaitingMail
    message: bytes
    lines: tuple[LogLine, ...]

    @property
    def key(self) -> str:
        return self.mail.key

    def as_json(self) -> dict[str, Any]:
        """The keys of a previewed digest; what neither the ledger nor the outbox keeps is null."""
        return {
            "recipient": self.mail.recipient,
            "name": None,
            "cycle": self.mail.cycle,
            "day": None,
            "organizations": sorted({line.organization for line in self.lines}),
            "subject": self.mail.subject,
            "in_brief": None,
            "items": [_item_json(line) for line in self.lines],
            "mail": self.mail.id,
        }


def _item_json(line: LogLine) -> dict[str, Any]:
    kept = {"ref": line.ref, "organization": line.organization, "reason": line.reason, "post": line.post}
    return kept | {"also": None, "part": None, "by": None}


def waiting_mails(
    register: Register, *, now: datetime, terms: Terms = NOT_PAUSED, coming: Iterable[tuple[str, str]] = ()
) -> tuple[list[WaitingDigest], Prospect]:
    """The waiting mails that a delivery would send, and what it would do with the others.

    `coming` are the digests that would be composed before, as (addressee, cycle).
    """
    with register.read() as session:
        found = prospect(session, now=now, terms=terms, coming=coming)
        return [
            WaitingDigest(mail, outbox.message_of(session, mail.id), tuple(ledger.log(session, mail_id=mail.id)))
            for mail in found.sent
        ], found


def decide(
    register: Register,
    event: Event,
    mail_ids: Sequence[int],
    who: Who,
    *,
    office: Recipient | None = None,
    dry_run: bool = False,
) -> list[QueuedMail]:
    """Retry or drop mails: all of them, or none and a RefusedError. A dry run gives them as they would be."""
    numbers = list(dict.fromkeys(mail_ids))
    with _deciding(register, who, dry_run=dry_run) as session:
        if event is Event.RETRY:
            ledger.hold(session, numbers)
            check_can_go_out(session, numbers, now=who.now, office=office)
        return _decided(session, numbers, event, who)


def decide_state(
    register: Register,
    event: Event,
    state: OutboxState,
    who: Who,
    *,
    office: Recipient | None = None,
    dry_run: bool = False,
) -> list[QueuedMail]:
    """Retry or drop every mail that is in one state; raises RefusedError where that state does not allow it.

    Failed mails on which a person has decided already are left alone, and nothing is retried after which a later digest
    came, or at whose address nobody is asked any more.
    """
    after(state, event)
    with _deciding(register, who, dry_run=dry_run) as session:
        found = outbox.undecided(session, state)
        if event is Event.RETRY:
            ledger.hold(session, found)
            vain = later_digests(session, found).keys() | asked_no_more(session, found, now=who.now, office=office)
            found = [number for number in found if number not in vain]
        return _decided(session, found, event, who)


def _decided(session: Any, mail_ids: Sequence[int], event: Event, who: Who) -> list[QueuedMail]:
    if event is Event.RETRY:
        ledger.stand_again(session, mail_ids)
    return outbox.decide(session, mail_ids, event, actor=who.actor, now=who.now)


@contextmanager
def _deciding(register: Register, who: Who, *, dry_run: bool) -> Iterator[Any]:
    """The transaction of a decision; mails whose holder died are looked after first, as nobody is at them any more."""
    with register.write() as session:
        outbox.recover(session, now=who.now)
        yield session
        if dry_run:
            session.rollback()
