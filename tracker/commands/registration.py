"""`tracker init`."""

from __future__ import annotations

import typer

from tracker.commands.context import Desk
from tracker.commands.syntax.options import Json
from tracker.commands.terminal.render import print_json, say


def init(ctx: typer.Context, as_json: Json = False) -> None:
    """Create the register, or bring an older one up to date; an existing one of this version stays as it is."""
    from tracker.services.upkeep.registration import initialize

    desk: Desk = ctx.obj
    before, after, place = initialize(desk.settings.database)
    if as_json:
        print_json({"database": place, "before": before, "after": after})
        return
    if before is None:
        say(f"Created the register in {place}.")
        say("Next: tracker org import --preset jiu, then tracker import NOTE.")
        say("Or begin with your own spreadsheet: tracker import FILE --as register --guess.")
    elif before == after:
        say(f"The register in {place} is up to date.")
    else:
        say(f"Brought the register in {place} from version {before} to {after}.")
