"""`tracker list`, `show`, `history`: what reads and changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.commands.completion import complete_organization, complete_reference
from tracker.commands.context import Desk
from tracker.commands.lines import print_csv, print_templated
from tracker.commands.options import AsOf, Json, KnownAt, choice_option, with_filters
from tracker.commands.render import OVERDUE, Column, is_terminal, plural, print_facts, print_json, print_table, say
from tracker.domain.actions import actions_of
from tracker.domain.filters import Filters, Sort
from tracker.domain.impacts import meaning_of
from tracker.domain.periods import days_between
from tracker.domain.rows import FOLLOW_UP_KEYS, Lesson
from tracker.domain.vocabulary import Topic, Verification
from tracker.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from tracker.domain.journal import Entry
    from tracker.domain.rows import FollowUp, Recommendation, Report
    from tracker.services.listing import Details, Line

Reference = Annotated[
    str, typer.Argument(metavar="REF", autocompletion=complete_reference, help="The recommendation, as in A/72/809/R3.")
]
Organization = Annotated[
    str | None, typer.Argument(metavar="[ORG]", autocompletion=complete_organization, help="The organization.")
]


@with_filters
def list_follow_ups(
    ctx: typer.Context,
    filters: Filters,
    text: Annotated[  # noqa: ARG001 - becomes part of the filters
        str | None, typer.Argument(metavar="[TEXT]", help="Words of the text, the title or the note.")
    ] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    sort: Annotated[Any, choice_option(Sort, "--sort", help="Order by")] = None,
    limit: Annotated[int | None, typer.Option(min=1, max=2**31 - 1, help="At most so many.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV on stdout, with the keys of --json as columns.")] = False,
    template: Annotated[
        str | None, typer.Option(metavar="LINE", help="A Jinja2 line for each row, as in '{{ ref }} {{ due_on }}'.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List follow-ups: one line for each recommendation and organization."""
    if sum([as_json, as_csv, template is not None]) > 1:
        raise UsageError("--json, --csv and --template exclude each other.", remedy="Give one of them.")
    from tracker.services.listing import At
    from tracker.services.listing import list_follow_ups as read

    desk: Desk = ctx.obj
    at = At(desk.today, as_of, known_at)
    found = read(desk.register, filters, at, sort=sort or Sort.REF, limit=limit)
    rows = [item.as_json(at.day) for item in found] if as_json or as_csv or template is not None else []
    if as_json:
        print_json(rows)
    elif as_csv:
        print_csv(rows, FOLLOW_UP_KEYS)
    elif template is not None:
        print_templated(rows, template)
    else:
        _print_list(found, at.day)


def _print_list(found: list[FollowUp], day: date) -> None:
    late = [item.is_overdue(day) for item in found]
    print_table(
        [
            Column("ref"),
            Column("org"),
            Column("acceptance"),
            Column("implementation"),
            Column("due"),
            Column("remarks and text", flexible=True),
        ],
        [
            (
                item.ref,
                item.organization,
                item.acceptance.value,
                item.implementation.value,
                f"{item.due_on or ''}{OVERDUE if is_late else ''}",
                " · ".join([*_remarks(item), item.text]),
            )
            for item, is_late in zip(found, late, strict=True)
        ],
    )
    say(f"{plural(len(found), 'follow-up')}, {sum(item.is_open for item in found)} open, {sum(late)} overdue (!).")


def _remarks(item: FollowUp) -> list[str]:
    """What must not be overlooked beside the two statuses."""
    verified = ["verified"] if item.verification is Verification.VERIFIED else []
    return [flag.replace("-", " ") for flag in item.flags()] + verified


def show(
    ctx: typer.Context,
    reference: Reference,
    organization: Organization = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: Json = False,
) -> None:
    """Show a recommendation and where each organization stands; with ORG, one follow-up in full."""
    from tracker.services.listing import At, read_details
    from tracker.services.listing import show as read

    desk: Desk = ctx.obj
    at = At(desk.today, as_of, known_at)
    report, recommendation, found = read(desk.register, reference, organization, at)
    if as_json and organization is not None:
        print_json(found[0].as_json(at.day))
    elif as_json:
        print_json(_recommendation_json(report, recommendation, found, at.day))
    elif organization is not None:
        _print_one(recommendation, found[0], read_details(desk.register, found[0]), at.day)
    else:
        _print_facts(report, recommendation)
        print()
        _print_list(found, at.day)


def _recommendation_json(
    report: Report, recommendation: Recommendation, found: list[FollowUp], day: date
) -> dict[str, Any]:
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


def _print_facts(report: Report, recommendation: Recommendation) -> None:
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
        ]
    )


def _asked(recommendation: Recommendation) -> str:
    """Whom the annex of actions asks, as it prints the codes; also those that are not registered."""
    actions = actions_of(recommendation.actions) or {}
    codes = {letters: [code for code in actions if actions[code] == letters] for letters in sorted({*actions.values()})}
    return "; ".join(f"{letters}: {', '.join(found)}" for letters, found in codes.items())


def _impact(word: str | None) -> str:
    """With the meaning of its letters, where the series is known."""
    meaning = meaning_of(word) if word else None
    return f"{word} ({meaning})" if meaning else word or ""


def _details(details: Details, item: FollowUp) -> list[tuple[str, str]]:
    """Extensions with their count and the days they add up to, and the lesson, as facts."""
    words = {True: "granted", False: "refused", None: "not decided"}
    asked = "; ".join(f"to {one.requested_to} {words[one.granted]} ({one.reason})" for one in details.extensions)
    days = days_between(item.original_due_on, item.due_on) if item.original_due_on and item.due_on else 0
    counted = f"{details.granted} granted, {days} days later than first set: " if details.granted else ""
    lesson = details.lesson or Lesson()
    return [
        ("extensions", counted + asked if asked else ""),
        ("what worked", lesson.worked or ""),
        ("what did not", lesson.failed or ""),
        ("why", lesson.why or ""),
        ("good practice", "yes" if lesson.good_practice else ""),
    ]


def _print_one(recommendation: Recommendation, item: FollowUp, details: Details, day: date) -> None:
    due = str(item.due_on or "")
    if item.original_due_on != item.due_on and item.original_due_on is not None:
        due += f" (originally {item.original_due_on})"
    print_facts(
        [
            ("ref", item.ref),
            ("organization", item.organization),
            ("text", recommendation.text),
            ("addressee", item.addressee.value if item.addressee else "undecided"),
            ("acceptance", item.acceptance.value),
            ("implementation", item.implementation.value),
            ("verification", item.verification.value),
            ("due", due + (", overdue" if item.is_overdue(day) else "")),
            ("open", "yes" if item.is_open else "no"),
            ("since", f"{item.effective_on}, written {item.recorded_at:%Y-%m-%d %H:%M} UTC by {item.actor}"),
            ("note", item.note or ""),
            ("evidence", "; ".join(evidence.location for evidence in item.evidence)),
            ("flags", ", ".join(item.flags())),
            *_details(details, item),
        ]
    )


def history(ctx: typer.Context, reference: Reference, organization: Organization = None, as_json: Json = False) -> None:
    """Show every entry of the journal about a recommendation, with its number, both its times, and who wrote it."""
    from tracker.services.listing import read_history

    desk: Desk = ctx.obj
    lines = read_history(desk.register, reference, organization)
    if as_json:
        print_json([line.as_json() for line in lines])
        return
    # A person who named the organization need not read it on every line; a program's columns stay the same.
    with_organization = organization is None or not is_terminal()
    print_table(
        [
            Column("entry", right=True),
            *([Column("org")] if with_organization else []),
            Column("effective"),
            Column("written"),
            Column("by"),
            Column("what", flexible=True, wrap=True),
            Column("note", flexible=True, wrap=True),
        ],
        [_history_row(line, with_organization=with_organization) for line in lines],
    )


def _what(entry: Entry) -> str:
    """What an entry says, in words."""
    if entry.topic is Topic.VOID:
        return f"took back entry {entry.voids}"
    if entry.topic is Topic.LESSON:
        return "lesson"
    if entry.target is None:
        return str(entry.topic.value)
    moved = f"still {entry.target}" if entry.source == entry.target else f"{entry.source} → {entry.target}"
    return f"{entry.topic.value}: {moved if entry.source else entry.target}"


def _history_row(line: Line, *, with_organization: bool) -> tuple[str, ...]:
    entry = line.entry
    what = _what(entry)
    return (
        str(entry.id),
        *([line.organization] if with_organization else []),
        str(entry.effective_on),
        f"{entry.recorded_at:%Y-%m-%d}",
        entry.actor,
        f"[taken back by {line.voided_by}] {what}" if line.voided_by else what,
        entry.note or "",
    )
