"""How far long work has come: a bar where a person watches stderr, a line for each step where nobody does.

A step that is announced has its line when it begins, and a further one at each tenth where it takes long. On a
terminal the bar appears when the work has lasted a moment, and is gone when it is over; short work shows nothing.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tracker.commands.terminal.render import is_terminal, plain_console, say, visible

BAR_AFTER = 0.5
"""Seconds of work before a bar is drawn."""
LINES_AFTER = 10.0
"""Seconds of a step before its tenths are written; the last has none, since the command itself says what it did."""

ENOUGH_STEPS = 10
"""Steps from which on an estimate is more than a guess."""
_ECHO = 4
"""Columns that stay free: a terminal writes ^C behind the bar, and on a line of its own it would hide it from us."""


@contextmanager
def progress(title: str, begins: str | None = None) -> Iterator[_Lines | _Bar]:
    """Give what a service calls at each step; `title` is what is done, `begins` to what, where that is known now."""
    shown = _Bar(title) if is_terminal(sys.stderr) else _Lines(title)
    try:
        if begins is not None:
            shown.begin(begins)
        yield shown
    finally:
        shown.close()


class _Lines:
    """A line when a step begins, and when another tenth of it is done."""

    def __init__(self, title: str) -> None:
        self.title, self.began, self.tenths = title, time.monotonic(), 0

    def begin(self, what: str) -> None:
        self.began, self.tenths = time.monotonic(), 0
        say(f"{self.title} {what} …")

    def __call__(self, done: int, total: int) -> None:
        tenths = 10 * done // max(total, 1)
        if done < total and tenths > self.tenths and time.monotonic() - self.began >= LINES_AFTER:
            say(f"{self.title}: {done:,} of {total:,}.")
            self.tenths = tenths

    def close(self) -> None:
        """Nothing is left on the screen."""


class _Bar:
    """A bar with an estimate of what is left to wait; it is gone when the work is over.

    Of few steps each takes long, and an estimate would stand still: then the bar moves, and says how long it has been.
    A timer draws it, so that it appears in the midst of a single long step as well.
    """

    def __init__(self, title: str) -> None:
        self.title, self.words, self.began = title, title, time.monotonic()
        self.total: int | None = None
        self.done = 0
        self.bar: Any = None
        self.task: Any = None
        self.is_over = False
        self.lock = threading.Lock()
        self.timer = threading.Timer(BAR_AFTER, self._appear)
        self.timer.daemon = True
        self.timer.start()

    def begin(self, what: str) -> None:
        self.words = visible(f"{self.title} {what}")
        self._update()

    def __call__(self, done: int, total: int) -> None:
        if done < self.done and self.bar is not None:  # other work, of another speed
            self.bar.reset(self.task)
        self.done, self.total = done, total
        if self.bar is None and time.monotonic() - self.began >= BAR_AFTER:
            self._appear()
        self._update()

    def _appear(self) -> None:
        with self.lock:
            if self.bar is not None or self.is_over:
                return
            bar = _drawn()
            self.task = bar.add_task(**self._state())
            bar.start()
            self.bar = bar

    def _update(self) -> None:
        if self.bar is not None:
            self.bar.update(self.task, **self._state())

    def _state(self) -> dict[str, Any]:
        total = self.total or 0
        return {
            "description": self.words,
            "completed": self.done,
            "total": total if total >= ENOUGH_STEPS else None,
            "steps": f"{self.done}/{total}" if total else "",
        }

    def close(self) -> None:
        self.timer.cancel()
        with self.lock:
            self.is_over = True
            if self.bar is not None:
                self.bar.stop()


def _drawn() -> Any:
    from rich.progress import BarColumn, Progress, Task, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.text import Text

    class Time(TimeRemainingColumn):
        def render(self, task: Task) -> Text:
            return TimeElapsedColumn().render(task) if task.total is None else super().render(task)

    console = plain_console(stderr=True)
    console.width = max(console.width - _ECHO, 1)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[steps]}"), Time())
    return Progress(*columns, console=console, transient=True)
