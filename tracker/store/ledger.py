"""The ledger of reminders: what decides about them, and every digest that was composed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from tracker.domain.filters import Filters
from tracker.domain.outbox import OutboxState
from tracker.domain.references import reference_to
from tracker.domain.reminders.bands import Case
from tracker.domain.reminders.digest import Digest
from tracker.domain.rows import FollowUp, instant
from tracker.domain.vocabulary import SymbolRole, Topic
from tracker.store import outbox
from tracker.store.follow_ups import list_follow_ups
from tracker.store.mail_tables import OutboxTable, ReminderItemTable, ReminderTable
from tracker.store.names import MAIN_SYMBOL
from tracker.store.standing import in_force
from tracker.store.tables import FollowUpTable, JournalTable, OrganizationTable, RecommendationTable, SymbolTable


def is_new(session: Session) -> bool:
    """Whether no reminder was ever composed in this register."""
    return session.scalar(select(ReminderTable.id).limit(1)) is None


def composed(session: Session, cycles: Collection[str]) -> set[tuple[str, str]]:
    """(recipient, cycle) of the digests of some cycles."""
    rows = session.execute(
        select(ReminderTable.recipient, ReminderTable.cycle).where(ReminderTable.cycle.in_(sorted(cycles)))
    )
    return {(row.recipient, row.cycle) for row in rows}


def enter(session: Session, digest: Digest, *, subject: str, message: bytes, now: datetime) -> int | None:
    """Queue a digest and write it down, in this one transaction; None, and nothing is changed, where it is there."""
    mail = outbox.put(
        session, key=digest.key, recipient=digest.recipient.email, subject=subject, message=message, now=now
    )
    if mail is None:
        return None
    row = ReminderTable(recipient=digest.recipient.key, cycle=str(digest.cycle), composed_at=now, outbox_id=mail)
    session.add(row)
    session.flush()
    items = [
        {
            "reminder_id": row.id,
            "follow_up_id": line.ask.follow_up.id,
            "reason": line.ask.band.value,
            "rung": line.post.value,
        }
        for line in digest.lines
    ]
    session.execute(insert(ReminderItemTable), items)
    return row.id


def addressees(session: Session) -> dict[str, int]:
    """Report, by main symbol → how many organizations it is addressed to."""
    rows = session.execute(
        select(SymbolTable.symbol, func.count(FollowUpTable.organization_id.distinct()))
        .join(RecommendationTable, RecommendationTable.report_id == SymbolTable.report_id)
        .join(FollowUpTable, FollowUpTable.recommendation_id == RecommendationTable.id)
        .where(SymbolTable.role == SymbolRole.MAIN, ~FollowUpTable.withdrawn)
        .group_by(SymbolTable.symbol)
    )
    return {row[0]: row[1] for row in rows}


def open_cases(session: Session, code: str, counts: dict[str, int], *, today: date) -> list[Case]:
    """What is open for one organization, with what decides about reminding; `counts` are its `addressees`."""
    items = list_follow_ups(session, Filters(organizations=(code,), only_open=True), today=today)
    return as_cases(session, items, counts)


def as_cases(session: Session, items: Sequence[FollowUp], counts: dict[str, int]) -> list[Case]:
    """Follow-ups with the last word on their extensions."""
    extensions = _last_words(session, [item.id for item in items])
    cases = []
    for item in items:
        word, target, on = extensions.get(item.id, (None, None, None))
        requested = date.fromisoformat(target) if word == "requested" and target is not None else None
        refused = on if word == "refused" else None
        cases.append(Case(item, counts.get(item.report, 1), requested, refused))
    return cases


def _last_words(session: Session, follow_up_ids: Sequence[int]) -> dict[int, tuple[str | None, str | None, date]]:
    rows = session.execute(
        select(JournalTable.follow_up_id, JournalTable.source, JournalTable.target, JournalTable.effective_on)
        .where(
            JournalTable.follow_up_id.in_(follow_up_ids),
            JournalTable.topic == Topic.EXTENSION,
            in_force(JournalTable, date.max, None),
        )
        .order_by(JournalTable.effective_on, JournalTable.id)
    )
    return {row.follow_up_id: (row.source, row.target, row.effective_on) for row in rows}


@dataclass(frozen=True, slots=True)
class Reminded:
    """One line of the log: who was asked about what, when, why, and what became of the mail."""

    composed_at: datetime
    recipient: str
    cycle: str
    organization: str
    ref: str
    reason: str
    post: str
    mail: int
    outcome: OutboxState
    answer: str | None

    def as_json(self) -> dict[str, Any]:
        return {
            "composed_at": instant(self.composed_at),
            "recipient": self.recipient,
            "cycle": self.cycle,
            "organization": self.organization,
            "ref": self.ref,
            "reason": self.reason,
            "post": self.post,
            "mail": self.mail,
            "outcome": self.outcome.value,
            "answer": self.answer,
        }


def log(session: Session, organizations: Collection[int] = (), *, limit: int | None = None) -> list[Reminded]:
    """The lines of all digests, the newest digest first; of some organizations by id where given."""
    query = (
        select(
            ReminderTable.composed_at,
            ReminderTable.recipient,
            ReminderTable.cycle,
            OrganizationTable.code,
            SymbolTable.symbol,
            RecommendationTable.number,
            ReminderItemTable.reason,
            ReminderItemTable.rung,
            OutboxTable.id,
            OutboxTable.state,
            OutboxTable.answer,
        )
        .join(ReminderItemTable, ReminderItemTable.reminder_id == ReminderTable.id)
        .join(OutboxTable, OutboxTable.id == ReminderTable.outbox_id)
        .join(FollowUpTable, FollowUpTable.id == ReminderItemTable.follow_up_id)
        .join(OrganizationTable, OrganizationTable.id == FollowUpTable.organization_id)
        .join(RecommendationTable, RecommendationTable.id == FollowUpTable.recommendation_id)
        .join(SymbolTable, MAIN_SYMBOL)
        .order_by(ReminderTable.composed_at.desc(), ReminderTable.id.desc(), ReminderItemTable.id)
        .limit(limit)
    )
    if organizations:
        query = query.where(FollowUpTable.organization_id.in_(organizations))
    return [
        Reminded(row[0], row[1], row[2], row[3], reference_to(row[4], row[5]), row[6], row[7], row[8], row[9], row[10])
        for row in session.execute(query)
    ]
