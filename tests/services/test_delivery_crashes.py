"""The proof: the program dies at every statement, commit and SMTP verb, and runs on; nothing is lost or sent twice.

A mail counts as uncertain only where it died between the commit before DATA and the commit after the answer.
"""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import builders as b
import pytest
from crash_points import Crash, Fuse, compose, watched
from mail_servers import smtp
from sqlalchemy import delete, select

from tracker.config import Settings
from tracker.domain.outbox import Event, OutboxState
from tracker.domain.vocabulary import Post
from tracker.services.organizations import add_officer
from tracker.services.reminders.composing import compose_due
from tracker.services.reminders.delivery import deliver
from tracker.store.database.engine import database_url, open_engine
from tracker.store.database.mail_tables import delivery_table, outbox_table, reminder_item_table, reminder_table
from tracker.store.mails import outbox
from tracker.store.unit import Register

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LATER = START + timedelta(hours=1)
MAILS = 3
PROGRAM = Path(__file__).with_name("delivery_program.py")
ROOT = Path(__file__).resolve().parents[2]


def plainly(register, now):
    compose(register, MAILS, now)


def as_digests(register, now):
    """The real thing: who is asked what is read from the register, and the letter is written."""
    compose_due(register, Settings(path=None, database="unused"), now=now, confirmed=True)


@pytest.fixture
def follow_ups(register):
    """Three executive heads who are asked something."""
    b.organizations(register, "WHO", "FAO", "ILO")
    for code in ("WHO", "FAO", "ILO"):
        head = {"name": f"Head of {code}", "email": f"head@{code.lower()}.example.org", "from_on": date(2024, 1, 1)}
        add_officer(register, code, b.who(), post=Post.EXECUTIVE_HEAD, **head)
    b.report(register)


@pytest.fixture
def office(register_url, register, habits, port):
    """Lives (until it dies) on connections of its own; `register` is for looking at what it left."""

    def live(fuse, now=START, composing=plainly):
        engine = open_engine(database_url(register_url))
        transport = smtp(port)
        watched(Register(engine), transport, fuse)
        try:
            composing(Register(engine), now)
            deliver(Register(engine), transport, clock=lambda: now, owner=f"at {now} {fuse.at}")
        except Crash:
            time.sleep(0.01)  # what the server has of it by now, it still takes
        finally:
            engine.dispose()

    return live


def wipe(register, habits):
    habits.received.clear()
    with register.write() as session:
        for table in (delivery_table, reminder_item_table, reminder_table, outbox_table):
            session.execute(delete(table))


def mails_of(register):
    with register.read() as session:
        return {mail.recipient: mail for mail in outbox.list_mails(session)}


def in_window(steps):
    """Which steps lie between the commit of `transmitting` (before DATA) and that of the answer, this one included."""
    marks, inside = [], False
    for step in steps:
        inside = inside or step == "DATA"
        marks.append(inside)
        inside = inside and step != "COMMIT"
    return marks


def test_dying_at_every_step(office, register, habits):
    die_everywhere(office, register, habits, plainly)


@pytest.mark.slow
def test_dying_at_every_step_of_real_digests(office, register, habits, follow_ups):
    die_everywhere(office, register, habits, as_digests)


def die_everywhere(office, register, habits, composing):
    whole = Fuse()
    office(whole, composing=composing)
    assert len(habits.received) == MAILS
    window = in_window(whole.steps)
    assert whole.steps.count("DATA") == whole.steps.count("ANSWER") == MAILS
    assert sum(window) >= MAILS * 5
    for at, inside in enumerate(window):
        wipe(register, habits)
        office(Fuse(at), composing=composing)
        office(Fuse(), LATER, composing)
        where = f"step {at} of {len(window)}, before {whole.steps[at]}"
        assert check_all_is_well(register, habits) == inside, where


def check_all_is_well(register, habits):
    """Nothing is lost, nothing was sent twice; returns how many mails are uncertain."""
    mails, arrived = mails_of(register), Counter(habits.recipients)
    assert len(mails) == MAILS
    assert set(arrived) <= set(mails)
    for recipient, mail in mails.items():
        if mail.state is OutboxState.UNCERTAIN:
            assert arrived[recipient] <= 1
        else:
            assert (mail.state, arrived[recipient]) == (OutboxState.SENT, 1)
    with register.read() as session:
        in_ledger = session.scalars(select(reminder_table.c.outbox_id).order_by(reminder_table.c.outbox_id))
        assert list(in_ledger) == sorted(mail.id for mail in mails.values())
    return sum(mail.state is OutboxState.UNCERTAIN for mail in mails.values())


def test_dying_again_and_again(office, register, habits):
    """Up to eight lives, each shorter than the work; then one whole life, and the office settles what is uncertain."""
    dice = random.Random(20261124)
    for _ in range(12):
        wipe(register, habits)
        now = START
        for _ in range(dice.randint(2, 8)):
            office(Fuse(dice.randint(3, 40)), now)
            now += timedelta(hours=1)
        office(Fuse(), now)
        check_all_is_well(register, habits)
        mails, arrived = mails_of(register), Counter(habits.recipients)
        for mail in mails.values():
            if mail.state is OutboxState.UNCERTAIN:
                with register.write() as session:
                    event = Event.DROP if arrived[mail.recipient] else Event.RETRY
                    outbox.decide(session, [mail.id], event, actor="officer", now=now)
        office(Fuse(), now)
        assert Counter(habits.recipients) == dict.fromkeys(mails, 1)


@pytest.fixture
def start(register_url, port):
    """Start the program on the register; whatever still runs at the end is killed."""
    started = []

    def begin(**changes):
        words = {"database": register_url, "port": port, "owner": "a", "mails": MAILS, "lease": 900}
        program = subprocess.Popen(
            [sys.executable, str(PROGRAM), json.dumps(words | {"now": None, "kill_at": None} | changes)],
            env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PATH": ""},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(program)
        return program

    yield begin
    for program in started:
        program.kill()
        program.wait()
        program.stdout.close()


def finish(program):
    told, _ = program.communicate(timeout=120)
    return program.returncode, json.loads(told) if told else None


@pytest.mark.slow
def test_real_kills(office, register, habits, start):
    """Kill -9 at a sample of the steps: between statements, before and after DATA, before the answer is written."""
    whole = Fuse()
    office(whole)
    window = in_window(whole.steps)
    sample = [at for at, step in enumerate(whole.steps) if step in ("MAIL", "DATA", "BODY", "ANSWER")][:5]
    commits = [at for at, step in enumerate(whole.steps) if step == "COMMIT"]
    for at in [*sample, commits[0], *commits[-3:]]:
        wipe(register, habits)
        assert finish(start(now=START.isoformat(), kill_at=at))[0] == -9
        time.sleep(0.05)
        code, counts = finish(start(owner="b", now=LATER.isoformat()))
        assert code == 0
        assert counts["uncertain"] == window[at], (at, whole.steps[at])
        assert counts["sent"] + counts["uncertain"] == MAILS
        assert max(Counter(habits.recipients).values()) == 1
        assert len(habits.received) >= counts["sent"]


@pytest.mark.slow
@pytest.mark.parametrize("programs", [2, 4])
def test_several_at_once(register, habits, start, programs):
    """No lock between them: each composes and delivers as if it were alone."""
    running = [start(owner=f"p{number}", mails=1000) for number in range(programs)]
    outcomes = [finish(program) for program in running]
    assert [code for code, _ in outcomes] == [0] * programs
    assert len(habits.received) == 1000
    assert set(Counter(habits.recipients).values()) == {1}
    assert Counter(mail.state for mail in mails_of(register).values()) == {OutboxState.SENT: 1000}
    with register.read() as session:
        assert len(set(session.scalars(select(outbox_table.c.claimed_by)))) > 1, "they never met"


@pytest.mark.slow
def test_several_at_once_being_killed(register, habits, start):
    """Four programs on 400 emails; one after the other is killed at a random moment and replaced."""
    dice = random.Random(7)
    running = [start(owner=f"p{number}", mails=400, lease=3) for number in range(4)]
    for number in range(6):
        time.sleep(dice.uniform(0.6, 1.1))
        running.pop(0).kill()
        running.append(start(owner=f"q{number}", mails=400, lease=3))
    assert {finish(program)[0] for program in running} <= {0}
    mails, arrived = mails_of(register), Counter(habits.recipients)
    assert len(mails) == 400
    assert max(arrived.values()) == 1
    for recipient, mail in mails.items():
        assert mail.state is OutboxState.UNCERTAIN or (mail.state, arrived[recipient]) == (OutboxState.SENT, 1)
