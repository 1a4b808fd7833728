"""Is everything well: what `tracker status` says, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tracker.config import Settings
from tracker.domain.outbox import OutboxState
from tracker.domain.plurals import plural
from tracker.domain.received import ReturnState
from tracker.domain.rows import instant_or_none
from tracker.domain.who import Who
from tracker.records import record
from tracker.services.reminders.composing import Outlook, outlook
from tracker.services.reminders.ticking import LOCK_LEASE
from tracker.services.upkeep.kept_evidence import trouble as evidence_trouble
from tracker.store.database import schema
from tracker.store.database.engine import sqlite_file
from tracker.store.evidence import undecided
from tracker.store.mails import outbox
from tracker.store.mails.returns import count_waiting
from tracker.store.mails.scheduler import Heartbeat, heartbeat
from tracker.store.overview import Overview, overview
from tracker.store.unit import Register

STUCK_AFTER = timedelta(days=1)
"""A mail that waits longer than this is said to be stuck; the waits between attempts are shorter."""
SILENT_AFTER = timedelta(days=1)
"""A timer calls every few minutes; a machine that was off over night, or a clock that was put forward, is no matter."""
CLOCKS_DIFFER_BY = timedelta(minutes=5)
OLD_AFTER = timedelta(days=35)
"""A backup that is made once a month is never as old as that."""


@record
class Health:
    """The state of a register, in facts; `troubles` are sentences, none where all is well.

    `requests` are those for later dates on which the office has not decided.
    """

    place: str
    size: int | None
    about: Overview
    mails: dict[OutboxState, int]
    returns: dict[ReturnState, int]
    requests: int
    beat: Heartbeat
    outlook: Outlook
    troubles: tuple[str, ...]

    @property
    def schema(self) -> str:
        return schema.HEAD

    @property
    def is_file(self) -> bool:
        """Whether it is one that `tracker db backup` can back up."""
        return self.size is not None

    def as_json(self) -> dict[str, Any]:
        about = self.about
        return {
            "register": self.place,
            "schema": self.schema,
            "bytes": self.size,
            "organizations": about.organizations,
            "documents": about.documents,
            "follow_ups": about.follow_ups,
            "open": about.open,
            "overdue": about.overdue,
            "batches": about.batches,
            "entries": about.entries,
            "last_batch_at": instant_or_none(about.last_batch_at),
            "last_backup_at": instant_or_none(about.last_backup_at),
            "outbox": {state.value: count for state, count in self.mails.items()},
            "returns": {state.value: count for state, count in self.returns.items()},
            "extensions_undecided": self.requests,
            "digests_due": self.outlook.digests,
            "next_digests_at": instant_or_none(self.outlook.next_at),
            "scheduler": {"holder": self.beat.holder, "last_tick_at": instant_or_none(self.beat.ticked_at)},
            "without_executive_head": list(about.without_head),
            "troubles": list(self.troubles),
        }


def health(register: Register, settings: Settings, who: Who, *, evidence_store: Path) -> Health:
    """Look at the register, its files of evidence, the outbox, the scheduler, and how many digests are due."""
    due, size = outlook(register, settings, now=who.now), _size(register)
    with register.read() as session:
        about = overview(session, who.today, paused=[mail.id for mail in due.waiting.paused])
        mails = outbox.count_by_state(session)
        returns = count_waiting(session)
        requests = len(undecided(session))
        failures = outbox.count_failures(session)
        beat = heartbeat(session)
    held_back = due.digests if due.needs_yes and settings.mail.host is not None else 0
    signs = Signs(about, mails, failures, beat, held_back, is_file=size is not None)
    troubles = [sentence for check in _CHECKS if (sentence := check(signs, who.now))]
    unset = settings.unset_address if settings.mail.host is not None else None
    troubles += filter(None, [evidence_trouble(register, evidence_store), unset])
    return Health(schema.describe(register.engine), size, about, mails, returns, requests, beat, due, tuple(troubles))


@record
class Signs:
    """What the checks look at.

    `failures` are those of which nobody has taken note, `held_back` the first digests, of the register or since a
    restore, which no scheduler sends by itself. What is no file is backed up by other means.
    """

    about: Overview
    mails: dict[OutboxState, int]
    failures: int
    beat: Heartbeat
    held_back: int
    is_file: bool


def _uncertain(signs: Signs, _: datetime) -> str | None:
    count = signs.mails[OutboxState.UNCERTAIN]
    if not count:
        return None
    return (
        f"{plural(count, 'email')} may or may not have arrived. Settle each with: tracker outbox retry NUMBER, or drop."
    )


def _failed(signs: Signs, _: datetime) -> str | None:
    if not signs.failures:
        return None
    return f"{plural(signs.failures, 'email')} could not be delivered. See: tracker outbox list --state failed."


def _stuck(signs: Signs, now: datetime) -> str | None:
    oldest = signs.about.oldest_queued_at
    if oldest is None or now - oldest < STUCK_AFTER:
        return None
    return f"an email has waited since {_when(oldest)}. See: tracker outbox list."


def _dead(signs: Signs, now: datetime) -> str | None:
    """It renews its lease between two mails, and the answer to one may take ten minutes."""
    beat = signs.beat
    if beat.holder is None or beat.lease_until is None or beat.lease_until >= now:
        return None
    silent_since = f"the scheduler {beat.holder} has given no sign since {_when(beat.lease_until - LOCK_LEASE)}"
    waits = "it stopped, or waits for the mail server or the register"
    return f"{silent_since}: {waits}. If it is not running, start it with: tracker run."


def _silent(signs: Signs, now: datetime) -> str | None:
    """Nobody ticks any more: between two calls by a timer nobody holds the lock either, so that only time tells.

    Mails that were queued since say that somebody sends by hand, and misses no scheduler.
    """
    ticked_at, queued_at = signs.beat.ticked_at, signs.about.last_queued_at
    if signs.beat.holder is not None or ticked_at is None or now - ticked_at < SILENT_AFTER:
        return None
    if queued_at is not None and queued_at > ticked_at:
        return None
    return f"no scheduler has ticked since {_when(ticked_at)}. Check its timer, or start it with: tracker run."


def _ahead(signs: Signs, now: datetime) -> str | None:
    """A tick, or digests composed, in the future; where a tick was broken off, the lease tells."""
    beat = signs.beat
    latest = max(filter(None, (beat.ticked_at, beat.composed_at, beat.lease_until)), default=now)
    if latest - now < CLOCKS_DIFFER_BY:
        return None
    return f"the scheduler ticked at {_when(latest)}, which is in the future. Check the clocks of the machines."


def _held_back(signs: Signs, _: datetime) -> str | None:
    if not signs.held_back:
        return None
    waiting = f"the first digests ({signs.held_back:,}) wait for a yes"
    return f"{waiting}. Look at them with: tracker remind preview; then give: tracker remind send --yes."


def _backed_up(signs: Signs, now: datetime) -> str | None:
    """Backups were made and are no more. Where there never was one, they may be made by other means."""
    backup, written = signs.about.last_backup_at, signs.about.last_batch_at
    if not signs.is_file or backup is None or written is None or written <= backup or now - backup < OLD_AFTER:
        return None
    return f"the last backup is of {backup:%Y-%m-%d}, and more was written since. Make one with: tracker db backup."


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


_CHECKS: tuple[Callable[[Signs, datetime], str | None], ...] = (
    _uncertain,
    _failed,
    _stuck,
    _held_back,
    _dead,
    _silent,
    _ahead,
    _backed_up,
)


def _size(register: Register) -> int | None:
    file = sqlite_file(register.engine.url)
    return None if file is None else file.stat().st_size
