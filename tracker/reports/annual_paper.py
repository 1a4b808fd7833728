"""The paper of a year: what every organization had accepted and implemented, as oversight bodies table it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from tracker.domain.figures.annual import Annual
from tracker.domain.figures.groups import Group
from tracker.domain.rates import Counts, acceptance_rate, implementation_rate
from tracker.domain.vocabulary import ACCEPTING, Acceptance, Implementation
from tracker.reports.document import (
    Block,
    Cell,
    Column,
    Document,
    Heading,
    KeyFigure,
    Paragraph,
    Row,
    Section,
    Table,
    count_cell,
    one_group,
)
from tracker.reports.words import NOTHING, capital, counted, figure, fraction, listing, long_date, long_instant, percent


def annual_document(figures: Annual, office: str, known_at: datetime) -> Document:
    """A line for each organization, each year of issue and each report: counts, and the rates that they come to."""
    accepted, implemented = acceptance_rate(figures.total), implementation_rate(figures.total)
    blocks = tuple(_blocks(figures, known_at))
    return Document(
        title="Acceptance and implementation by organization",
        subtitle=f"Reports issued in {_issued(figures)}",
        scope="All organizations",
        office=office,
        facts=(("As of", long_date(figures.as_of)), ("As known at", long_instant(known_at))),
        key_figures=(
            KeyFigure("Acceptance", percent(accepted), fraction(accepted)),
            KeyFigure("Implementation", percent(implemented), fraction(implemented)),
        ),
        summary=tuple(_sentences(figures)),
        sections=(Section("tables", "", "Tables", blocks, landscape=True),) if blocks else (),
        moment=known_at,
        running_title=f"Reports issued in {_issued(figures)}",
    )


def _issued(figures: Annual) -> str:
    first, last = figures.years
    return str(last) if first == last else f"{first}–{last}"


def _sentences(figures: Annual) -> Iterator[str]:
    if figures.organizations:
        yield _in_brief(figures)
    else:
        yield f"The register holds no report issued in {_issued(figures)}."
    if figures.undated:
        yield f"Not counted: {counted(figures.undated, 'follow-up')} of reports without a date of issue."


def _in_brief(figures: Annual) -> str:
    accepted, implemented = acceptance_rate(figures.total), implementation_rate(figures.total)
    done = (
        f" and, of what was accepted, implemented {fraction(implemented)} ({percent(implemented)})."
        if implemented.denominator
        else ", so there is no implementation rate."
    )
    return (
        f"This paper shows, for reports issued in {_issued(figures)}, what each organization had accepted and "
        f"implemented by {long_date(figures.as_of)}. All organizations together accepted {fraction(accepted)} "
        f"({percent(accepted)}){done}"
    )


def _blocks(figures: Annual, known_at: datetime) -> Iterator[Block]:
    """All in one section, which begins a page for the width of its tables."""
    if not figures.organizations:
        return
    yield from _part("by organization", "Organization", figures.organizations, figures.total)
    yield Paragraph(_traced(figures, known_at), "quiet")
    if len(figures.issued) > 1:
        yield from _part("by year of issue", "Issued in", figures.issued, figures.total)
    if len(figures.reports) > 1:
        yield from _part("by report", "Report", figures.reports, figures.total)


def _part(by: str, head: str, groups: Sequence[Group], total: Counts) -> tuple[Block, ...]:
    rows = [_row(Cell(group.code, small=_name(group), tone="strong"), group.counts) for group in groups]
    rows.append(_row(Cell("All"), total))
    caption, title = f"Acceptance and implementation {by}", capital(by)
    table = Table(caption, _columns(head), one_group(rows), _HOW_TO_READ, total=True, sheet=title)
    return Heading(title), table


def _traced(figures: Annual, known_at: datetime) -> str:
    years = [word for group in figures.issued for word in ("--year", group.code)]
    command = listing("--org", figures.organizations[0].code, *years, as_of=figures.as_of, known_at=known_at)
    return f"The follow-ups that a line counts can be listed, as in: {command}."


_HOW_TO_READ = (
    "Acceptance includes partial acceptance. The columns on implementation, and its rate, refer to what was "
    f"accepted; {NOTHING} stands for none."
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


def _columns(head: str) -> tuple[Column, ...]:
    return (
        Column(head, 2.2),
        Column("All", 0.7, "right"),
        *(Column(title, 0.9, "right") for title, _ in _ACCEPTANCE),
        Column("Acceptance", 1.0, "right"),
        *(Column(title, max(0.9, len(title) / 10), "right") for title, _ in _IMPLEMENTATION),
        Column("Implementation", 1.3, "right"),
    )


def _name(group: Group) -> str:
    return "" if group.name == group.code else group.name


def _row(head: Cell, counts: Counts) -> Row:
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
