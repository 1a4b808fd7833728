"""`tracker org alias`: further names of organizations, as other registers write them."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.commands.context import Desk
from tracker.commands.syntax.completion import complete_organization
from tracker.commands.syntax.lines import Writer, with_forms
from tracker.commands.syntax.options import Json
from tracker.commands.terminal.columns import Column
from tracker.commands.terminal.render import print_json, print_table, say
from tracker.domain.plurals import plural

app = typer.Typer(no_args_is_help=True, help="Manage further names of organizations: list, add, drop.")


@app.command("list")
@with_forms("organization", "name")
def list_aliases(ctx: typer.Context, write: Writer | None) -> None:
    """List the further names that were recorded for organizations."""
    from tracker.services.aliases import list_aliases as found_aliases

    desk: Desk = ctx.obj
    found = found_aliases(desk.register)
    if write is not None:
        write([{"organization": alias.code, "name": alias.name} for alias in found])
        return
    print_table([Column("org"), Column("name", flexible=True)], [(alias.code, alias.name) for alias in found])


@app.command()
def add(
    ctx: typer.Context,
    code: Annotated[
        str,
        typer.Argument(
            metavar="CODE", autocompletion=complete_organization, help="The organization's code, as in WHO."
        ),
    ],
    names: Annotated[list[str], typer.Argument(metavar="NAME…", help="Names as other registers write them.")],
    as_json: Json = False,
) -> None:
    """Record further names of an organization; imports of registers recognize them from then on."""
    from tracker.services.aliases import add_aliases

    desk: Desk = ctx.obj
    added = add_aliases(desk.register, code, names, desk.who)
    if as_json:
        print_json({"organization": code, "added": added})
    say(f"{plural(added, 'alias', 'aliases')} added to {code}.")


@app.command()
def drop(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name to remove.")],
    as_json: Json = False,
) -> None:
    """Remove a further name; what was imported under it stays."""
    from tracker.services.aliases import forget_alias

    desk: Desk = ctx.obj
    code = forget_alias(desk.register, name, desk.who)
    if as_json:
        print_json({"organization": code, "name": name})
    say(f"“{name}” no longer means {code}.")
