"""`tracker link`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tracker.commands.context import Desk
from tracker.commands.syntax.completion import complete_among, complete_reference
from tracker.commands.syntax.lines import Writer, with_forms
from tracker.commands.syntax.options import AsOf, Day, Json, KnownAt, Note, Reference, one_of
from tracker.commands.terminal.columns import Column
from tracker.commands.terminal.render import print_json, print_table, say
from tracker.domain.plurals import plural
from tracker.domain.vocabulary import LinkKind

LINK_KEYS = ("ref", "kind", "other", "note", "linked_on")

app = typer.Typer(no_args_is_help=True, help="Manage links: what waits for, repeats or supersedes what.")

Other = Annotated[str, typer.Argument(metavar="OTHER", autocompletion=complete_reference, help="The other one.")]


def _kind(metavar: str, words: str) -> Any:
    return typer.Argument(metavar=metavar, parser=one_of(LinkKind), autocompletion=complete_among(LinkKind), help=words)


@app.command()
def add(
    ctx: typer.Context,
    reference: Reference,
    kind: Annotated[Any, _kind("KIND", "waits-for, repeats or supersedes.")],
    other: Other,
    note: Note = None,
    on: Day = None,
    as_json: Json = False,
) -> None:
    """Record that REF waits for, repeats or supersedes OTHER."""
    from tracker.domain.links import said
    from tracker.services.links import add_link

    desk: Desk = ctx.obj
    link = add_link(desk.register, reference, kind, other, note, desk.who, on=on)
    if as_json:
        print_json(link.as_json())
        return
    say(f"{link.ref} {said(link.kind)} {link.other}.")


@app.command("list")
@with_forms(*LINK_KEYS)
def list_links(ctx: typer.Context, write: Writer | None, as_of: AsOf = None, known_at: KnownAt = None) -> None:
    """List the links in force, now or as of a day."""
    from tracker.services.links import all_links

    desk: Desk = ctx.obj
    found = all_links(desk.register, desk.at(as_of, known_at))
    if write is not None:
        write([link.as_json() for link in found])
        return
    print_table(
        [Column(name) for name in ("ref", "kind", "other", "since")] + [Column("note", flexible=True, wrap=True)],
        [(link.ref, link.kind.value, link.other, link.linked_on.isoformat(), link.note or "") for link in found],
    )
    say(plural(len(found), "link") + ".")


@app.command()
def remove(
    ctx: typer.Context,
    reference: Reference,
    other: Other,
    kind: Annotated[Any, _kind("[KIND]", "Only this kind: waits-for, repeats or supersedes (default: all).")] = None,
    on: Day = None,
    as_json: Json = False,
) -> None:
    """Remove the links from REF to OTHER; reports on earlier days still show them."""
    from tracker.services.links import remove_link

    desk: Desk = ctx.obj
    removed = remove_link(desk.register, reference, other, desk.who, kind=kind, on=on)
    if as_json:
        print_json({"removed": removed})
    say(f"Removed {plural(removed, 'link')}.")
