"""Streams that are closed or full, and Ctrl-C when all is written: what is said then is true."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer.main
from terminals import on_a_terminal

from tracker.commands import main, updates
from tracker.interrupts import interrupt_again

UPDATE = ("update", "A/80/501/R1", "WHO", "--to", "accepted")


def in_a_shell(url, words, streams, **around):
    """The program with its streams as a shell redirects them."""
    command = f'exec "$0" -m tracker --database "$1" --actor ana {words} {streams}'
    words = ["sh", "-c", command, sys.executable, url]
    return subprocess.run(words, capture_output=True, text=True, check=False, env={**os.environ, **around})


@pytest.mark.parametrize(
    ("words", "streams"), [("list", ">&-"), ("list --json", ">&-"), ("review WHO", "<&-"), (" ".join(UPDATE), "2>&-")]
)
def test_a_closed_stream_is_an_empty_one(filled, rows, sqlite_url, words, streams):
    done = in_a_shell(sqlite_url, words, streams)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert (rows()["A/80/501/R1"]["acceptance"] == "accepted") is words.startswith("update")


@pytest.mark.parametrize("words", ["org list", "org list --json", "org list --csv"])
def test_data_are_utf_8_whatever_letters_the_language_settings_know(filled, sqlite_url, words):
    filled("org", "edit", "WHO", "--name", "\N{CJK UNIFIED IDEOGRAPH-6C34} Łódź")
    done = in_a_shell(sqlite_url, words, "| cat", PYTHONIOENCODING="latin-1")
    assert "Traceback" not in done.stderr
    assert "\N{CJK UNIFIED IDEOGRAPH-6C34} Łódź" in done.stdout


def test_a_screen_that_lacks_a_letter_shows_another(filled, sqlite_url):
    filled("org", "edit", "WHO", "--name", "Łódź Authority")
    assert "??d? Authority" in on_a_terminal(sqlite_url, "org", "list", PYTHONIOENCODING="ascii")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["held-back", "at-once"])
@pytest.mark.parametrize("words", ["--help", "--version", "list", "org --help"])
def test_what_cannot_be_shown_is_said(sqlite_url, words, unbuffered):
    done = in_a_shell(sqlite_url, words, "> /dev/full", PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == 4
    told = [line for line in done.stderr.splitlines() if not line.startswith("There is no follow-up yet")]
    assert len(told) == 1, done.stderr
    assert told[0].startswith("tracker: no space left on device.")
    both = in_a_shell(sqlite_url, words, "> /dev/full 2> /dev/full", PYTHONUNBUFFERED=unbuffered)
    assert both.returncode == 4, "nor can that"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["held-back", "at-once"])
def test_what_was_written_before_a_full_disk_is_said(filled, rows, sqlite_url, unbuffered):
    done = in_a_shell(sqlite_url, " ".join([*UPDATE, "--json"]), "> /dev/full", PYTHONUNBUFFERED=unbuffered)
    assert (done.returncode, rows()["A/80/501/R1"]["acceptance"]) == (4, "accepted")
    assert "hat had been written by then stays; tracker undo takes it back." in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("words", ["db backup b.zip --json", "org add FAO --name Food --json", "undo --json"])
def test_undo_is_not_named_where_it_takes_back_nothing_or_an_earlier_command(filled, sqlite_url, words):
    """After a backup it would take back what was rightly said before."""
    assert filled("--actor", "ana", *UPDATE).exit_code == 0
    done = in_a_shell(sqlite_url, words, "> /dev/full")
    assert done.returncode == 4
    assert done.stderr.splitlines()[-1] == "tracker: no space left on device. What had been written by then stays."


@pytest.mark.parametrize(
    ("trouble", "status"), [(KeyboardInterrupt(), 130), (OSError(28, "No space left on device"), 4)], ids=repr
)
def test_what_is_written_is_not_denied(filled, rows, monkeypatch, trouble, status):
    def fail(*_, **__):
        raise trouble

    monkeypatch.setattr(updates, "_print_changes", fail)
    done = filled(*UPDATE)
    assert done.exit_code == status
    assert "hat had been written by then stays; tracker undo takes it back." in done.stderr
    assert rows()["A/80/501/R1"]["acceptance"] == "accepted"
    again = filled(*UPDATE, "--dry-run")
    assert again.exit_code == status
    assert "othing was left half-written" in again.stderr


class Stubborn:
    """Ctrl-C comes when it is cleared away, where Python ignores every exception."""

    def __del__(self):
        signal.raise_signal(signal.SIGINT)


def test_ctrl_c_is_not_lost_where_python_ignores_it(monkeypatch):
    monkeypatch.setattr(sys, "unraisablehook", interrupt_again)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            stopped_in_the_midst()
    finally:
        signal.signal(signal.SIGINT, before)


def stopped_in_the_midst():
    Stubborn()
    time.sleep(5)


PROGRAM = """
import signal, sys
class Mark:
    def __set_name__(self, *_):
        {signal}
class Interrupting:
    def find_spec(self, name, *_):
        if name == "{library}":
            {way}
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Interrupting())
from tracker.__main__ import main
sys.argv = ["tracker", "--database", "sqlite:///none.db", "list"]
main()
"""
"""`tracker list`, with a signal while a library is read."""
WAYS = ["{signal}", "type('Owner', (), dict(mark=Mark()))", "eval('{signal}')"]
"""By itself; while a class is made, where Python 3.11 makes a RuntimeError of it; while words are run as a program."""


def stopped(*, signal, way, library):
    raised = f"signal.raise_signal(signal.{signal})"
    program = PROGRAM.format(signal=raised, way=way.format(signal=raised), library=library)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize("way", WAYS)
def test_ctrl_c_while_the_program_is_read_is_a_sentence(way):
    said = stopped(signal="SIGINT", way=way, library="typer")
    assert said == (130, "\nStopped; nothing was begun.\n")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("signal", "status"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_while_a_command_reads_a_library_is_a_sentence(signal, status, way):
    said = stopped(signal=signal, way=way, library="sqlalchemy")
    assert said == (status, "\nStopped; nothing was left half-written.\n")


def test_ctrl_c_before_there_is_a_command_is_a_sentence(monkeypatch, capsys):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(typer.main, "get_command", interrupted)
    with pytest.raises(SystemExit) as end:
        main()
    assert (end.value.code, capsys.readouterr().err) == (130, "\nStopped; nothing was begun.\n")


AT_THE_END = """
import builtins, os, signal, sys
class ClearedAway:
    def __del__(self, kill=os.kill, me=os.getpid(), number=signal.{signal}):
        kill(me, number)
builtins.last = ClearedAway()
signal.signal(signal.SIGINT, signal.default_int_handler)
from tracker.__main__ import main
sys.argv = ["tracker", "--version"]
main()
"""
"""The signal comes while the interpreter clears up, when it has taken back what we do at a signal."""


@pytest.mark.parametrize("signal", ["SIGINT", "SIGTERM"])
def test_a_signal_when_all_is_done_does_not_change_the_exit_status(signal):
    words = [sys.executable, "-c", AT_THE_END.format(signal=signal)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
