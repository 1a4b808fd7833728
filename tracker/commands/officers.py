"""`tracker officer`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.commands.context import Desk
from tracker.commands.syntax.completion import complete_organization
from tracker.commands.syntax.lines import Writer, with_forms
from tracker.commands.syntax.options import AsOf, Json, choice_option, parsed
from tracker.commands.terminal.columns import Column
from tracker.commands.terminal.render import print_json, print_table, say
from tracker.domain.periods import parse_day
from tracker.domain.plurals import plural
from tracker.domain.vocabulary import Post

if TYPE_CHECKING:
    from tracker.domain.rows import Officer

OFFICER_KEYS = ("id", "organization", "post", "name", "email", "from_on", "until_on")

app = typer.Typer(no_args_is_help=True, help="Manage the holders of posts: list, add, edit, end.")


@app.command("list")
@with_forms(*OFFICER_KEYS)
def list_officers(
    ctx: typer.Context,
    write: Writer | None,
    org: Annotated[
        str | None,
        typer.Argument(metavar="[ORG]", autocompletion=complete_organization, help="Only this organization."),
    ] = None,
    past: Annotated[bool, typer.Option("--all", help="Past and future holders too.")] = False,
    as_of: AsOf = None,
) -> None:
    """List who holds which post today, or on the day of --as-of; with --all, past and future holders too."""
    from tracker.services.organizations import all_officers

    desk: Desk = ctx.obj
    day = desk.at(as_of, None).day
    found = [item for item in all_officers(desk.register, org) if past or item.holds_on(day)]
    if write is not None:
        write([item.as_json() for item in found])
        return
    print_table(
        [
            Column("no.", right=True),
            Column("org"),
            Column("post"),
            Column("name", flexible=True, wrap=True),
            Column("email", flexible=True, wrap=True),
            Column("from"),
            Column("until"),
        ],
        [
            (
                str(item.id),
                item.organization,
                item.post.value,
                item.name,
                item.email,
                str(item.from_on),
                str(item.until_on or ""),
            )
            for item in found
        ],
    )
    say(plural(len(found), "officer") + ".")


@app.command()
def add(
    ctx: typer.Context,
    org: Annotated[
        str, typer.Argument(metavar="ORG", autocompletion=complete_organization, help="The organization's code.")
    ],
    post: Annotated[Any, choice_option(Post, "--post", help="The post")],
    name: Annotated[str, typer.Option(help="The person's name.")],
    email: Annotated[str, typer.Option(help="The address to which digests go.")],
    from_on: Annotated[
        Any, typer.Option("--from", parser=parsed(parse_day), metavar="DATE", help="The first day (default: today).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Appoint a person to a post; the previous holder's term ends the day before."""
    from tracker.services.organizations import add_officer

    desk: Desk = ctx.obj
    officer = add_officer(
        desk.register, org, desk.who, post=post, name=name, email=email, from_on=from_on or desk.today
    )
    _tell(officer, as_json=as_json)


@app.command()
def edit(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(metavar="NUMBER", max=2**31 - 1, help="The number in `officer list`.")],
    name: Annotated[str | None, typer.Option(help="The person's name.")] = None,
    email: Annotated[str | None, typer.Option(help="The address to which digests go.")] = None,
    as_json: Json = False,
) -> None:
    """Correct a mistyped name or address; a digest waiting for the old address is not sent."""
    from tracker.services.organizations import edit_officer

    desk: Desk = ctx.obj
    officer = edit_officer(desk.register, number, desk.who, name=name, email=email)
    _tell(officer, as_json=as_json)


def _tell(officer: Officer, *, as_json: bool) -> None:
    if as_json:
        print_json(officer.as_json())
        return
    say(f"{officer.name} <{officer.email}> is {officer.post.value} of {officer.organization} from {officer.from_on}.")


@app.command()
def end(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(metavar="NUMBER", max=2**31 - 1, help="The number in `officer list`.")],
    on: Annotated[
        Any, typer.Option("--on", parser=parsed(parse_day), metavar="DATE", help="The last day (default: today).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Record that a person leaves a post."""
    from tracker.services.organizations import end_officer

    desk: Desk = ctx.obj
    officer = end_officer(desk.register, number, desk.who, until_on=on or desk.today)
    if as_json:
        print_json(officer.as_json())
        return
    say(f"{officer.name} is {officer.post.value} of {officer.organization} until {officer.until_on}.")
