"""`tracker view`."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.commands.context import Desk
from tracker.commands.syntax.completion import complete_view
from tracker.commands.syntax.lines import Writer, with_forms
from tracker.commands.syntax.options import Json, Text, choice_option, with_filters
from tracker.commands.terminal.columns import Column
from tracker.commands.terminal.render import print_json, print_table, say
from tracker.domain.filters import Filters, Sort, as_options
from tracker.domain.plurals import plural

if TYPE_CHECKING:
    from tracker.services.views import View

app = typer.Typer(no_args_is_help=True, help="Manage saved views, each a filter with a name. Use one with --view NAME.")

Name = Annotated[str, typer.Argument(metavar="NAME", autocompletion=complete_view, help="The name of the view.")]


@app.command()
@with_filters
def save(
    ctx: typer.Context,
    filters: Filters,
    name: Name,
    text: Text = None,  # noqa: ARG001 - becomes part of the filters
    sort: Annotated[Any, choice_option(Sort, "--sort", help="Order the list by")] = None,
    as_json: Json = False,
) -> None:
    """Save a filter and a sort order under a name; an earlier view of that name is replaced."""
    from tracker.services.views import View, save_view

    desk: Desk = ctx.obj
    view = View(filters, sort)
    name = save_view(desk.register, name, view, desk.who)
    if as_json:
        print_json({"name": name, **view.as_json()})
    say(f"Saved; use it with: tracker list --view {name}.")


@app.command("list")
@with_forms("name", "filters", "sort")
def list_views(ctx: typer.Context, write: Writer | None) -> None:
    """List the saved views, each as it would be typed."""
    from tracker.services.views import all_views

    desk: Desk = ctx.obj
    found = all_views(desk.register)
    if write is not None:
        write([{"name": name, **view.as_json()} for name, view in found.items()])
        return
    print_table(
        [Column("name"), Column("filters", flexible=True, wrap=True)],
        [(name, _typed(view)) for name, view in found.items()],
    )
    say(plural(len(found), "view") + ".")


def _typed(view: View) -> str:
    order = ["--sort", view.sort.value] if view.sort else []
    return shlex.join([*as_options(view.filters), *order])


@app.command()
def drop(ctx: typer.Context, name: Name, as_json: Json = False) -> None:
    """Delete a view."""
    from tracker.services.views import drop_view

    desk: Desk = ctx.obj
    name = drop_view(desk.register, name, desk.who)
    if as_json:
        print_json({"name": name})
    say(f"Deleted {name}.")
