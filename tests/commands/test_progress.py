"""Long work says how far it is, on stderr only; Ctrl-C leaves all or nothing."""

import io
import json
import os
import pty
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import builders as b
import pytest

from tracker.commands.terminal import progress as module
from tracker.commands.terminal.progress import progress
from tracker.progress import counted


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


def test_a_terminal_that_cannot_draw_gets_lines(monkeypatch, clock):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "dumb")
    with progress("Changing", "2 follow-ups") as on_step:
        clock[0] = module.LINES_AFTER
        on_step(5, 10)
    assert screen.getvalue() == "Changing 2 follow-ups …\nChanging: 5 of 10.\n"


def test_a_step_has_its_line_when_it_begins(capsys, clock):
    with progress("Writing", "the report") as on_step:
        for _ in counted(["a.html", "a.docx"], on_step, lambda name: name):
            assert capsys.readouterr().err.endswith(" …\n"), "it is said before the work on it is over"


def test_each_step_has_its_own_time(capsys, clock):
    with progress("Reading") as on_step:
        on_step.begin("one")
        clock[0] = 60
        on_step.begin("two")
        on_step(5, 10)
    assert capsys.readouterr().err == "Reading one …\nReading two …\n"


def test_a_bar_appears_in_the_midst_of_one_long_step(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(module, "BAR_AFTER", 0.01)
    monkeypatch.setenv("TERM", "xterm")
    with progress("Writing", "the report") as on_step:
        on_step.begin("a[/bold].pdf")
        until = time.monotonic() + 5
        while "Writing a[/bold].pdf" not in screen.getvalue() and time.monotonic() < until:
            time.sleep(0.01)
    assert "Writing a[/bold].pdf" in screen.getvalue(), "a name is no markup"
    assert screen.getvalue().endswith("\x1b[2K"), "the line of the bar is not cleared"


def test_other_work_has_an_estimate_of_its_own(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr(module, "BAR_AFTER", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    with progress("Importing") as bar:
        for done in (10, 20, 20):
            bar(done, 20)
        bar(0, 20)
        assert (bar.bar.tasks[0].completed, bar.bar.tasks[0].speed) == (0, None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["update", "--all", "--report", "501", "--to", "accepted", "--yes", "--json"], ["Changing 2 follow-ups …"]),
        (
            ["report", "quarterly", "--format", "html", "--out", "."],
            ["Writing the report of …", "Writing quarterly-….html …"],
        ),
        (
            ["report", "quarterly", "--format", "json,md", "--out", "."],
            ["Writing the report of …", "Writing quarterly-….json …", "Writing quarterly-….md …"],
        ),
        (["import", "A_80_501_Add.1.txt", "--json"], ["Reading A_80_501_Add.1.txt …"]),
    ],
    ids=lambda value: " ".join(value[:3]),
)
def test_what_takes_long_says_each_step_on_stderr_and_nothing_of_it_on_stdout(
    filled, tmp_path, monkeypatch, words, said
):
    monkeypatch.chdir(tmp_path)
    done = filled(*words)
    assert done.exit_code == 0, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.endswith(" …")]
    patterns = [re.escape(line).replace("…", ".*") for line in said]
    assert [bool(re.fullmatch(p, line)) for p, line in zip(patterns, lines, strict=True)] == [True] * len(said)
    assert "…" not in done.stdout
    if "--json" in words:
        json.loads(done.stdout)


HEARING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
"""
"""What a shell starts in the background ignores Ctrl-C, and so would what it starts."""
ASKING = """
from sqlalchemy import text
from tracker.store.database.engine import database_url, open_engine
from tracker.store.unit import Register
import sys
slow = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 2000000000) SELECT count(*) FROM c"
try:
    with Register(open_engine(database_url(sys.argv[1]))).read() as session:
        print("at work", flush=True)
        session.execute(text(slow))
except KeyboardInterrupt:
    print("stopped", flush=True)
"""
WRITING = """
import sys
from tracker.store.database.engine import database_url, open_engine
from tracker.store.unit import Register
try:
    print("at work", flush=True)
    with Register(open_engine(database_url(sys.argv[1]))).write() as session:
        session.exec_driver_sql("SELECT 1")
        print("written", flush=True)
except KeyboardInterrupt:
    print("stopped", flush=True)
"""


@pytest.mark.parametrize("program", [ASKING, WRITING], ids=["a long question", "a lock of somebody else's"])
def test_ctrl_c_is_heard_while_the_database_works(sqlite_url, program):
    with closing(sqlite3.connect(sqlite_url, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        words = [sys.executable, "-c", f"{HEARING}{program}", sqlite_url]
        done = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        assert done.stdout.readline() == "at work\n"
        time.sleep(0.5)
        done.send_signal(signal.SIGINT)
        sent = time.monotonic()
        assert done.communicate(timeout=60)[0] == "stopped\n"
        assert time.monotonic() - sent < 3, "it takes half a second at most, and a slow machine some more"


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


@pytest.mark.parametrize(("total", "estimates"), [(2, False), (200, True)])
def test_of_few_steps_nothing_is_estimated(monkeypatch, clock, total, estimates):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with progress("Writing", "a report that is " + "very " * 6) as on_step:
        clock[0] = module.BAR_AFTER
        on_step(1, total)
    shown = screen.getvalue()
    assert ("-:--:--" in shown, "0:00:00" in shown) == (estimates, not estimates)
    assert f"1/{total}" in shown
    lines = re.sub(r"\x1b\[[?\d;]*[A-Za-z]", "", shown).split("\r")
    assert max(len(line.strip()) for line in lines) <= 96, "the ^C of the terminal would go on a line of its own"


def test_the_bar_is_cleared_when_the_work_fails(monkeypatch, clock):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")

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
        [
            sys.executable,
            "-c",
            f"{HEARING}{PROGRAM.format(slow=slow)}",
            "--database",
            url,
            "--actor",
            "officer",
            *words,
        ],
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
    if surface is os.pipe:
        assert said.startswith("Changing 40 follow-ups …\n"), "a line when it begins where nobody watches"
    else:
        assert ("Changing" in said) is (slow is DECIDING), "a bar where a person watches long work"
    assert said.count("\x1b[?25l") == said.count("\x1b[?25h"), "the cursor stays hidden"
    assert json.loads(run("audit", "verify", "--json").stdout) == before
    assert all(row["acceptance"] == "no-information" for row in json.loads(run("list", "--json").stdout))
    assert run(*words).exit_code == 0, "the register is free"
