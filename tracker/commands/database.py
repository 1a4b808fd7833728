"""`tracker db`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.commands.context import Desk
from tracker.commands.options import Json
from tracker.commands.registration import init
from tracker.commands.render import plural, print_json, say, tell
from tracker.errors import BadDataError, WorldError

if TYPE_CHECKING:
    from tracker.services.backup import Restored

app = typer.Typer(no_args_is_help=True, help="The database: upgrade, check, backup, restore.")

app.command("upgrade", help="Bring an older register up to date; the same as `tracker init`.")(init)


@app.command()
def check(ctx: typer.Context, as_json: Json = False) -> None:
    """Check the database itself: its integrity, its references, its schema, and the files of evidence it names.

    Exit status 4 where the file is damaged, 1 where what is in it does not fit together.
    """
    from tracker.services.evidence import faults
    from tracker.services.registration import check as find
    from tracker.services.registration import damage

    desk: Desk = ctx.obj
    damaged = damage(desk.register)
    findings = damaged or find(desk.register) or faults(desk.register, desk.evidence_store)
    if as_json:
        print_json({"findings": findings})
    else:
        for finding in findings:
            tell(finding)
    if damaged:
        raise WorldError("the file is damaged.", remedy="Restore a backup: tracker db restore FILE.")
    if findings:
        raise BadDataError(
            f"{plural(len(findings), 'fault')} found.", remedy="Restore a backup: tracker db restore FILE."
        )
    say("The database is sound.")


@app.command()
def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The zip file to write.")],
    as_json: Json = False,
) -> None:
    """Write the register and its evidence into one file; the register may be in use meanwhile."""
    from tracker.services.backup import backup as write

    desk: Desk = ctx.obj
    size = write(desk.register, desk.evidence_store, file, desk.who)
    if as_json:
        print_json({"file": str(file), "bytes": size})
        return
    say(f"Wrote {file} ({size:,} bytes).")


@app.command()
def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `tracker db backup` made.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Put a backup in the place of the register; the one that stands there is kept beside it.

    What that one sent since is carried over, so that nobody gets a mail twice. Where it cannot tell, the next digests
    wait for a yes.
    """
    from tracker.services.backup import restore as read

    desk: Desk = ctx.obj
    if not yes and not typer.confirm(f"Put {file} in the place of {desk.settings.database}?", err=True):
        say("Nothing was changed.")
        raise typer.Exit(1)
    done = read(desk.settings.database, desk.evidence_store, file, desk.who)
    if as_json:
        sent = done.sent.recipients
        known = {"sent_since": None if sent is None else list(sent), "uncertain": done.sent.uncertain}
        aside = None if done.aside is None else str(done.aside)
        print_json({"database": desk.settings.database, "aside": aside, "made_at": done.made_at} | known)
        return
    say(f"Restored {desk.settings.database}." + (f" The one before is in {done.aside}." if done.aside else ""))
    _say_sent_since(done)


_MOST_NAMED = 5


def _say_sent_since(done: Restored) -> None:
    """What was sent after the backup was made, or that nobody knows."""
    sent = done.sent.recipients
    if sent is None:
        say(f"What was sent since {done.made_at} is not known: the next digests wait for `tracker remind send --yes`.")
        if done.sent.uncertain:
            say(f"{plural(done.sent.uncertain, 'mail')} that waited then may have been sent: tracker outbox list.")
    elif sent:
        named = ", ".join(sent[:_MOST_NAMED]) + (", …" if len(sent) > _MOST_NAMED else "")
        say(f"Sent after this backup was made: {plural(len(sent), 'mail')} (to {named}). Nobody gets them again.")
