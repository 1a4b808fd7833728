"""`tracker org`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from tracker.commands.aliases import app as aliases
from tracker.commands.context import Desk
from tracker.commands.syntax.completion import complete_list, complete_organization
from tracker.commands.syntax.lines import Writer, with_forms
from tracker.commands.syntax.options import AsOf, DryRun, Json, KnownAt, parsed
from tracker.commands.terminal.columns import Column
from tracker.commands.terminal.render import print_facts, print_json, print_table, say
from tracker.domain.periods import parse_day
from tracker.domain.plurals import plural
from tracker.domain.rows import Organization

app = typer.Typer(no_args_is_help=True, help="Manage organizations: list, show, add, edit, import.")
app.add_typer(aliases, name="alias")

MEMBER_KEYS = (*Organization("", "").as_json(), "left_on")
_NEVER = "never"


def _day_left(text: str) -> date | str:
    return _NEVER if text.strip().lower() == _NEVER else parse_day(text)


NewCode = Annotated[str, typer.Argument(metavar="CODE", help="The short code, as in WHO.")]
Code = Annotated[
    str, typer.Argument(metavar="CODE", autocompletion=complete_organization, help="The short code, as in WHO.")
]
Name = Annotated[str | None, typer.Option(help="The full name.")]
Group = Annotated[str | None, typer.Option(help="The group under which reports list it.")]
Timezone = Annotated[str | None, typer.Option(metavar="TZ", help="IANA time zone, as in Europe/Zurich.")]
Language = Annotated[str | None, typer.Option(metavar="LL", help="Two letters, as in en or fr.")]

Left = Annotated[
    Any,
    typer.Option(
        "--left",
        parser=parsed(_day_left),
        metavar="DATE",
        help="The first day on which it no longer takes part; “never” takes that back.",
    ),
]


@app.command("list")
@with_forms(*MEMBER_KEYS)
def list_organizations(ctx: typer.Context, write: Writer | None, as_of: AsOf = None, known_at: KnownAt = None) -> None:
    """List the organizations; with --as-of, those that had not left by that day.

    With --known-at, they have the names that were known at that instant. No organization is left out because it was
    registered later: that date is not kept.
    """
    from tracker.services.organizations import all_members

    desk: Desk = ctx.obj
    found = all_members(desk.register, desk.at(as_of, known_at))
    if write is not None:
        write([item.as_json() for item in found])
        return
    with_left = any(item.left_on for item in found)
    print_table(
        [
            Column("code"),
            Column("name", flexible=True, wrap=True),
            Column("group", flexible=True),
            Column("time zone"),
            Column("language"),
            *([Column("left")] if with_left else []),
        ],
        [(*_cells(item.organization), *([str(item.left_on or "")] if with_left else [])) for item in found],
    )
    say(plural(len(found), "organization") + ".")


def _cells(item: Organization) -> tuple[str, ...]:
    return item.code, item.name, item.group or "", item.timezone, item.language


@app.command()
def show(ctx: typer.Context, code: Code, as_of: AsOf = None, as_json: Json = False) -> None:
    """Show an organization and who holds its posts, today or on the day of --as-of."""
    from tracker.services.organizations import member_with_officers

    desk: Desk = ctx.obj
    day = desk.at(as_of, None).day
    member, officers = member_with_officers(desk.register, code)
    holders = [item for item in officers if item.holds_on(day)]
    if as_json:
        shown = officers if as_of is None else holders
        print_json({**member.as_json(), "officers": [officer.as_json() for officer in shown]})
        return
    organization = member.organization
    print_facts(
        [
            ("code", organization.code),
            ("name", organization.name),
            ("group", organization.group or ""),
            ("time zone", organization.timezone),
            ("language", organization.language),
            ("left", str(member.left_on or "")),
            *((item.post.value, f"{item.name} <{item.email}>") for item in holders),
        ]
    )


@app.command()
def add(
    ctx: typer.Context,
    code: NewCode,
    name: Annotated[str, typer.Option(help="The full name.")],
    group: Group = None,
    timezone: Timezone = "UTC",
    language: Language = "en",
    as_json: Json = False,
) -> None:
    """Register an organization."""
    from tracker.services.organizations import Member, add_organization

    desk: Desk = ctx.obj
    new = Organization(code, name, group, timezone or "UTC", language or "en")
    added = add_organization(desk.register, new, desk.who)
    if as_json:
        print_json(Member(added, None).as_json())
        return
    say(f"Registered {added.code}, {added.name}.")


@app.command()
def edit(
    ctx: typer.Context,
    code: Code,
    name: Name = None,
    group: Group = None,
    timezone: Timezone = None,
    language: Language = None,
    left: Left = None,
    as_json: Json = False,
) -> None:
    """Change what is known of an organization; its code stays.

    An organization that has left gets no reminders, and no follow-ups from further notes. Its existing follow-ups
    stay: settled, or open and marked as left.
    """
    from tracker.services.organizations import Leaving, edit_organization

    desk: Desk = ctx.obj
    leaving = None if left is None else Leaving(None if left == _NEVER else left)
    changed = edit_organization(
        desk.register, code, desk.who, name=name, group=group, timezone=timezone, language=language, left=leaving
    )
    if as_json:
        print_json(changed.as_json())
        return
    item = changed.organization
    word = "left" if changed.left_on and changed.left_on <= desk.today else "leaves"
    gone = f", {word} on {changed.left_on}" if changed.left_on else ""
    say(f"{item.code}: {item.name}, {item.timezone}, {item.language}{gone}.")


@app.command("import")
def import_list(
    ctx: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A CSV file with the columns code and name.")
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", autocompletion=complete_list("jiu"), help="A list that comes with the program: jiu."
        ),
    ] = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Load a list of organizations; those already registered are updated."""
    from tracker.services import organizations

    desk: Desk = ctx.obj
    if (file is None) == (preset is None):
        raise typer.BadParameter("give either a CSV file or --preset.", param_hint="FILE")
    listed = organizations.preset(preset) if preset is not None else organizations.read_organizations(file or Path())
    report = organizations.import_organizations(desk.register, listed, desk.who, dry_run=dry_run)
    if as_json:
        print_json({"created": report.created, "updated": report.updated, "unchanged": report.unchanged})
        return
    say(
        f"{plural(len(report.created), 'organization')} {'would be ' if dry_run else ''}registered, "
        f"{len(report.updated):,} updated, {len(report.unchanged):,} unchanged."
    )
