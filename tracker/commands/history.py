"""`tracker history`: what was written about a recommendation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from tracker.commands.context import Desk
from tracker.commands.show import Organization, Reference
from tracker.commands.syntax.lines import Writer, with_forms
from tracker.commands.syntax.options import AsOf, KnownAt
from tracker.commands.terminal.columns import Column
from tracker.commands.terminal.render import is_terminal, print_table, say

if TYPE_CHECKING:
    from tracker.services.listing import HistoryLine


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
    """Show every journal entry about a recommendation: its number, when it was so, when it was written and by whom.

    Entries that were taken back are shown too, marked; so is a follow-up whose import was taken back.
    """
    from tracker.services.listing import read_history

    desk: Desk = ctx.obj
    lines = read_history(desk.register, reference, organization, desk.at(as_of, known_at))
    if write is not None:
        write([line.as_json() for line in lines])
        return
    if is_terminal():
        _draw(lines, with_organization=organization is None)
    else:
        heads = ("entry", "org", "effective", "written", "by", "what", "note")
        print_table(
            [Column(head) for head in heads], [(*_written(line), _what(line), line.entry.note or "") for line in lines]
        )
    if not lines:
        say("Nothing had been written by then.")


def _draw(lines: list[HistoryLine], *, with_organization: bool) -> None:
    """Who named the organization need not read it on every line. What and why stand together: both have room so."""
    columns = [
        Column("entry", right=True), Column("org"), Column("effective"), Column("written"), Column("by"),
        Column("what, and the note", flexible=True, wrap=True, beneath=True),
    ]  # fmt: skip
    rows = [(*_written(line), " · ".join(filter(None, (_what(line), line.entry.note)))) for line in lines]
    kept = [place for place in range(len(columns)) if with_organization or place != 1]
    print_table([columns[place] for place in kept], [[row[place] for place in kept] for row in rows])


def _written(line: HistoryLine) -> tuple[str, ...]:
    entry = line.entry
    return str(entry.id), line.organization, str(entry.effective_on), f"{entry.recorded_at:%Y-%m-%d}", entry.by


def _what(line: HistoryLine) -> str:
    from tracker.domain.entry_words import told

    what = told(line.entry)
    return f"[taken back by {line.voided_by}] {what}" if line.voided_by else what
