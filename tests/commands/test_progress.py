"""Long work says how far it is, on stderr only; Ctrl-C leaves all or nothing."""

import io
import json
import os
import pty
import signal
import subprocess
import sys

import builders as b
import pytest

from tracker.commands import progress as module
from tracker.commands.progress import progress
from tracker.services.steps import counted


class Terminal(io.StringIO):
    """A stream that a person watches."""

    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass only when the test says so."""
    seconds = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: seconds[0])
    return seconds


def test_short_work_says_nothing(capsys, clock):
    with progress("Changing") as on_step:
        for _ in counted(range(1000), on_step):
            pass
    assert capsys.readouterr() == ("", "")


def test_long_work_that_nobody_watches_says_a_line_at_each_tenth_on_stderr(capsys, clock):
    with progress("Changing") as on_step:
        for _ in counted(range(2000), on_step):
            clock[0] += 0.1
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"Changing: {done:,} of 2,000." for done in range(200, 2000, 200)]


def test_the_first_line_waits_until_the_work_is_long(capsys, clock):
    with progress("Changing") as on_step:
        on_step(5, 10)
        clock[0] = module.LINES_AFTER
        on_step(6, 10)
    assert capsys.readouterr().err == "Changing: 6 of 10.\n"


def test_a_program_that_reads_json_gets_nothing(capsys, clock):
    with progress("Changing", quiet=True) as on_step:
        clock[0] = 100
        on_step(5, 10)
    assert capsys.readouterr() == ("", "")


def test_a_person_sees_a_bar_that_is_gone_in_the_end(monkeypatch, clock):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with progress("Changing") as on_step:
        on_step(0, 10)
        assert screen.getvalue() == ""
        clock[0] = module.BAR_AFTER
        on_step(5, 10)
    assert "Changing" in screen.getvalue()
    assert "5/10" in screen.getvalue()
    assert screen.getvalue().endswith("\x1b[2K"), "the line of the bar is not cleared"


def test_the_bar_is_cleared_when_the_work_fails(monkeypatch, clock):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)

    def fail():
        with progress("Changing") as on_step:
            clock[0] = 1
            on_step(5, 10)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert screen.getvalue().endswith("\x1b[?25h\r\x1b[1A\x1b[2K"), "the cursor is not shown again"


def test_a_step_is_told_when_it_is_over():
    told = []
    items = counted(["a", "b"], lambda *step: told.append(step))
    assert (next(items), told) == ("a", [])
    assert (next(items), told) == ("b", [(1, 2)])
    assert (next(items, None), told) == (None, [(1, 2), (2, 2)])


PROGRAM = """
import sys, time
from tracker.services import updates
from tracker.store.batches import Batch
def slowed(function, seconds, *, after):
    def slowly(*given):
        found = function(*given) if after else None
        print("at work", file=sys.stderr, flush=True)
        time.sleep(seconds)
        return found if after else function(*given)
    return slowly
{slow}
from tracker.commands import main
main()
"""
"""`tracker`, with some of its work made long enough to be interrupted in."""
DECIDING = "updates.drafts_for = slowed(updates.drafts_for, 0.05, after=False)"
WRITTEN = "Batch.seal = slowed(Batch.seal, 20, after=True)"
"""Everything is written, and nothing is committed."""


def interrupted(url, *words, stderr, slow, after):
    """Send Ctrl-C when it has said so many times that it is at work; returns its exit status and its stderr."""
    done = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(slow=slow), "--database", url, "--actor", "officer", *words],
        stdout=subprocess.PIPE,
        stderr=stderr[1],
        text=True,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(stderr[1])
    said = b""
    sent = False
    while True:
        try:
            more = os.read(stderr[0], 4096)
        except OSError:  # how a terminal says that the other end is closed
            break
        if not more:
            break
        said += more
        if not sent and said.count(b"at work") >= after:
            done.send_signal(signal.SIGINT)
            sent = True
    os.close(stderr[0])
    done.communicate(timeout=20)
    return done.returncode, said.decode()


@pytest.mark.parametrize(("slow", "after"), [(DECIDING, 15), (WRITTEN, 1)], ids=["deciding", "written"])
@pytest.mark.parametrize("surface", [os.pipe, pty.openpty], ids=["pipe", "terminal"])
def test_ctrl_c_in_a_bulk_update_leaves_nothing(sqlite_register, sqlite_url, run, surface, slow, after):
    b.organizations(sqlite_register, *(f"ORG{number}" for number in range(20)))
    b.report(sqlite_register)
    before = json.loads(run("audit", "verify", "--json").stdout)
    words = ["update", "--all", "--report", "501", "--to", "accepted", "--yes"]
    status, said = interrupted(sqlite_url, *words, stderr=surface(), slow=slow, after=after)
    assert status == 130, said
    assert "Stopped" in said
    assert "Traceback" not in said
    has_bar = surface is pty.openpty and slow is DECIDING
    assert ("Changing" in said) is has_bar, "a bar where a person watches long work, and nowhere else"
    assert said.count("\x1b[?25l") == said.count("\x1b[?25h"), "the cursor stays hidden"
    assert json.loads(run("audit", "verify", "--json").stdout) == before
    assert all(row["acceptance"] == "no-information" for row in json.loads(run("list", "--json").stdout))
    assert run(*words).exit_code == 0, "the register is free"
