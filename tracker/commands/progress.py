"""How far long work has come: a bar where a person watches stderr, a line at each tenth where nobody does.

Work that is over soon shows nothing, so that short commands stay as quiet as they are.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tracker.commands.render import plain_console, say
from tracker.services.steps import OnStep

BAR_AFTER = 0.5
"""Seconds of work before a bar is drawn."""
LINES_AFTER = 10.0
"""Seconds of work before lines are written; the last step has none, since the command itself says what it did."""


@contextmanager
def progress(title: str, *, quiet: bool = False) -> Iterator[OnStep]:
    """Give what a service calls at each step; `quiet` (for --json) shows nothing at all."""
    if quiet:
        yield _ignore
        return
    shown: _Bar | _Lines = _Bar(title) if sys.stderr.isatty() else _Lines(title)
    try:
        yield shown.step
    finally:
        shown.close()


def _ignore(done: int, total: int) -> None:
    """Show nothing."""


class _Lines:
    """A line when another tenth is done."""

    def __init__(self, title: str) -> None:
        self.title, self.began, self.tenths = title, time.monotonic(), 0

    def step(self, done: int, total: int) -> None:
        tenths = 10 * done // max(total, 1)
        if done < total and tenths > self.tenths and time.monotonic() - self.began >= LINES_AFTER:
            say(f"{self.title}: {done:,} of {total:,}.")
            self.tenths = tenths

    def close(self) -> None:
        """Nothing is left on the screen."""


class _Bar:
    """A bar with an estimate of what is left to wait; it is gone when the work is over."""

    def __init__(self, title: str) -> None:
        self.title, self.began, self.bar = title, time.monotonic(), None
        self.task: Any = None

    bar: Any

    def step(self, done: int, total: int) -> None:
        if self.bar is None:
            if time.monotonic() - self.began < BAR_AFTER:
                return
            self.bar = _drawn()
            self.task = self.bar.add_task(self.title, total=total)
            self.bar.start()
        self.bar.update(self.task, completed=done, total=total)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.stop()


def _drawn() -> Any:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=plain_console(stderr=True), transient=True)
