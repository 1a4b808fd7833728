"""How much there is in a register, and when what last happened: for `tracker status`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.vocabulary import Post
from tracker.store.mail_tables import OutboxTable
from tracker.store.tables import BatchTable, FollowUpTable, JournalTable, OfficerTable, OrganizationTable, ReportTable


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts of the register, and the instants of the last batch and the last backup."""

    organizations: int
    documents: int
    follow_ups: int
    open: int
    overdue: int
    batches: int
    entries: int
    last_batch_at: datetime | None
    last_backup_at: datetime | None
    oldest_queued_at: datetime | None
    without_head: tuple[str, ...]


def overview(session: Session, today: date) -> Overview:
    """Count; every count is one query over an index or a small table."""
    followed = select(func.count()).select_from(FollowUpTable).where(~FollowUpTable.withdrawn)
    is_open = followed.where(FollowUpTable.open)
    # Entries have gapless ids (see `Batch.next_id`), so that the last id is their number.
    return Overview(
        organizations=session.scalar(select(func.count()).select_from(OrganizationTable)) or 0,
        documents=session.scalar(select(func.count()).select_from(ReportTable)) or 0,
        follow_ups=session.scalar(followed) or 0,
        open=session.scalar(is_open) or 0,
        overdue=session.scalar(is_open.where(FollowUpTable.due_on < today)) or 0,
        batches=session.scalar(select(func.max(BatchTable.number))) or 0,
        entries=session.scalar(select(func.max(JournalTable.id))) or 0,
        last_batch_at=_latest_batch(session),
        last_backup_at=_latest_batch(session, asked="db backup %"),
        oldest_queued_at=session.scalar(
            select(func.min(OutboxTable.queued_at)).where(OutboxTable.settled_at.is_(None))
        ),
        without_head=_without_head(session, today),
    )


def _latest_batch(session: Session, asked: str | None = None) -> datetime | None:
    query = select(BatchTable.recorded_at).order_by(BatchTable.number.desc()).limit(1)
    return session.scalar(query if asked is None else query.where(BatchTable.asked.like(asked)))


def _without_head(session: Session, today: date) -> tuple[str, ...]:
    """Organizations with something open and nobody in the post of executive head today."""
    held = select(OfficerTable.id).where(
        OfficerTable.organization_id == OrganizationTable.id,
        OfficerTable.post == Post.EXECUTIVE_HEAD,
        OfficerTable.from_on <= today,
        OfficerTable.until_on.is_(None) | (OfficerTable.until_on >= today),
    )
    asked = select(FollowUpTable.id).where(
        FollowUpTable.organization_id == OrganizationTable.id, FollowUpTable.open, ~FollowUpTable.withdrawn
    )
    query = select(OrganizationTable.code).where(asked.exists(), ~held.exists()).order_by(OrganizationTable.folded)
    return tuple(session.scalars(query))
