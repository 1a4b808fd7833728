"""`tracker view`."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.commands.completion import complete_view
from tracker.commands.context import Desk
from tracker.commands.options import Json, with_filters
from tracker.commands.render import Column, print_json, print_table, say
from tracker.domain.filters import Filters, as_words

app = typer.Typer(no_args_is_help=True, help="Saved views: a name for a filter. Use one with --view NAME.")

Name = Annotated[str, typer.Argument(metavar="NAME", autocompletion=complete_view, help="The name of the view.")]


@app.command()
@with_filters
def save(ctx: typer.Context, filters: Filters, name: Name, as_json: Json = False) -> None:
    """Save a filter under a name, over an earlier one of that name."""
    from tracker.services.views import save_view

    desk: Desk = ctx.obj
    save_view(desk.register, name, filters, desk.who)
    if as_json:
        print_json({"name": name, "filters": as_words(filters)})
    say(f"Saved; use it with: tracker list --view {name}.")


@app.command("list")
def list_views(ctx: typer.Context, as_json: Json = False) -> None:
    """List the saved views."""
    from tracker.services.views import all_views

    desk: Desk = ctx.obj
    found = all_views(desk.register)
    if as_json:
        print_json([{"name": name, "filters": words} for name, words in found.items()])
        return
    print_table(
        [Column("name"), Column("filters", flexible=True, wrap=True)],
        [(name, "; ".join(f"{key}: {_shown(value)}" for key, value in words.items())) for name, words in found.items()],
    )


@app.command()
def drop(ctx: typer.Context, name: Name, as_json: Json = False) -> None:
    """Forget a view."""
    from tracker.services.views import drop_view

    desk: Desk = ctx.obj
    drop_view(desk.register, name, desk.who)
    if as_json:
        print_json({"name": name})
    say(f"Forgot {name}.")


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
