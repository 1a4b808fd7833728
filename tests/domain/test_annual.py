"""The figures of a year's paper: each way of grouping counts the same follow-ups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from report_rows import END, make_rows

from tracker.domain.figures.annual import annual
from tracker.domain.figures.groups import Group, count
from tracker.domain.rates import Counts, acceptance_rate, implementation_rate, pooled
from tracker.domain.vocabulary import Acceptance

ROWS = make_rows()
ISSUED = st.none() | st.dates(date(2017, 12, 30), date(2022, 1, 2))


def added(groups: Sequence[Group]):
    return told(pooled([group.counts for group in groups]))


def told(counts: Counts):
    """All that the paper says of counts."""
    rates = acceptance_rate(counts), implementation_rate(counts)
    return counts.total, *(counts.acceptance(value) for value in Acceptance), *rates


@given(st.lists(st.tuples(st.sampled_from(ROWS), ISSUED, st.sampled_from(["A/1", "A/2", "A/3"]))))
def test_organizations_reports_and_years_each_add_up_to_the_total(drawn):
    rows = [replace(row, issued_on=issued, report=report) for row, issued, report in drawn]
    found = annual(rows, {}, (2018, 2021), END)
    expected = count([row for row in rows if row.issued_on and "2018" <= str(row.issued_on)[:4] <= "2021"], END)
    assert found.total == expected
    assert added(found.organizations) == added(found.reports) == added(found.issued) == told(expected)
    assert found.undated == sum(row.issued_on is None for row in rows)
    assert [group.code for group in found.issued] == sorted({group.code for group in found.issued})


def test_organizations_and_reports_have_their_names():
    code = ROWS[0].organization
    found = annual(ROWS, {code: "The whole name"}, (2020, 2020), END)
    names = {group.code: group.name for group in (*found.organizations, *found.reports)}
    assert (names[code], names[ROWS[0].report]) == ("The whole name", ROWS[0].report_title)
