"""Ctrl-C, and what takes its way, in the few places where it must not come in between."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def undisturbed(*, forgetting: bool = False) -> Iterator[None]:
    """Ctrl-C is heard when the block is over, a second one at once; `forgetting` hears none at all.

    Signals reach the main thread alone, so that in any other there is nothing to do.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []

    def hear(number: int, _: object) -> None:
        if heard and not forgetting:
            raise KeyboardInterrupt
        heard.append(number)

    before = signal.signal(signal.SIGINT, hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if heard and not forgetting:
        interrupt(heard[0])


def interrupt(number: int) -> None:
    """Let a signal do what Ctrl-C would do at this place.

    What a shell starts in the background ignores Ctrl-C, and is stopped by any other signal all the same.
    """
    way = signal.getsignal(signal.SIGINT)
    if callable(way):
        way(number, None)
    elif number != signal.SIGINT:
        raise KeyboardInterrupt


@contextmanager
def unwrapped() -> Iterator[None]:
    """Ctrl-C as what it is, where Python 3.11 wraps it: whatever comes while a class is made is a RuntimeError there.

    Libraries are read when a command needs them, and are full of classes.
    """
    try:
        yield
    except RuntimeError as error:
        if not isinstance(error.__cause__, KeyboardInterrupt):
            raise
        raise KeyboardInterrupt from None


def interrupt_again(lost: Any) -> None:
    """Ctrl-C that Python can only ignore, as in the midst of clearing away an object, comes again a moment later."""
    if lost.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(lost)
        return
    again = threading.Timer(0.01, _thread.interrupt_main)
    again.daemon = True
    again.start()
