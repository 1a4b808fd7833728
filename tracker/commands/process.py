"""The process around a command: its streams, its interrupts, its garbage collector."""

from __future__ import annotations

import atexit
import gc
import io
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from tracker.interrupts import interrupt


def open_streams() -> None:
    """A stream that was closed before we began is None: then nothing is read, and what is written goes nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - as long as we run
    _let_every_letter_out()


def _let_every_letter_out() -> None:
    """Where the language settings know few letters: data are UTF-8 all the same, a screen shows ? for what it lacks."""
    stdout = sys.stdout
    if not isinstance(stdout, io.TextIOWrapper) or stdout.encoding.lower().replace("-", "") == "utf8":
        return
    if stdout.isatty():
        stdout.reconfigure(errors="replace")
    else:
        stdout.reconfigure(encoding="utf-8")


STOPPED, TERMINATED = 130, 143
"""The exit statuses after Ctrl-C and after SIGTERM, as shells have them."""
SAME_WISH_SECONDS = 1.0
"""Programs that pass signals on, such as `timeout` and `make`, send them twice in one moment: that is one wish."""


@contextmanager
def stopping_when_terminated() -> Iterator[None]:
    """SIGTERM, as `timeout`, cron and systemd send it, takes the way of Ctrl-C, so that nothing half-made is left.

    Only the exit status is its own. Where SIGTERM is ignored already, it stays so.
    """

    def stop(number: int, _: object) -> None:
        if _terminated and time.monotonic() - _terminated[-1] < SAME_WISH_SECONDS:
            return
        _terminated.append(time.monotonic())
        interrupt(number)

    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except SystemExit as end:
        raise SystemExit(TERMINATED if is_terminated() and end.code == STOPPED else end.code) from None


_terminated: list[float] = []
"""When SIGTERM came."""


def is_terminated() -> bool:
    """Whether SIGTERM is why a command stops: whoever sends it answers no questions."""
    return bool(_terminated)


def forget_interrupts() -> None:
    """Let the exit status be the one that we give.

    Where Ctrl-C came while a library ran words as a program, as those that make classes do, Python would at its end
    kill itself by SIGINT, although the interrupt was answered; it forgets that when it runs other words.
    """
    eval("0")  # noqa: S307


def end_undisturbed() -> None:
    """When all is done and said, no signal changes the exit status while the interpreter clears up."""
    atexit.register(_ignore_signals)  # called when every thread has ended


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def spare_the_collector() -> None:
    """Let garbage collection neither interrupt a command every few hundred objects nor go through all at the end.

    What the libraries make lives as long as the command does: looking for cycles in it cost 70 of 290 ms. So does what
    a bulk change of ten thousand rows makes, over 200,000 objects on PostgreSQL: looking once took a sixteenth.
    """
    gc.set_threshold(1_000_000, 20, 100)
    atexit.register(gc.freeze)


def collect_sooner() -> None:
    """What runs for months gives back what lies in cycles before a million objects have gathered."""
    gc.set_threshold(200_000, 20, 100)


@contextmanager
def until_the_reader_goes() -> Iterator[None]:
    """Who reads may have enough, as `head` has after some lines; that is no failure."""
    try:
        yield
    except BrokenPipeError:
        if reader_has_gone():
            raise typer.Exit(0) from None
        raise


def write_out() -> None:
    """Write what stdout still holds back, while it can be told that it cannot be written. Raises OSError."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        if not reader_has_gone():
            raise


def drop_what_cannot_be_written() -> None:
    """Let nothing wait for the interpreter's end, which would complain of it and change the exit status."""
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is None:
            continue
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def reader_has_gone() -> bool:
    """Whether nobody reads stdout or stderr any more; what more would be said there then goes nowhere."""
    import select

    if not hasattr(select, "poll"):  # as on Windows, where a pipe that closed tells in another way
        return False
    poll = select.poll()
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            poll.register(stream.fileno(), 0)
    gone = [number for number, what in poll.poll(0) if what & select.POLLERR]
    for number in gone:
        os.dup2(os.open(os.devnull, os.O_WRONLY), number)
    return bool(gone)
