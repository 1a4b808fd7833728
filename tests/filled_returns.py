"""Returns as an organization would fill them in, cell by cell, in a spreadsheet program."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from tracker.domain.lifecycle import Positions
from tracker.domain.return_words import words_of
from tracker.domain.returns import Field, Questionnaire, ReturnLine
from tracker.domain.rows import Organization
from tracker.domain.vocabulary import Acceptance, Addressee, Implementation, Verification

A, I, V = Acceptance, Implementation, Verification  # noqa: E741


def line(
    number: int,
    acceptance: Acceptance = A.NO_INFORMATION,
    implementation: Implementation = I.NO_INFORMATION,
    *,
    verification: Verification = V.NOT_VERIFIED,
    due_on: date | None = date(2026, 12, 31),
    text: str | None = None,
    version: int = 1,
) -> ReturnLine:
    return ReturnLine(
        ref=f"A/80/501/R{number}",
        title="Management of things in the invented organizations",
        text=text or f"Executive heads should do the thing numbered {number}.",
        addressee=Addressee.EXECUTIVE_HEAD,
        version=version,
        positions=Positions(acceptance, implementation, verification),
        due_on=due_on,
        is_overdue=False,
    )


def questionnaire(*lines: ReturnLine, language: str = "en") -> Questionnaire:
    return Questionnaire(
        organization=Organization("WHO", "The WHO organization", language=language),
        office="Oversight Office",
        reply_to="oversight@example.org",
        register="0123456789abcdef",
        made_on=date(2026, 11, 24),
        lines=lines or (line(1), line(2, A.ACCEPTED, I.IN_PROGRESS)),
    )


def edit(content: bytes, change: Callable[[Any], None]) -> bytes:
    """Open the workbook, change it, save it."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content))
    change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def answers_of(book: Any) -> Any:
    """The sheet of answers."""
    return book.worksheets[1]


def place(sheet: Any, ref: str, field: Field, language: str = "en") -> Any:
    """The cell of a row and a column."""
    heading = words_of(language).headings[field]
    row = next(cell.row for cell in sheet["A"] if cell.value == ref)
    column = next(cell.column for cells in sheet.iter_rows(max_row=10) for cell in cells if cell.value == heading)
    return sheet.cell(row, column)


def fill(content: bytes, said: dict[str, dict[Field, Any]], language: str = "en") -> bytes:
    """Write answers into a return: reference → column → value."""

    def change(book: Any) -> None:
        sheet = answers_of(book)
        for ref, values in said.items():
            for field, value in values.items():
                plain = datetime.combine(value, time()) if type(value) is date else value
                place(sheet, ref, field, language).value = plain

    return edit(content, change)
