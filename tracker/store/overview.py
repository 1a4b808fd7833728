"""How much there is in a register, and when what last happened: for `tracker status`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from tracker.domain.vocabulary import Post
from tracker.records import record
from tracker.store.database.mail_tables import outbox_table
from tracker.store.database.tables import (
    batch_table,
    follow_up_table,
    journal_table,
    officer_table,
    organization_table,
    report_table,
)


@record
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
    last_queued_at: datetime | None
    without_head: tuple[str, ...]


def overview(session: Connection, today: date, *, paused: Collection[int] = ()) -> Overview:
    """Count; every count is one query over an index or a small table.

    `paused` are mails that wait because their addressees are not to be reminded yet: none of them is the oldest.
    """
    followed = select(func.count()).select_from(follow_up_table).where(~follow_up_table.c.withdrawn)
    is_open = followed.where(follow_up_table.c.open)
    # Entries have gapless ids (see `Batch.next_id`), so that the last id is their number.
    return Overview(
        organizations=session.scalar(select(func.count()).select_from(organization_table)) or 0,
        documents=session.scalar(select(func.count()).select_from(report_table)) or 0,
        follow_ups=session.scalar(followed) or 0,
        open=session.scalar(is_open) or 0,
        overdue=session.scalar(is_open.where(follow_up_table.c.due_on < today)) or 0,
        batches=session.scalar(select(func.max(batch_table.c.number))) or 0,
        entries=session.scalar(select(func.max(journal_table.c.id))) or 0,
        last_batch_at=_latest_batch(session),
        last_backup_at=_latest_batch(session, asked="db backup %"),
        oldest_queued_at=session.scalar(
            select(func.min(outbox_table.c.queued_at)).where(
                outbox_table.c.settled_at.is_(None), outbox_table.c.id.not_in(paused)
            )
        ),
        last_queued_at=session.scalar(select(func.max(outbox_table.c.queued_at))),
        without_head=_without_head(session, today),
    )


def _latest_batch(session: Connection, asked: str | None = None) -> datetime | None:
    query = select(batch_table.c.recorded_at).order_by(batch_table.c.number.desc()).limit(1)
    return session.scalar(query if asked is None else query.where(batch_table.c.asked.like(asked)))


def _without_head(session: Connection, today: date) -> tuple[str, ...]:
    """Organizations, of those still there, with something open and nobody in the post of executive head today."""
    held = select(officer_table.c.id).where(
        officer_table.c.organization_id == organization_table.c.id,
        officer_table.c.post == Post.EXECUTIVE_HEAD,
        officer_table.c.from_on <= today,
        officer_table.c.until_on.is_(None) | (officer_table.c.until_on >= today),
    )
    asked = select(follow_up_table.c.id).where(
        follow_up_table.c.organization_id == organization_table.c.id,
        follow_up_table.c.open,
        ~follow_up_table.c.withdrawn,
    )
    there = organization_table.c.left_on.is_(None) | (organization_table.c.left_on > today)
    query = select(organization_table.c.code).where(there, asked.exists(), ~held.exists())
    return tuple(session.scalars(query.order_by(organization_table.c.folded)))
