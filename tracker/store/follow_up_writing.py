"""Writing of follow-ups: new ones, and where each now stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from tracker.domain.journal import Standing
from tracker.domain.lifecycle import is_settled
from tracker.domain.vocabulary import Addressee
from tracker.records import record
from tracker.store.amendments import amend
from tracker.store.batches import Batch
from tracker.store.database.tables import follow_up_table, recommendation_table
from tracker.store.database.writing import insert_rows, save_alike


@record
class Addressed:
    """A follow-up that is there; `addressee` is its own, where it has another one than its recommendation."""

    id: int
    withdrawn: bool
    addressee: Addressee | None


def addressed_pairs(session: Connection, report_id: int) -> dict[tuple[int, int], Addressed]:
    """(recommendation, organization) → follow-up, for all of a report's follow-ups."""
    rows = session.execute(
        select(
            follow_up_table.c.recommendation_id,
            follow_up_table.c.organization_id,
            follow_up_table.c.id,
            follow_up_table.c.withdrawn,
            follow_up_table.c.addressee,
        )
        .join(recommendation_table, recommendation_table.c.id == follow_up_table.c.recommendation_id)
        .where(recommendation_table.c.report_id == report_id)
    )
    return {
        (row.recommendation_id, row.organization_id): Addressed(row.id, row.withdrawn, row.addressee) for row in rows
    }


def insert_follow_ups(session: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write new follow-ups: columns of the table by name."""
    insert_rows(session, follow_up_table, rows)


def save_standings(session: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write where follow-ups now stand: columns by name, with `id`."""
    save_alike(session, follow_up_table, rows)


def save_addressees(batch: Batch, rows: Sequence[dict[str, Any]]) -> None:
    """Say to whom follow-ups are addressed: `id` and `addressee`."""
    amend(batch, follow_up_table, rows)


def standing_columns(at: Standing, *, asks_verification: bool) -> dict[str, Any]:
    """What is kept of a standing in the follow-up's own row; one without a day of address is withdrawn."""
    kept: dict[str, Any] = {
        "acceptance": at.positions.acceptance,
        "implementation": at.positions.implementation,
        "verification": at.positions.verification,
        "reported_by": at.positions.reported_by,
        "due_on": at.due_on,
        "original_due_on": at.original_due_on,
        "heard_on": at.heard_on,
        "open": not is_settled(at.positions, asks_verification=asks_verification),
        "withdrawn": at.addressed_on is None,
    }
    if at.addressed_on is not None:
        kept["addressed_on"] = at.addressed_on
    if at.last is not None:
        kept |= {
            "effective_on": at.last.effective_on,
            "recorded_at": at.last.recorded_at,
            "actor": at.last.actor,
            "note": at.last.note,
        }
    return kept


def next_follow_up_id(batch: Batch) -> int:
    """The id for a follow-up about to be inserted."""
    return batch.next_id(follow_up_table)
