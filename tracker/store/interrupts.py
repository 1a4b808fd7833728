"""Ctrl-C in the few places where it must not come in between."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


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
        signal.raise_signal(signal.SIGINT)
