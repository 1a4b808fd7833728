"""Scorecards as documents, drawn by the same formats as the quarterly report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from tracker.domain.figures.scorecard import Scorecard
from tracker.domain.rates import Rate
from tracker.domain.rows import FollowUp
from tracker.reports.document import (
    Cell,
    Column,
    Document,
    KeyFigure,
    Paragraph,
    Row,
    Section,
    Table,
    one_group,
)
from tracker.reports.words import (
    SETTLED_IS,
    counted,
    fraction,
    label,
    listing,
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
    sections = [Section("measures", "I", "Measures", (_how_to_read(card, known_at), _measures(card)))]
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


def _how_to_read(card: Scorecard, known_at: datetime) -> Paragraph:
    command = listing("--org", card.organization.code, as_of=card.as_of, known_at=known_at)
    return Paragraph(f"{SETTLED_IS} All that was addressed is listed by: {command}.", "quiet")


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
