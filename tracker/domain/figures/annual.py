"""The figures of a year's paper: what the organizations had accepted and implemented, of the reports of some years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from tracker.domain.figures.groups import Group, count, grouped
from tracker.domain.figures.scorecard import issued_between
from tracker.domain.rates import Counts
from tracker.domain.rows import FollowUp
from tracker.records import record


@record
class Annual:
    """The same follow-ups by organization, by report and by the report's year of issue: each adds up to `total`.

    `years` are the first and the last, both included. `undated` is how many follow-ups belong to no year, as their
    report has no date of issue; they are counted nowhere else.
    """

    years: tuple[int, int]
    as_of: date
    total: Counts
    organizations: tuple[Group, ...]
    reports: tuple[Group, ...]
    issued: tuple[Group, ...]
    undated: int


def annual(rows: Sequence[FollowUp], names: Mapping[str, str], years: tuple[int, int], day: date) -> Annual:
    """Compute them from all that the register held on a day; `names` are the organizations', by code."""
    found = issued_between(rows, *years)
    return Annual(
        years=years,
        as_of=day,
        total=count(found, day),
        organizations=grouped(found, day, lambda row: row.organization, names),
        reports=grouped(found, day, lambda row: row.report, {row.report: row.report_title for row in found}),
        issued=grouped(found, day, lambda row: str(row.issued_on.year) if row.issued_on else ""),
        undated=sum(row.issued_on is None for row in rows),
    )
