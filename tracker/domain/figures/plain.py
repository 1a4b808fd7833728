"""Figures as JSON's own types: records by their fields, rates with their fraction, follow-ups by name."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from tracker.domain.figures.groups import Group
from tracker.domain.filters import Filters, as_words
from tracker.domain.periods import Quarter
from tracker.domain.rates import Counts, Rate
from tracker.domain.rows import FollowUp, instant
from tracker.domain.vocabulary import Acceptance, Implementation


def plain(value: Any) -> Any:
    """Any part of the figures as JSON's own types. A follow-up is named, not repeated: see `full_row`."""
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    return value


def full_row(row: FollowUp, day: date) -> dict[str, Any]:
    """A row of the annex: the JSON of a follow-up, with what only the report adds."""
    return {
        **row.as_json(day),
        "issued_on": plain(row.issued_on),
        "addressed_on": plain(row.addressed_on),
        "heard_on": plain(row.heard_on),
    }


def _counts_json(counts: Counts) -> dict[str, Any]:
    matrix = {a.value: {i.value: counts.both(a, i) for i in Implementation} for a in Acceptance}
    return {**counts.as_json(), "matrix": matrix}


def _group_json(group: Group) -> dict[str, Any]:
    return {"code": group.code, "name": group.name, **_counts_json(group.counts)}


_WRITERS: tuple[tuple[type[Any], Any], ...] = (
    (FollowUp, lambda row: {"ref": row.ref, "organization": row.organization}),
    (Group, _group_json),
    (Counts, _counts_json),
    (Rate, Rate.as_json),
    (Filters, as_words),
    (Quarter, str),
    (Enum, lambda word: word.value),
    (datetime, instant),
    (date, date.isoformat),
    (Decimal, lambda number: float(str(number))),
)
