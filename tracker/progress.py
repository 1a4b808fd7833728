"""How far long work has come: what services and readers of files tell a caller, step by step."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TypeVar

OnStep = Callable[[int, int], None]
"""Called after each step: how many are done, of how many. Where it has `begin`, that is told what begins."""

Item = TypeVar("Item")


def begun(on_step: OnStep | None, what: str) -> None:
    """Tell what the work is on from now on, as `12 follow-ups` or the name of a file."""
    begin = getattr(on_step, "begin", None)
    if begin is not None:
        begin(what)


def of_the_journal(on_step: OnStep | None) -> OnStep | None:
    """What a batch tells while it writes very many entries: work of its own, which begins when the rows are done."""
    if on_step is None:
        return None

    def told(written: int, entries: int) -> None:
        if written == 0:
            begun(on_step, f"{entries:,} entries of the journal")
        on_step(written, entries)

    return told


def counted(
    items: Collection[Item], on_step: OnStep | None, name: Callable[[Item], str] | None = None
) -> Iterator[Item]:
    """The items, one after the other; when the work on one is over, the step is told.

    `name` says what each is called: then it is told as well when the work on it begins.
    """
    if on_step is None:
        yield from items
        return
    for done, item in enumerate(items, start=1):
        if name is not None:
            begun(on_step, name(item))
        yield item
        on_step(done, len(items))
