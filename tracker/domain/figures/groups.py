"""Rows counted in groups: by organization, report, addressee, impact, year of issue; and what is printed of a group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal

from tracker.domain.deadlines import is_overdue
from tracker.domain.rates import (
    Cell,
    Counts,
    Rate,
    acceptance_rate,
    implementation_rate,
    information_gap,
    mean_percent,
    median_percent,
    pooled,
    rates,
)
from tracker.domain.rows import FollowUp
from tracker.domain.vocabulary import Acceptance, Implementation, Verification
from tracker.records import record


@record
class Group:
    """A named group and its counts; every figure of it comes from them."""

    code: str
    name: str
    counts: Counts

    @property
    def acceptance(self) -> Rate:
        return acceptance_rate(self.counts)

    @property
    def implementation(self) -> Rate:
        return implementation_rate(self.counts)

    @property
    def gap(self) -> Rate:
        return information_gap(self.counts)


@record
class Headline:
    """The scope's own figures, the system's (sum over sum), and the plain means and medians of organizations."""

    own: Group
    system: Group
    organizations: int
    mean_acceptance: Decimal | None
    mean_implementation: Decimal | None
    median_acceptance: Decimal | None
    median_implementation: Decimal | None

    @property
    def rates(self) -> tuple[Rate, ...]:
        return rates(self.own.counts)


def count(rows: Iterable[FollowUp], day: date) -> Counts:
    """Rows by position, with how many are open and overdue on the day."""
    found: dict[tuple[Acceptance, Implementation, Verification], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        cell = found[row.acceptance, row.implementation, row.verification]
        is_open = row.is_open
        cell[0] += 1
        cell[1] += is_open
        cell[2] += is_overdue(row.due_on, day, is_open=is_open)
    positions = sorted(found, key=lambda key: tuple(_PLACES[value] for value in key))
    return Counts(tuple(Cell(*key, *found[key]) for key in positions))


_PLACES = {value: place for axis in (Acceptance, Implementation, Verification) for place, value in enumerate(axis)}


def grouped(
    rows: Iterable[FollowUp], day: date, key: Callable[[FollowUp], str], names: Mapping[str, str] | None = None
) -> tuple[Group, ...]:
    """Groups by a key of the row, in the key's order, those without one last under an empty code."""
    found: dict[str, list[FollowUp]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    known = names or {}
    return tuple(
        Group(code, known.get(code, code), count(found[code], day))
        for code in sorted(found, key=lambda code: (not code, code))
    )


def headline(own: Counts, name: str, by_organization: Mapping[str, Counts]) -> Headline:
    """The key figures. An organization to which nothing was addressed has no part in mean and median."""
    members = [Group(code, code, counts) for code, counts in by_organization.items()]
    accepted = [group.acceptance for group in members]
    implemented = [group.implementation for group in members]
    return Headline(
        own=Group("", name, own),
        system=Group("", "All organizations", pooled(by_organization.values())),
        organizations=len(members),
        mean_acceptance=mean_percent(accepted),
        mean_implementation=mean_percent(implemented),
        median_acceptance=median_percent(accepted),
        median_implementation=median_percent(implemented),
    )
