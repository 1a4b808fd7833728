"""`tracker audit`."""

from __future__ import annotations

import json

import typer

from tracker.commands.context import Desk
from tracker.commands.syntax.options import Json
from tracker.commands.terminal.progress import progress
from tracker.commands.terminal.render import print_json, say, tell
from tracker.domain.plurals import plural
from tracker.errors import BadDataError

app = typer.Typer(no_args_is_help=True, help="Check the journal's chain of hashes, or export it.")


@app.command()
def verify(ctx: typer.Context, as_json: Json = False) -> None:
    """Recompute every hash of the journal, and every position from it. Exit status 1 if anything does not agree."""
    from tracker.services.upkeep import audit

    desk: Desk = ctx.obj
    with progress("Checking the journal"):
        report = audit.verify(desk.register, desk.today)
    if as_json:
        print_json(report.as_json())
    else:
        for finding in report.findings:
            tell(finding)
        say(f"Checked {plural(report.batches, 'batch', 'batches')}, {plural(report.entries, 'entry', 'entries')}.")
        say(f"Last hash: {report.last_hash}")
    if report.findings:
        raise BadDataError(
            f"the register does not agree with its journal in {plural(len(report.findings), 'place')}.",
            remedy="Compare with a backup before anything else is written.",
        )


@app.command()
def export(ctx: typer.Context) -> None:
    """Write the journal to stdout as JSON, one batch per line, with each hash and what it is computed from."""
    from tracker.services.upkeep import audit

    desk: Desk = ctx.obj
    for batch in audit.export(desk.register):
        print(json.dumps(batch, ensure_ascii=False))
