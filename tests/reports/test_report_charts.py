"""Charts: where the marks stand, that they can be told apart, and that any number of organizations fits."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import resources
from tracker.domain.figures.groups import Group
from tracker.domain.figures.movement import RollForward, Settlement
from tracker.domain.rates import Cell, Counts
from tracker.domain.vocabulary import Acceptance, Implementation, Verification
from tracker.reports import charts
from tracker.reports.template_files import Templates

TEMPLATES = Templates((resources.templates() / "report",))


def group(code, **numbers):
    cells = [
        Cell(Acceptance(word.replace("_", "-")), Implementation.NO_INFORMATION, Verification.NOT_VERIFIED, number)
        for word, number in numbers.items()
        if number
    ]
    return Group(code, code, Counts(tuple(cells)))


numbers = st.fixed_dictionaries({word: st.integers(0, 400) for word in ("accepted", "not_accepted", "no_information")})


@given(st.lists(numbers, min_size=1, max_size=5))
def test_bars_stay_in_the_picture_and_are_as_long_as_their_numbers(found):
    groups = [group(f"O{place}", **line) for place, line in enumerate(found)]
    (chart,) = charts.acceptance_charts(TEMPLATES, groups)
    boxes = [
        (float(box.get("x")), float(box.get("width")))
        for box in ET.fromstring(chart.svg).iter("{http://www.w3.org/2000/svg}rect")
        if box.get("stroke") and float(box.get("height")) == charts._BAR
    ]
    assert len(boxes) == sum(number > 0 for line in found for number in line.values())
    assert all(x >= 0 and x + width <= charts.WIDTH for x, width in boxes)
    total = sum(number for line in found for number in line.values())
    longest = max(sum(line.values()) for line in found)
    if longest:
        room = charts.WIDTH - charts._LABEL - 64
        assert sum(width for _, width in boxes) == pytest.approx(room * total / longest, abs=0.2)


def test_more_organizations_than_a_page_holds_make_a_further_chart():
    found = charts.acceptance_charts(TEMPLATES, [group(f"O{n}", accepted=n) for n in range(70)])
    assert [chart.caption[-8:] for chart in found] == ["(1 of 3)", "(2 of 3)", "(3 of 3)"]
    assert max(chart.height for chart in found) < 800
    assert len({chart.name for chart in found}) == 3


def test_a_long_name_is_cut_in_the_picture_and_whole_in_its_words():
    (chart,) = charts.acceptance_charts(TEMPLATES, [group("X" * 40, accepted=1)])
    assert "X" * 40 not in re.sub(r"<desc.*?</desc>", "", chart.svg)
    assert "X" * 40 in chart.description


def test_every_kind_of_mark_has_a_look_of_its_own_within_a_chart():
    (chart,) = charts.acceptance_charts(TEMPLATES, [group("O", accepted=3)])
    legend = re.findall(r'height="11" fill="([^"]+)"', chart.svg)
    assert len(legend) == len(set(legend)) == 6


def test_the_balance_is_drawn_from_stock_to_stock():
    balance = RollForward(45, 50, 0, ((Settlement.IMPLEMENTED, 3),), 0, 92)
    chart = charts.flow_chart(TEMPLATES, balance)
    assert "+50" in chart.svg
    assert "−3" in chart.svg
    assert "Withdrawn" not in chart.svg
    assert "Withdrawn" in charts.flow_chart(TEMPLATES, replace(balance, withdrawn=1)).svg


def test_a_chart_becomes_a_crisp_picture():
    chart = charts.flow_chart(TEMPLATES, RollForward(0, 0, 0, (), 0, 0))
    picture = charts.png(chart, TEMPLATES)
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(picture[16:20], "big") == 3 * charts.WIDTH


def test_a_picture_is_written_in_our_own_fonts_and_looks_the_same_on_every_machine(monkeypatch):
    import resvg_py

    asked = []
    monkeypatch.setattr(resvg_py, "svg_to_bytes", lambda **given: asked.append(given) or b"")
    chart = charts.flow_chart(TEMPLATES, RollForward(0, 0, 0, (), 0, 0))
    charts.png(chart, TEMPLATES)
    charts.png(replace(chart, svg=chart.svg.replace("Open", "منظمة")), TEMPLATES)
    assert [given["skip_system_fonts"] for given in asked] == [True, False]
    assert any("LiberationSans-Regular" in file for file in asked[0]["font_files"])
