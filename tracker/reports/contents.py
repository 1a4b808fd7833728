"""The order of a status report: which sections, and what stands in each. One function per section."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

from tracker.domain.deadlines import LONG_OUTSTANDING_YEARS
from tracker.domain.figures.editions import Edition, Restatement
from tracker.domain.figures.groups import Group
from tracker.domain.figures.quarterly import Figures
from tracker.domain.references import as_typed
from tracker.domain.rows import instant
from tracker.domain.vocabulary import OTHER_VOICES, Acceptance, Voice
from tracker.records import record
from tracker.reports import charts, tables
from tracker.reports.document import Block, Document, Heading, Paragraph, Section
from tracker.reports.restatement_tables import moved_rates_table, moved_rows_table
from tracker.reports.summary import key_figures, sentences, without_due_date
from tracker.reports.template_files import Templates
from tracker.reports.words import (
    SETTLED_IS,
    counted,
    everybody,
    joined,
    label,
    long_date,
    long_instant,
    quarter_months,
    quarter_words,
    selection_words,
    some,
)


@record
class Part:
    """A section: its anchor, its title, what stands in it; `nothing` is said where there is nothing to list.

    So the sections are the same every quarter, and a reader need not wonder whether one was forgotten.
    """

    anchor: str
    title: str
    fill: Callable[[Figures, Templates], Iterator[Block]]
    nothing: str = ""


def compose(
    figures: Figures, templates: Templates, edition: Edition | None = None, restatement: Restatement | None = None
) -> Document:
    """The whole report from its figures; with the number it was published under, and what that restates."""
    scope = figures.scope
    who = everybody(scope.selection) if scope.organization is None else scope.organization.name
    return Document(
        title="Status of oversight recommendations",
        subtitle=f"Report for the {quarter_words(scope.quarter)}",
        scope=who if scope.organization is None else f"{who} ({scope.organization.code})",
        office=scope.office,
        facts=(*_facts(figures), *_edition_facts(edition)),
        key_figures=key_figures(figures),
        summary=(*sentences(figures), *_on_time(figures), *_on_restatement(restatement)),
        sections=_sections(figures, templates, restatement),
        moment=scope.known_at,
        running_title=f"{scope.quarter}, {who if scope.organization is None else scope.organization.code}"
        + (", a selection" if scope.is_selected else "")
        + (f", edition {edition.number}" if edition else ""),
    )


def _edition_facts(edition: Edition | None) -> tuple[tuple[str, str], ...]:
    if edition is None:
        return (("Edition", "Not published"),)
    return (
        ("Edition", f"{edition.number}, published {long_date(edition.published_at.date())}"),
        ("SHA-256 of the figures", " ".join(edition.sha256[at : at + 16] for at in range(0, 64, 16))),
    )


def _on_restatement(restatement: Restatement | None) -> Iterator[str]:
    if restatement is not None:
        earlier = restatement.edition
        rows = len({(moved.ref, moved.organization) for moved in restatement.rows})
        yield (
            f"Edition {earlier.name}, published on {long_date(earlier.published_at.date())}, gave the position on "
            f"{long_date(earlier.as_of)}. Today {counted(rows, 'follow-up')} would be reported differently; what "
            "changed, and why, is listed under “Restatement”."
        )


def _facts(figures: Figures) -> tuple[tuple[str, str], ...]:
    scope = figures.scope
    facts = [
        ("Period", quarter_months(scope.quarter)),
        ("As of", long_date(scope.as_of) + (" (before the end of the quarter)" if scope.is_running else "")),
        ("As known at", long_instant(scope.known_at)),
    ]
    facts += [("Selection", selection_words(scope.selection))] if scope.is_selected else []
    return (*facts, ("Prepared by", scope.prepared_by)) if scope.prepared_by else tuple(facts)


def _on_time(figures: Figures) -> Iterator[str]:
    """What a reader must know about the period before comparing."""
    scope = figures.scope
    if scope.is_selected:
        yield (
            f"This is a report on a selection ({selection_words(scope.selection)}): every figure, including those of "
            "the opening position and of earlier quarters, covers the follow-ups that are in it on the day of the "
            "report."
        )
    if scope.is_running:
        yield (
            f"The figures are those of {long_date(scope.as_of)}, before the end of the {quarter_words(scope.quarter)} "
            f"on {long_date(scope.quarter.last_day)}: they do not cover the whole quarter."
        )
    if figures.new_in_quarter and figures.first_day is not None:
        yield (
            f"The first follow-up was addressed on {long_date(figures.first_day)}, within the quarter; there is "
            "therefore no opening position, and earlier quarters are given as n/a."
        )


def _sections(figures: Figures, templates: Templates, restatement: Restatement | None) -> tuple[Section, ...]:
    parts = [(part.anchor, part.title, _filled(part, figures, templates)) for part in _OUTLINE]
    if restatement is not None:
        parts.insert(_AFTER_MOVEMENT, ("restatement", "Restatement", tuple(_restated(restatement))))
    full = [part for part in parts if part[2]]
    found = [Section(anchor, roman(place), title, blocks) for place, (anchor, title, blocks) in enumerate(full, 1)]
    annex = tuple(_annex(figures, templates))
    return (*found, Section("annex", "", "Annex: every follow-up", annex, landscape=True)) if annex else tuple(found)


def _filled(part: Part, figures: Figures, templates: Templates) -> tuple[Block, ...]:
    blocks = tuple(part.fill(figures, templates))
    return blocks if blocks or not figures.annex else (Paragraph(part.nothing),)


def _restated(restatement: Restatement) -> Iterator[Block]:
    earlier = restatement.edition
    yield Paragraph(
        f"Edition {earlier.name} was published on {long_date(earlier.published_at.date())}. Entries written "
        f"since then about days up to {long_date(earlier.as_of)} change what would be reported for that day; the "
        "edition itself stays as it was."
    )
    if restatement.rates:
        yield moved_rates_table(restatement.rates)
    if restatement.rows:
        yield moved_rows_table(restatement.rows)


def roman(number: int) -> str:
    """Numbers of sections as documents of this kind have them; up to 39."""
    tens, ones = divmod(number, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]


def _rates(figures: Figures, _: Templates) -> Iterator[Block]:
    organization = figures.scope.organization
    code = None if organization is None else organization.code
    yield tables.rates_table(figures.headline, code, everybody(figures.scope.selection))
    if figures.annex:
        yield Paragraph(SETTLED_IS, "quiet")


def _movement(figures: Figures, templates: Templates) -> Iterator[Block]:
    if not figures.annex:
        return
    yield charts.flow_chart(templates, figures.roll_forward)
    yield tables.roll_forward_table(figures.roll_forward)
    if figures.changes:
        changed = counted(
            len(figures.changes), "follow-up has changed its position", "follow-ups have changed position"
        )
        yield Paragraph(
            f"Compared with {long_date(figures.scope.day_before)}, the day before the quarter, {changed} or due "
            "date. New follow-ups that have no position yet are counted above and listed in the annex."
        )
        yield tables.changes_table(figures.changes)
    else:
        yield Paragraph("No follow-up changed its position in the quarter.")


def _positions(figures: Figures, templates: Templates) -> Iterator[Block]:
    if not figures.annex:
        return
    yield tables.matrix_table(figures.counts)
    if figures.organizations:
        yield Heading("By organization")
        yield from charts.acceptance_charts(templates, figures.organizations)
        yield from charts.implementation_charts(templates, figures.organizations)
        yield tables.groups_table("Organizations", "Organization", figures.organizations, figures.counts, named=True)
    yield Heading("By report")
    if not figures.organizations:
        yield from charts.acceptance_charts(templates, figures.reports, of="report")
        yield from charts.implementation_charts(templates, figures.reports, of="report")
    yield tables.groups_table("Reports", "Report", figures.reports, figures.counts, named=True)
    yield Heading("By addressee, impact and year of issue")
    yield tables.groups_table("Addressees", "Addressee", [_worded(group) for group in figures.addressees], None)
    if any(group.code for group in figures.impacts):
        yield tables.groups_table("Intended impact", "Impact", figures.impacts, None)
    yield tables.groups_table("Years of issue of the report", "Year", figures.years, None)


def _worded(group: Group) -> Group:
    """A group by a word of the vocabulary, as it is printed."""
    return Group(label(group.code), label(group.code), group.counts) if group.code else group


def _trend(figures: Figures, templates: Templates) -> Iterator[Block]:
    if figures.annex:
        yield charts.trend_chart(templates, figures.trend)
        yield tables.trend_table(figures.trend, figures.scope.as_of if figures.scope.is_running else None)


def _age(figures: Figures, templates: Templates) -> Iterator[Block]:
    if not figures.counts.open:
        return
    yield Paragraph(
        "Age is counted from the issue of the report or, if that is unknown, from the day on which the follow-up was "
        "addressed.",
        "quiet",
    )
    yield charts.age_chart(templates, figures.ageing, "ageing", "Open follow-ups by age")
    yield tables.age_table("Open follow-ups by age", "Age", figures.ageing)
    yield Paragraph("Silence is counted from the last day on which the organization itself reported anything.", "quiet")
    yield charts.age_chart(
        templates, figures.silence, "silence", "Open follow-ups by time since the organization last reported"
    )
    caption = "Open follow-ups by time since the organization last reported"
    yield tables.age_table(caption, "Silent for", figures.silence, sheet="Open follow-ups by silence")


def _overdue(figures: Figures, _: Templates) -> Iterator[Block]:
    undated = without_due_date(figures)
    if undated and not figures.overdue:
        yield Paragraph(_NONE_OVERDUE)
    if undated:
        yield Paragraph(undated)
    if figures.overdue:
        yield tables.overdue_table(figures.overdue)


def _old(figures: Figures, _: Templates) -> Iterator[Block]:
    if figures.long_outstanding:
        caption = f"Open {LONG_OUTSTANDING_YEARS} years or more after issue"
        yield tables.said_table(
            caption, figures.long_outstanding, reason="Last statement", day="On", sheet="Long outstanding"
        )


def _governing(figures: Figures, _: Templates) -> Iterator[Block]:
    if figures.governing_body:
        yield tables.waiting_table(figures.governing_body)


def _declined(figures: Figures, _: Templates) -> Iterator[Block]:
    for voice, position in product(Voice, (Acceptance.NOT_ACCEPTED, Acceptance.NOT_RELEVANT)):
        found = [item for item in figures.declined if item.voice is voice and item.row.acceptance is position]
        if found and voice is Voice.ORGANIZATION:
            yield tables.said_table(label(position), found, reason="Reason given", day="Declined on")
        elif found:
            caption = f"{label(position)}, by the word of {OTHER_VOICES[voice]}"
            sheet = f"{label(position)} ({voice.value})"
            yield tables.said_table(caption, found, reason="Statement", day="Closed on", sheet=sheet)
    if figures.done_though_declined:
        yield tables.said_table(
            "Implemented though not accepted", figures.done_though_declined, reason="Statement", day="On", evidence=True
        )


def _verification(figures: Figures, _: Templates) -> Iterator[Block]:
    if figures.disputed:
        caption = "Reported implemented, and disputed by the office"
        yield tables.said_table(
            caption, figures.disputed, reason="Why", day="Disputed on", sheet="Claims disputed by the office"
        )
    asked = [item for item in figures.claimed if item.row.asks_verification]
    others = [item for item in figures.claimed if not item.row.asks_verification]
    for caption, sheet, found in (
        ("Reported implemented, and not yet verified", "Claims to be verified", asked),
        ("Reported implemented, and settled without verification", "Claims settled unverified", others),
    ):
        if found:
            yield tables.said_table(caption, found, reason="Statement", day="Reported on", evidence=True, sheet=sheet)


def _reminders(figures: Figures, _: Templates) -> Iterator[Block]:
    sent = figures.reminded
    if sent.digests:
        heard = "The organization has" if figures.scope.organization else "The organizations have"
        yield Paragraph(
            f"In the quarter {counted(sent.digests, 'reminder was', 'reminders were')} sent, asking about "
            f"{counted(sent.items, 'follow-up')} in all. {heard} since reported on {some(sent.answered)} of these."
        )


def _lessons(figures: Figures, _: Templates) -> Iterator[Block]:
    if figures.learned:
        yield tables.lessons_table(figures.learned)


def _consistency(figures: Figures, _: Templates) -> Iterator[Block]:
    if not figures.roll_forward.closes:
        yield Paragraph(
            f"The roll-forward of the open stock does not balance: it is out by {figures.roll_forward.difference}. "
            "Check the journal with: tracker audit verify."
        )
    if figures.consistency:
        yield Paragraph(
            "The register records what organizations report. Where statements are inconsistent, it does not choose "
            "between them; they are listed here so that the office can ask."
        )
        yield tables.oddities_table(figures.consistency)


def _annex(figures: Figures, _: Templates) -> Iterator[Block]:
    if figures.annex:
        listed = joined(
            [
                counted(len(figures.annex), "follow-up"),
                counted(len({row.ref for row in figures.annex}), "recommendation"),
            ]
        )
        answered = next((row for row in figures.annex if row.last_word_on), figures.annex[0])
        traced = as_typed("tracker", "history", answered.ref, answered.organization)
        yield Paragraph(
            f"The follow-ups from which the figures above are computed: {listed}. Each can be traced to the answers "
            "behind it, with their day, author and statement, as in: "
            f"{traced} --known-at {instant(figures.scope.known_at)}.",
            "quiet",
        )
        yield tables.annex_table(figures)


_NONE_OVERDUE = "No open follow-up is past its due date."
_AFTER_MOVEMENT = 2
"""The place of a restatement: behind what changed in the quarter."""

_OUTLINE: tuple[Part, ...] = (
    Part("rates", "Key figures", _rates),
    Part("movement", "What changed in the quarter", _movement),
    Part("positions", "Acceptance and implementation", _positions),
    Part("trend", "Eight quarters", _trend),
    Part("age", "Age and silence", _age, "Nothing is open."),
    Part("overdue", "Overdue", _overdue, _NONE_OVERDUE),
    Part("old", "Long outstanding", _old, f"Nothing has been open for {LONG_OUTSTANDING_YEARS} years or more."),
    Part("governing", "Awaiting governing bodies", _governing, "No decision of a governing body is awaited."),
    Part("declined", "Not accepted, not relevant", _declined, "No organization has declined a recommendation."),
    Part("verification", "Claims and verification", _verification, "No claim of implementation is unverified."),
    Part("reminders", "Reminders", _reminders, "No reminder was sent in the quarter."),
    Part("lessons", "Lessons and good practices", _lessons, "No lesson has been recorded."),
    Part("consistency", "Notes on consistency", _consistency, "Nothing in the register contradicts itself."),
)
"""The sections in their order. Where there are no rows at all, one without anything in it is left out."""
