"""Everything that a quarterly status report prints, computed once; every format is drawn from this record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tracker.domain.figures import listings
from tracker.domain.figures.groups import Group, Headline, count, grouped, headline
from tracker.domain.figures.material import Material, Reminded, Scope
from tracker.domain.figures.movement import Changed, RollForward, changes, roll_forward
from tracker.domain.figures.plain import full_row, plain
from tracker.domain.journal import canonical_json
from tracker.domain.periods import Quarter
from tracker.domain.rates import Counts
from tracker.domain.rows import FollowUp
from tracker.domain.vocabulary import Voice
from tracker.records import record


@record
class TrendPoint:
    """The scope's figures on the last day of a quarter (of the reported one: on the day of the figures)."""

    quarter: Quarter
    group: Group


@record
class Figures:
    """The report in figures. Groups by organization are empty where the report is about one."""

    scope: Scope
    headline: Headline
    organizations: tuple[Group, ...]
    reports: tuple[Group, ...]
    addressees: tuple[Group, ...]
    impacts: tuple[Group, ...]
    years: tuple[Group, ...]
    roll_forward: RollForward
    changes: tuple[Changed, ...]
    trend: tuple[TrendPoint, ...]
    ageing: tuple[listings.AgeLine, ...]
    silence: tuple[listings.AgeLine, ...]
    overdue: tuple[listings.Overdue, ...]
    long_outstanding: tuple[listings.Said, ...]
    governing_body: tuple[listings.Waiting, ...]
    declined: tuple[listings.Declined, ...]
    done_though_declined: tuple[listings.Said, ...]
    claimed: tuple[listings.Said, ...]
    disputed: tuple[listings.Said, ...]
    learned: tuple[listings.Learned, ...]
    reminded: Reminded
    consistency: tuple[listings.Oddity, ...]
    first_day: date | None
    annex: tuple[FollowUp, ...]

    @property
    def counts(self) -> Counts:
        return self.headline.own.counts

    @property
    def new_in_quarter(self) -> bool:
        """The register (or this organization's part of it) begins in this quarter: there is no opening position."""
        return self.first_day is not None and self.first_day >= self.scope.quarter.first_day

    def as_json(self) -> dict[str, Any]:
        """Stable keys in snake case; the rows themselves stand in `annex`, elsewhere they are named.

        `selection` stands in `scope` only where there is one, and `voice` only where it is not the organization's.
        """
        content = plain(self)
        if not self.scope.is_selected:
            del content["scope"]["selection"]
        for item in content["declined"]:
            if item["voice"] == Voice.ORGANIZATION.value:
                del item["voice"]
        content["annex"] = [full_row(row, self.scope.as_of) for row in self.annex]
        return dict(content)

    def canonical(self) -> bytes:
        """One spelling for equal figures: what an edition's checksum is taken of."""
        return canonical_json(self.as_json())


def quarterly(material: Material) -> Figures:
    """Compute the figures of a quarter. The roll-forward is not forced to close; `roll_forward.closes` tells."""
    scope, rows, day = material.scope, material.rows, material.scope.as_of
    own = count(rows, day)
    name = "All organizations" if scope.organization is None else scope.organization.name
    names = {item.code: item.name for item in material.organizations}
    standing_open = [row for row in rows if row.is_open]
    return Figures(
        scope=scope,
        headline=headline(own, name, material.system),
        organizations=_organizations(material, names),
        reports=grouped(rows, day, lambda row: row.report, {row.report: row.report_title for row in rows}),
        addressees=grouped(rows, day, _addressee),
        impacts=grouped(rows, day, lambda row: row.impact or ""),
        years=grouped(rows, day, lambda row: str(row.issued_on.year) if row.issued_on else ""),
        roll_forward=roll_forward(rows, material.before),
        changes=changes(rows, material.before, material.steps),
        trend=_trend(material, own),
        ageing=listings.ageing(standing_open, day),
        silence=listings.silence(standing_open, day),
        overdue=listings.overdue(standing_open, day, material.extensions),
        long_outstanding=listings.long_outstanding(standing_open, day),
        governing_body=listings.awaiting_governing_body(standing_open),
        declined=listings.declined(rows, material.reasons),
        done_though_declined=listings.done_though_declined(rows),
        claimed=listings.claimed(rows, material.reasons),
        disputed=listings.disputed(rows, material.reasons),
        learned=listings.learned(rows, material.lessons),
        reminded=material.reminded,
        consistency=listings.oddities(rows),
        first_day=_first_day(rows),
        annex=rows,
    )


def _organizations(material: Material, names: Mapping[str, str]) -> tuple[Group, ...]:
    if material.scope.organization is not None:
        return ()
    return tuple(Group(code, names.get(code, code), counts) for code, counts in material.system.items())


def _addressee(row: FollowUp) -> str:
    return row.addressee.value if row.addressee else ""


def _first_day(rows: Sequence[FollowUp]) -> date | None:
    return min((row.addressed_on for row in rows), default=None)


def _trend(material: Material, own: Counts) -> tuple[TrendPoint, ...]:
    points = [*material.trend, (material.scope.quarter, own)]
    return tuple(TrendPoint(quarter, Group(str(quarter), str(quarter), counts)) for quarter, counts in points)
