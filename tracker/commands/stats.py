"""`tracker stats`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import Enum
from itertools import zip_longest
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from tracker.commands.context import Desk
from tracker.commands.syntax.lines import Writer, with_forms
from tracker.commands.syntax.options import AsOf, KnownAt, choice_option, with_filters
from tracker.commands.terminal.columns import Column, fits, fitted, in_lines
from tracker.commands.terminal.render import is_terminal, print_table, say, tell
from tracker.domain.filters import Filters

if TYPE_CHECKING:
    from tracker.domain.figures.groups import Group
    from tracker.domain.rates import Rate
    from tracker.services.reports.statistics import Statistics


class GroupBy(Enum):
    """What follow-ups may be grouped by; `store.counts.Dimension` is the same, and costs the whole store."""

    ORG = "org"
    REPORT = "report"
    YEAR = "year"
    IMPACT = "impact"
    ADDRESSEE = "addressee"


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


@with_filters
@with_forms(flat=_flat)
def stats(
    ctx: typer.Context,
    filters: Filters,
    write: Writer | None,
    by: Annotated[Any, choice_option(GroupBy, "--by", help="Group by")] = "org",
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """Count follow-ups and give the rates, each with its fraction.

    With --csv and --template there is a row for each group, and one for all together at the end.
    """
    from tracker.services.reports.statistics import group_json, statistics
    from tracker.store.counts import Dimension

    desk: Desk = ctx.obj
    at = desk.at(as_of, known_at)
    found = statistics(desk.register, Dimension(by.value), filters, at)
    groups = [*found.groups, found.total]
    if write is not None:
        write([group_json(group) for group in groups], whole=found.as_json(at))
        return
    _print_groups(by.value, groups)
    _print_rates(found)


def _print_groups(title: str, groups: Sequence[Group]) -> None:
    lines = [_Line.of(group) for group in groups]
    if not is_terminal():
        print_table(_columns(title), [line.in_one() for line in lines])
        return
    room = get_terminal_size().columns
    for columns, laid in _layouts(title, lines):
        if fits(columns, [row for rows in laid for row in rows], room):
            break
    print_table(columns, list(_with_names_beside(columns, laid, room)))


def _columns(title: str) -> list[Column]:
    return [Column(title, breaks=True), *(Column(word, right=True) for word in _COUNTS), *map(Column, _SHORT)]


_COUNTS, _SHORT = ("all", "open", "overdue"), ("accepted", "implemented", "no information")
"""What is counted of every group, and how the rates that stand beside are called there."""


def _print_rates(found: Statistics) -> None:
    """The system-wide rates: all together, and beside that, labelled so, the mean of organizations."""
    from tracker.domain.rates import RATES

    means = (found.mean_of_organizations(rate) for rate in RATES)
    counts = found.total.counts
    tell()
    print_table(
        [Column("rate", wrap=True), Column("all together"), Column("mean of organizations")],
        [
            (words, str(rate(counts)), "n/a" if mean is None else f"{mean}%")
            for words, rate, mean in zip(_RATES, RATES, means, strict=True)
        ],
    )
    say("“Implemented” is a share of what was accepted; “all” and “all together” are pooled rates, sum over sum.")


_RATES = ("accepted", "accepted, of relevant ones", "implemented, of accepted", "no information")
"""How the rates of `domain.rates.RATES` are called here, in their order."""


class _Line(NamedTuple):
    """What is said of a group: its name, what is counted, the rates."""

    name: str
    counts: tuple[int, ...]
    rates: tuple[Rate, ...]

    @classmethod
    def of(cls, group: Group) -> _Line:
        counts, rates = group.counts, (group.acceptance, group.implementation, group.gap)
        return cls(group.name or "(none)", (counts.total, counts.open, counts.overdue), rates)

    def in_one(self) -> tuple[str, ...]:
        """As a program reads it."""
        return (self.name, *map(str, self.counts), *map(str, self.rates))

    def heading(self) -> tuple[str, ...]:
        """What stands before the rates where people read."""
        return (self.name, *(f"{count:,}" for count in self.counts))


Row = tuple[str, ...]
Layout = tuple[Sequence[Column], list[list[Row]]]
"""The columns, and for each group its rows: more than one where something stands below something else."""

_BLANK = ("",) * (1 + len(_COUNTS))


def _layouts(title: str, lines: Sequence[_Line]) -> Iterator[Layout]:
    """The same table ever narrower: with bars, with one, without, the fraction below its percentage, the rates below
    one another.

    A bar says nothing that the figures do not; where there is room for one only, it stands beside what is implemented.
    A rate is never without its fraction. Where that is below, a short bar takes no room.
    """
    columns = _columns(title)
    unbroken = [replace(columns[0], breaks=False), *columns[1:]]
    for barred in (_SHORT, (_SHORT[1],)):
        for length in range(_LONGEST, _SHORTEST - 1, -1):
            yield unbroken, [[(*line.heading(), *_barred(line.rates, barred, length))] for line in lines]
    yield columns, [[(*line.heading(), *map(str, line.rates))] for line in lines]
    for length in (_SHORTEST, 0):
        yield columns, [_in_two(line, length) for line in lines]
    stacked = [*columns[: len(_BLANK)], Column("rate", wrap=True), Column("", right=True)]
    yield stacked, [_stacked(line) for line in lines]


def _with_names_beside(columns: Sequence[Column], laid: Sequence[Sequence[Row]], room: int) -> Iterator[Row]:
    """The rows, with what a long name goes on with beside whatever else goes on."""
    width = fitted(columns, [row for rows in laid for row in rows], room)[0]
    blank = ("",) * len(columns)
    for rows in laid:
        names = in_lines(rows[0][0], width).split("\n")
        for name, row in zip_longest(names, rows, fillvalue=None):
            yield (name or "", *(row or blank)[1:])


_LONGEST, _SHORTEST = 10, 4


def _barred(rates: Sequence[Rate], barred: Sequence[str], length: int) -> Iterator[str]:
    for word, rate in zip(_SHORT, rates, strict=True):
        yield f"{_bar(rate, length)} {rate}" if word in barred else str(rate)


def _bar(rate: Rate, length: int) -> str:
    filled = 0 if rate.percent is None else round(float(rate.percent) / 100 * length)
    return f"{'█' * filled}{'·' * (length - filled)}"


def _in_two(line: _Line, length: int) -> list[Row]:
    percents, fractions = zip(*(str(rate).split() for rate in line.rates), strict=True)
    bars = (_bar(rate, length) for rate in line.rates)
    return [
        (*line.heading(), *(f"{bar} {percent}".strip() for bar, percent in zip(bars, percents, strict=True))),
        (*_BLANK, *fractions),
    ]


def _stacked(line: _Line) -> list[Row]:
    return [
        (*(_BLANK if place else line.heading()), word, str(rate))
        for place, (word, rate) in enumerate(zip(_SHORT, line.rates, strict=True))
    ]
