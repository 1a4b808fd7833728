"""Delivery: what waits in the outbox goes out, one mail at a time, each settled in a transaction of its own."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tracker.domain.outbox import Answer, Event, Mail, OutboxState, QueuedMail, outcome
from tracker.domain.plurals import plural
from tracker.errors import TrackerError, WorldError
from tracker.mail.transport import MailServerError, Transport
from tracker.progress import OnStep, begun
from tracker.records import record
from tracker.store.mails import outbox, outbox_waiting
from tracker.store.mails.outbox_waiting import NOT_PAUSED, Prospect, Terms, WaitingMail
from tracker.store.unit import Register

CLAIM_LEASE = timedelta(minutes=5)
"""How long claimed mails wait for a program that died before others take them."""
TRANSMISSION_LEASE = timedelta(minutes=15)
"""Longer than the ten minutes for which the answer to a mail is awaited."""
_CLAIMED_AT_ONCE = 20
_CLEARED_EVERY = timedelta(minutes=1)
"""So often a long delivery looks at all that waits, which takes longer the more there is."""
_AWAY_SECONDS, _PAUSE_SECONDS = 60.0, 1.0
"""For so long writing the answer to a mail is tried where the register is away or in use, and so long between tries.

With the wait for a lock, it ends well within TRANSMISSION_LEASE.
"""

Clock = Callable[[], datetime]
log = logging.getLogger(__name__)


@record
class MailAnswer:
    """A mail that was not sent, why, and when it is to be tried again, if at all."""

    id: int
    recipient: str
    state: OutboxState
    answer: str
    next_attempt_at: datetime | None = None


@dataclass(slots=True)
class DeliveryReport:
    """What one delivery came to. `answers` holds what was not sent; `trouble` is why it ended before its time.

    `rest` is what it found waiting and did not try to send: given up, or waiting on.
    """

    sent: int = 0
    retried: int = 0
    failed: int = 0
    uncertain: int = 0
    remaining: int = 0
    answers: list[MailAnswer] = field(default_factory=list)
    trouble: MailServerError | None = None
    rest: Prospect = field(default_factory=Prospect)

    @property
    def attempted(self) -> int:
        return self.sent + self.retried + self.failed + self.uncertain

    def count(
        self,
        mail: Mail | WaitingMail | QueuedMail,
        state: OutboxState,
        answer: str,
        next_attempt_at: datetime | None = None,
    ) -> None:
        """Take one settled mail into the figures."""
        name = _FIGURES[state]
        setattr(self, name, getattr(self, name) + 1)
        if state is not OutboxState.SENT:
            self.answers.append(MailAnswer(mail.id, mail.recipient, state, answer, next_attempt_at))


_FIGURES = {
    OutboxState.SENT: "sent",
    OutboxState.RETRY: "retried",
    OutboxState.FAILED: "failed",
    OutboxState.UNCERTAIN: "uncertain",
}


@dataclass(slots=True)
class _Round:
    """One delivery under way: what every step of it needs."""

    register: Register
    transport: Transport
    clock: Clock
    owner: str
    on_step: OnStep | None = None
    terms: Terms = NOT_PAUSED
    go_on: Callable[[], bool] = lambda: True
    begun: int | None = None
    """The mail that was last written to be under way: from then on nobody knows whether it arrived until it is said."""
    cleared_at: datetime | None = None
    waiting: int = 0
    report: DeliveryReport = field(default_factory=DeliveryReport)


def deliver(
    register: Register,
    transport: Transport,
    *,
    clock: Clock,
    owner: str,
    terms: Terms = NOT_PAUSED,
    go_on: Callable[[], bool] = lambda: True,
    on_step: OnStep | None = None,
) -> DeliveryReport:
    """Send what is due, as long as `go_on()`, which is asked before each mail.

    `owner` must belong to this process alone. A mail server that is away, or refuses everybody, ends the delivery with
    `trouble`; what one mail or one address causes does not. Raises WorldError where the register fails.
    """
    this = _Round(register, transport, clock, owner, on_step, terms, go_on)
    try:
        with register.write() as session:
            for lost in outbox.recover(session, now=clock()):
                this.report.count(lost, lost.state, outbox.LOST)
            _clear(this, session)
            this.waiting = outbox.count_waiting(session)
        if this.waiting:
            begun(on_step, plural(this.waiting, "email"))
        _deliver_all(this)
    except KeyboardInterrupt:  # what was claimed and not begun need not wait for the end of its lease
        _give_back(this)
        raise
    finally:
        transport.close()
    with register.read() as session:
        this.report.remaining = outbox.count_waiting(session)
    return this.report


def _deliver_all(this: _Round) -> None:
    while this.report.trouble is None and this.go_on():
        mails = _claim(this)
        if not mails or not _deliver_some(this, mails):
            return


def _clear(this: _Round, session: Any) -> None:
    """Give up what is not to be sent any more, where it was not looked at just now."""
    now = this.clock()
    if this.cleared_at is not None and abs(now - this.cleared_at) < _CLEARED_EVERY:
        return
    this.cleared_at = now
    found, rest = outbox_waiting.clear(session, owner=this.owner, now=now, terms=this.terms), this.report.rest
    for mail in found.given_up:
        this.report.count(mail, OutboxState.FAILED, outbox_waiting.waited_too_long(mail))
    this.report.rest = Prospect(
        paused=found.paused,
        left=rest.left + found.left,
        replaced=rest.replaced + found.replaced,
        given_up=rest.given_up + found.given_up,
    )


def _claim(this: _Round) -> list[Mail]:
    """The next mails. A delivery may take long: what was answered since it began is not asked about."""
    with this.register.write() as session:
        _clear(this, session)
        return outbox.claim(
            session, owner=this.owner, now=this.clock(), lease=CLAIM_LEASE, limit=_CLAIMED_AT_ONCE,
            but=[mail.id for mail in this.report.rest.paused],
        )  # fmt: skip


def _deliver_some(this: _Round, mails: list[Mail]) -> bool:
    """Deliver claimed mails; False when they were given back before the last."""
    renewed_at = this.clock()
    for place, mail in enumerate(mails):
        if place and not this.go_on():
            _give_back(this)
            return False
        now = this.clock()
        if now - renewed_at > CLAIM_LEASE / 5:  # a slow server must not cost us the lease of those behind
            with this.register.write() as session:
                outbox.renew(session, owner=this.owner, now=now, lease=CLAIM_LEASE)
            renewed_at = now
        if not _deliver_one(this, mail):
            return False
    return True


def _deliver_one(this: _Round, mail: Mail) -> bool:
    """Deliver one mail and write what came of it; False when no mail can be delivered at present."""
    try:
        answer = this.transport.send(mail, lambda: _may_transmit(this, mail))
    except MailServerError as trouble:
        this.report.trouble = trouble
        _give_back(this, trouble.what)
        return False
    except TrackerError:
        raise  # the register failed, and with it the place to write an answer to
    except Exception as error:  # this is one of the three edges: one bad mail never stops the others
        log.exception("an email could not be sent", extra={"fields": {"mail": mail.id}})
        event = Event.LOSE if this.begun == mail.id else Event.POSTPONE
        answer = Answer(event, f"the program failed on this email: {type(error).__name__}")
    if answer is not None:
        _settle(this, mail, answer)
    if this.on_step is not None:
        this.on_step(this.report.attempted, max(this.waiting, this.report.attempted))
    return True


def _may_transmit(this: _Round, mail: Mail) -> bool:
    with this.register.write() as session:
        may = outbox.begin_transmission(session, mail.id, owner=this.owner, now=this.clock(), lease=TRANSMISSION_LEASE)
    if may:
        this.begun = mail.id
    return may


def _settle(this: _Round, mail: Mail, answer: Answer) -> None:
    """Write an answer and count it; a register that is away for a moment costs no mail what is known of it."""
    until = time.monotonic() + _AWAY_SECONDS
    while True:
        try:
            _write_answer(this, mail, answer)
        except WorldError:
            if time.monotonic() > until or _is_to_stop(this):
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _is_to_stop(this: _Round) -> bool:
    try:
        return not this.go_on()
    except WorldError:  # the lock could not be renewed: the register is still away
        return False


def _write_answer(this: _Round, mail: Mail, answer: Answer) -> None:
    """Settle a mail and count it, where it is still ours."""
    now = this.clock()
    with this.register.write() as session:
        outbox.without_waiting_for_the_disk(session)
        state = outbox.settle(session, mail, answer, owner=this.owner, now=now)
    if state is not None:
        counted, next_attempt_at = outcome(answer, mail.attempts, now)
        this.report.count(mail, state, counted.text, next_attempt_at if state is OutboxState.RETRY else None)


def _give_back(this: _Round, answer: str | None = None) -> None:
    give_back(this.register, owner=this.owner, answer=answer)


def give_back(register: Register, *, owner: str, answer: str | None = None) -> None:
    """Leave what an owner claimed and did not begin to whoever comes next; also what the register cut it off from."""
    with register.write() as session:
        outbox.release(session, owner=owner, answer=answer)


def left_behind(register: Register, has_ended: Callable[[str], bool]) -> int:
    """How many mails are claimed and not begun by those that have ended."""
    with register.read() as session:
        return sum(count for owner, count in outbox.holders(session).items() if has_ended(owner))


def take_back(register: Register, has_ended: Callable[[str], bool]) -> None:
    """Give back now what those that have ended had claimed and not begun, instead of when their leases end.

    No mail goes twice by it, even where `has_ended` errs: whoever claimed a mail looks whether it is still its own
    before it goes out, and what was begun is not touched.
    """
    if left_behind(register, has_ended):
        with register.write() as session:
            for owner in filter(has_ended, outbox.holders(session)):
                outbox.release(session, owner=owner)
