"""The ledger of reminders: what decides about them, and every digest that was composed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, func, select, update

from tracker.domain.filters import Filters
from tracker.domain.journal import REFUSED, REQUESTED
from tracker.domain.outbox import OutboxState, QueuedMail
from tracker.domain.references import reference_to
from tracker.domain.reminders.bands import Case
from tracker.domain.reminders.digest import Digest
from tracker.domain.rows import FollowUp, instant
from tracker.domain.vocabulary import SymbolRole, Topic, Voice
from tracker.records import record
from tracker.store.database.mail_tables import outbox_table, reminder_item_table, reminder_table
from tracker.store.database.tables import (
    follow_up_table,
    journal_table,
    organization_table,
    recommendation_table,
    symbol_table,
)
from tracker.store.database.writing import insert_row, insert_rows
from tracker.store.follow_ups import list_follow_ups
from tracker.store.mails import outbox
from tracker.store.mails.outbox_then import outbox_at
from tracker.store.names import with_names
from tracker.store.standing import in_force


def is_new(session: Connection) -> bool:
    """Whether no reminder was ever composed in this register."""
    return session.scalar(select(reminder_table.c.id).limit(1)) is None


Places = Counter[tuple[str, str]]
"""(Recipient, cycle) → a number of digests."""


def composed(session: Connection, cycles: Collection[str]) -> tuple[Places, Places]:
    """How many digests of some cycles there are, and how many of them stand for their cycle: have not lapsed."""
    digest = reminder_table.c
    rows = session.execute(
        select(digest.recipient, digest.cycle, func.count(), func.count().filter(digest.lapsed_at.is_(None)))
        .where(digest.cycle.in_(sorted(cycles)))
        .group_by(digest.recipient, digest.cycle)
    ).all()
    return Counter({tuple(row[:2]): row[2] for row in rows}), Counter({tuple(row[:2]): row[3] for row in rows})


def mails_of(session: Connection, cycles: Collection[str]) -> list[QueuedMail]:
    """The mails of the digests of some cycles, the newest first."""
    of_cycles = select(reminder_table.c.outbox_id).where(reminder_table.c.cycle.in_(sorted(cycles)))
    return outbox.list_mails(session, among=of_cycles)


def enter(session: Connection, digest: Digest, *, subject: str, message: bytes, now: datetime) -> int | None:
    """Queue a digest and write it down, in this one transaction; None, and nothing is changed, where one stands."""
    if _stands(session, digest.recipient.key, str(digest.cycle)):
        return None
    mail = outbox.put(
        session, key=digest.key, recipient=digest.recipient.email, subject=subject, message=message, now=now
    )
    if mail is None:
        return None
    columns = {"recipient": digest.recipient.key, "cycle": str(digest.cycle), "composed_at": now, "outbox_id": mail}
    reminder = insert_row(session, reminder_table, **columns)
    items = [
        {
            "reminder_id": reminder,
            "follow_up_id": line.ask.follow_up.id,
            "reason": line.ask.band.value,
            "rung": line.post.value,
        }
        for line in digest.lines
    ]
    insert_rows(session, reminder_item_table, items)
    return reminder


def _stands(session: Connection, recipient: str, cycle: str) -> bool:
    """Whether a digest stands for a cycle. Whoever puts one into the queue again at this moment is waited for."""
    digest = reminder_table.c
    query = select(digest.lapsed_at).where(digest.recipient == recipient, digest.cycle == cycle)
    return None in session.scalars(query.with_for_update()).all()


def lapse(session: Connection, mail_id: int, *, now: datetime) -> None:
    """A digest was given up before it was sent: it does not stand for its cycle any more."""
    session.execute(update(reminder_table).where(reminder_table.c.outbox_id == mail_id).values(lapsed_at=now))


def lapsed(session: Connection, cycles: Collection[str]) -> set[int]:
    """The mails of those digests of some cycles that do not stand for them any more."""
    digest = reminder_table.c
    query = select(digest.outbox_id).where(digest.cycle.in_(sorted(cycles)), digest.lapsed_at.is_not(None))
    return set(session.scalars(query))


def hold(session: Connection, mail_ids: Collection[int]) -> None:
    """Nobody composes another digest in the place of these before the transaction ends."""
    query = select(reminder_table.c.id).where(reminder_table.c.outbox_id.in_(mail_ids))
    session.execute(query.order_by(reminder_table.c.id).with_for_update())


def stand_again(session: Connection, mail_ids: Collection[int]) -> None:
    """Digests that a person puts into the queue again: there is to be no other in their cycles."""
    session.execute(update(reminder_table).where(reminder_table.c.outbox_id.in_(mail_ids)).values(lapsed_at=None))


def addressees(session: Connection) -> dict[str, int]:
    """Report, by main symbol → how many organizations it is addressed to."""
    rows = session.execute(
        select(symbol_table.c.symbol, func.count(follow_up_table.c.organization_id.distinct()))
        .join(recommendation_table, recommendation_table.c.report_id == symbol_table.c.report_id)
        .join(follow_up_table, follow_up_table.c.recommendation_id == recommendation_table.c.id)
        .where(symbol_table.c.role == SymbolRole.MAIN, ~follow_up_table.c.withdrawn)
        .group_by(symbol_table.c.symbol)
    )
    return {row[0]: row[1] for row in rows}


def open_cases(session: Connection, code: str, counts: dict[str, int], *, today: date) -> list[Case]:
    """What is open for one organization, in the order of lists, with what decides about reminding.

    `counts` are the `addressees` of reports.
    """
    items = list_follow_ups(session, Filters(organizations=(code,), only_open=True), today=today)
    return as_cases(session, items, counts)


def as_cases(session: Connection, items: Sequence[FollowUp], counts: dict[str, int]) -> list[Case]:
    """Follow-ups with the last word on their extensions."""
    extensions = _last_words(session, [item.id for item in items])
    cases = []
    for item in items:
        word = extensions.get(item.id)
        requested = date.fromisoformat(word.target) if word is not None and word.source == REQUESTED else None
        refused = word.effective_on if word is not None and word.source == REFUSED else None
        heard = word is not None and word.heard_since
        cases.append(Case(item, counts.get(item.report, 1), requested, refused, heard))
    return cases


def _last_words(session: Connection, follow_up_ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The last entries on extensions, each with whether the organization was heard after it.

    Of one day, what was written later came later. What was written later of an earlier day was no answer to it.
    """
    entry, later = journal_table.c, journal_table.alias()
    heard_since = exists().where(
        later.c.follow_up_id == entry.follow_up_id,
        later.c.voice == Voice.ORGANIZATION,
        later.c.id > entry.id,
        later.c.effective_on >= entry.effective_on,
        in_force(later, date.max, None),
    )
    rows = session.execute(
        select(entry.follow_up_id, entry.source, entry.target, entry.effective_on, heard_since.label("heard_since"))
        .where(
            entry.follow_up_id.in_(follow_up_ids),
            entry.topic == Topic.EXTENSION,
            in_force(journal_table, date.max, None),
        )
        .order_by(entry.id)
    )
    return {row.follow_up_id: row for row in rows}


@record
class LogLine:
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


def log(
    session: Connection,
    organizations: Collection[int] = (),
    *,
    mail_id: int | None = None,
    limit: int | None = None,
    until: datetime | None = None,
) -> list[LogLine]:
    """The lines of all digests, the newest digest first; of some organizations, by id, or of one mail where given.

    With `until`: of the digests that had been composed by that instant, and what had become of each mail by then.
    """
    # A digest and its mail are written together: one whose mail was not there had not been composed.
    mail = outbox_table if until is None else outbox_at(until)
    query = (
        select(
            reminder_table.c.composed_at,
            reminder_table.c.recipient,
            reminder_table.c.cycle,
            organization_table.c.code,
            symbol_table.c.symbol,
            recommendation_table.c.number,
            reminder_item_table.c.reason,
            reminder_item_table.c.rung,
            mail.c.id,
            mail.c.state,
            mail.c.answer,
        )
        .join(reminder_item_table, reminder_item_table.c.reminder_id == reminder_table.c.id)
        .join(mail, mail.c.id == reminder_table.c.outbox_id)
        .join(follow_up_table, follow_up_table.c.id == reminder_item_table.c.follow_up_id)
        .order_by(reminder_table.c.composed_at.desc(), reminder_table.c.id.desc(), reminder_item_table.c.id)
        .limit(limit)
    )
    if mail_id is not None:
        query = query.where(mail.c.id == mail_id)
    if organizations:
        query = query.where(follow_up_table.c.organization_id.in_(organizations))
    return [LogLine(*row[:4], reference_to(row[4], row[5]), *row[6:]) for row in session.execute(with_names(query))]
