"""Due dates in other registers: days, months and quarters, and what only the office knows."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.periods import DueDate, Quarter, last_day_of_month, parse_due_date
from tracker.errors import BadDataError
from tracker.ingest.days import MONTH
from tracker.ingest.registers.due_dates import read_due


@pytest.mark.parametrize(
    ("cell", "form", "day", "meant"),
    [
        ("2026-06-30", None, date(2026, 6, 30), None),
        ("30 June 2026", None, date(2026, 6, 30), None),
        ("06/05/2026", "m/d/y", date(2026, 6, 5), None),
        ("2026-06", None, date(2026, 6, 30), "2026-06"),
        ("2026-6", None, date(2026, 6, 30), "2026-06"),
        ("06/2026", None, date(2026, 6, 30), "2026-06"),
        ("June 2026", None, date(2026, 6, 30), "2026-06"),
        ("Feb. 2028", None, date(2028, 2, 29), "2028-02"),
        ("end of  June 2026", None, date(2026, 6, 30), "2026-06"),
        ("By the end of June, 2026", None, date(2026, 6, 30), "2026-06"),
        ("by June 2026", "d/m/y", date(2026, 6, 30), "2026-06"),
        ("Q2 2026", None, date(2026, 6, 30), "2026Q2"),
        ("q2/2026", "excel-1900", date(2026, 6, 30), "2026Q2"),
        ("2026 Q2", None, date(2026, 6, 30), "2026Q2"),
        ("2026-Q2", None, date(2026, 6, 30), "2026Q2"),
        ("2nd quarter of 2026", None, date(2026, 6, 30), "2026Q2"),
        ("Fourth Quarter 2026", None, date(2026, 12, 31), "2026Q4"),
        ("\u0662\u0660\u0662\u0666-\u0660\u0666", None, date(2026, 6, 30), "2026-06"),  # as Arabic digits
        ("end of Q3 2026", None, date(2026, 9, 30), "2026Q3"),
        ("Juin 2026", None, date(2026, 6, 30), "2026-06"),
        ("fin février 2028", None, date(2028, 2, 29), "2028-02"),
        ("d’ici fin août 2026", None, date(2026, 8, 31), "2026-08"),
        ("D'ici à décembre 2026", None, date(2026, 12, 31), "2026-12"),
        ("juil. 2026", None, date(2026, 7, 31), "2026-07"),
        ("T2 2026", None, date(2026, 6, 30), "2026Q2"),
        ("fin du 3e trimestre 2026", None, date(2026, 9, 30), "2026Q3"),
        ("Premier trimestre de 2026", None, date(2026, 3, 31), "2026Q1"),
        ("1er juin 2026", None, date(2026, 6, 1), None),
        ("2026-06-01", MONTH, date(2026, 6, 30), "2026-06"),
        ("June 2026", MONTH, date(2026, 6, 30), "2026-06"),
        ("2026", "excel-1900", date(1905, 7, 18), None),
        ("46188", "excel-1900", date(2026, 6, 15), None),
    ],
)
def test_a_month_or_a_quarter_means_its_last_day_and_what_was_said_is_kept(cell, form, day, meant):
    assert read_due(cell, form) == DueDate(day, meant)


@pytest.mark.parametrize(
    "cell", ["end of FY 2025/26", "ongoing", "Q5 2026", "Brumaire 2026", "jui. 2026", "2026", "Q2 FY26", "Q2 26"]
)
def test_what_only_the_office_knows_is_refused_with_where_to_say_it(cell):
    with pytest.raises(BadDataError, match=r"(is|and) not a date") as caught:
        read_due(cell)
    assert f'[values.due] "{cell}" = "2026-09-30"' in (caught.value.remedy or "")


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("0000-05", "no such month"),
        ("Q1 0000", "not a quarter"),
        ("13/2026", "no such month"),
        ("2026-13", "no such month"),
        ("03/04/2026", "could be more than one day"),
    ],
)
def test_what_cannot_be_or_could_be_two_is_refused(cell, says):
    with pytest.raises(BadDataError, match=says):
        read_due(cell)


@given(st.integers(1000, 9999), st.integers(1, 12))
def test_months_and_quarters_are_read_in_every_form(year, month):
    day, quarter = last_day_of_month(year, month), Quarter(year, (month + 2) // 3)
    for cell in (f"{year}-{month:02}", f"{month}/{year}", f"{day:%B} {year}", f"{day:%b} {year}"):
        assert read_due(cell) == DueDate(day, f"{year}-{month:02}")
    for cell in (str(quarter), f"Q{quarter.number} {year}", f"{year}/Q{quarter.number}"):
        assert read_due(cell) == DueDate(quarter.last_day, str(quarter))


@given(st.text(alphabet="0123456789/-. QqJune20firstquarterofbyend,", max_size=24))
def test_whatever_a_cell_holds_is_a_due_date_or_refused(cell):
    try:
        found = read_due(cell)
    except BadDataError:
        return
    assert found.given is None or parse_due_date(found.given) == found
