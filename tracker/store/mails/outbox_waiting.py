"""What waits in the outbox: a later digest of its addressee replaces it, and after too long a wait it is given up.

What is given up here lapses: it was certainly not sent, and another digest may be composed in its cycle.

A digest whose addressee has left meanwhile, or got another address, goes to nobody: who holds the post now gets an
own one, at the address of now. While the reminders of all organizations that it asks about are paused, it waits on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from tracker.domain.addresses import folded
from tracker.domain.outbox import GIVE_UP_AFTER, NOBODY_THERE, Event, OutboxState, nobody_there, sources, successor
from tracker.domain.reminders.cadence import is_earlier, is_same_cadence, zone_of
from tracker.domain.reminders.ladder import Recipient
from tracker.errors import RefusedError
from tracker.records import record
from tracker.store.database.mail_tables import delivery_table, outbox_table, reminder_item_table, reminder_table
from tracker.store.database.tables import follow_up_table, officer_table, organization_table
from tracker.store.mails import ledger, outbox
from tracker.store.organizations import former_addresses


@record
class WaitingMail:
    """A mail that was certainly not delivered yet. `since` is when it was queued, or put into the queue again by hand.

    `addressee` and `cycle` are those of the ledger; None for a mail that is no digest.
    """

    id: int
    key: str
    recipient: str
    subject: str
    state: OutboxState
    since: datetime
    next_attempt_at: datetime
    addressee: str | None
    cycle: str | None


def waiting(session: Connection, *, now: datetime, addressee: str | None = None) -> list[WaitingMail]:
    """The mails that wait, the oldest first, of one addressee where given; also those whose holder died with them."""
    mail = outbox_table.c
    waits = mail.state.in_(sources(Event.REPLACE) | sources(Event.EXPIRE))
    query = (
        select(
            *(mail.id, mail.key, mail.recipient, mail.subject, mail.state, func.coalesce(_again(), mail.queued_at)),
            *(mail.next_attempt_at, reminder_table.c.recipient, reminder_table.c.cycle),
        )
        .outerjoin(reminder_table, reminder_table.c.outbox_id == mail.id)
        .where(or_(waits, outbox.is_abandoned(Event.RELEASE, now)))
        .order_by(mail.next_attempt_at, mail.id)
    )
    if addressee is not None:
        query = query.where(reminder_table.c.recipient == addressee)
    return [WaitingMail(*row) for row in session.execute(query)]


def _again() -> Any:
    """When a person last put the mail into the queue again: nobody else writes down that state."""
    query = select(func.max(delivery_table.c.at)).where(
        delivery_table.c.outbox_id == outbox_table.c.id, delivery_table.c.state == OutboxState.QUEUED
    )
    return query.correlate(outbox_table).scalar_subquery()


def later_digests(session: Connection, mail_ids: Collection[int]) -> dict[int, str]:
    """Mail → the cycle of the last digest in the same cadence that its addressee has after it; only where there is one.

    After it by the order of composing, and not by the calendar: under a clock that was wrong, a digest of a cycle to
    come was composed before those of the cycles until then, which must not give way to it.
    """
    later = reminder_table.alias()
    rows = session.execute(
        select(reminder_table.c.outbox_id, reminder_table.c.cycle, later.c.cycle)
        .join(later, later.c.recipient == reminder_table.c.recipient)
        .where(reminder_table.c.outbox_id.in_(mail_ids), later.c.id > reminder_table.c.id)
        .order_by(later.c.id)
    )
    return {mail: other for mail, cycle, other in rows if is_same_cadence(cycle, other)}


def check_can_go_out(
    session: Connection, mail_ids: Collection[int], *, now: datetime, office: Recipient | None = None
) -> None:
    """Raise RefusedError for the first digest that a delivery would give up: there is a later one, or nobody there."""
    later = later_digests(session, mail_ids)
    gone = asked_no_more(session, mail_ids, now=now, office=office)
    for mail_id in mail_ids:
        cycle = later.get(mail_id)
        if cycle is not None:
            raise RefusedError(
                f"email {mail_id} is out of date: the digest of cycle {cycle} came after it.",
                remedy="That one asks about everything that is open; see: tracker remind log.",
            )
        if mail_id in gone:
            raise nobody_there(mail_id)


@record
class Terms:
    """What the office has decided about its reminders as they go out.

    `office` gets digests for posts that are vacant, and never leaves; `paused` are the codes of the organizations that
    are not reminded at present.
    """

    office: Recipient | None = None
    paused: frozenset[str] = frozenset()


NOT_PAUSED = Terms()
"""Everybody is reminded, and the office gets nothing in anybody's place."""


Replaced = tuple[WaitingMail, str]
"""A mail, and the cycle of the digest that comes in its place."""


@dataclass(slots=True)
class Prospect:
    """What a delivery would do at an instant with the mails that wait; what is in none of the lists waits on.

    `left` are those at whose address nobody is asked any more; `paused` wait on however long they have waited.
    """

    sent: list[WaitingMail] = field(default_factory=list)
    paused: list[WaitingMail] = field(default_factory=list)
    replaced: list[Replaced] = field(default_factory=list)
    left: list[WaitingMail] = field(default_factory=list)
    given_up: list[WaitingMail] = field(default_factory=list)

    @property
    def not_sent(self) -> set[int]:
        """The numbers of those that never go out."""
        return {mail.id for mail in (*self.left, *self.given_up, *(mail for mail, _ in self.replaced))}


def prospect(
    session: Connection,
    *,
    now: datetime,
    terms: Terms,
    coming: Iterable[tuple[str, str]] = (),
    addressee: str | None = None,
) -> Prospect:
    """What a delivery would do now, once the digests `coming`, (addressee, cycle), are composed; for one or for all."""
    found = Prospect()
    mails = waiting(session, now=now, addressee=addressee)
    if not mails:
        return found
    numbers = [mail.id for mail in mails]
    gone, later = asked_no_more(session, numbers, now=now, office=terms.office), later_digests(session, numbers)
    paused, due = _paused(session, numbers, terms), list(coming)
    for mail in mails:
        cycle = _replacing(mail, due) or later.get(mail.id)
        if cycle is not None:
            found.replaced.append((mail, cycle))
        elif mail.id in gone:
            found.left.append(mail)
        elif mail.id in paused:
            found.paused.append(mail)
        elif now - mail.since > GIVE_UP_AFTER:
            found.given_up.append(mail)
        elif mail.next_attempt_at <= now:
            found.sent.append(mail)
    return found


def _paused(session: Connection, mail_ids: Collection[int], terms: Terms) -> set[int]:
    """Digests that ask about nobody but organizations that are not reminded at present."""
    if not terms.paused:
        return set()
    about = session.execute(_asked_about(mail_ids, organization_table.c.code)).all()
    return {mail for mail, _ in about} - {mail for mail, code in about if code not in terms.paused}


def _asked_about(mail_ids: Collection[int], *columns: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """For each digest what columns say of the follow-ups and organizations that it asks about, each thing once."""
    return (
        select(reminder_table.c.outbox_id, *columns)
        .distinct()
        .join(reminder_item_table, reminder_item_table.c.reminder_id == reminder_table.c.id)
        .join(follow_up_table, follow_up_table.c.id == reminder_item_table.c.follow_up_id)
        .join(organization_table, organization_table.c.id == follow_up_table.c.organization_id)
        .where(reminder_table.c.outbox_id.in_(mail_ids))
    )


def asked_no_more(
    session: Connection, mail_ids: Collection[int], *, now: datetime, office: Recipient | None = None
) -> set[int]:
    """Digests that are not to go out any more: nobody is there who would answer, or nothing to be answered.

    Today is that of each organization.
    """
    if not mail_ids:
        return set()
    return _of_those_who_left(session, mail_ids, now, office) | _with_nothing_open(session, mail_ids, now)


def _with_nothing_open(session: Connection, mail_ids: Collection[int], now: datetime) -> set[int]:
    """Digests all of whose follow-ups are settled by now, were taken back, or are of organizations that have left."""
    follow_up = follow_up_table.c
    still_open = (follow_up.open & ~follow_up.withdrawn).label("is_open")
    query = _asked_about(mail_ids, organization_table.c.left_on, organization_table.c.timezone, still_open)
    seen: set[int] = set()
    asking: set[int] = set()
    for mail, left_on, timezone, is_open in session.execute(query):
        seen.add(mail)
        if is_open and (left_on is None or left_on > now.astimezone(zone_of(timezone)).date()):
            asking.add(mail)
    return seen - asking


def _of_those_who_left(
    session: Connection, mail_ids: Collection[int], now: datetime, office: Recipient | None
) -> set[int]:
    """Digests whose addressee has held a post in an organization that they ask about, and holds none there today.

    Who left one of them, and still holds a post in another, gets the digest; so does the office, which never leaves.
    An address that was mended has left as well.
    """
    whom = reminder_table.c.recipient
    holder = (officer_table.c.email, officer_table.c.until_on, organization_table.c.timezone)
    query = (
        _asked_about(mail_ids, whom, *holder)
        .join(officer_table, officer_table.c.organization_id == organization_table.c.id)
        .where(whom != ("" if office is None else office.key))
    )
    mended = former_addresses(session)
    gone: set[int] = set()
    there: set[int] = set()
    for mail, recipient, email, until_on, timezone in session.execute(query):
        if recipient in mended:
            gone.add(mail)
        if folded(email) == recipient:
            has_left = until_on is not None and until_on < now.astimezone(zone_of(timezone)).date()
            (gone if has_left else there).add(mail)
    return gone - there


def _replacing(mail: WaitingMail, due: Iterable[tuple[str, str]]) -> str | None:
    own = mail.cycle
    if own is None:
        return None
    return next((cycle for whom, cycle in due if whom == mail.addressee and is_same_cadence(cycle, own)), None)


def in_vain(session: Connection, *, now: datetime, terms: Terms) -> set[tuple[str, str]]:
    """(Addressee, cycle) of the waiting digests that a delivery would give up, so that others may be composed."""
    found = prospect(session, now=now, terms=terms)
    return {(mail.addressee, mail.cycle) for mail in _in_vain(found) if mail.addressee and mail.cycle}


def _in_vain(found: Prospect) -> list[WaitingMail]:
    return [*found.left, *found.given_up]


def replace_in_vain(session: Connection, addressee: str, cycle: str, *, now: datetime, terms: Terms) -> int:
    """Let the digests of a cycle that wait in vain give way to the one about to be composed; returns how many did."""
    found = prospect(session, now=now, terms=terms, addressee=addressee)
    return sum(_replace(session, mail, cycle, now) for mail in _in_vain(found) if mail.cycle == cycle)


def replace_earlier(session: Connection, addressee: str, *, now: datetime) -> int:
    """Let the waiting digests of earlier cycles give way to the one that was just composed; returns how many did.

    Of earlier ones that had to be given up nobody has to take note any more.
    """
    mails = waiting(session, now=now, addressee=addressee)
    given_up = _given_up(session, addressee)
    later = later_digests(session, [*(mail.id for mail in mails), *given_up])
    for mail, cycle in given_up.items():
        if mail in later:
            outbox.take_note(session, [mail], f"replaced by {successor(cycle, later[mail])}", now=now)
    return sum(_replace(session, mail, later[mail.id], now) for mail in mails if mail.id in later)


def _given_up(session: Connection, addressee: str) -> dict[int, str]:
    """The lapsed digests of an addressee of which a person would have to take note, with their cycles."""
    digest, mail = reminder_table.c, outbox_table.c
    query = select(mail.id, digest.cycle).join(reminder_table, digest.outbox_id == mail.id)
    query = query.where(digest.recipient == addressee, digest.lapsed_at.is_not(None), outbox.IS_UNNOTED)
    return {row[0]: row[1] for row in session.execute(query)}


def _replace(session: Connection, mail: WaitingMail, cycle: str, now: datetime) -> bool:
    """What is replaced by a digest of a later cycle stands for its own, in which the clock may be once more."""
    lapses = mail.cycle is None or not is_earlier(mail.cycle, cycle)
    said = f"replaced by {successor(mail.cycle, cycle)}"
    return _give_up(session, mail, Event.REPLACE, said, now=now, lapses=lapses)


def _give_up(
    session: Connection,
    mail: WaitingMail,
    event: Event,
    said: str,
    *,
    now: datetime,
    owner: str | None = None,
    lapses: bool = True,
) -> bool:
    moved = outbox.give_up(session, mail.id, event, said, now=now, owner=owner)
    if moved and lapses:
        ledger.lapse(session, mail.id, now=now)
    return moved


NOT_SENT = f"not sent: {NOBODY_THERE}"


def waited_too_long(mail: WaitingMail) -> str:
    """The words for a mail that is given up."""
    return f"given up: it had waited since {mail.since:%Y-%m-%d}"


def clear(session: Connection, *, owner: str, now: datetime, terms: Terms) -> Prospect:
    """Give up what is not to be sent any more; returns what that was, and what waits on, with nothing among the `sent`.

    A digest gives way when the later one is composed; what another program held then, and gave back, does so here.
    """
    found = prospect(session, now=now, terms=terms)
    return Prospect(
        paused=found.paused,
        left=[mail for mail in found.left if _give_up(session, mail, Event.REPLACE, NOT_SENT, now=now)],
        replaced=[(mail, cycle) for mail, cycle in found.replaced if _replace(session, mail, cycle, now)],
        given_up=[mail for mail in found.given_up if _expire(session, mail, owner, now)],
    )


def _expire(session: Connection, mail: WaitingMail, owner: str, now: datetime) -> bool:
    return _give_up(session, mail, Event.EXPIRE, waited_too_long(mail), now=now, owner=owner)
