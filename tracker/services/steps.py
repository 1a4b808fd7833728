"""Telling a caller how far long work has come."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TypeVar

OnStep = Callable[[int, int], None]
"""Called after each step: how many are done, of how many."""

Item = TypeVar("Item")


def counted(items: Collection[Item], on_step: OnStep | None) -> Iterator[Item]:
    """The items, one after the other; when the work on one is over, the step is told."""
    if on_step is None:
        yield from items
        return
    for done, item in enumerate(items, start=1):
        yield item
        on_step(done, len(items))
