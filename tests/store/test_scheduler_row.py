"""The scheduler's row: one holds it, a second takes over when the first is silent."""

from datetime import UTC, datetime, timedelta

from tracker.store.mails import scheduler

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LEASE = timedelta(seconds=40)


def hold(register, owner, now=NOW):
    with register.write() as session:
        return scheduler.hold(session, owner=owner, now=now, lease=LEASE)


def heartbeat(register):
    with register.read() as session:
        return scheduler.heartbeat(session)


def test_one_holds_it(register):
    assert heartbeat(register) == scheduler.Heartbeat()
    assert hold(register, "a")
    assert not hold(register, "b")
    assert heartbeat(register).holder == "a"


def test_the_holder_renews_it(register):
    hold(register, "a")
    assert hold(register, "a", NOW + LEASE)
    assert not hold(register, "b", NOW + LEASE + timedelta(seconds=1))
    assert heartbeat(register).lease_until == NOW + 2 * LEASE


def test_a_silent_holder_loses_it(register):
    hold(register, "a")
    assert not hold(register, "b", NOW + LEASE)
    assert hold(register, "b", NOW + LEASE + timedelta(seconds=1))
    assert not hold(register, "a", NOW + LEASE + timedelta(seconds=1))


def test_a_holder_whose_clock_is_ahead_keeps_it_unless_by_more_than_a_lease(register):
    hold(register, "a", NOW + LEASE - timedelta(seconds=1))
    assert not hold(register, "b")
    hold(register, "a", NOW + LEASE + timedelta(seconds=1))
    assert hold(register, "b")


def test_who_lets_go_leaves_it_at_once(register):
    hold(register, "a")
    with register.write() as session:
        scheduler.let_go(session, owner="b")
    assert not hold(register, "b")
    with register.write() as session:
        scheduler.let_go(session, owner="a")
    assert hold(register, "b")


def test_the_heartbeat_stays_when_the_holder_goes(register):
    hold(register, "a")
    with register.write() as session:
        scheduler.beat(session, owner="a", ticked_at=NOW, composed_at=NOW)
        scheduler.beat(session, owner="a", ticked_at=NOW + LEASE)
        scheduler.beat(session, owner="b", ticked_at=NOW + 2 * LEASE)
        scheduler.let_go(session, owner="a")
    assert heartbeat(register) == scheduler.Heartbeat(None, None, NOW + LEASE, NOW)
