"""Evidence and extensions: the rows beside the journal that refer to its entries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select

from tracker.domain.rows import EvidenceFile, Extension
from tracker.store.batches import Batch
from tracker.store.tables import evidence_table, extension_table, journal_table
from tracker.store.writing import save_rows


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
        select(extension_table).where(extension_table.c.follow_up_id.in_(follow_up_ids)).order_by(extension_table.c.id)
    ):
        granted = None if row.decision_entry in voided else row.granted
        if row.request_entry not in voided:
            found.setdefault(row.follow_up_id, []).append(Extension(row.id, row.requested_to, row.reason, granted))
    return found
