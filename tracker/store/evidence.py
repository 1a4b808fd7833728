"""Evidence and extensions: the rows beside the journal that refer to its entries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, exists, select

from tracker.domain.journal import GRANTED, REFUSED, REQUESTED
from tracker.domain.references import reference_to
from tracker.domain.rows import EvidenceFile, Extension, Request
from tracker.domain.vocabulary import Topic
from tracker.records import record
from tracker.store.batches import Batch
from tracker.store.database.tables import (
    evidence_table,
    extension_table,
    follow_up_table,
    journal_table,
    organization_table,
    recommendation_table,
    symbol_table,
)
from tracker.store.database.writing import save_rows
from tracker.store.names import with_names
from tracker.store.standing import in_force, standing


def attach_evidence(batch: Batch, *, entry_id: int, follow_up_id: int, item: EvidenceFile) -> None:
    """Keep where a piece of evidence is, beside the entry that names it."""
    batch.attach(
        evidence_table,
        entry_id=entry_id,
        follow_up_id=follow_up_id,
        location=item.location,
        sha256=item.sha256,
        size=item.size,
    )


@record
class GivenEvidence:
    """A piece of evidence with the entry that names it."""

    entry: int
    effective_on: date
    location: str
    sha256: str | None
    size: int | None

    def as_json(self) -> dict[str, Any]:
        return {
            "entry": self.entry,
            "effective_on": self.effective_on.isoformat(),
            "location": self.location,
            "sha256": self.sha256,
            "size": self.size,
        }


def evidence_of(
    session: Connection, follow_up_id: int, as_of: date | None = None, known_at: datetime | None = None
) -> list[GivenEvidence]:
    """What had been given on a follow-up by a day and was not taken back, as was known at an instant; oldest first."""
    table, entry = evidence_table.c, journal_table.c
    query = (
        select(table.entry_id, entry.effective_on, table.location, table.sha256, table.size)
        .join(journal_table, entry.id == table.entry_id)
        .where(table.follow_up_id == follow_up_id, in_force(journal_table, as_of or date.max, known_at))
        .order_by(table.entry_id)
    )
    return [GivenEvidence(*row) for row in session.execute(query)]


def request_extension(batch: Batch, *, entry_id: int, follow_up_id: int, to: date, reason: str) -> None:
    """Keep a request for a later due date, beside the entry that records it."""
    batch.attach(extension_table, follow_up_id=follow_up_id, request_entry=entry_id, requested_to=to, reason=reason)


def decide_extension(batch: Batch, extension_id: int, *, entry_id: int, granted: bool) -> None:
    """Keep the decision on a request, beside the entry that records it."""

    def write() -> None:
        row = {"id": extension_id, "granted": granted, "decision_entry": entry_id}
        save_rows(batch.session, extension_table, [row])

    batch.afterwards(write)


def extensions_of(session: Connection, follow_up_ids: Sequence[int]) -> dict[int, list[Extension]]:
    """Every extension of some follow-ups, oldest first; a voided request is left out, a voided decision is none."""
    voided = set(session.scalars(select(journal_table.c.voids).where(journal_table.c.follow_up_id.in_(follow_up_ids))))
    found: dict[int, list[Extension]] = {}
    for row in session.execute(
        select(extension_table, journal_table.c.given)
        .join(journal_table, journal_table.c.id == extension_table.c.request_entry)
        .where(extension_table.c.follow_up_id.in_(follow_up_ids))
        .order_by(extension_table.c.id)
    ):
        granted = None if row.decision_entry in voided else row.granted
        if row.request_entry not in voided:
            extension = Extension(row.id, row.requested_to, granted, row.given)
            found.setdefault(row.follow_up_id, []).append(extension)
    return found


def undecided(session: Connection, as_of: date | None = None, known_at: datetime | None = None) -> list[Request]:
    """Every request that waited for a decision on a day, as was known at an instant, oldest first.

    None, None means now. Those of withdrawn follow-ups are left out. One is decided at a time: a decision is on the
    request written before it.
    """
    at = standing(as_of, known_at)
    asked, decided, day = journal_table.c, journal_table.alias(), as_of or date.max
    is_decided = exists().where(
        decided.c.follow_up_id == asked.follow_up_id,
        decided.c.topic == Topic.EXTENSION,
        decided.c.source.in_((GRANTED, REFUSED)),
        decided.c.id > asked.id,
        in_force(decided, day, known_at),
    )
    query = (
        select(
            symbol_table.c.symbol,
            recommendation_table.c.number,
            organization_table.c.code,
            at.c.due_on,
            asked.target,
            asked.effective_on,
            asked.note,
        )
        .select_from(journal_table)
        .join(at, at.c.id == asked.follow_up_id)
        .join(follow_up_table, follow_up_table.c.id == at.c.id)
        .where(
            asked.topic == Topic.EXTENSION,
            asked.source == REQUESTED,
            in_force(journal_table, day, known_at),
            ~is_decided,
        )
        .order_by(asked.effective_on, asked.id)
    )
    rows = session.execute(with_names(query))
    return [
        Request(reference_to(symbol, number), code, due_on, date.fromisoformat(to or ""), requested_on, reason or "")
        for symbol, number, code, due_on, to, requested_on, reason in rows
    ]
