"""The tables of a restatement: what an edition gave otherwise, and which entries moved it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.domain.figures.editions import Late, Moved, MovedRate
from tracker.reports.document import Cell, Column, Table, one_group
from tracker.reports.tables import RATE_NAMES
from tracker.reports.words import NOTHING, label, short_date


def moved_rates_table(moved: Sequence[MovedRate]) -> Table:
    """Rates that an edition gave otherwise."""
    rows = [(Cell(RATE_NAMES.get(item.rate, item.rate)), Cell(item.was), Cell(item.now)) for item in moved]
    columns = (Column("Rate", 4), Column("Published", 1, "right"), Column("Now", 1, "right"))
    return Table("Rates that would be reported differently", columns, one_group(rows), sheet="Restated rates")


def moved_rows_table(moved: Sequence[Moved]) -> Table:
    """Rows that an edition gave otherwise, with the entries that moved them."""
    rows = [
        (
            Cell(item.organization, small=item.ref, tone="strong"),
            Cell(_field_name(item.what)),
            Cell(_said_value(item.was)),
            Cell(_said_value(item.now)),
            Cell("; ".join(dict.fromkeys(map(_late, item.why))) or _mended(item)),
        )
        for item in moved
    ]
    columns = (
        Column("Follow-up", 1.6),
        Column("What", 1.2),
        Column("Published", 1.3),
        Column("Now", 1.3),
        Column("Why", 3.4),
    )
    return Table("Follow-ups that would be reported differently", columns, one_group(rows), sheet="Restated follow-ups")


def _field_name(name: str) -> str:
    return _FIELDS.get(name, label(name))


_FIELDS = {"due_on": "Due date", "open": "Open or settled"}


def _mended(item: Moved) -> str:
    """Why something moved that no entry moves."""
    if item.what == "open":
        asks = "asks" if item.now == "open" else "no longer asks"
        return f"its report {asks} for verification"
    return "corrected in the register" if item.what == "addressee" else NOTHING


def _said_value(value: str | None) -> str:
    if value is None:
        return NOTHING
    return short_date(date.fromisoformat(value)) if value[:4].isdigit() else label(value)


def _late(entry: Late) -> str:
    did = "voided" if entry.voids else "written"
    return f"{did} {short_date(entry.recorded_at.date())} by {entry.actor}" + (f": {entry.note}" if entry.note else "")
