"""One tick of the scheduler: hold the lock, compose what is due, deliver, leave a heartbeat.

What is due is computed from the register each time, so that restarts, changes of the clock and a second
scheduler do no harm: the lock row only keeps two from doing the same work, and what it says of a time that is
still far to come, as a clock that was wrong has left it, is passed over.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from tracker.config import Settings
from tracker.mail.transport import Transport
from tracker.records import record
from tracker.services.reminders.delivery import Clock, DeliveryReport, deliver, give_back
from tracker.services.reminders.terms import terms_of
from tracker.store.database.schema import check_current
from tracker.store.mails import scheduler
from tracker.store.unit import Register

LOCK_LEASE = timedelta(seconds=40)
"""With a tick every 15 seconds a second scheduler takes over within 55 seconds of the first's death."""
COMPOSE_EVERY = timedelta(minutes=5)
"""Digests are due by the hour: going through the whole register more often would find nothing."""

Compose = Callable[[Register, Settings, datetime], int]
"""Composes and queues what is due; returns how many mails that were."""


@record
class TickReport:
    """What one tick did. `holder` is the other scheduler when this one stood by; then all else is None."""

    holder: str | None = None
    composed: int | None = None
    delivery: DeliveryReport | None = None


def tick(
    register: Register,
    settings: Settings,
    transport: Transport,
    *,
    clock: Clock,
    owner: str,
    compose: Compose,
    go_on: Callable[[], bool] = lambda: True,
) -> TickReport:
    """Do what is due, if this scheduler holds the lock; `go_on` is asked before each mail.

    Raises WorldError where a colleague has upgraded the register meanwhile: this program knows nothing of what is new.
    """
    with register.translated():
        check_current(register.engine)
    give_back(register, owner=owner)
    beat = take_over(register, owner=owner, now=clock())
    if beat.holder != owner:
        return TickReport(holder=beat.holder)
    composed_at, composed = None, None
    if beat.composed_at is None or _is_apart(clock(), beat.composed_at, COMPOSE_EVERY):
        composed_at = clock()
        composed = compose(register, settings, composed_at)
    held, terms = _while_held(register, clock, owner, go_on), terms_of(register, settings, clock())
    report = deliver(register, transport, clock=clock, owner=owner, terms=terms, go_on=held)
    with register.write() as session:
        scheduler.beat(session, owner=owner, ticked_at=clock(), composed_at=composed_at)
    return TickReport(composed=composed, delivery=report)


def take_over(register: Register, *, owner: str, now: datetime) -> scheduler.Heartbeat:
    """Take or renew the lock where it is free; the heartbeat says who holds it now."""
    with register.write() as session:
        scheduler.hold(session, owner=owner, now=now, lease=LOCK_LEASE)
        return scheduler.heartbeat(session)


def stand_down(register: Register, *, owner: str) -> None:
    """Leave the lock at once to whoever stands by."""
    with register.write() as session:
        scheduler.let_go(session, owner=owner)


def _is_apart(now: datetime, before: datetime, span: timedelta) -> bool:
    """Whether a span has passed, or the clock was set back by it since: what it said before is then no measure."""
    return abs(now - before) >= span


def _while_held(register: Register, clock: Clock, owner: str, go_on: Callable[[], bool]) -> Callable[[], bool]:
    """Goes on as told, and renews the lock in time, so that a long delivery does not lose it."""
    renewed_at = clock()

    def carry_on() -> bool:
        nonlocal renewed_at
        if not go_on():
            return False
        if _is_apart(clock(), renewed_at, LOCK_LEASE / 2):
            renewed_at = clock()
            return take_over(register, owner=owner, now=renewed_at).holder == owner
        return True

    return carry_on
