"""`tracker extend`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.commands.context import Desk
from tracker.commands.syntax.lines import Writer, with_forms
from tracker.commands.syntax.options import AsOf, Json, KnownAt, Organization, Reference, parsed, reason
from tracker.commands.terminal.columns import Column
from tracker.commands.terminal.render import print_json, print_table, say
from tracker.domain.periods import parse_due_date
from tracker.domain.plurals import plural

if TYPE_CHECKING:
    from tracker.services.updates import Changed

REQUEST_KEYS = ("ref", "organization", "due_on", "requested_to", "requested_on", "reason")

app = typer.Typer(no_args_is_help=True, help="Manage extensions of due dates: list, request, grant, refuse.")

To = typer.Option(
    "--to",
    parser=parsed(parse_due_date),
    metavar="DATE",
    help="The later due date: a day, month or quarter, as in 2026-09-30, 2026-09, 2026Q3.",
)
Reason = Annotated[Any, typer.Option("--note", parser=parsed(reason), metavar="TEXT", help="Why.")]


@app.command("list")
@with_forms(*REQUEST_KEYS)
def list_requests(ctx: typer.Context, write: Writer | None, as_of: AsOf = None, known_at: KnownAt = None) -> None:
    """List the requests that are not decided, oldest first; with --as-of, those not decided by the end of that day."""
    from tracker.services.extensions import undecided

    desk: Desk = ctx.obj
    found = undecided(desk.register, desk.at(as_of, known_at))
    if write is not None:
        write([item.as_json() for item in found])
        return
    names = [Column(name) for name in ("ref", "org", "due", "asks for", "since")]
    print_table(
        [*names, Column("reason", flexible=True, wrap=True)],
        [
            (
                item.ref,
                item.organization,
                str(item.due_on or ""),
                str(item.requested_to),
                str(item.requested_on),
                item.reason,
            )
            for item in found
        ],
    )
    say(f"{plural(len(found), 'request')} not decided.")


@app.command()
def request(
    ctx: typer.Context,
    reference: Reference,
    organization: Organization,
    to: Annotated[Any, To],
    note: Reason,
    as_json: Json = False,
) -> None:
    """Record that an organization asks for a later due date."""
    from tracker.services import extensions

    desk: Desk = ctx.obj
    changed = extensions.request(desk.register, reference, organization, to, note, desk.who)
    _print(changed, f"asks to move its due date from {changed.before.due_on} to {to}.", desk, as_json=as_json)


@app.command()
def grant(
    ctx: typer.Context,
    reference: Reference,
    organization: Organization,
    note: Reason,
    to: Annotated[Any, To] = None,
    as_json: Json = False,
) -> None:
    """Grant the request, for the date requested or another one; the original date is kept beside the new one."""
    from tracker.services import extensions

    desk: Desk = ctx.obj
    changed = extensions.decide(desk.register, reference, organization, desk.who, granted=True, to=to, note=note)
    after = changed.after
    _print(changed, f"is now due on {after.due_on}, originally {after.original_due_on}.", desk, as_json=as_json)


@app.command()
def refuse(
    ctx: typer.Context, reference: Reference, organization: Organization, note: Reason, as_json: Json = False
) -> None:
    """Refuse the request; the due date stays."""
    from tracker.services import extensions

    desk: Desk = ctx.obj
    changed = extensions.decide(desk.register, reference, organization, desk.who, granted=False, to=None, note=note)
    _print(changed, f"stays due on {changed.before.due_on}.", desk, as_json=as_json)


def _print(changed: Changed, sentence: str, desk: Desk, *, as_json: bool) -> None:
    from tracker.services.updates import changed_json

    if as_json:
        print_json(changed_json(changed, desk.today))
        return
    say(f"{changed.before.name} {sentence}")
