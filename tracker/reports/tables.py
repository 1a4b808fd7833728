"""The tables of a status report: one function for each, from figures to rows of cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from tracker.domain.figures.groups import Group, Headline
from tracker.domain.figures.listings import AgeLine, Learned, Oddity, Overdue, Said, Waiting
from tracker.domain.figures.movement import Changed, RollForward, Shift
from tracker.domain.figures.quarterly import Figures, TrendPoint
from tracker.domain.rates import Counts, Rate, rates
from tracker.domain.rows import FollowUp
from tracker.domain.vocabulary import Acceptance, Implementation, Verification
from tracker.reports.document import Cell, Column, Row, RowGroup, Table, count_cell, one_group
from tracker.reports.words import (
    NOTHING,
    figure,
    fraction,
    label,
    long_date,
    percent,
    short_date,
    shortened,
)

_SHORT_TEXT, _SHORTER_TEXT = 150, 64
"""Characters of a recommendation above a list and in a line; the annex has the whole text."""

RATE_NAMES = {
    "acceptance": "Acceptance: accepted or partially accepted, of all addressed",
    "acceptance-of-relevant": "Acceptance, excluding those held not relevant",
    "implementation": "Implementation: implemented, of all accepted",
    "information-gap": "Information gap: no information on acceptance, of all addressed",
}


def rates_table(headline: Headline, own_code: str | None, everybody: str) -> Table:
    """Every rate with its fraction; an organization's own beside the system's, which is of `everybody`."""
    columns = [Column("Rate", 3.4)]
    columns += [] if own_code is None else [Column(own_code, 1.2, "right")]
    columns += [Column(f"{everybody} together", 1.2, "right"), Column("Mean", 0.7, "right")]
    columns += [Column("Median", 0.7, "right")]
    means = {
        "acceptance": (headline.mean_acceptance, headline.median_acceptance),
        "implementation": (headline.mean_implementation, headline.median_implementation),
    }
    rows = []
    for own, system in zip(headline.rates, rates(headline.system.counts), strict=True):
        shown = [_rate(system)] if own_code is None else [_rate(own), _rate(system)]
        rows.append((Cell(RATE_NAMES[own.name]), *shown, *(_decimal(x) for x in means.get(own.name, (None, None)))))
    note = (
        f"“{everybody} together” is the pooled rate, sum over sum. Mean and median are of the organizations' own "
        "rates, each organization counting equally; one without a rate (n/a) does not count."
    )
    return Table("Rates, each with its fraction", tuple(columns), one_group(rows), note)


def groups_table(
    caption: str, first: str, groups: Sequence[Group], total: Counts | None, *, named: bool = False
) -> Table:
    """One row per group: how many, how they answered, how far they are."""
    columns = (
        Column(first, 2.6 if named else 1.5),
        *(Column(title, 0.8, "right") for title in ("All", "Open", "Overdue")),
        Column("Acceptance", 1.2, "right"),
        Column("Implementation", 1.3, "right"),
        Column("No information", 1.2, "right"),
    )
    rows = [_group_row(group) for group in groups]
    if total is not None:
        rows.append(_group_row(Group("All", "", total)))
    return Table(caption, columns, one_group(rows), total=total is not None)


def _group_row(group: Group) -> Row:
    counts = group.counts
    named = group.name != group.code and group.code
    head = Cell(group.code or "None given", small=group.name if named else "", tone="strong")
    numbers = (_count(counts.total), _count(counts.open), _count(counts.overdue, "alert"))
    return (head, *numbers, *(_rate(rate) for rate in (group.acceptance, group.implementation, group.gap)))


def matrix_table(counts: Counts) -> Table:
    """Acceptance down, implementation across; with the sums."""
    columns = (
        Column("Acceptance", 1.6),
        *(Column(label(value), 1.0, "right") for value in Implementation),
        Column("All", 0.8, "right"),
    )
    rows = [
        (
            Cell(label(a), tone="strong"),
            *(_count(counts.both(a, i)) for i in Implementation),
            _count(counts.acceptance(a)),
        )
        for a in Acceptance
    ]
    rows.append((Cell("All"), *(_count(counts.implementation(i)) for i in Implementation), _count(counts.total)))
    caption = "Acceptance (rows) by implementation (columns)"
    return Table(caption, columns, one_group(rows), total=True, sheet="Acceptance by implementation")


def roll_forward_table(balance: RollForward) -> Table:
    """The balance of the open stock, line by line."""
    lines = [
        ("Open at the start of the quarter", balance.open_at_start),
        ("plus: addressed in the quarter", balance.new),
        ("plus: reopened", balance.reopened),
        *((f"less: settled as {label(kind).lower()}", -count) for kind, count in balance.settled),
        *((("less: withdrawn", -balance.withdrawn),) if balance.withdrawn else ()),
    ]
    rows = [(Cell(text), Cell(_signed(count), value=count, tone="" if count else "muted")) for text, count in lines]
    rows.append((Cell("Open at the end"), Cell(figure(balance.open_at_end), value=balance.open_at_end)))
    note = "" if balance.closes else f"This balance does not close: it is out by {balance.difference}."
    columns = (Column("Follow-ups", 4), Column("Number", 1, "right"))
    return Table("Roll-forward of the open stock", columns, one_group(rows), note, total=True)


def changes_table(changed: Sequence[Changed]) -> Table:
    """Row by row, what each axis was and what it is."""
    lines = [
        (
            item.row,
            (
                Cell(item.row.organization, small="new" if item.is_new else "", tone="strong"),
                Cell("; ".join(_shift(shift) for shift in item.shifts)),
                _day(item.on),
                Cell(item.note or NOTHING, tone="" if item.note else "muted"),
            ),
        )
        for item in changed
    ]
    columns = (_ORGANIZATION, Column("From → to", 3.2), _DAY, Column("Statement", 3.2))
    return Table("What changed in the quarter", columns, _by_recommendation(lines))


def _shift(shift: Shift) -> str:
    if shift.axis == "due":
        source, target = (
            NOTHING if day is None else short_date(date.fromisoformat(day)) for day in (shift.source, shift.target)
        )
        return f"Due date: {source} → {target}"
    return f"{label(shift.axis)}: {label(shift.source).lower()} → {label(shift.target).lower()}"


def overdue_table(late: Sequence[Overdue]) -> Table:
    """The overdue rows with both dates."""
    rows = [
        (
            _organization(item.row),
            _recommendation(item.row),
            _day(item.row.original_due_on),
            _day(item.row.due_on),
            _count(item.days, "alert"),
            Cell(label(item.row.implementation)),
            Cell(_extensions(item), value=item.extensions, tone="" if item.extensions or item.asked_until else "muted"),
        )
        for item in late
    ]
    columns = (
        _ORGANIZATION,
        Column("Recommendation", 2.7),
        Column("Originally due", 1.2, "right"),
        Column("Due", 1.2, "right"),
        Column("Days late", 0.6, "right"),
        Column("Implementation", 1.45),
        Column("Extensions", 1.35),
    )
    return Table("Overdue follow-ups, longest overdue first", columns, one_group(rows), sheet="Overdue")


def _extensions(item: Overdue) -> str:
    parts = [f"{item.extensions} granted"] if item.extensions else []
    parts += [f"requested until {short_date(item.asked_until)}"] if item.asked_until else []
    return "; ".join(parts) or NOTHING


def said_table(
    caption: str, said: Sequence[Said], *, reason: str, day: str, evidence: bool = False, sheet: str = ""
) -> Table:
    """Rows with the words that explain them; of claims with the evidence as well, which may stand in place of words."""
    lines = [
        (
            item.row,
            (
                _organization(item.row),
                Cell(label(item.row.acceptance)),
                _status(item.row.implementation),
                _day(item.on),
                _words(item, _evidence(item.row) if evidence else ""),
            ),
        )
        for item in said
    ]
    columns = (
        _ORGANIZATION,
        Column("Acceptance", 1.4),
        Column("Implementation", 1.4),
        Column(day, 1.1, "right"),
        Column(reason, 4.0),
    )
    return Table(caption, columns, _by_recommendation(lines), sheet=sheet)


def _words(item: Said, evidence: str) -> Cell:
    return Cell(
        item.reason or ("Evidence only" if evidence else "None given"),
        small=f"Evidence: {evidence}" if evidence else "",
        tone="" if item.reason or evidence else "muted",
    )


def _evidence(row: FollowUp) -> str:
    return "; ".join(dict.fromkeys(item.location for item in row.evidence if not item.is_return))


def waiting_table(waiting: Sequence[Waiting]) -> Table:
    """What governing bodies have not decided, with their last action."""
    lines = [
        (
            item.row,
            (
                _organization(item.row),
                Cell(label(item.row.acceptance)),
                _day(item.on),
                Cell(
                    item.last_action or "None known",
                    small="Taking note is not a decision." if item.only_noted else "",
                    tone="" if item.last_action else "muted",
                ),
            ),
        )
        for item in waiting
    ]
    columns = (_ORGANIZATION, Column("Acceptance", 1.6), _DAY, Column("Last action", 4.6))
    caption = "Recommendations that await a governing body"
    return Table(caption, columns, _by_recommendation(lines), sheet="Awaiting governing bodies")


def _by_recommendation(lines: Iterable[tuple[FollowUp, Row]]) -> tuple[RowGroup, ...]:
    """Lines under their recommendation, so that its text stands there once."""
    groups = []
    for ref, found in groupby(lines, key=lambda line: line[0].ref):
        members = list(found)
        head = Cell(ref, small=shortened(members[0][0].text, _SHORT_TEXT), tone="strong")
        groups.append(RowGroup(tuple(cells for _, cells in members), head))
    return tuple(groups)


def lessons_table(learned: Sequence[Learned]) -> Table:
    """What worked, what did not, and why, as organizations said on closing."""
    lines = [
        (
            item.row,
            (
                Cell(item.row.organization, small="good practice" if item.lesson.good_practice else "", tone="strong"),
                *(Cell(text or NOTHING) for text in (item.lesson.worked, item.lesson.failed, item.lesson.why)),
            ),
        )
        for item in learned
    ]
    columns = (_ORGANIZATION, Column("What worked", 2.4), Column("What did not", 2.4), Column("Why", 2.4))
    return Table("Lessons and good practices", columns, _by_recommendation(lines))


def trend_table(points: Sequence[TrendPoint], running_on: date | None) -> Table:
    """The figures on the last day of each quarter; of the last one on another, where it is running."""
    rows = [
        (
            Cell(str(point.quarter), tone="strong"),
            *(_count(n) for n in (point.group.counts.total, point.group.counts.open, point.group.counts.overdue)),
            *(_rate(rate) for rate in (point.group.acceptance, point.group.implementation, point.group.gap)),
        )
        for point in points
    ]
    columns = (
        Column("Quarter", 1.2),
        *(Column(title, 0.8, "right") for title in ("All", "Open", "Overdue")),
        *(Column(title, 1.2, "right") for title in ("Acceptance", "Implementation", "No information")),
    )
    last = f", the last of them on {long_date(running_on)}" if running_on else ""
    return Table(f"Eight quarters, each on its last day{last}", columns, one_group(rows), sheet="Eight quarters")


def age_table(caption: str, first: str, lines: Sequence[AgeLine], *, sheet: str = "") -> Table:
    """Open rows by band, and how many of them are overdue."""
    rows = [(Cell(line.label), _count(line.open), _count(line.overdue, "alert")) for line in lines]
    rows.append((Cell("All"), _count(sum(line.open for line in lines)), _count(sum(line.overdue for line in lines))))
    columns = (Column(first, 3), Column("Open", 1, "right"), Column("Overdue", 1, "right"))
    return Table(caption, columns, one_group(rows), total=True, sheet=sheet)


_MOST_NAMED = 12


def oddities_table(found: Sequence[Oddity]) -> Table:
    """What the register cannot square, with the rows by name as far as there is room."""
    rows = [(Cell(item.what, tone="strong"), _count(len(item.rows)), Cell(_names(item.rows))) for item in found]
    columns = (Column("What", 2.2), Column("Rows", 0.6, "right"), Column("Where", 4))
    return Table("Inconsistencies", columns, one_group(rows))


def _names(rows: Sequence[FollowUp]) -> str:
    by_ref = groupby(rows, key=lambda row: row.ref)
    names = [f"{ref} ({', '.join(row.organization for row in group)})" for ref, group in by_ref]
    more = len(names) - _MOST_NAMED
    return "; ".join(names[:_MOST_NAMED]) + (f"; and {more} more recommendations" if more > 0 else "")


def annex_table(figures: Figures) -> Table:
    """Every row, under its recommendation with the whole text."""
    day = figures.scope.as_of
    groups = []
    for ref, found in groupby(figures.annex, key=lambda row: row.ref):
        rows = list(found)
        groups.append(RowGroup(tuple(_annex_row(row, day) for row in rows), _annex_head(rows[0], ref)))
    columns = (
        _ORGANIZATION,
        Column("Acceptance", 1.2),
        Column("Implementation", 1.2),
        Column("Verification", 1.1),
        Column("Originally due", 1.0, "right"),
        Column("Due", 1.0, "right"),
        Column("Last statement", 1.0, "right"),
        Column("Statement", 3.2),
        Column("Flags", 1.3),
    )
    return Table("Every follow-up", columns, tuple(groups), filterable=True)


def _annex_head(row: FollowUp, ref: str) -> Cell:
    about = [label(row.addressee)] if row.addressee else []
    about += [f"impact {row.impact}"] if row.impact else []
    about += [f"collective position: {label(row.stance).lower()}"] if row.stance else []
    return Cell(ref, small=" ".join(row.text.split()) + (f" ({'; '.join(about)})" if about else ""), tone="strong")


def _annex_row(row: FollowUp, day: date) -> Row:
    flags = [label(flag) for flag in row.flags(day)]
    flags += ["Overdue"] if row.is_overdue(day) else []
    is_pressing = len(flags) > len(row.repeats)  # that it repeats another asks nothing of anybody
    said = ["Open" if row.is_open else "Settled", *flags]  # in every row, so that a reader can count them
    verified = row.verification is not Verification.NOT_VERIFIED
    return (
        _organization(row),
        _status(row.acceptance),
        _status(row.implementation),
        Cell(label(row.verification), tone="" if verified else "muted"),
        _day(row.original_due_on),
        _day(row.due_on),
        _day(row.last_word_on),
        Cell(row.note or NOTHING, tone="" if row.note else "muted"),
        Cell("; ".join(said), tone="alert" if is_pressing else "muted"),
    )


_ORGANIZATION = Column("Organization", 1.15)
_DAY = Column("On", 1.1, "right")


def _organization(row: FollowUp) -> Cell:
    return Cell(row.organization, tone="strong")


def _recommendation(row: FollowUp) -> Cell:
    return Cell(row.ref, small=shortened(row.text, _SHORTER_TEXT), tone="strong")


def _status(word: Acceptance | Implementation) -> Cell:
    silent = word in (Acceptance.NO_INFORMATION, Implementation.NO_INFORMATION)
    return Cell(label(word), tone="muted" if silent else "")


def _day(day: date | None) -> Cell:
    return Cell(short_date(day), value=day, tone="" if day else "muted")


def _count(number: int, tone: str = "") -> Cell:
    return count_cell(number, figure(number), tone)


def _rate(rate: Rate) -> Cell:
    value = None if rate.percent is None else float(rate.percent) / 100
    return Cell(percent(rate), small=fraction(rate), value=value, tone="" if rate.denominator else "muted")


def _decimal(number: Decimal | None) -> Cell:
    return Cell(NOTHING, tone="muted") if number is None else Cell(f"{number}%", value=float(number) / 100)


def _signed(number: int) -> str:
    return f"−{figure(-number)}" if number < 0 else figure(number)
