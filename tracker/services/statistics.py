"""Counts and rates of groups, as `tracker stats` gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tracker.domain.filters import Filters
from tracker.domain.rates import Counts, implementation_rate, mean_percent, pooled
from tracker.domain.rates import acceptance_rate as acceptance
from tracker.services.listing import At
from tracker.store.counts import Dimension, counts_by
from tracker.store.unit import Register


@dataclass(frozen=True, slots=True)
class Group:
    """A group with its counts; every figure of it comes from them."""

    name: str
    counts: Counts

    def as_json(self) -> dict[str, Any]:
        return {"group": self.name, **self.counts.as_json()}


@dataclass(frozen=True, slots=True)
class Statistics:
    """The groups, all of them pooled, and beside that the mean of the groups."""

    dimension: Dimension
    groups: tuple[Group, ...]

    @property
    def total(self) -> Group:
        return Group("all", pooled(group.counts for group in self.groups))

    def as_json(self, at: At) -> dict[str, Any]:
        return {
            "by": self.dimension.value,
            "as_of": at.day.isoformat(),
            "groups": [group.as_json() for group in self.groups],
            "total": self.total.as_json(),
            "mean_of_groups": {
                "acceptance": _number(mean_percent(acceptance(group.counts) for group in self.groups)),
                "implementation": _number(mean_percent(implementation_rate(group.counts) for group in self.groups)),
            },
        }


def statistics(register: Register, dimension: Dimension, filters: Filters, at: At) -> Statistics:
    """Count what a filter finds, by one dimension."""
    with register.read() as session:
        found = counts_by(session, dimension, filters, today=at.today, as_of=at.as_of, known_at=at.known_at)
    return Statistics(dimension, tuple(Group(name, counts) for name, counts in found.items()))


def _number(percent: object) -> float | None:
    return None if percent is None else float(str(percent))
