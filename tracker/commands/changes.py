"""How many follow-ups a command changed, and how many it only confirmed or entered for an earlier day, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tracker.domain.plurals import plural

if TYPE_CHECKING:
    from tracker.services.updates import Changed


def counted(changed: Sequence[Changed], *, dry_run: bool = False) -> str:
    """What was done: `2 follow-ups changed, 1 confirmed, 1 entered for an earlier day`."""
    really, confirmed, of_then = counts(changed)
    beside = f", {confirmed:,} confirmed" if confirmed else ""
    beside += f", {of_then:,} entered for an earlier day" if of_then else ""
    return f"{plural(really, 'follow-up')} {'would be changed' if dry_run else 'changed'}{beside}"


def counts(changed: Sequence[Changed]) -> tuple[int, int, int]:
    """How many change, how many are confirmed, and how many are entered for a day after which it became otherwise."""
    confirmed, of_then = (sum(item.is_confirmed for item in changed), sum(item.is_of_then for item in changed))
    return len(changed) - confirmed - of_then, confirmed, of_then
