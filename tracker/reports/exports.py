"""Writes follow-ups as a spreadsheet to look through: one row each, a filter, and no formula whatever a text says."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from tracker.reports.workbook import MOST_CHARACTERS

_WIDE = {"text": 60, "note": 40, "evidence": 30, "ref": 18, "flags": 24, "actor": 16, "recorded_at": 21}
_OF_A_DAY = "_on"
"""How the name of a column with days ends."""


def write_follow_ups(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], today: date) -> bytes:
    """The bytes of the XLSX file; the same rows on the same day give the same bytes."""
    import xlsxwriter

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": datetime.combine(today, time())})
        sheet = book.add_worksheet("Follow-ups")
        heading = book.add_format({"bold": True, "bg_color": "#F4F6F8", "bottom": 1, "bottom_color": "#DDE2E8"})
        plain = book.add_format({"valign": "top", "text_wrap": True})
        day = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd", "align": "left"})
        for place, name in enumerate(columns):
            sheet.set_column(place, place, _WIDE.get(name, 15))
            sheet.write_string(0, place, name, heading)
        for number, row in enumerate(rows, start=1):
            for place, name in enumerate(columns):
                _write_cell(sheet, number, place, name, row[name], plain=plain, day=day)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(1, len(rows)), len(columns) - 1)
    return target.getvalue()


def _write_cell(sheet: Any, row: int, place: int, name: str, value: Any, *, plain: Any, day: Any) -> None:
    if value is None or value == []:
        sheet.write_blank(row, place, None, plain)
    elif name.endswith(_OF_A_DAY):
        sheet.write_datetime(row, place, date.fromisoformat(value), day)
    elif isinstance(value, bool):
        sheet.write_boolean(row, place, value, plain)
    else:
        sheet.write_string(row, place, _words(value)[:MOST_CHARACTERS], plain)


def _words(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(item if isinstance(item, str) else str(item.get("location", item)) for item in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {item}" for key, item in value.items() if item)
    return str(value)
