"""`tracker show`: a recommendation and where every organization stands, or one follow-up in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.commands.context import Desk
from tracker.commands.listing import print_list
from tracker.commands.syntax.completion import complete_organization, complete_reference
from tracker.commands.syntax.options import AsOf, Json, KnownAt
from tracker.commands.terminal.render import print_facts, print_json, tell
from tracker.domain.periods import days_between

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from tracker.domain.follow_up_details import AskedExtension, DueOrigin
    from tracker.domain.rows import Evidence, FollowUp, Link, Recommendation, Report
    from tracker.services.listing import Beside

Reference = Annotated[
    str, typer.Argument(metavar="REF", autocompletion=complete_reference, help="The recommendation, as in A/72/809/R3.")
]
Organization = Annotated[
    str | None, typer.Argument(metavar="[ORG]", autocompletion=complete_organization, help="The organization.")
]


def show(
    ctx: typer.Context,
    reference: Reference,
    organization: Organization = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: Json = False,
) -> None:
    """Show a recommendation and where each organization stands; with ORG, one follow-up in full."""
    from tracker.services.listing import read_beside, read_links
    from tracker.services.listing import show as read

    desk: Desk = ctx.obj
    at = desk.at(as_of, known_at)
    report, recommendation, found = read(desk.register, reference, organization, at)
    if as_json and organization is not None:
        print_json({**found[0].as_json(at.day), **read_beside(desk.register, found[0], at).as_json()})
    elif as_json:
        links = [link.as_json() for link in read_links(desk.register, recommendation.ref, at)]
        print_json({**_recommendation_json(report, recommendation, found, at.day), "links": links})
    elif organization is not None:
        _print_one(recommendation, found[0], read_beside(desk.register, found[0], at), at.day, desk.evidence_store)
    else:
        _print_facts(report, recommendation, read_links(desk.register, recommendation.ref, at))
        tell()
        print_list(found, at.day, is_text_above=True)


def _recommendation_json(
    report: Report, recommendation: Recommendation, found: list[FollowUp], day: date
) -> dict[str, Any]:
    from tracker.domain.actions import actions_of

    return {
        "ref": recommendation.ref,
        "report": report.symbol,
        "symbols": [{"symbol": item.symbol, "role": item.role.value} for item in report.symbols],
        "title": report.title,
        "issued_on": report.issued_on.isoformat() if report.issued_on else None,
        "number": recommendation.number,
        "text": recommendation.text,
        "addressee": recommendation.addressee.value if recommendation.addressee else None,
        "impact": recommendation.impact,
        "actions": actions_of(recommendation.actions),
        "stance": recommendation.stance.value if recommendation.stance else None,
        "paragraphs": [{"number": number, "text": words} for number, words in recommendation.paragraphs],
        "follow_ups": [item.as_json(day) for item in found],
    }


def _print_facts(report: Report, recommendation: Recommendation, links: Sequence[Link]) -> None:
    print_facts(
        [
            ("ref", recommendation.ref),
            ("report", report.title),
            ("symbols", ", ".join(item.symbol for item in report.symbols)),
            ("issued", str(report.issued_on or "")),
            ("text", recommendation.text),
            ("addressee", recommendation.addressee.value if recommendation.addressee else "undecided"),
            ("impact", _impact(recommendation.impact)),
            ("asked", _asked(recommendation)),
            ("stance", recommendation.stance.value if recommendation.stance else ""),
            *((f"para. {number}", words) for number, words in recommendation.paragraphs),
            ("links", _links(links, recommendation.ref)),
        ]
    )


def _asked(recommendation: Recommendation) -> str:
    """Whom the annex of actions asks, as it prints the codes; also those that are not registered."""
    from tracker.domain.actions import actions_of

    actions = actions_of(recommendation.actions) or {}
    codes = {letters: [code for code in actions if actions[code] == letters] for letters in sorted({*actions.values()})}
    return "; ".join(f"{letters}: {', '.join(found)}" for letters, found in codes.items())


def _impact(word: str | None) -> str:
    """With the meaning of its letters, where the series is known."""
    from tracker.domain.impacts import meaning_of

    meaning = meaning_of(word) if word else None
    return f"{word} ({meaning})" if meaning else word or ""


def _beside(beside: Beside, item: FollowUp) -> list[tuple[str, str]]:
    """Extensions with their count and the days they add up to, the lesson, the links, as facts."""
    from tracker.domain.rows import Lesson

    details = beside.details
    asked = "; ".join(f"{_extension(one)} ({one.reason})" for one in details.extensions)
    later = days_between(item.original_due_on, item.due_on) if item.original_due_on and item.due_on else 0
    since = "later than first set" if details.granted_days == later else "together"
    counted = f"{details.granted} granted, {details.granted_days} days {since}: " if details.granted else ""
    lesson = details.lesson or Lesson()
    return [
        ("extensions", counted + asked if asked else ""),
        ("what worked", lesson.worked or ""),
        ("what did not", lesson.failed or ""),
        ("why", lesson.why or ""),
        ("good practice", "yes" if lesson.good_practice else ""),
        ("links", _links(beside.links, item.ref)),
    ]


def _extension(asked: AskedExtension) -> str:
    """What was asked for and what became of it; the day that was granted where it is another one."""
    if asked.granted_to not in (None, asked.requested_to):
        return f"to {asked.requested_to} requested, to {asked.granted_to} granted"
    words = {True: "granted", False: "refused", None: "not decided"}
    return f"to {asked.requested_to} {words[asked.granted]}"


def _links(links: Sequence[Link], ref: str) -> str:
    from tracker.domain.links import said_from

    return "; ".join(" ".join(said_from(ref, link)) for link in links)


def _due(item: FollowUp, due: DueOrigin | None, day: date) -> str:
    """The due date with where it came from: `2026-09-30 (2026Q3, set on 2026-05-04 by quist), overdue`."""
    if item.due_on is None:
        return ""
    if due is None:
        came = ""
    elif due.is_granted:
        came = f" (extension granted on {due.set_on} by {due.by})"
    else:
        came = f" ({f'{due.given}, ' if due.form != 'day' else ''}set on {due.set_on} by {due.by})"
    first = f", originally {item.original_due_on}" if item.original_due_on != item.due_on else ""
    return f"{item.due_on}{came}{first}{', overdue' if item.is_overdue(day) else ''}"


def _evidence(evidence: Evidence, store: Path) -> str:
    """A link as it is; a file with the place where it is kept, whose last part is its checksum."""
    if evidence.sha256 is None:
        return evidence.location
    from tracker.services.evidence import place_of

    return f"{evidence.location} ({place_of(evidence.sha256, store)})"


def _print_one(recommendation: Recommendation, item: FollowUp, beside: Beside, day: date, store: Path) -> None:
    print_facts(
        [
            ("ref", item.ref),
            ("organization", item.organization),
            ("text", recommendation.text),
            ("addressee", item.addressee.value if item.addressee else "undecided"),
            ("acceptance", item.acceptance.value),
            ("implementation", item.implementation.value),
            ("verification", item.verification.value),
            ("due", _due(item, beside.details.due, day)),
            ("open", "yes" if item.is_open else "no"),
            ("last entry", f"{item.effective_on}, written {item.recorded_at:%Y-%m-%d %H:%M} UTC by {item.actor}"),
            ("note", item.note or ""),
            ("evidence", "; ".join(_evidence(evidence, store) for evidence in item.evidence)),
            ("flags", ", ".join(item.flags(day))),
            *_beside(beside, item),
        ]
    )
