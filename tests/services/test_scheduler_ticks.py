"""Ticks: one scheduler works, the other stands by; composing by the clock; the heartbeat."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from tracker.config import Settings
from tracker.errors import WorldError
from tracker.mail.folder import Folder
from tracker.services.reminders.ticking import COMPOSE_EVERY, LOCK_LEASE, stand_down, tick
from tracker.store.mails import outbox, scheduler

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SETTINGS = Settings(path=None, database="unused")


class Office:
    """A register, a folder, a clock, and a composer that queues one mail whenever it is asked."""

    def __init__(self, register, folder):
        self.register, self.folder, self.now, self.composed = register, folder, START, []

    def compose(self, register, settings, now):
        assert settings is SETTINGS
        self.composed.append(now)
        with register.write() as session:
            outbox.put(session, key=f"k{now}", recipient="a@example.org", subject="s", message=b"x\r\n", now=now)
        return len(self.composed)

    def tick(self, owner, **more):
        arguments = {"clock": lambda: self.now, "owner": owner, "compose": self.compose} | more
        return tick(self.register, SETTINGS, Folder(self.folder), **arguments)

    @property
    def heartbeat(self):
        with self.register.read() as session:
            return scheduler.heartbeat(session)


@pytest.fixture
def office(register, tmp_path):
    return Office(register, tmp_path / "out")


def test_a_tick_composes_delivers_and_beats(office):
    report = office.tick("a")
    assert (report.holder, report.composed, report.delivery.sent) == (None, 1, 1)
    assert office.heartbeat == scheduler.Heartbeat("a", START + LOCK_LEASE, START, START)


def test_a_second_scheduler_stands_by_and_takes_over_within_a_minute(office):
    office.tick("a")
    office.now += timedelta(seconds=15)
    report = office.tick("b")
    assert (report.holder, report.delivery) == ("a", None)
    office.now += timedelta(seconds=15)
    office.tick("a")
    died = office.now
    while office.tick("b").delivery is None:
        office.now += timedelta(seconds=15)
    assert office.now - died <= timedelta(minutes=1)
    assert office.heartbeat.holder == "b"
    assert office.tick("a").holder == "b"


def test_who_stands_down_is_followed_at_once(office):
    office.tick("a")
    stand_down(office.register, owner="a")
    assert office.tick("b").delivery is not None


def test_composing_is_asked_for_every_few_minutes_only(office):
    for _ in range(21):
        office.tick("a")
        office.now += timedelta(seconds=15)
    assert office.composed == [START, START + COMPOSE_EVERY]


def test_composing_that_failed_is_tried_with_the_next_tick(office):
    def broken(*_):
        raise WorldError("the disk failed.")

    with pytest.raises(WorldError):
        office.tick("a", compose=broken)
    office.now += timedelta(seconds=15)
    assert office.tick("a").composed == 1


def test_a_clock_set_back_stops_neither_the_ticks_nor_composing(office):
    """The holder is still the holder."""
    office.tick("a")
    office.now -= timedelta(hours=1)
    report = office.tick("a")
    assert (report.composed, report.delivery.sent) == (2, 1)
    assert office.heartbeat == scheduler.Heartbeat("a", office.now + LOCK_LEASE, office.now, office.now)
    office.now += timedelta(seconds=15)
    assert office.tick("a").composed is None


def test_who_died_under_a_clock_that_was_ahead_is_followed_at_once(office):
    office.now += timedelta(days=365)
    office.tick("a")
    office.now = START
    assert office.tick("b").composed == 2
    assert office.heartbeat.holder == "b"


def test_a_long_delivery_keeps_the_lock(office, monkeypatch):
    for number in range(5):
        with office.register.write() as session:
            outbox.put(session, key=f"x{number}", recipient="a@example.org", subject="s", message=b"x", now=START)
    seen = []
    whole = Folder.send

    def slow(self, mail, may_transmit):
        office.now += timedelta(seconds=25)
        seen.append(office.tick("b", compose=office.compose).holder)
        return whole(self, mail, may_transmit)

    def outer(self, mail, may_transmit):
        monkeypatch.setattr(Folder, "send", whole)
        answer = slow(self, mail, may_transmit)
        monkeypatch.setattr(Folder, "send", outer)
        return answer

    monkeypatch.setattr(Folder, "send", outer)
    office.tick("a")
    assert seen == ["a"] * 6


def test_a_stop_is_obeyed_between_two_mails(office):
    for number in range(5):
        with office.register.write() as session:
            outbox.put(session, key=f"x{number}", recipient="a@example.org", subject="s", message=b"x", now=START)
    asked = iter([True, True, False])
    report = office.tick("a", go_on=lambda: next(asked, False))
    assert (report.delivery.sent, report.delivery.remaining) == (2, 4)


@pytest.mark.parametrize("later", ["a", "b"])
def test_what_a_tick_held_when_the_register_cut_it_off_waits_for_no_lease(office, later):
    office.tick("a")
    with office.register.write() as session:
        outbox.put(session, key="cut", recipient="a@example.org", subject="s", message=b"x", now=START)
        assert outbox.claim(session, owner="a", now=START, lease=timedelta(minutes=5), limit=20)
    if later == "b":
        stand_down(office.register, owner="a")
        office.tick("b")
        assert office.tick("a").holder == "b"
    assert office.tick(later).delivery.sent == 1


def test_a_scheduler_sends_nothing_from_a_register_that_was_upgraded_meanwhile(office):
    office.tick("a")
    with office.register.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    office.now += COMPOSE_EVERY
    with pytest.raises(WorldError, match="is newer"):
        office.tick("a")
    assert len(office.composed) == 1
