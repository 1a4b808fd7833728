"""Small invented registers, as other bodies write them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

HEADER = "No,To,Report,Issued,Status,Closed,Recommendation,Answer"

MAPPING = """
[register]
name = "invented"
voice = "issuer"
as_of = 2026-01-31

[columns]
number = "No"
organization = "To"
report = "Report"
made = "Issued"
text = "Recommendation"
reply = "Answer"

[recommendation]
same = ["number"]

[organizations]
unknown = "register"
blank = "NOBODY"

[organizations.aliases]
WTA = ["Water Authority", "The Water Authority"]

[organizations.together]
"WTA & Fire Board" = ["WTA", "Fire Board"]

[[status]]
column = "Status"
date = "Closed"

[[status.means]]
words = ["Open"]
moves = []

[[status.means]]
words = ["Being implemented", "Being implememented"]
moves = ["accepted", "in-progress"]

[[status.means]]
words = ["Closed acceptable"]
moves = ["accepted", "implemented"]

[[status.means]]
words = ["Withdrawn"]
moves = ["not-relevant"]
"""

ROWS = (
    "001/25,WTA,RPT-1,2025-03-01,Open,,Check the valves every month.,We look into it.",
    "002/25,Water Authority,RPT-1,2025-03-01,Closed acceptable,2025-09-30,Train the crews.,",
    "003/25,Fire Board,RPT-2,2025-04-01,Being implememented,,Buy longer ladders.,Ordered.",
)


def csv_text(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *(rows or ROWS)]) + "\n"


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def mapping(folder: Path, content: str = MAPPING, name: str = "mapping.toml") -> Path:
    return write(folder, name, content)


def workbook(path: Path, rows: list[list[Any]], *, sheet: str = "Register", change: Any = None) -> Path:
    """An XLSX of rows; `change` may do to the book and the sheet what a person would."""
    from openpyxl import Workbook

    book = Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(row)
    if change is not None:
        change(book, page)
    book.save(path)
    return path


SPREADSHEET_ROWS: list[list[Any]] = [
    ["No", "To", "Report", "Issued", "Status", "Closed", "Recommendation", "Answer"],
    ["001/25", "WTA", "RPT-1", date(2025, 3, 1), "Open", None, "Check the valves every month.", None],
    ["002/25", "WTA", "RPT-1", date(2025, 3, 1), "Closed acceptable", date(2025, 9, 30), "Train the crews.", None],
]
