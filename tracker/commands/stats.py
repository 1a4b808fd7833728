"""`tracker stats`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.commands.context import Desk
from tracker.commands.lines import Csv, Template, writer
from tracker.commands.options import AsOf, Json, KnownAt, choice_option, with_filters
from tracker.commands.render import Column, is_roomy, is_terminal, print_json, print_table, say, tell
from tracker.domain.filters import Filters

if TYPE_CHECKING:
    from tracker.domain.rates import Rate
    from tracker.services.statistics import Group, Statistics


class GroupBy(Enum):
    """What follow-ups may be grouped by; `store.counts.Dimension` is the same, and costs the whole store."""

    ORG = "org"
    REPORT = "report"
    YEAR = "year"
    IMPACT = "impact"
    ADDRESSEE = "addressee"


@with_filters
def stats(
    ctx: typer.Context,
    filters: Filters,
    by: Annotated[Any, choice_option(GroupBy, "--by", help="Group by")] = "org",
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_csv: Csv = False,
    template: Template = None,
    as_json: Json = False,
) -> None:
    """Count follow-ups and give the rates, each with its fraction.

    With --csv and --template there is a row for each group, and one for all together at the end.
    """
    from tracker.services.statistics import statistics
    from tracker.store.counts import Dimension

    write = writer(as_json=as_json, as_csv=as_csv, template=template)
    desk: Desk = ctx.obj
    at = desk.at(as_of, known_at)
    found = statistics(desk.register, Dimension(by.value), filters, at)
    if as_json:
        print_json(found.as_json(at))
    elif write is not None:
        rows = [group.as_json() for group in (*found.groups, found.total)]
        write(rows if template is not None else [_flat(row) for row in rows], tuple(_flat(rows[-1])))
    else:
        _print_groups(by.value, [*found.groups, found.total])
        _print_rates(found)


def _flat(group: dict[str, Any]) -> dict[str, Any]:
    """A group as one row: what stands within something else has that in its name."""
    flat: dict[str, Any] = {}
    for key, value in group.items():
        if isinstance(value, dict):
            flat |= {f"{key}_{word}".replace("-", "_"): count for word, count in value.items()}
        elif isinstance(value, list):
            parts = ("numerator", "denominator", "percent")
            flat |= {f"{rate['rate']}_{part}".replace("-", "_"): rate[part] for rate in value for part in parts}
        else:
            flat[key] = value
    return flat


def _print_groups(title: str, groups: Sequence[Group]) -> None:
    columns = [
        Column(title),
        Column("all", right=True),
        Column("open", right=True),
        Column("overdue", right=True),
        Column("accepted"),
        Column("implemented"),
        Column("no information", flexible=True),
    ]
    print_table(columns, _with_bars(columns, [_cells(group) for group in groups]))


def _print_rates(found: Statistics) -> None:
    """The system-wide rates: all together, and beside that, labelled so, the mean of organizations."""
    from tracker.domain.rates import RATES

    means = (found.mean_of_organizations(rate) for rate in RATES)
    counts = found.total.counts
    tell()
    print_table(
        [Column("rate"), Column("all together"), Column("mean of organizations")],
        [
            (words, str(rate(counts)), "n/a" if mean is None else f"{mean}%")
            for words, rate, mean in zip(_RATES, RATES, means, strict=True)
        ],
    )
    say("Implemented is of accepted; the line “all”, and all together, are sum over sum.")


_RATES = ("accepted", "accepted, of relevant ones", "implemented, of accepted", "no information")
"""How the rates of `domain.rates.RATES` are called here, in their order."""


def _cells(group: Group) -> list[tuple[str, Rate | None]]:
    """The cells of a group's line, each with the rate that a bar could show."""
    from tracker.domain.rates import acceptance_rate, implementation_rate, information_gap

    counts = group.counts
    figures = (group.name or "(none)", str(counts.total), str(counts.open), str(counts.overdue))
    rates = [rate(counts) for rate in (acceptance_rate, implementation_rate, information_gap)]
    return [*((figure, None) for figure in figures), *((str(rate), rate) for rate in rates)]


_LONGEST, _SHORTEST = 10, 4


def _with_bars(columns: Sequence[Column], rows: Sequence[Sequence[tuple[str, Rate | None]]]) -> list[tuple[str, ...]]:
    """The lines, on a terminal with bars before the rates, as long as there is room for and in as many columns.

    A bar says nothing that the figures do not.
    """
    plain = [tuple(cell for cell, _ in row) for row in rows]
    if not is_terminal():
        return plain
    room = get_terminal_size().columns
    for barred in (3, 2, 1):
        for length in range(_LONGEST, _SHORTEST - 1, -1):
            drawn = [tuple(_barred(row, len(row) - 3 + barred, length)) for row in rows]
            if is_roomy(columns, drawn, room):
                return drawn
    return plain


def _barred(row: Sequence[tuple[str, Rate | None]], end: int, length: int) -> Iterator[str]:
    for place, (cell, rate) in enumerate(row):
        yield f"{_bar(rate, length)} {cell}" if rate is not None and place < end else cell


def _bar(rate: Rate, length: int) -> str:
    filled = 0 if rate.percent is None else round(float(rate.percent) / 100 * length)
    return f"{'█' * filled}{'·' * (length - filled)}"
