"""Lines that a person types at a prompt, and what a terminal does to them: paste, a length it cuts at, Ctrl-Z."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from select import select
from unicodedata import category

from tracker.commands.terminal.render import say, visible

if sys.platform != "win32":  # whose terminal neither cuts a line nor forgets one
    import termios

LONGEST = 4096 if sys.platform == "linux" else 1024
"""Bytes of a line, its end among them, that a terminal passes on; the rest of it is lost without a word."""
_PAUSE_SECONDS = 0.1
"""What was pasted arrives in pieces, which follow each other faster than that."""


def read_line(prompt: str) -> str:
    """One line. It is read as bytes: of a line that is not text, the lines behind it would be lost as well.

    What is no text, or was cut by the terminal, is asked for again. Raises EOFError at the end of the input.
    """
    while True:
        with _shown_again(prompt):
            _show(prompt)
            line = sys.stdin.buffer.readline() if sys.stdin else b""
        if not line:
            raise EOFError
        if _is_at_terminal() and len(line) >= LONGEST:
            pasted_behind()
            say("That is longer than a terminal takes in one line, and its end is lost; write it in your editor.")
            continue
        try:
            words = line.decode(sys.stdin.encoding).strip()
        except UnicodeDecodeError:
            say(f"That is not {sys.stdin.encoding.upper()}; type it again.")
            continue
        if "\0" not in words:
            return words
        say("That contains a character that is not allowed (NUL); type it again.")


def pasted_behind() -> str | None:
    """What has arrived behind the line just read, an unfinished line too: the rest of what was pasted, or typed ahead.

    Nothing where no person types; None where the terminal may have lost some of it.
    """
    if not _is_at_terminal():
        return ""
    rest = b""
    descriptor = sys.stdin.fileno()
    with _letter_by_letter(descriptor):
        while select([descriptor], [], [], _PAUSE_SECONDS)[0]:
            piece = os.read(descriptor, 65536)
            if not piece:
                break
            rest += piece
    if len(rest) >= LONGEST - 1:
        return None
    text = rest.decode(sys.stdin.encoding, errors="replace")
    return "".join(letter for letter in text if letter in "\n\t" or category(letter) != "Cc")


def _show(prompt: str) -> None:
    print(visible(prompt), end=" ", file=sys.stderr, flush=True)


def _is_at_terminal() -> bool:
    return sys.platform != "win32" and sys.stdin is not None and sys.stdin.isatty()


@contextmanager
def _letter_by_letter(descriptor: int) -> Iterator[None]:
    """The terminal passes on what it has, without waiting for the end of a line."""
    before = termios.tcgetattr(descriptor)
    now = [*before]
    now[3] = before[3] & ~termios.ICANON
    termios.tcsetattr(descriptor, termios.TCSANOW, now)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, before)


@contextmanager
def _shown_again(prompt: str) -> Iterator[None]:
    """Show the prompt anew after Ctrl-Z and `fg`: the terminal has forgotten what was half typed."""
    if not _is_at_terminal():
        yield
        return

    def begin_anew(*_: object) -> None:
        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
        say("Resumed; what was half typed is lost.")
        _show(prompt)

    before = signal.signal(signal.SIGCONT, begin_anew)
    try:
        yield
    finally:
        signal.signal(signal.SIGCONT, before)
