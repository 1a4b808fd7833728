"""`tracker history`: what was written about a recommendation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from tracker.commands.context import Desk
from tracker.commands.lines import Writer, with_forms
from tracker.commands.options import AsOf, KnownAt
from tracker.commands.render import Column, is_terminal, print_table, say
from tracker.commands.show import Organization, Reference

if TYPE_CHECKING:
    from tracker.services.listing import Line


LINE_KEYS = (
    "entry",
    "batch",
    "ref",
    "organization",
    "topic",
    "from",
    "to",
    "effective_on",
    "recorded_at",
    "actor",
    "database_user",
    "voice",
    "note",
    "voids",
    "given",
    "voided_by",
)


@with_forms(*LINE_KEYS)
def history(
    ctx: typer.Context,
    write: Writer | None,
    reference: Reference,
    organization: Organization = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """Show every entry of the journal about a recommendation, with its number, both its times, and who wrote it.

    What was taken back stays in it, marked; so does a follow-up whose import was taken back.
    """
    from tracker.services.listing import read_history

    desk: Desk = ctx.obj
    lines = read_history(desk.register, reference, organization, desk.at(as_of, known_at))
    if write is not None:
        write([line.as_json() for line in lines])
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
    if not lines:
        say("Nothing was written by then.")


def _history_row(line: Line, *, with_organization: bool) -> tuple[str, ...]:
    from tracker.domain.telling import told

    entry = line.entry
    what = told(entry)
    return (
        str(entry.id),
        *([line.organization] if with_organization else []),
        str(entry.effective_on),
        f"{entry.recorded_at:%Y-%m-%d}",
        entry.by,
        f"[taken back by {line.voided_by}] {what}" if line.voided_by else what,
        entry.note or "",
    )
