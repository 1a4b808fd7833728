"""Charts: where the marks stand is computed here, how they look stands in the templates.

Every kind of mark has a texture and its number beside it, so that grey print and colour-blind readers lose nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from tracker.domain.figures.groups import Group
from tracker.domain.figures.listings import AgeLine
from tracker.domain.figures.movement import RollForward
from tracker.domain.figures.quarterly import TrendPoint
from tracker.domain.vocabulary import ACCEPTING, Acceptance, Implementation
from tracker.records import record
from tracker.reports.document import Chart
from tracker.reports.template_files import Templates
from tracker.reports.words import figure, joined, label, percent

WIDTH = 720
_LABEL = 96
"""Units left of the bars for the names."""
_ROW = 24
_BAR = 15
_LEAST_FOR_NUMBER = 13
_MOST_BARS = 30
"""More organizations than fit a page go into a further chart."""
_MOST_PAGES = 4
"""Of more than fit so many charts, only those with the most follow-ups are drawn; the table has them all."""
_EM = 11
"""The size of a chart's letters, in its units."""


@record
class Segment:
    """A part of a bar: from `x`, so wide, in the texture of its kind; `shown` is empty where it does not fit."""

    x: float
    width: float
    kind: str
    shown: str


@record
class Bar:
    """A bar: its name, its line from the top, its parts, and what stands behind it."""

    name: str
    y: int
    segments: tuple[Segment, ...]
    after: str
    after_x: float


def acceptance_charts(templates: Templates, groups: Sequence[Group], of: str = "organization") -> list[Chart]:
    """Bars of all addressed, by position on acceptance."""
    order = (
        Acceptance.ACCEPTED,
        Acceptance.PARTIALLY_ACCEPTED,
        Acceptance.UNDER_CONSIDERATION,
        Acceptance.NO_INFORMATION,
        Acceptance.NOT_ACCEPTED,
        Acceptance.NOT_RELEVANT,
    )
    parts = [(value.value, _acceptance_of(value)) for value in order]
    return _stacked(templates, "acceptance", f"Acceptance by {of}", groups, parts, lambda g: percent(g.acceptance))


def implementation_charts(templates: Templates, groups: Sequence[Group], of: str = "organization") -> list[Chart]:
    """Bars of what was accepted, by position on implementation; none where nothing was."""
    order = (
        Implementation.IMPLEMENTED,
        Implementation.IN_PROGRESS,
        Implementation.NOT_STARTED,
        Implementation.NO_INFORMATION,
        Implementation.OVERTAKEN,
    )
    if not any(group.implementation.denominator for group in groups):
        return []
    parts = [(value.value, _implementation_of(value)) for value in order]
    title = f"Implementation of what was accepted, by {of}"
    return _stacked(templates, "implementation", title, groups, parts, lambda g: percent(g.implementation))


def _acceptance_of(value: Acceptance) -> Callable[[Group], int]:
    return lambda group: group.counts.acceptance(value)


def _implementation_of(value: Implementation) -> Callable[[Group], int]:
    return lambda group: sum(group.counts.both(accepted, value) for accepted in ACCEPTING)


def _stacked(
    templates: Templates,
    name: str,
    title: str,
    groups: Sequence[Group],
    parts: Sequence[tuple[str, Callable[[Group], int]]],
    after: Callable[[Group], str],
) -> list[Chart]:
    if len(groups) > _MOST_BARS * _MOST_PAGES:
        title += f": the {_MOST_BARS} with the most follow-ups, of {figure(len(groups))}"
        groups = sorted(groups, key=lambda group: -group.counts.total)[:_MOST_BARS]
    pages = [groups[start : start + _MOST_BARS] for start in range(0, len(groups), _MOST_BARS)]
    longest = max((sum(count(group) for _, count in parts) for group in groups), default=0)
    charts = []
    for place, page in enumerate(pages, 1):
        numbers = [[(kind, count(group)) for kind, count in parts] for group in page]
        bars = [
            _bar(group, place, counted_parts, longest, after(group))
            for place, (group, counted_parts) in enumerate(zip(page, numbers, strict=True))
        ]
        caption = title if len(pages) == 1 else f"{title} ({place} of {len(pages)})"
        words = [f"{_name(group)}: {_words(line)}" for group, line in zip(page, numbers, strict=True)]
        context = {"bars": bars, "legend": _legend([kind for kind, _ in parts]), "bar": _BAR, "left": _LABEL}
        chart_name = name if place == 1 else f"{name}-{place}"
        charts.append(
            _chart(templates, "stacked.svg", chart_name, caption, ". ".join(words), 56 + _ROW * len(bars), context)
        )
    return charts


def _name(group: Group) -> str:
    return group.code or "none given"


def _words(line: Sequence[tuple[str, int]]) -> str:
    found = [f"{label(kind).lower()} {number}" for kind, number in line if number]
    return joined(found) or "none"


def _bar(group: Group, place: int, parts: Sequence[tuple[str, int]], longest: int, after: str) -> Bar:
    room = WIDTH - _LABEL - 64
    x = float(_LABEL)
    segments = []
    for kind, number in parts:
        width = round(room * number / longest, 2) if longest else 0.0
        if number:
            segments.append(Segment(x, width, kind, str(number) if width >= _LEAST_FOR_NUMBER else ""))
        x = round(x + width, 2)
    return Bar(_fitting(_name(group), _LABEL - 10), 50 + _ROW * place, tuple(segments), after, x + 7)


def _fitting(text: str, room: float) -> str:
    """The text, cut where it would be longer than the room: capitals and digits are wider than small letters."""
    widths = [_EM * (0.58 if char.islower() or char in " -.,/'" else 0.74) for char in text]
    if sum(widths) <= room:
        return text
    fits = next(place for place in range(len(text)) if sum(widths[: place + 1]) > room - _EM)
    return text[:fits].rstrip(" -./") + "…"


def _legend(kinds: Sequence[str]) -> list[dict[str, Any]]:
    x, items = 0.0, []
    for kind in kinds:
        items.append({"x": x, "kind": kind, "text": label(kind)})
        x += 36 + 5.1 * len(label(kind))
    return items


def trend_chart(templates: Templates, points: Sequence[TrendPoint]) -> Chart:
    """Two lines of rates over the quarters, with every value written at its mark."""
    left, right, top, bottom = 44, WIDTH - 132, 30, 220
    step = (right - left) / max(1, len(points) - 1)

    acceptance, implementation = [], []
    for place, point in enumerate(points):
        x = round(left + step * place, 1)
        first, second = point.group.acceptance.percent, point.group.implementation.percent
        above = first is None or second is None or first >= second
        acceptance += [_mark(x, first, top, bottom, above=above)] if first is not None else []
        implementation += [_mark(x, second, top, bottom, above=not above)] if second is not None else []
    context = {
        "acceptance": acceptance,
        "implementation": implementation,
        "apart": _apart(acceptance, implementation),
        "grid": [{"y": bottom - (bottom - top) * share / 100, "shown": f"{share}%"} for share in (0, 25, 50, 75, 100)],
        "quarters": [{"x": round(left + step * p, 1), "shown": str(point.quarter)} for p, point in enumerate(points)],
        "left": left,
        "right": right,
        "bottom": bottom,
    }
    words = [
        f"{point.quarter}: acceptance {percent(point.group.acceptance)}, "
        f"implementation {percent(point.group.implementation)}"
        for point in points
    ]
    caption = "Acceptance and implementation over eight quarters, per cent"
    return _chart(templates, "trend.svg", "trend", caption, "; ".join(words), 272, context)


def _mark(x: float, value: Decimal, top: int, bottom: int, *, above: bool) -> dict[str, Any]:
    """A mark with its number on the side away from the other line; the names of the quarters stand lower than that."""
    y = round(bottom - (bottom - top) * float(value) / 100, 1)
    return {"x": x, "y": y, "shown": f"{value:.0f}", "text_y": y - 9 if above else y + 18}


def _apart(first: Sequence[dict[str, Any]], second: Sequence[dict[str, Any]]) -> tuple[float, float]:
    """Where the names of the two lines stand: beside their last marks, but not over each other."""
    y1, y2 = (line[-1]["y"] if line else 125.0 for line in (first, second))
    if abs(y1 - y2) >= 16:
        return y1, y2
    middle = (y1 + y2) / 2
    return (middle - 8, middle + 8) if y1 <= y2 else (middle + 8, middle - 8)


def age_chart(templates: Templates, lines: Sequence[AgeLine], name: str, title: str) -> Chart:
    """Bars of open rows by band, the overdue part in its own texture."""
    left = 150
    longest = max((line.open for line in lines), default=0)
    scale = (WIDTH - left - 130) / longest if longest else 0
    bars = [
        {
            "name": line.label,
            "y": 34 + _ROW * place,
            "overdue": round(line.overdue * scale, 2),
            "rest": round((line.open - line.overdue) * scale, 2),
            "after": f"{line.open}" + (f" ({line.overdue} overdue)" if line.overdue else ""),
        }
        for place, line in enumerate(lines)
    ]
    words = [f"{line.label}: {line.open}, of which {line.overdue} overdue" for line in lines]
    context = {"bars": bars, "left": left, "bar": _BAR}
    return _chart(templates, "bands.svg", name, title, "; ".join(words), 40 + _ROW * len(lines), context)


def flow_chart(templates: Templates, balance: RollForward) -> Chart:
    """The open stock from the first to the last day, step by step."""
    steps = _flow_steps(balance)
    pitch = (WIDTH - 2 * _FLOW_LEFT) / len(steps)
    highest = max(balance.open_at_start + balance.new + balance.reopened, 1)
    context = {
        "columns": list(_flow_columns(steps, pitch, (_FLOW_BOTTOM - _FLOW_TOP) / highest)),
        "pitch": round(pitch, 1),
        "width_of_column": round(pitch * 0.62, 1),
        "bottom": _FLOW_BOTTOM,
    }
    words = [f"{name}: {abs(change)}" for name, change, _ in steps]
    stock = f"{figure(balance.open_at_start)} to {figure(balance.open_at_end)}"
    caption = f"How the stock of open follow-ups moved: from {stock}"
    return _chart(templates, "flow.svg", "flow", caption, "; ".join(words), 230, context)


_FLOW_TOP, _FLOW_BOTTOM, _FLOW_LEFT = 26, 200, 8

_FlowStep = tuple[str, int, str]
"""What it is called, by how much the stock changes (of a `stock`: how large it is), and its kind of mark."""


def _flow_steps(balance: RollForward) -> list[_FlowStep]:
    steps = [("Open at start", balance.open_at_start, "stock"), ("New", balance.new, "plus")]
    steps += [("Reopened", balance.reopened, "plus")]
    steps += [(label(kind), -count, "minus") for kind, count in balance.settled]
    steps += [("Withdrawn", -balance.withdrawn, "minus")] if balance.withdrawn else []
    return [*steps, ("Open at end", balance.open_at_end, "stock")]


def _flow_columns(steps: Sequence[_FlowStep], pitch: float, scale: float) -> Iterator[dict[str, Any]]:
    """A column for each step, from where the one before it ended; `scale` is the height of one follow-up."""
    level = 0
    for place, (name, change, kind) in enumerate(steps):
        low, high = (0, change) if kind == "stock" else sorted((level, level + change))
        level = change if kind == "stock" else level + change
        sign = "" if kind == "stock" or not change else "+" if change > 0 else "−"
        yield {
            "x": round(_FLOW_LEFT + pitch * place, 1),
            "y": round(_FLOW_BOTTOM - high * scale, 1),
            "height": round((high - low) * scale, 1),
            "level": round(_FLOW_BOTTOM - level * scale, 1),
            "kind": kind,
            "name": name,
            "shown": f"{sign}{abs(change)}",
        }


def _chart(
    templates: Templates, file: str, name: str, caption: str, description: str, height: int, context: dict[str, Any]
) -> Chart:
    svg = templates.text(
        file, name=name, caption=caption, description=description, width=WIDTH, height=height, **context
    )
    return Chart(name, caption, description, svg, WIDTH, height)


_BEYOND_OUR_FONTS = re.compile("[^\u0000-\u052f\u1e00-\u1fff\u2000-\u206f\u20a0-\u20bf\u2100-\u22ff]")
"""Anything but Latin, Greek, Cyrillic and their signs."""


_ZOOM = 3.0


def png(chart: Chart, templates: Templates) -> bytes:
    """The chart as a picture, three times as fine as its units: crisp in print at the width of a page.

    Written in the fonts beside the templates, so that it is the same picture on every machine; the machine's own
    are looked through, which may take half a second, only for a script that those do not have.
    """
    import resvg_py

    fonts = [str(path) for path in templates.font_files()]
    only_ours = bool(fonts) and _BEYOND_OUR_FONTS.search(chart.svg) is None
    return bytes(resvg_py.svg_to_bytes(svg_string=chart.svg, zoom=_ZOOM, font_files=fonts, skip_system_fonts=only_ours))
