"""Which mails wait, since when, and in what order."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from tracker.domain.outbox import GIVE_UP_AFTER, Event, OutboxState
from tracker.store.database.mail_tables import outbox_table
from tracker.store.mails import outbox
from tracker.store.mails.outbox_waiting import NOT_PAUSED, clear, prospect, waiting

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LONG_AFTER = NOW + GIVE_UP_AFTER + timedelta(hours=1)


def put(register, key, now=NOW):
    with register.write() as session:
        given = {"key": key, "recipient": "head@example.org", "subject": "Mail", "message": b"Subject: x\r\n\r\nx\r\n"}
        return outbox.put(session, **given, now=now)


def put_into(register, mail, **columns):
    with register.write() as session:
        session.execute(update(outbox_table).where(outbox_table.c.id == mail).values(**columns))


def keys(register, now=NOW):
    with register.read() as session:
        return [mail.key for mail in waiting(session, now=now)]


@pytest.mark.parametrize("state", OutboxState)
def test_only_what_was_certainly_not_delivered_waits(sqlite_register, state):
    put_into(sqlite_register, put(sqlite_register, "one"), state=state, lease_until=NOW + timedelta(minutes=5))
    may_wait = state in outbox.sources(Event.REPLACE) | outbox.sources(Event.EXPIRE)
    assert keys(sqlite_register) == (["one"] if may_wait else [])
    given_back = may_wait or state in outbox.sources(Event.RELEASE)
    assert keys(sqlite_register, LONG_AFTER) == (["one"] if given_back else [])


def test_what_waits_comes_in_the_order_of_its_next_attempt(sqlite_register):
    for key, hours in (("late", 2), ("soon", 0), ("next", 1), ("soon too", 0)):
        put(sqlite_register, key, NOW + timedelta(hours=hours))
    assert keys(sqlite_register) == ["soon", "soon too", "next", "late"]


def test_only_the_mail_that_a_person_queued_again_has_waited_since_then(sqlite_register):
    old, again = put(sqlite_register, "old"), put(sqlite_register, "again")
    put_into(sqlite_register, again, state=OutboxState.FAILED)
    with sqlite_register.write() as session:
        outbox.decide(session, [again], Event.RETRY, actor="officer", now=LONG_AFTER)
    with sqlite_register.read() as session:
        found = prospect(session, now=LONG_AFTER, terms=NOT_PAUSED)
    assert [[(mail.id, mail.since) for mail in mails] for mails in (found.given_up, found.sent)] == [
        [(old, NOW)],
        [(again, LONG_AFTER)],
    ]
    with sqlite_register.write() as session:
        cleared = clear(session, owner="test", now=LONG_AFTER, terms=NOT_PAUSED)
    assert [mail.id for mail in cleared.given_up] == [old]
    assert keys(sqlite_register) == ["again"]
