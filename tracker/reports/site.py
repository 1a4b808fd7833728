"""The dashboard without a server: static pages that refer to nothing outside their folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby

from tracker.domain.figures.groups import Group, count
from tracker.domain.figures.quarterly import Figures
from tracker.domain.journal import Entry
from tracker.domain.links import said_from
from tracker.domain.rates import Counts, acceptance_rate, implementation_rate
from tracker.domain.rows import FollowUp, Link
from tracker.domain.vocabulary import Topic
from tracker.records import record
from tracker.reports import charts, tables
from tracker.reports.document import Block, Cell, Column, KeyFigure, Paragraph, Row, Section, Table, one_group
from tracker.reports.summary import key_figures, sentences
from tracker.reports.template_files import Templates
from tracker.reports.words import (
    NOTHING,
    capital,
    figure,
    fraction,
    label,
    long_date,
    long_instant,
    percent,
    short_date,
    shortened,
)


@record
class Page:
    """One page: its place in the folder, what stands on it. `up` leads from it to the folder's top.

    `about` is what it is found by, besides its title, where it can be searched for.
    """

    address: str
    title: str
    sections: tuple[Section, ...]
    subtitle: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    key_figures: tuple[KeyFigure, ...] = ()
    about: str = ""

    @property
    def folder(self) -> str:
        return self.address.rpartition("/")[0]

    @property
    def up(self) -> str:
        return "../" * self.address.count("/")


@dataclass
class Addresses:
    """Names of files for what has names of its own: readable, and never the same twice."""

    taken: dict[str, str] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)

    def of(self, folder: str, name: str) -> str:
        key = f"{folder}/{name}"
        if key not in self.taken:
            plain = "".join(char if char.isascii() and char.isalnum() else "-" for char in name).strip("-") or "page"
            address, place = f"{folder}/{plain}.html", 2
            while address.lower() in self._used:
                address, place = f"{folder}/{plain}-{place}.html", place + 1
            self._used.add(address.lower())
            self.taken[key] = address
        return self.taken[key]


_FEW_ROWS = 5
"""So many rows are looked through without a filter."""

SECTIONS = (
    ("Overview", "index.html"),
    ("Organizations", "organizations/index.html"),
    ("Reports", "reports/index.html"),
    ("Recommendations", "recommendations/index.html"),
)


def site_files(
    figures: Figures,
    history: Mapping[int, Sequence[Entry]],
    templates: Templates,
    links: Sequence[Link] = (),
) -> Iterator[tuple[str, bytes]]:
    """Every file of the site: its place in the folder and its content."""
    yield "site.css", templates.text("site.css").encode()
    yield "site.js", templates.text("report.js").encode()
    scope = figures.scope
    context = {
        "office": scope.office,
        "as_of": long_date(scope.as_of),
        "known_at": long_instant(scope.known_at),
        "sections": SECTIONS,
    }
    listed = []
    for page in pages(figures, history, templates, links):
        listed.append(page)
        yield page.address, templates.text("site.html", page=page, **context).encode()
    found = [(page.title, page.address, page.about) for page in listed if page.about]
    yield "search.js", templates.text("search.js", pages=found).encode()


def pages(
    figures: Figures, history: Mapping[int, Sequence[Entry]], templates: Templates, links: Sequence[Link] = ()
) -> Iterator[Page]:
    """Overview; lists of organizations, reports and recommendations; a page for each of them."""
    places = Addresses()
    by_ref = {ref: list(rows) for ref, rows in groupby(figures.annex, key=lambda row: row.ref)}
    yield _overview(figures, templates, places)
    yield _list("organizations", "Organizations", figures.organizations, places)
    yield _list("reports", "Reports", figures.reports, places)
    yield _recommendations(figures, by_ref, places)
    for group in figures.organizations:
        rows = [row for row in figures.annex if row.organization == group.code]
        yield _group_page("organizations", group, rows, figures, places)
    for group in figures.reports:
        rows = [row for row in figures.annex if row.report == group.code]
        yield _group_page("reports", group, rows, figures, places)
    for ref, rows in by_ref.items():
        own = [link for link in links if ref in (link.ref, link.other)]
        yield _recommendation_page(ref, rows, history, figures, places, own)


def _overview(figures: Figures, templates: Templates, places: Addresses) -> Page:
    blocks: list[Block] = [Paragraph(sentence) for sentence in sentences(figures)]
    parts = [Section("summary", "", "Summary", tuple(blocks))]
    if figures.annex:
        drawn: tuple[Block, ...] = (
            charts.trend_chart(templates, figures.trend),
            *charts.acceptance_charts(templates, figures.organizations),
            *charts.implementation_charts(templates, figures.organizations),
            _linked(
                tables.groups_table("Organizations", "Organization", figures.organizations, None, named=True),
                "organizations",
                "",
                places,
            ),
        )
        parts.append(Section("pictures", "", "Organizations and quarters", drawn))
    return Page(
        "index.html", "Oversight recommendations", tuple(parts), _day(figures), key_figures=key_figures(figures)
    )


def _day(figures: Figures) -> str:
    return f"Where things stand on {long_date(figures.scope.as_of)}"


def _linked(table: Table, folder: str, up: str, places: Addresses) -> Table:
    """The table with its first column leading to the pages of what it names."""
    rows = [(replace(row[0], href=up + places.of(folder, row[0].text)), *row[1:]) for row in table.rows]
    return replace(table, groups=one_group(rows), filterable=len(rows) > _FEW_ROWS)


def _list(folder: str, title: str, groups: Sequence[Group], places: Addresses) -> Page:
    table = _linked(tables.groups_table(title, title[:-1], groups, None, named=True), folder, "../", places)
    return Page(f"{folder}/index.html", title, (Section("list", "", f"All {title.lower()}", (table,)),))


def _recommendations(figures: Figures, by_ref: Mapping[str, Sequence[FollowUp]], places: Addresses) -> Page:
    rows: list[Row] = []
    for ref, found in by_ref.items():
        counts = count(found, figures.scope.as_of)
        first = found[0]
        rows.append(
            (
                Cell(ref, href=f"../{places.of('recommendations', ref)}", tone="strong"),
                Cell(shortened(first.text, 200)),
                Cell(label(first.addressee)),
                *(Cell(figure(n)) for n in (counts.total, counts.open, counts.overdue)),
                *(_rate_cells(counts)),
            )
        )
    columns = (
        Column("Recommendation", 1.5),
        Column("Text", 4),
        Column("Addressee", 1.1),
        *(Column(title, 0.7, "right") for title in ("All", "Open", "Overdue")),
        *(Column(title, 1.2, "right") for title in ("Acceptance", "Implementation")),
    )
    table = Table("Recommendations", columns, one_group(rows), filterable=True)
    return Page(
        "recommendations/index.html", "Recommendations", (Section("list", "", "All recommendations", (table,)),)
    )


def _rate_cells(counts: Counts) -> Iterator[Cell]:
    for rate in (acceptance_rate(counts), implementation_rate(counts)):
        yield Cell(percent(rate), small=fraction(rate))


def _group_page(folder: str, group: Group, rows: Sequence[FollowUp], figures: Figures, places: Addresses) -> Page:
    counts = group.counts
    facts = (("Follow-ups", figure(counts.total)), ("Open", figure(counts.open)), ("Overdue", figure(counts.overdue)))
    key = (
        KeyFigure("Acceptance", percent(group.acceptance), fraction(group.acceptance)),
        KeyFigure("Implementation", percent(group.implementation), f"{fraction(group.implementation)} accepted"),
        KeyFigure("No information", percent(group.gap), fraction(group.gap)),
        KeyFigure("Overdue", figure(counts.overdue), f"of {figure(counts.open)} open"),
    )
    alone = folder == "organizations"
    section = Section("rows", "", "Follow-ups", (_rows_table(rows, figures, places, organizations=not alone),))
    about = f"{group.code}: {'organization' if alone else 'report'}"
    return Page(places.of(folder, group.code), group.name, (section,), group.code, facts, key, about)


def _rows_table(
    rows: Iterable[FollowUp], figures: Figures, places: Addresses, *, texts: bool = True, organizations: bool = True
) -> Table:
    found: list[Row] = []
    for row in rows:
        head = Cell(
            row.ref, shortened(row.text, 110), tone="strong", href=f"../{places.of('recommendations', row.ref)}"
        )
        who = Cell(row.organization, href=f"../{places.of('organizations', row.organization)}")
        late = row.is_overdue(figures.scope.as_of)
        found.append(
            (
                *((head,) if texts else ()),
                *((who,) if organizations else ()),
                Cell(label(row.acceptance)),
                Cell(label(row.implementation)),
                Cell(label(row.verification)),
                Cell(short_date(row.due_on), small="overdue" if late else "", tone="alert" if late else ""),
                Cell(row.note or NOTHING, small="; ".join(label(flag) for flag in row.flags(figures.scope.as_of))),
            )
        )
    columns = (
        *((Column("Recommendation", 2.6),) if texts else ()),
        *((Column("Organization", 1.1),) if organizations else ()),
        Column("Acceptance", 1.2),
        Column("Implementation", 1.2),
        Column("Verification", 1.1),
        Column("Due", 1.1, "right"),
        Column("Last statement", 2.4),
    )
    return Table("Where each organization stands", columns, one_group(found), filterable=len(found) > _FEW_ROWS)


def _recommendation_page(
    ref: str,
    rows: Sequence[FollowUp],
    history: Mapping[int, Sequence[Entry]],
    figures: Figures,
    places: Addresses,
    links: Sequence[Link],
) -> Page:
    first = rows[0]
    sections = (
        Section("text", "", "Text", (Paragraph(first.text),)),
        *((Section("links", "", "Links", (_links_table(ref, links, figures, places),)),) if links else ()),
        Section("positions", "", "Positions", (_rows_table(rows, figures, places, texts=False),)),
        Section("history", "", "History", (_history(rows, history),)),
    )
    facts = [("Report", f"{first.report}: {first.report_title}"), ("Addressee", label(first.addressee))]
    facts += [("Impact", first.impact)] if first.impact else []
    facts += [("Collective position", label(first.stance))] if first.stance else []
    about = shortened(first.text, 160)
    return Page(places.of("recommendations", ref), ref, sections, facts=tuple(facts), about=about)


def _links_table(ref: str, links: Sequence[Link], figures: Figures, places: Addresses) -> Table:
    """What this recommendation waits for, repeats or supersedes, and what does so to it."""
    known = {row.ref for row in figures.annex}
    rows = []
    for link in links:
        kind, other = said_from(ref, link)
        leads = f"../{places.of('recommendations', other)}" if other in known else ""
        rows.append(
            (Cell(capital(kind)), Cell(other, href=leads), Cell(short_date(link.linked_on)), Cell(link.note or NOTHING))
        )
    columns = (Column("This one", 1.4), Column("Recommendation", 1.4), Column("Since", 1), Column("Note", 3))
    return Table("Links to other recommendations", columns, one_group(rows))


def _history(rows: Sequence[FollowUp], history: Mapping[int, Sequence[Entry]]) -> Table:
    lines = [(row.organization, entry) for row in rows for entry in history.get(row.id, ())]
    lines.sort(key=lambda line: line[1].id)
    voided = {entry.voids for _, entry in lines if entry.voids is not None}
    found: list[Row] = [
        (
            Cell(short_date(entry.effective_on)),
            Cell(organization, tone="strong"),
            Cell(
                _step(entry),
                small="taken back later" if entry.id in voided else "",
                tone="muted" if entry.id in voided else "",
            ),
            Cell(entry.note or NOTHING),
            Cell(short_date(entry.recorded_at.date()), small=entry.actor),
        )
        for organization, entry in lines
    ]
    columns = (
        Column("On", 1, "right"),
        Column("Organization", 1.1),
        Column("What", 2.6),
        Column("Statement", 3),
        Column("Written", 1.2, "right"),
    )
    return Table("Everything that was written, in order", columns, one_group(found), filterable=len(found) > _FEW_ROWS)


def _step(entry: Entry) -> str:
    if entry.topic is Topic.VOID:
        return f"Correction: {label(entry.source).lower()} taken back"
    if entry.topic.value in ("acceptance", "implementation", "verification"):
        return f"{label(entry.topic)}: {label(entry.source).lower()} → {label(entry.target).lower()}"
    if entry.topic is Topic.DUE:
        source, target = (short_date(date.fromisoformat(day) if day else None) for day in (entry.source, entry.target))
        return f"Due date: {source} → {target}"
    return label(entry.topic) + (f": {entry.target}" if entry.target and entry.topic is Topic.EVIDENCE else "")
