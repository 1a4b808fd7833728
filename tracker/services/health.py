"""Is everything well: what `tracker status` says, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tracker.config import Settings
from tracker.domain.outbox import OutboxState
from tracker.domain.rows import instant_or_none
from tracker.services.evidence import trouble as evidence_trouble
from tracker.services.reminders import outlook
from tracker.services.who import Who
from tracker.store import outbox, schema
from tracker.store.engine import sqlite_file
from tracker.store.overview import Overview, overview
from tracker.store.scheduler import Heartbeat, heartbeat
from tracker.store.unit import Register

STUCK_AFTER = timedelta(days=1)
"""A mail that waits longer than this is said to be stuck; the waits between attempts are shorter."""


@dataclass(frozen=True, slots=True)
class Health:
    """The state of a register, in facts; `troubles` are sentences, none where all is well."""

    place: str
    size: int | None
    about: Overview
    mails: dict[OutboxState, int]
    beat: Heartbeat
    digests_due: int
    troubles: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        about = self.about
        return {
            "register": self.place,
            "schema": schema.HEAD,
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
            "digests_due": self.digests_due,
            "scheduler": {"holder": self.beat.holder, "last_tick_at": instant_or_none(self.beat.ticked_at)},
            "without_executive_head": list(about.without_head),
            "troubles": list(self.troubles),
        }


def health(register: Register, settings: Settings, who: Who, *, evidence_store: Path) -> Health:
    """Look at the register, its files of evidence, the outbox, the scheduler, and how many digests are due."""
    with register.read() as session:
        about = overview(session, who.today)
        mails = outbox.count_by_state(session)
        failures = outbox.count_failures(session)
        beat = heartbeat(session)
    troubles = [sentence for check in _CHECKS if (sentence := check(Signs(about, mails, failures, beat), who.now))]
    troubles += filter(None, [evidence_trouble(register, evidence_store)])
    due = outlook(register, settings, now=who.now).digests
    return Health(schema.describe(register.engine), _size(register), about, mails, beat, due, tuple(troubles))


@dataclass(frozen=True, slots=True)
class Signs:
    """What the checks look at; `failures` are those of which nobody has taken note."""

    about: Overview
    mails: dict[OutboxState, int]
    failures: int
    beat: Heartbeat


def _uncertain(signs: Signs, _: datetime) -> str | None:
    count = signs.mails[OutboxState.UNCERTAIN]
    if not count:
        return None
    return f"{_mails(count)} may or may not have arrived. Settle each with: tracker outbox retry NUMBER, or drop."


def _failed(signs: Signs, _: datetime) -> str | None:
    if not signs.failures:
        return None
    return f"{_mails(signs.failures)} could not be delivered. See: tracker outbox list --state failed."


def _stuck(signs: Signs, now: datetime) -> str | None:
    oldest = signs.about.oldest_queued_at
    if oldest is None or now - oldest < STUCK_AFTER:
        return None
    return f"a mail has waited since {oldest:%Y-%m-%d %H:%M} UTC. See: tracker outbox list."


def _dead(signs: Signs, now: datetime) -> str | None:
    beat = signs.beat
    if beat.holder is None or beat.lease_until is None or beat.lease_until >= now:
        return None
    return f"the scheduler {beat.holder} stopped without a word. Start it again with: tracker run."


def _mails(count: int) -> str:
    return "1 mail" if count == 1 else f"{count:,} mails"


_CHECKS: tuple[Callable[[Signs, datetime], str | None], ...] = (_uncertain, _failed, _stuck, _dead)


def _size(register: Register) -> int | None:
    file = sqlite_file(register.engine.url)
    return None if file is None else file.stat().st_size
