"""`tracker stats`."""

from __future__ import annotations

from enum import Enum
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.commands.context import Desk
from tracker.commands.options import AsOf, Json, KnownAt, choice_option, with_filters
from tracker.commands.render import Column, is_terminal, print_json, print_table, say
from tracker.domain.filters import Filters

if TYPE_CHECKING:
    from tracker.domain.rates import Rate
    from tracker.services.statistics import Group


class GroupBy(Enum):
    """What follow-ups may be grouped by; `store.counts.Dimension` is the same, and costs the whole store."""

    ORG = "org"
    REPORT = "report"
    YEAR = "year"
    IMPACT = "impact"
    ADDRESSEE = "addressee"


_BAR = 10
_WIDE = 110
"""Columns of the terminal from which there is room for bars."""


@with_filters
def stats(
    ctx: typer.Context,
    filters: Filters,
    by: Annotated[Any, choice_option(GroupBy, "--by", help="Group by")] = "org",
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: Json = False,
) -> None:
    """Count follow-ups and give the rates, each with its fraction."""
    from tracker.services.listing import At
    from tracker.services.statistics import statistics
    from tracker.store.counts import Dimension

    desk: Desk = ctx.obj
    at = At(desk.today, as_of, known_at)
    found = statistics(desk.register, Dimension(by.value), filters, at)
    if as_json:
        print_json(found.as_json(at))
        return
    print_table(
        [
            Column(by.value),
            Column("all", right=True),
            Column("open", right=True),
            Column("overdue", right=True),
            Column("accepted"),
            Column("implemented"),
            Column("no information", flexible=True),
        ],
        [_row(group) for group in (*found.groups, found.total)],
    )
    say("Implemented is of accepted; the last line is all together (sum over sum).")


def _row(group: Group) -> tuple[str, ...]:
    from tracker.domain.rates import acceptance_rate, implementation_rate, information_gap

    counts = group.counts
    return (
        group.name or "(none)",
        str(counts.total),
        str(counts.open),
        str(counts.overdue),
        *(_shown(rate(counts)) for rate in (acceptance_rate, implementation_rate, information_gap)),
    )


def _shown(rate: Rate) -> str:
    """A rate with its fraction; on a terminal with a bar before it, which says nothing that the figures do not."""
    if not is_terminal() or get_terminal_size().columns < _WIDE:
        return str(rate)
    filled = 0 if rate.percent is None else round(float(rate.percent) / 100 * _BAR)
    return f"{'█' * filled}{'·' * (_BAR - filled)} {rate}"
