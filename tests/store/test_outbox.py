"""The outbox on both databases: once by key, claimed by one, moved only as the table allows."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from tracker.domain.outbox import Answer, Event, OutboxState
from tracker.errors import RefusedError, UnknownNameError
from tracker.store.database.mail_tables import outbox_table
from tracker.store.database.schema import differences
from tracker.store.mails import outbox

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)
LATER = NOW + LEASE + timedelta(seconds=1)


def put(register, *numbers, now=NOW, **more):
    with register.write() as session:
        return [
            outbox.put(
                session,
                key=f"k{number}",
                recipient=f"head{number}@example.org",
                subject=f"Email {number}",
                message=b"Subject: x\r\n\r\nx\r\n",
                now=now,
                **more,
            )
            for number in numbers
        ]


def claim(register, owner="a", now=NOW, limit=10):
    with register.write() as session:
        return outbox.claim(session, owner=owner, now=now, lease=LEASE, limit=limit)


def settle(register, mail, event, owner="a", now=NOW, text="said"):
    with register.write() as session:
        return outbox.settle(session, mail, Answer(event, text), owner=owner, now=now)


def transmit(register, mail, owner="a", now=NOW):
    with register.write() as session:
        return outbox.begin_transmission(session, mail.id, owner=owner, now=now, lease=LEASE)


def recover(register, now=LATER):
    with register.write() as session:
        return [mail.id for mail in outbox.recover(session, now=now)]


def look(register, mail_id):
    with register.read() as session:
        return outbox.find(session, mail_id)


def history(register, mail_id):
    with register.read() as session:
        return [(attempt.state, attempt.answer) for attempt in outbox.attempts_of(session, mail_id)]


def test_the_schema_is_the_one_of_the_tables(register):
    assert differences(register.engine) == []


def test_a_key_is_put_once(register):
    [first] = put(register, 1)
    again, second = put(register, 1, 2)
    assert again is None
    assert second > first
    with register.read() as session:
        assert [mail.key for mail in outbox.list_mails(session)] == ["k2", "k1"]


def test_putting_is_taken_back_with_its_transaction(register):
    with register.write() as session:
        outbox.put(session, key="k", recipient="a@b.c", subject="s", message=b"m", now=NOW)
        session.rollback()
    with register.read() as session:
        assert outbox.list_mails(session) == []


@given(st.lists(st.sampled_from([b"a", b"\r", b"\n", b".", b"\r\n"])).map(b"".join))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_line_ends_are_kept_as_crlf(sqlite_register, message):
    with sqlite_register.write() as session:
        found = outbox.put(session, key=repr(message), recipient="r", subject="s", message=message, now=NOW)
        if found is not None:
            kept = outbox.message_of(session, found)
            assert kept.replace(b"\r\n", b"").count(b"\r") + kept.replace(b"\r\n", b"").count(b"\n") == 0
            assert kept.count(b"\r\n") == len(message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")) - 1


def test_a_claimed_mail_is_nobody_elses(register):
    put(register, 1, 2, 3)
    assert [mail.key for mail in claim(register, limit=2)] == ["k1", "k2"]
    assert [mail.key for mail in claim(register, owner="b")] == ["k3"]
    assert claim(register, owner="c") == []


def test_what_is_not_yet_due_is_not_claimed(register):
    put(register, 2, now=NOW + timedelta(hours=1))
    assert claim(register) == []
    assert [mail.key for mail in claim(register, now=NOW + timedelta(hours=1))] == ["k2"]


def test_sending_is_written_down(register):
    put(register, 1)
    [mail] = claim(register)
    assert transmit(register, mail)
    assert look(register, mail.id).state is OutboxState.TRANSMITTING
    assert settle(register, mail, Event.ACCEPT, text="250 taken") is OutboxState.SENT
    found = look(register, mail.id)
    assert (found.state, found.attempts, found.answer, found.settled_at) == (OutboxState.SENT, 1, "250 taken", NOW)
    assert found.next_attempt_at is None
    assert history(register, mail.id) == [(OutboxState.SENT, "250 taken")]
    assert claim(register, now=LATER) == []


def test_only_the_owner_moves_a_mail(register):
    put(register, 1)
    [mail] = claim(register)
    assert not transmit(register, mail, owner="b")
    assert settle(register, mail, Event.ACCEPT, owner="b") is None
    assert look(register, mail.id).state is OutboxState.CLAIMED
    assert history(register, mail.id) == []


def test_not_now_waits_longer_each_time_and_ends_as_failed(register):
    put(register, 1)
    now, waits = NOW, []
    for _ in range(20):
        found = claim(register, now=now)
        if not found:
            break
        settle(register, found[0], Event.POSTPONE, now=now, text="451 later")
        at = look(register, found[0].id).next_attempt_at
        if at is not None:
            waits.append(at - now)
            assert claim(register, now=at - timedelta(seconds=1)) == []
            now = at
    assert waits == sorted(waits)
    assert len(waits) == 12
    mail = look(register, 1)
    assert (mail.state, mail.attempts) == (OutboxState.FAILED, 13)
    assert mail.answer == "given up after 13 attempts: 451 later"
    assert len(history(register, 1)) == 13


def test_a_dead_holder_before_data_gives_its_mails_back(register):
    put(register, 1)
    [mail] = claim(register)
    assert recover(register, now=NOW + LEASE) == []
    assert look(register, mail.id).state is OutboxState.CLAIMED
    recover(register)
    assert look(register, mail.id).state is OutboxState.QUEUED
    assert look(register, mail.id).attempts == 0
    assert not transmit(register, mail)  # should it live after all, it has lost the mail
    assert claim(register, owner="b", now=LATER)


def test_a_dead_holder_within_data_leaves_an_uncertain_mail(register):
    put(register, 1)
    [mail] = claim(register)
    transmit(register, mail)
    assert recover(register) == [mail.id]
    assert look(register, mail.id).state is OutboxState.UNCERTAIN
    assert [state for state, _ in history(register, mail.id)] == [OutboxState.UNCERTAIN]
    assert claim(register, now=LATER + timedelta(days=30)) == []
    assert recover(register, now=LATER + timedelta(days=30)) == []


def test_a_holder_that_was_only_slow_still_says_how_it_ended(register):
    put(register, 1)
    [mail] = claim(register)
    transmit(register, mail)
    recover(register)
    assert settle(register, mail, Event.ACCEPT) is OutboxState.SENT


def test_a_slow_holder_does_not_overrule_a_person(register):
    put(register, 1)
    [mail] = claim(register)
    transmit(register, mail)
    recover(register)
    with register.write() as session:
        outbox.decide(session, [mail.id], Event.DROP, actor="officer", now=LATER)
    assert settle(register, mail, Event.ACCEPT) is None
    assert look(register, mail.id).state is OutboxState.FAILED


def test_giving_back_counts_as_no_attempt(register):
    put(register, 1, 2)
    first, _ = claim(register)
    transmit(register, first)
    with register.write() as session:
        assert outbox.release(session, owner="a", answer="the server is down") == 1
    mail = look(register, 2)
    assert (mail.state, mail.attempts, mail.answer) == (OutboxState.QUEUED, 0, "the server is down")
    assert look(register, 1).state is OutboxState.TRANSMITTING
    assert [found.key for found in claim(register, owner="b")] == ["k2"]


def test_a_lease_is_renewed_for_the_holder_only(register):
    put(register, 1, 2)
    claim(register, owner="a", limit=1)
    claim(register, owner="b", limit=1)
    with register.write() as session:
        outbox.renew(session, owner="a", now=NOW + LEASE, lease=LEASE)
    recover(register)
    assert [look(register, found).state for found in (1, 2)] == [OutboxState.CLAIMED, OutboxState.QUEUED]


@pytest.mark.parametrize("state", OutboxState)
@pytest.mark.parametrize("event", [Event.RETRY, Event.DROP])
def test_decisions_by_hand(sqlite_register, state, event):
    put(sqlite_register, 1)
    with sqlite_register.write() as session:
        session.execute(update(outbox_table).values(state=state, attempts=4))
    allowed = state in outbox.sources(event)
    try:
        with sqlite_register.write() as session:
            (mail,) = outbox.decide(session, [1], event, actor="officer", now=LATER)
    except RefusedError:
        assert not allowed
        assert look(sqlite_register, 1).state is state
        assert history(sqlite_register, 1) == []
        return
    assert allowed
    assert (mail.state, mail.answer) == (outbox.target(event), f"{event.value} by officer")
    if event is Event.RETRY:
        assert (mail.attempts, mail.next_attempt_at, mail.settled_at) == (0, LATER, None)
    assert history(sqlite_register, 1) == [(outbox.target(event), f"{event.value} by officer")]


def test_a_mail_that_is_not_there(register):
    with register.read() as session:
        for ask in (outbox.find, outbox.message_of):
            with pytest.raises(UnknownNameError, match="there is no email 77"):
                ask(session, 77)


def test_lists_and_counts(register):
    put(register, 1, 2, 3)
    settle(register, claim(register, limit=1)[0], Event.REFUSE)
    with register.read() as session:
        assert [mail.id for mail in outbox.list_mails(session, [OutboxState.QUEUED])] == [3, 2]
        assert [mail.id for mail in outbox.list_mails(session, limit=1)] == [3]
        counts = outbox.count_by_state(session)
        assert {state.value: number for state, number in counts.items() if number} == {
            "queued": 2,
            "failed": 1,
        }
        assert set(counts) == set(OutboxState)
        assert outbox.count_waiting(session) == 2


def test_a_failure_counts_until_somebody_has_taken_note(register):
    put(register, 1, 2)
    for mail in claim(register):
        settle(register, mail, Event.REFUSE, text="550 unknown")
    with register.write() as session:
        assert outbox.count_failures(session) == 2
        outbox.decide(session, [1], Event.DROP, actor="officer", now=NOW)
        assert outbox.count_failures(session) == 1
        outbox.decide(session, [2], Event.RETRY, actor="officer", now=NOW)
        assert outbox.count_failures(session) == 0


def test_note_is_taken_of_the_failures_that_are_named_only(register):
    put(register, 1, 2)
    for mail in claim(register):
        settle(register, mail, Event.REFUSE, text="550 unknown")
    with register.write() as session:
        outbox.take_note(session, [2], "replaced", now=NOW)
        assert outbox.undecided(session, OutboxState.FAILED) == [1]
    assert [look(register, mail).answer for mail in (1, 2)] == ["550 unknown", "replaced"]
    assert len(history(register, 1)) == len(history(register, 2)) - 1 == 1
