"""Batches: one command, its journal entries, and the hash that chains it to the one before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

from tracker.domain.journal import GENESIS, BatchFacts, Draft, batch_hash
from tracker.domain.rows import instant
from tracker.domain.who import Who
from tracker.errors import WorldError
from tracker.store.database import engine
from tracker.store.database.tables import amendment_table, batch_table, edition_table, journal_table, link_table
from tracker.store.database.writing import insert_rows

_CHAIN_LOCK = 0x74726B72
"""The PostgreSQL advisory lock that makes batches follow one another; SQLite's write lock does the same."""

_TAKE_CHAIN_LOCK = f"SELECT pg_advisory_xact_lock(:key) FROM {engine.LOCK_TIMEOUT}"  # noqa: S608 - all of it is ours
"""In one question the lock, and how long it and every other one is awaited in this transaction."""

_CHUNK = 5_000
"""So many entries are written at a time."""

_Entry = tuple[int, int, str, Draft, str | None]
"""Its id, its follow-up's id and name, the draft, and the voided entry as `batch.ordinal`."""


@dataclass(slots=True)
class Batch:
    """An open batch. Entries are gathered and written, in order, when it is sealed.

    `on_written` is told then how many are written, of how many; of a few, which are written at once, nothing is told.
    """

    session: Connection
    facts: BatchFacts
    previous: str
    is_touched: bool = False
    on_written: Callable[[int, int], None] | None = None
    _entries: list[_Entry] = field(default_factory=list)
    _attached: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)
    _afterwards: list[Callable[[], None]] = field(default_factory=list)
    _ids: dict[Table, int] = field(default_factory=dict)

    @property
    def actor(self) -> str:
        return self.facts.actor

    @property
    def now(self) -> datetime:
        return self.facts.recorded_at

    @property
    def says_something(self) -> bool:
        """Whether it says anything about a follow-up: what only takes back what was said is not taken back itself."""
        return any(draft.voids is None for _, _, _, draft, _ in self._entries)

    def touch(self) -> None:
        """Say that something changed that is not journaled (an officer, a title), so that the batch is kept."""
        self.is_touched = True

    def next_id(self, table: Table) -> int:
        """The next free id; safe because only one batch is open at a time."""
        if table not in self._ids:
            self._ids[table] = self.session.scalar(select(func.max(table.c.id))) or 0
        self._ids[table] += 1
        return self._ids[table]

    def enter(self, follow_up_id: int, name: str, draft: Draft, *, voided: str | None = None) -> int:
        """Add an entry and return its id. `name` is `REF ORG`, `voided` the voided entry as `batch.ordinal`."""
        entry_id = self.next_id(journal_table)
        self._entries.append((entry_id, follow_up_id, name, draft, voided))
        self.is_touched = True
        return entry_id

    def afterwards(self, write: Callable[[], None]) -> None:
        """Do something that refers to an entry of this batch when the entries are written."""
        self._afterwards.append(write)
        self.is_touched = True

    def attach(self, table: Table, **columns: Any) -> None:
        """Keep a row that refers to an entry of this batch until the entries are written; all of a table at once."""
        self._attached.setdefault(table, []).append(columns)
        self.is_touched = True

    def seal(self) -> None:
        """Write the batch with its hash, then its entries, then what refers to them."""
        self.session.execute(
            insert(batch_table).values(
                number=self.facts.number,
                actor=self.facts.actor,
                database_user=self.facts.database_user,
                recorded_at=self.facts.recorded_at,
                asked=self.facts.asked,
                previous=self.previous,
                hash=batch_hash(self.previous, self.facts, (entry[2:] for entry in self._entries)),
            )
        )
        for start in range(0, len(self._entries), _CHUNK):
            self._tell(start)
            insert_rows(self.session, journal_table, self._rows(start, self._entries[start : start + _CHUNK]))
        for table, rows in self._attached.items():
            insert_rows(self.session, table, rows)
        for write in self._afterwards:
            write()

    def _tell(self, written: int) -> None:
        if self.on_written is not None and len(self._entries) > _CHUNK:
            self.on_written(written, len(self._entries))

    def _rows(self, start: int, entries: Sequence[_Entry]) -> list[dict[str, Any]]:
        """Rows of the journal, made when they are written: those of 100,000 entries at once are memory for nothing."""
        return [
            {
                "id": entry_id,
                "batch": self.facts.number,
                "ordinal": start + place,
                "follow_up_id": follow_up_id,
                "topic": draft.topic,
                "source": draft.source,
                "target": draft.target,
                "effective_on": draft.effective_on,
                "recorded_at": self.facts.recorded_at,
                "voice": draft.voice,
                "note": draft.note,
                "voids": draft.voids,
                "given": draft.given,
            }
            for place, (entry_id, follow_up_id, _, draft, _) in enumerate(entries, start=1)
        ]


SLOW = timedelta(hours=1)
"""Longer than any command takes: an edition from further in the future means a clock that is wrong."""


def begin_batch(session: Connection, who: Who) -> Batch:
    """Open the next batch of the chain; on PostgreSQL it waits for the one before to be committed.

    `who.now` is when the command began. What is written after an edition was published is recorded after it, whenever
    its command began: else a long import would be counted as known then, and the edition would not come out again.
    """
    postgres = session.dialect.name == "postgresql"
    if postgres:
        session.execute(text(_TAKE_CHAIN_LOCK), {"key": _CHAIN_LOCK, **engine.longest_wait(only_here=True)})
    published = select(func.max(edition_table.c.known_at)).scalar_subquery().label("published")
    last = session.execute(
        select(batch_table.c.number, batch_table.c.hash, published).order_by(batch_table.c.number.desc()).limit(1)
    ).one_or_none()
    number, previous = (last.number, last.hash) if last else (0, GENESIS)
    recorded_at = _recorded_at(who.now, last.published if last else None)
    user = session.scalar(text("SELECT session_user")) if postgres else None
    return Batch(session, BatchFacts(number + 1, who.actor, recorded_at, who.asked, user), previous)


def _recorded_at(now: datetime, published: datetime | None) -> datetime:
    if published is None or published < now:
        return now
    if published - now > SLOW:
        raise WorldError(
            f"the clock says {instant(now)}, but an edition was published at {instant(published)}.",
            remedy="Correct this machine's clock, then try again.",
        )
    return published + timedelta(seconds=1)  # instants are kept in whole seconds


_KNOWN_FROM = (
    journal_table.c.recorded_at,
    amendment_table.c.recorded_at,
    link_table.c.recorded_at,
    link_table.c.removed_at,
)
"""The columns that say from which instant something is known. An officer, or a mail that came in, has none."""


def known_now(session: Connection, now: datetime) -> datetime:
    """The instant at which all that is written is known: the clock's, or the last that was recorded if that is later.

    For the clock may have been set back since, or that of another machine be ahead.
    """
    newest = (select(func.max(column)).scalar_subquery() for column in _KNOWN_FROM)
    recorded: Sequence[datetime | None] = session.execute(select(*newest)).one()
    return max(now, *(each or now for each in recorded))


def written_since(session: Connection, number: int, known_at: datetime) -> bool:
    """Whether anything was recorded after a batch that counts as known at an instant."""
    query = select(batch_table.c.number).where(batch_table.c.number > number, batch_table.c.recorded_at <= known_at)
    return session.execute(query.limit(1)).first() is not None


def last_number(session: Connection) -> int:
    """The number of the newest batch; 0 where there is none."""
    return session.scalar(select(func.max(batch_table.c.number))) or 0
