"""Counts and rates of groups, as `tracker stats` gives them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tracker.domain.figures.groups import Group
from tracker.domain.filters import Filters
from tracker.domain.rates import RATES, Counts, Rate, mean_percent, pooled
from tracker.records import record
from tracker.services.listing import At
from tracker.store.counts import Dimension, counts_by
from tracker.store.unit import Register


@record
class Statistics:
    """The groups, all of them pooled, and beside that the means of the groups and of the organizations."""

    dimension: Dimension
    groups: tuple[Group, ...]
    organizations: tuple[Counts, ...]

    @property
    def total(self) -> Group:
        return Group("all", "all", pooled(group.counts for group in self.groups))

    def mean_of_organizations(self, rate: Callable[[Counts], Rate]) -> Decimal | None:
        """The plain mean of a rate over the organizations, whatever the groups are."""
        return mean_percent(rate(counts) for counts in self.organizations)

    def as_json(self, at: At) -> dict[str, Any]:
        return {
            "by": self.dimension.value,
            "as_of": at.day.isoformat(),
            "groups": [group_json(group) for group in self.groups],
            "total": group_json(self.total),
            "mean_of_groups": {
                "acceptance": _number(mean_percent(group.acceptance for group in self.groups)),
                "implementation": _number(mean_percent(group.implementation for group in self.groups)),
            },
            "mean_of_organizations": {rate(Counts()).name: _number(self.mean_of_organizations(rate)) for rate in RATES},
        }


def group_json(group: Group) -> dict[str, Any]:
    """A group as `tracker stats --json` has it."""
    return {"group": group.name, **group.counts.as_json()}


def statistics(register: Register, dimension: Dimension, filters: Filters, at: At) -> Statistics:
    """Count what a filter finds, by one dimension."""
    with register.read() as session:

        def by(wanted: Dimension) -> dict[str, Counts]:
            return counts_by(session, wanted, filters, today=at.today, as_of=at.as_of, known_at=at.known_at)

        found = by(dimension)
        organizations = found if dimension is Dimension.ORGANIZATION else by(Dimension.ORGANIZATION)
    groups = tuple(Group(name, name, counts) for name, counts in found.items())
    return Statistics(dimension, groups, tuple(organizations.values()))


def _number(percent: Decimal | None) -> float | None:
    return None if percent is None else float(percent)
