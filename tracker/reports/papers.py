"""Scorecards and the annual table as documents, drawn by the same formats as the quarterly report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from tracker.domain.figures.groups import Group
from tracker.domain.figures.scorecard import Scorecard
from tracker.domain.rates import Counts, Rate, acceptance_rate, implementation_rate
from tracker.domain.rows import FollowUp
from tracker.domain.vocabulary import ACCEPTING, Acceptance, Implementation
from tracker.reports.document import (
    Block,
    Cell,
    Column,
    Document,
    KeyFigure,
    Row,
    Section,
    Table,
    count_cell,
    one_group,
)
from tracker.reports.words import (
    NOTHING,
    counted,
    figure,
    fraction,
    label,
    long_date,
    long_instant,
    number,
    percent,
    short_date,
    shortened,
)


def scorecard_document(card: Scorecard, office: str, known_at: datetime) -> Document:
    """One page of measures, and the rows behind them."""
    code = card.organization.code
    lists: list[tuple[str, str, Table]] = []
    if card.late:
        rows = [_row(row, done) for row, done in card.late]
        caption = "Implemented after the due date"
        lists.append(("late", "Implemented late", _rows_table(caption, rows, "Implemented on")))
    if card.overdue:
        rows = [_row(row, None) for row in card.overdue]
        lists.append(("overdue", "Overdue", _rows_table(f"Overdue on {long_date(card.as_of)}", rows, "")))
    if card.silent:
        rows = [_row(row, row.heard_on) for row in card.silent]
        lists.append(("silent", "Silent", _rows_table(f"Nothing heard in {card.year}", rows, "Last heard")))
    sections = [Section("measures", "I", "Measures", (_measures(card),))]
    numbers = ("II", "III", "IV")
    sections += [Section(a, numbers[n], title, (table,)) for n, (a, title, table) in enumerate(lists)]
    return Document(
        title=f"Scorecard {card.year}",
        subtitle="Follow-up of oversight recommendations",
        scope=f"{card.organization.name} ({code})",
        office=office,
        facts=(("As of", long_date(card.as_of)), ("As known at", long_instant(known_at))),
        key_figures=tuple(
            KeyFigure(title, percent(score.own), fraction(score.own), f"Median: {_median(score.median)}")
            for title, score in zip(("Accepted", "Implemented", "On time"), card.scores, strict=False)
        ),
        summary=tuple(_sentences(card)),
        sections=tuple(sections),
        moment=known_at,
        running_title=f"{code}, {card.year}",
    )


def _sentences(card: Scorecard) -> list[str]:
    rates = {score.own.name: score.own for score in card.scores}
    on_time, silent = rates["implemented-on-time"], rates["silent"]
    done = counted(on_time.denominator, "recommendation with a due date", "recommendations with a due date")
    of_them = f", {_part_on_time(on_time)}" if on_time.denominator else ""
    overdue = counted(len(card.overdue), "follow-up was", "follow-ups were")
    at_the_end = f"{overdue} overdue, and {_silence(silent)}" if silent.denominator else "no follow-up was open"
    return [
        f"In {card.year}, {card.organization.name} reported {done} as implemented{of_them}.",
        f"At the end of the period, {at_the_end}.",
    ]


def _part_on_time(rate: Rate) -> str:
    """How many of those there are: `on time`, `both of them on time`, `three of them on time`."""
    if rate.denominator == 1:
        return "on time" if rate.numerator else "after the due date"
    if rate.numerator == rate.denominator:
        return f"{'both' if rate.denominator == 2 else 'all'} of them on time"
    none = "neither" if rate.denominator == 2 else "none"
    return f"{number(rate.numerator) if rate.numerator else none} of them on time"


def _silence(rate: Rate) -> str:
    """On how many of the open ones nothing was heard; what was addressed in the year has not been silent all year."""
    if not rate.numerator:
        return "no open follow-up had been silent all year"
    if rate.numerator < rate.denominator:
        among = f"{number(rate.numerator)} of the {number(rate.denominator)} open follow-ups"
    else:
        among = {1: "the one open follow-up", 2: "both open follow-ups"}.get(
            rate.denominator, f"all {number(rate.denominator)} open follow-ups"
        )
    return f"on {among} nothing had been heard all year"


def _measures(card: Scorecard) -> Table:
    rows = [
        (
            Cell(score.measure),
            Cell(percent(score.own), small=fraction(score.own), tone="" if score.own.denominator else "muted"),
            Cell(_median(score.median)),
        )
        for score in card.scores
    ]
    columns = (Column("Measure", 4), Column(card.organization.code, 1.2, "right"), Column("Median", 1, "right"))
    note = "The median is taken over the rates of all organizations for which the measure has a denominator."
    return Table(f"Measures for {card.year}", columns, one_group(rows), note)


def _median(value: object) -> str:
    return "n/a" if value is None else f"{value}%"


def _row(row: FollowUp, day: date | None) -> Row:
    return (
        Cell(row.ref, small=shortened(row.text, 110), tone="strong"),
        Cell(label(row.acceptance)),
        Cell(label(row.implementation)),
        Cell(short_date(row.original_due_on), value=row.original_due_on),
        Cell(short_date(row.due_on), value=row.due_on),
        Cell(short_date(day), value=day),
    )


def _rows_table(caption: str, rows: Sequence[Row], day: str) -> Table:
    columns = [
        Column("Recommendation", 2.6),
        Column("Acceptance", 1.2),
        Column("Implementation", 1.45),
        Column("Originally due", 1.2, "right"),
        Column("Due", 1.2, "right"),
        Column(day, 1.2, "right"),
    ]
    shown = rows if day else [row[:-1] for row in rows]
    return Table(caption, tuple(columns if day else columns[:-1]), one_group(shown))


def annual_document(
    groups: Sequence[Group], total: Counts, years: tuple[int, int], day: date, office: str, known_at: datetime
) -> Document:
    """The table as oversight bodies print it: counts, then shares, one line for each organization."""
    issued = str(years[1]) if years[0] == years[1] else f"{years[0]}–{years[1]}"
    blocks: tuple[Block, ...] = (_annual_table(groups, total),) if groups else ()
    accepted, implemented = acceptance_rate(total), implementation_rate(total)
    summary = (
        f"The table shows, for reports issued in {issued}, what each organization had accepted and implemented by "
        f"{long_date(day)}. All organizations together accepted {fraction(accepted)} ({percent(accepted)})"
        + (
            f" and, of what was accepted, implemented {fraction(implemented)} ({percent(implemented)})."
            if implemented.denominator
            else ", so there is no implementation rate."
        )
    )
    return Document(
        title="Acceptance and implementation by organization",
        subtitle=f"Reports issued in {issued}",
        scope="All organizations",
        office=office,
        facts=(("As of", long_date(day)), ("As known at", long_instant(known_at))),
        key_figures=(
            KeyFigure("Acceptance", percent(accepted), fraction(accepted)),
            KeyFigure("Implementation", percent(implemented), fraction(implemented)),
        ),
        summary=(summary if groups else f"The register holds no report issued in {issued}.",),
        sections=(Section("table", "", "By organization", blocks, landscape=True),) if blocks else (),
        moment=known_at,
        running_title=f"Reports issued in {issued}",
    )


_ACCEPTANCE = (
    ("Accepted", ACCEPTING),
    ("Not accepted", {Acceptance.NOT_ACCEPTED}),
    ("Under consid.", {Acceptance.UNDER_CONSIDERATION}),
    ("Not relevant", {Acceptance.NOT_RELEVANT}),
    ("No information", {Acceptance.NO_INFORMATION}),
)
_IMPLEMENTATION = (
    ("Implemented", Implementation.IMPLEMENTED),
    ("In progress", Implementation.IN_PROGRESS),
    ("Not started", Implementation.NOT_STARTED),
    ("Overtaken", Implementation.OVERTAKEN),
    ("Not reported", Implementation.NO_INFORMATION),
)


def _annual_table(groups: Sequence[Group], total: Counts) -> Table:
    columns = (
        Column("Organization", 2.2),
        Column("All", 0.7, "right"),
        *(Column(title, 0.9, "right") for title, _ in _ACCEPTANCE),
        Column("Acceptance", 1.0, "right"),
        *(Column(title, max(0.9, len(title) / 10), "right") for title, _ in _IMPLEMENTATION),
        Column("Implementation", 1.3, "right"),
    )
    rows = [_annual_row(Cell(group.code, small=group.name, tone="strong"), group.counts) for group in groups]
    rows.append(_annual_row(Cell("All"), total))
    note = (
        "Acceptance includes partial acceptance. The columns on implementation, and its rate, refer to what was "
        f"accepted; {NOTHING} stands for none."
    )
    caption = "Acceptance and implementation by organization"
    return Table(caption, columns, one_group(rows), note, total=True, sheet="By organization")


def _annual_row(head: Cell, counts: Counts) -> Row:
    accepted = [sum(counts.acceptance(value) for value in values) for _, values in _ACCEPTANCE]
    done = [sum(counts.both(value, word) for value in ACCEPTING) for _, word in _IMPLEMENTATION]
    return (
        head,
        count_cell(counts.total, figure(counts.total)),
        *(count_cell(number, figure(number)) for number in accepted),
        Cell(percent(acceptance_rate(counts))),
        *(count_cell(number, figure(number)) for number in done),
        Cell(percent(implementation_rate(counts))),
    )
