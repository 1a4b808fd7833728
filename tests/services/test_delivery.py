"""Delivery over real mail servers, on both databases: nothing lost, nothing twice, one bad mail stops no other."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from mail_servers import free_port, mail_server, smtp

from tracker.domain.outbox import Event, OutboxState
from tracker.errors import WorldError
from tracker.mail.folder import Folder
from tracker.services.reminders import delivery
from tracker.services.reminders.delivery import deliver, left_behind, take_back
from tracker.store.mails import outbox

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.at = START

    def __call__(self):
        return self.at

    def move(self, **by):
        self.at += timedelta(**by)


@pytest.fixture
def clock():
    return HandClock()


def queue(register, count, start=1):
    with register.write() as session:
        for number in range(start, start + count):
            outbox.put(
                session,
                key=f"digest:{number}",
                recipient=f"head{number}@example.org",
                subject=f"Email {number}",
                message=f"Subject: Email {number}\r\n\r\nPlease answer.\r\n".encode(),
                now=START,
            )


def counts(register):
    with register.read() as session:
        return {state.value: number for state, number in outbox.count_by_state(session).items() if number}


def states(register):
    with register.read() as session:
        return {mail.id: mail.state for mail in outbox.list_mails(session)}


def test_everything_due_goes_out_once(register, habits, port, clock):
    queue(register, 45)
    report = deliver(register, smtp(port), clock=clock, owner="a")
    assert (report.sent, report.remaining, report.answers, report.trouble) == (45, 0, [], None)
    assert Counter(habits.recipients) == {f"head{number}@example.org": 1 for number in range(1, 46)}
    assert habits.connections == 1
    assert deliver(register, smtp(port), clock=clock, owner="a").attempted == 0
    assert len(habits.received) == 45


def test_every_third_recipient_is_refused(register, habits, port, clock):
    queue(register, 30)
    habits.at_rcpt = lambda address: "550 unknown" if int(address[4:].split("@")[0]) % 3 == 0 else None
    report = deliver(register, smtp(port), clock=clock, owner="a")
    assert (report.sent, report.failed, report.remaining) == (20, 10, 0)
    assert {answer.answer for answer in report.answers} == {"550 unknown"}
    assert counts(register) == {"sent": 20, "failed": 10}


def test_greylisting_is_waited_out(register, habits, port, clock):
    queue(register, 5)
    seen = Counter()

    def greylist(address):
        seen[address] += 1
        return "451 greylisted" if clock.at < START + timedelta(minutes=5) else None

    habits.at_rcpt = greylist
    assert deliver(register, smtp(port), clock=clock, owner="a").retried == 5
    assert deliver(register, smtp(port), clock=clock, owner="a").attempted == 0
    clock.move(minutes=1)
    assert deliver(register, smtp(port), clock=clock, owner="a").retried == 5
    clock.move(minutes=4)
    assert deliver(register, smtp(port), clock=clock, owner="a").attempted == 0
    clock.move(minutes=1)
    assert deliver(register, smtp(port), clock=clock, owner="a").sent == 5
    assert set(seen.values()) == {3}
    with register.read() as session:
        assert [attempt.answer for attempt in outbox.attempts_of(session, 1)][:2] == ["451 greylisted"] * 2


def test_a_server_that_drops_after_data(register, habits, port, clock):
    queue(register, 6)
    habits.vanish = lambda step, address: step == "BODY" and address.startswith(("head2@", "head5@"))
    report = deliver(register, smtp(port), clock=clock, owner="a")
    assert (report.sent, report.uncertain) == (4, 2)
    habits.vanish = lambda *_: False
    clock.move(days=30)
    assert deliver(register, smtp(port), clock=clock, owner="a").attempted == 0
    assert set(Counter(habits.recipients).values()) == {1}
    uncertain = [found for found, state in states(register).items() if state is OutboxState.UNCERTAIN]
    with register.write() as session:
        outbox.decide(session, [uncertain[0]], Event.RETRY, actor="officer", now=clock())
        outbox.decide(session, [uncertain[1]], Event.DROP, actor="officer", now=clock())
    assert deliver(register, smtp(port), clock=clock, owner="a").sent == 1
    assert counts(register) == {"sent": 5, "failed": 1}


def test_a_server_that_dies_and_returns(register, habits, clock):
    queue(register, 50)
    port = free_port()
    with mail_server(habits, port=port) as same:

        def until_twenty():
            return len(habits.received) < 20

        report = deliver(register, smtp(same), clock=clock, owner="a", go_on=until_twenty)
    assert report.sent == 20
    down = deliver(register, smtp(port), clock=clock, owner="a")
    assert (down.attempted, down.remaining) == (0, 30)
    assert "cannot be reached" in str(down.trouble)
    assert counts(register) == {"sent": 20, "queued": 30}
    with register.read() as session:
        waiting = outbox.find(session, 21)
        assert (waiting.attempts, "cannot be reached" in waiting.answer) == (0, True)
    with mail_server(habits, port=port):
        assert deliver(register, smtp(port), clock=clock, owner="a").sent == 30
    assert set(Counter(habits.recipients).values()) == {1}
    assert len(habits.received) == 50


def test_a_server_that_dies_in_the_middle(register, habits, port, clock):
    """The line is cut at the seventh RCPT, and the server takes no call after that."""
    queue(register, 10)

    def at_seven(step, address):
        return step == "RCPT" and address.startswith(("head7@", "head8@", "head9@", "head10@"))

    habits.vanish = at_seven
    report = deliver(register, smtp(port), clock=clock, owner="a")
    assert (report.sent, report.retried, report.remaining) == (6, 4, 4)
    habits.vanish = lambda *_: False
    clock.move(minutes=1)
    assert deliver(register, smtp(port), clock=clock, owner="a").sent == 4
    assert set(Counter(habits.recipients).values()) == {1}


def test_a_slow_server_costs_no_lease(register, habits, port, clock, monkeypatch):
    """Each mail takes two minutes of the register's clock; a second program looks in between."""
    queue(register, 8)

    def slow(address):
        clock.move(minutes=2)
        with register.write() as session:
            outbox.recover(session, now=clock())
            assert outbox.claim(session, owner="b", now=clock(), lease=delivery.CLAIM_LEASE, limit=9) == []

    habits.at_rcpt = slow
    assert deliver(register, smtp(port), clock=clock, owner="a").sent == 8


def test_a_lost_lease_is_noticed_before_the_mail_goes_out(register, habits, port, clock):
    queue(register, 1)

    def very_slow(address):
        clock.move(minutes=6)
        with register.write() as session:
            outbox.recover(session, now=clock())
            outbox.claim(session, owner="b", now=clock(), lease=delivery.CLAIM_LEASE, limit=9)

    habits.at_rcpt = very_slow
    report = deliver(register, smtp(port), clock=clock, owner="a")
    assert (report.attempted, report.remaining) == (0, 1)
    assert habits.received == []


def test_what_a_program_that_has_ended_had_claimed_is_not_waited_for_and_what_it_had_begun_is(
    register, habits, port, clock
):
    queue(register, 3)
    with register.write() as session:
        outbox.claim(session, owner="dead", now=clock(), lease=delivery.CLAIM_LEASE, limit=2)
        outbox.begin_transmission(session, 1, owner="dead", now=clock(), lease=delivery.TRANSMISSION_LEASE)
    assert deliver(register, smtp(port), clock=clock, owner="b").sent == 1
    assert counts(register) == {"transmitting": 1, "claimed": 1, "sent": 1}
    assert left_behind(register, lambda name: name == "dead") == 1
    take_back(register, lambda name: name == "dead")
    assert deliver(register, smtp(port), clock=clock, owner="b").sent == 1
    assert counts(register) == {"transmitting": 1, "sent": 2}


def test_one_that_was_wrongly_taken_to_have_ended_sends_none_of_what_was_taken_from_it(register, habits, port, clock):
    """As where two machines have one name: it looks whether a mail is still its own before that goes out."""
    queue(register, 2)

    def meanwhile(_):
        take_back(register, lambda name: name == "a")
        with register.write() as session:
            outbox.claim(session, owner="b", now=clock(), lease=delivery.CLAIM_LEASE, limit=9)

    habits.at_rcpt = meanwhile
    report = deliver(register, smtp(port), clock=clock, owner="a")
    assert (report.attempted, habits.received) == (0, [])


def test_a_stop_leaves_the_rest_queued(register, habits, port, clock):
    queue(register, 30)
    asked = iter([True] * 4 + [False] * 10)
    report = deliver(register, smtp(port), clock=clock, owner="a", go_on=lambda: next(asked))
    assert report.sent == 4
    assert counts(register) == {"sent": 4, "queued": 26}
    assert report.remaining == 26


def test_a_program_that_fails_on_one_mail_sends_the_others(register, habits, port, clock, caplog):
    queue(register, 3)
    line = smtp(port)
    whole = line.send

    class Clumsy:
        describe, close = line.describe, line.close

        def send(self, mail, may_transmit):
            if mail.id == 2:
                raise ZeroDivisionError
            return whole(mail, may_transmit)

    report = deliver(register, Clumsy(), clock=clock, owner="a")
    assert (report.sent, report.retried) == (2, 1)
    assert report.answers[0].answer == "the program failed on this email: ZeroDivisionError"
    assert "an email could not be sent" in caplog.text


def test_a_register_that_fails_stops_everything(sqlite_register, habits, port, clock, monkeypatch):
    queue(sqlite_register, 3)

    def locked(*_, **__):
        raise WorldError("the register is in use by another program.")

    monkeypatch.setattr(outbox, "begin_transmission", locked)
    with pytest.raises(WorldError, match="in use"):
        deliver(sqlite_register, smtp(port), clock=clock, owner="a")
    monkeypatch.undo()
    assert habits.received == []
    clock.move(minutes=6)
    assert deliver(sqlite_register, smtp(port), clock=clock, owner="b").sent == 3


@pytest.fixture
def away(monkeypatch):
    """`away(2)`: the register is away twice when an answer is written; `is_written`: only its own answer is lost."""

    def leave(times, *, is_written=False):
        left = iter(range(times))
        settle = outbox.settle

        def failing(session, *words, **more):
            if next(left, None) is None:
                return settle(session, *words, **more)
            if is_written:
                settle(session, *words, **more)
                session.commit()
            raise WorldError("the database server went away.")

        monkeypatch.setattr(outbox, "settle", failing)
        monkeypatch.setattr(delivery, "_PAUSE_SECONDS", 0)

    return leave


def test_an_answer_is_kept_while_the_register_is_away(register, habits, port, clock, away):
    queue(register, 3)
    away(2)
    assert deliver(register, smtp(port), clock=clock, owner="a").sent == 3
    assert counts(register) == {"sent": 3}
    assert set(Counter(habits.recipients).values()) == {1}


def test_whoever_is_told_to_stop_waits_for_no_register(sqlite_register, habits, port, clock, away):
    queue(sqlite_register, 3)
    away(10)
    asked = iter([True, True])
    with pytest.raises(WorldError, match="went away"):
        deliver(sqlite_register, smtp(port), clock=clock, owner="a", go_on=lambda: next(asked, False))
    assert counts(sqlite_register) == {"transmitting": 1, "claimed": 2}


def test_a_lock_that_cannot_be_renewed_is_no_reason_to_stop(sqlite_register, habits, port, clock, away):
    queue(sqlite_register, 1)
    away(2)
    asked = iter(range(3))

    def go_on():
        if next(asked, None) == 1:
            raise WorldError("the database server cannot be reached.")
        return True

    assert deliver(sqlite_register, smtp(port), clock=clock, owner="a", go_on=go_on).sent == 1


def test_a_mail_that_is_uncertain_stays_so_when_it_is_written_again(register, habits, port, clock, away):
    queue(register, 1)
    habits.vanish = lambda step, _: step == "BODY"
    away(1, is_written=True)
    deliver(register, smtp(port), clock=clock, owner="a")
    assert counts(register) == {"uncertain": 1}


def test_ctrl_c_gives_back_what_was_not_begun(sqlite_register, habits, port, clock):
    queue(sqlite_register, 3)

    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deliver(sqlite_register, smtp(port), clock=clock, owner="a", go_on=_after(2, interrupted))
    assert counts(sqlite_register) == {"sent": 2, "queued": 1}


def _after(calls, act):
    seen = 0

    def go_on():
        nonlocal seen
        seen += 1
        if seen > calls:
            act()
        return True

    return go_on


def test_into_a_folder(register, clock, tmp_path):
    queue(register, 3)
    report = deliver(register, Folder(tmp_path / "out"), clock=clock, owner="a")
    assert report.sent == 3
    assert len(list((tmp_path / "out").iterdir())) == 3
    with register.read() as session:
        assert outbox.find(session, 1).answer.startswith("written to digest_1-")


def test_a_folder_that_takes_nothing_keeps_the_mails(register, clock, tmp_path):
    queue(register, 3)
    (tmp_path / "out").write_text("in the way")
    report = deliver(register, Folder(tmp_path / "out"), clock=clock, owner="a")
    assert "cannot be written" in str(report.trouble)
    assert counts(register) == {"queued": 3}


def test_memory_holds_only_what_was_not_sent(sqlite_register, habits, port, clock):
    queue(sqlite_register, 25)
    assert deliver(sqlite_register, smtp(port), clock=clock, owner="a").answers == []
