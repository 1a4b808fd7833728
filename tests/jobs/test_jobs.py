"""The scheduler in the foreground: as a process with signals, and its parts."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from mail_servers import free_port

from tracker import clock
from tracker.commands import foreground
from tracker.commands.foreground import guarded, has_ended, run_jobs, this_process
from tracker.commands.terminal.log_lines import LineFormatter, LogForm
from tracker.domain.outbox import OutboxState
from tracker.errors import WorldError
from tracker.jobs import JOBS, Job
from tracker.services.reminders.delivery import DeliveryReport
from tracker.services.reminders.ticking import LOCK_LEASE, TickReport
from tracker.store.mails import outbox
from tracker.store.mails.outbox_waiting import WaitingMail

PROGRAM = Path(__file__).with_name("run_program.py")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def start(register_url, tmp_path):
    """Start `tracker run` on the register; whatever still runs at the end is killed."""
    started = []

    def begin(port, *words, compose="0"):
        config = tmp_path / "tracker.toml"
        config.write_text(f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n')
        environment = os.environ | {"COMPOSE": compose, "PYTHONPATH": str(ROOT)}
        program = subprocess.Popen(
            [sys.executable, str(PROGRAM), "--database", register_url, "--config", str(config), "run", *words],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(program)
        return program

    yield begin
    for program in started:
        program.kill()
        program.communicate()


def wait_until(condition, seconds=15):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


@contextmanager
def jobs(monkeypatch, use_case, seconds=0.05):
    """The scheduler in a thread, with one job of the test's."""
    monkeypatch.setattr(foreground, "JOBS", (Job("x", timedelta(seconds=seconds), use_case),))
    stop = threading.Event()
    thread = threading.Thread(target=run_jobs, args=("UTC",), kwargs={"stop": stop, "arguments": {}})
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


def test_the_table():
    assert [job.name for job in JOBS] == ["tick"]
    takeover = LOCK_LEASE + JOBS[0].interval
    assert takeover <= timedelta(minutes=1)
    assert 2 * JOBS[0].interval < LOCK_LEASE  # one tick may be missed


def test_the_first_turn_comes_at_once_and_none_overlap(monkeypatch):
    running, seen = [], []

    def turn():
        seen.append(len(running))
        running.append(1)
        time.sleep(0.12)
        running.pop()
        return TickReport()

    with jobs(monkeypatch, turn):
        wait_until(lambda: len(seen) >= 4)
    assert set(seen) == {0}


def test_a_long_interval_does_not_delay_the_first_turn(monkeypatch):
    seen = []
    with jobs(monkeypatch, lambda: seen.append(1) or TickReport(), seconds=3600):
        wait_until(lambda: seen, seconds=3)


def test_a_clock_that_is_set_back_delays_no_turn(monkeypatch):
    seen = []
    monkeypatch.setattr(foreground, "_LOOK_SECONDS", 0.05)
    with jobs(monkeypatch, lambda: seen.append(1) or TickReport(), seconds=0.5):
        wait_until(lambda: seen)
        with time_machine.travel(clock.now() - timedelta(hours=3)):
            before = len(seen)
            wait_until(lambda: len(seen) > before + 1)
        before = len(seen)
        wait_until(lambda: len(seen) > before + 1)


def test_stopping_waits_for_the_turn_under_way(monkeypatch):
    began, ended = threading.Event(), threading.Event()

    def turn():
        began.set()
        time.sleep(0.3)
        ended.set()
        return TickReport()

    with jobs(monkeypatch, turn):
        assert began.wait(5)
    assert ended.is_set()


@pytest.mark.parametrize("trouble", [WorldError("the register is in use."), ZeroDivisionError("oops")])
def test_a_failing_turn_is_logged_and_the_next_one_comes(monkeypatch, caplog, trouble):
    seen = []

    def turn():
        seen.append(1)
        if len(seen) == 1:
            raise trouble
        return TickReport()

    with jobs(monkeypatch, turn):
        wait_until(lambda: len(seen) >= 3)
    failures = [record for record in caplog.records if record.getMessage() == "job failed"]
    assert len(failures) == 1
    assert (failures[0].exc_info is None) == isinstance(trouble, WorldError)


def test_a_missed_turn_is_logged(caplog):
    from apscheduler.events import EVENT_JOB_MISSED, JobExecutionEvent

    foreground._log_event(JobExecutionEvent(EVENT_JOB_MISSED, "tick", "default", None))
    assert caplog.messages == ["job missed"]


def test_a_tick_with_trouble_is_told(caplog):
    report = DeliveryReport(sent=1, failed=1)
    report.trouble = WorldError("the mail server is away.")
    caplog.set_level(logging.INFO)
    guarded("tick", lambda: TickReport(composed=2, delivery=report))()
    assert caplog.messages == ["delivery stopped", "tick"]
    assert caplog.records[1].fields["sent"] == 1


def test_a_mail_at_whose_address_nobody_is_asked_any_more_is_told(caplog):
    report, when = DeliveryReport(sent=1), datetime(2026, 7, 6, 9, 0, tzinfo=UTC)
    left = WaitingMail(7, "digest:7", "ada@who.example.org", "WHO", OutboxState.RETRY, when, when, None, None)
    report.rest.left.append(left)
    caplog.set_level(logging.INFO)
    guarded("tick", lambda: TickReport(composed=1, delivery=report))()
    assert caplog.records[0].fields == {
        "mail": 7,
        "state": "failed",
        "answer": "not sent: nobody at its address is asked about this any more",
    }


def test_no_two_processes_have_one_name():
    assert this_process() != this_process()
    assert str(os.getpid()) in this_process()


def test_of_a_process_it_is_known_that_it_has_ended_only_where_it_was_of_this_machine_and_is_no_more():
    ended = subprocess.run(
        [sys.executable, "-c", "from tracker.commands.foreground import this_process as name; print(name())"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert has_ended(ended)
    for name in (
        this_process(),
        f"elsewhere{ended}",
        f"{ended}:x",
        "demo",
        "a:b:c",
        f"{socket.gethostname()}:{10**30}:x",
        f"{socket.gethostname()}:1:x",
    ):
        assert not has_ended(name)


@pytest.mark.parametrize("form", LogForm)
def test_a_log_line_is_one_line(form):
    record = logging.LogRecord("tracker.run", logging.WARNING, "f", 1, "mail not sent", (), None)
    record.fields = {"mail": 3, "answer": 'he said "no"\nand = left', "nothing": None}
    line = LineFormatter(form).format(record)
    assert "\n" not in line
    if form is LogForm.JSON:
        assert json.loads(line)["answer"] == 'he said "no"\nand = left'
    else:
        assert line.endswith('level=warning event="mail not sent" mail=3 answer="he said \\"no\\"\\nand = left"')


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("register_url", ["sqlite"], indirect=True)
def test_a_signal_lets_the_mail_under_way_finish(register, start, habits, port, number):
    habits.seconds = 0.4
    program = start(port, compose="5")
    wait_until(lambda: habits.verbs.count("DATA") == 2)
    program.send_signal(number)
    _, log = program.communicate(timeout=20)
    assert program.returncode == 0, log
    assert "event=stopping" in log
    assert log.rstrip().endswith("event=stopped")
    with register.read() as session:
        counts = outbox.count_by_state(session)
    assert counts[OutboxState.SENT] == len(habits.received) == 2
    assert counts[OutboxState.QUEUED] == 3


@pytest.mark.parametrize("register_url", ["sqlite"], indirect=True)
def test_a_signal_that_comes_twice_at_once_is_one_wish(register, start, habits, port):
    """As `timeout` and `make` send it: to the program, and to its group."""
    habits.seconds = 0.4
    program = start(port, compose="3")
    wait_until(lambda: habits.verbs.count("DATA") == 1)
    program.send_signal(signal.SIGTERM)
    time.sleep(0.05)
    program.send_signal(signal.SIGTERM)
    _, log = program.communicate(timeout=20)
    assert program.returncode == 0, log
    assert log.rstrip().endswith("event=stopped")


@pytest.mark.parametrize("register_url", ["sqlite"], indirect=True)
def test_a_second_wish_ends_the_program_at_once(register, start, habits, port):
    habits.seconds = 5
    program = start(port, compose="1")
    wait_until(lambda: habits.connections == 1)
    program.send_signal(signal.SIGTERM)
    time.sleep(1.1)
    program.send_signal(signal.SIGTERM)
    program.communicate(timeout=2)
    assert program.returncode == -signal.SIGTERM


@pytest.mark.slow
def test_a_second_scheduler_takes_over_from_a_dead_one(register, start, habits, port):
    habits.seconds = 1  # however busy the machine is, the second begins before the first has done
    first = start(port, compose="12")
    wait_until(lambda: len(habits.received) >= 1)
    second = start(port, "--verbose", compose="12")
    assert second.stderr is not None
    for line in second.stderr:
        if 'event="standing by"' in line:
            break
    assert len(habits.received) < 12
    first.kill()
    habits.seconds = 0
    wait_until(lambda: _waits(register) == 0)
    second.terminate()
    second.communicate(timeout=20)
    assert second.returncode == 0
    assert max(Counter(habits.recipients).values()) == 1
    with register.read() as session:
        counts = outbox.count_by_state(session)
    assert counts[OutboxState.SENT] + counts[OutboxState.UNCERTAIN] == 12
    assert counts[OutboxState.UNCERTAIN] <= 1
    assert counts[OutboxState.SENT] <= len(habits.received) <= 12


def _waits(register):
    with register.read() as session:
        return outbox.count_waiting(session)


@pytest.mark.parametrize("register_url", ["sqlite"], indirect=True)
def test_a_tick_that_fails_is_not_the_last(start, habits, port):
    program = start(port, "--log", "json", compose="fail-once")
    wait_until(lambda: len(habits.received) == 1)
    program.terminate()
    _, log = program.communicate(timeout=20)
    events = [json.loads(line) for line in log.splitlines()]
    assert program.returncode == 0
    [failure] = [event for event in events if event["event"] == "job failed"]
    assert "RuntimeError: this tick fails" in failure["traceback"]
    assert any(event["event"] == "tick" and event["sent"] == 1 for event in events)


@pytest.mark.parametrize("register_url", ["sqlite"], indirect=True)
def test_once_is_one_tick(start, habits, port):
    program = start(port, "--once", compose="3")
    _, log = program.communicate(timeout=20)
    assert program.returncode == 0, log
    assert len(habits.received) == 3
    assert "sent=3" in log


@pytest.mark.parametrize("register_url", ["sqlite"], indirect=True)
def test_once_without_a_mail_server_says_so(start):
    program = start(free_port(), "--once", compose="3")
    _, log = program.communicate(timeout=20)
    assert program.returncode == 4
    assert log.splitlines()[-1].startswith("tracker: the mail server 127.0.0.1:")
    assert "Traceback" not in log
