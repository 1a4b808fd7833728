"""The outbox as the office sees it: what is there, what a mail says, and what a person decides about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tracker.domain.outbox import Attempt, Event, OutboxState, QueuedMail, after
from tracker.domain.rows import instant_or_none
from tracker.mail.reading import Reading, read_mail
from tracker.services.who import Who
from tracker.store import outbox
from tracker.store.outbox_then import list_mails_at
from tracker.store.unit import Register


@dataclass(frozen=True, slots=True)
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


def decide(
    register: Register, event: Event, mail_ids: Sequence[int], who: Who, *, dry_run: bool = False
) -> list[QueuedMail]:
    """Retry or drop mails: all of them, or none and a RefusedError. A dry run gives them as they would be."""
    if dry_run:
        with register.read() as session:
            found = [outbox.find(session, number) for number in dict.fromkeys(mail_ids)]
        return [replace(mail, state=after(mail.state, event)) for mail in found]
    with register.write() as session:
        return [outbox.decide(session, found, event, actor=who.actor, now=who.now) for found in dict.fromkeys(mail_ids)]


def decide_state(
    register: Register, event: Event, state: OutboxState, who: Who, *, dry_run: bool = False
) -> list[QueuedMail]:
    """Retry or drop every mail that is in one state; raises RefusedError where that state does not allow it."""
    settled = after(state, event)
    if dry_run:
        return [replace(mail, state=settled) for mail in list_outbox(register, [state])]
    with register.write() as session:
        found = outbox.list_mails(session, [state])
        return [outbox.decide(session, mail.id, event, actor=who.actor, now=who.now) for mail in found]
