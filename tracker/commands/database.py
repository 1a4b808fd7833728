"""`tracker db`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.commands.context import Desk
from tracker.commands.registration import init
from tracker.commands.syntax.options import Json
from tracker.commands.terminal.confirmation import agreed
from tracker.commands.terminal.render import print_json, say, tell
from tracker.domain.plurals import plural
from tracker.errors import BadDataError, WorldError

if TYPE_CHECKING:
    from tracker.services.upkeep.backup import Restored

app = typer.Typer(no_args_is_help=True, help="Manage the database: upgrade, check, backup, restore.")

app.command("upgrade", help="Bring an older register up to date; the same as `tracker init`.")(init)


@app.command()
def check(ctx: typer.Context, as_json: Json = False) -> None:
    """Check the database itself: its integrity, its references, its schema, and the files of evidence it names.

    Exit status 4 if the file is damaged, 1 if what is in it does not agree.
    """
    from tracker.services.upkeep.kept_evidence import elsewhere, faults
    from tracker.services.upkeep.registration import check as find
    from tracker.services.upkeep.registration import damage

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
    if not_here := elsewhere(desk.register, desk.evidence_store):
        say(not_here)


@app.command()
def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The zip file to write.")],
    as_json: Json = False,
) -> None:
    """Write the register and its evidence into one file; the register may be in use meanwhile.

    Evidence that is missing or was altered is named, and all the rest is written; the exit status is then 4.
    """
    from tracker.services.upkeep.backup import backup as write

    desk: Desk = ctx.obj
    done = write(desk.register, desk.evidence_store, file, desk.who)
    if as_json:
        print_json({"file": str(file), "bytes": done.size, "lacking": [lack.as_json() for lack in done.lacking]})
    else:
        for lack in done.lacking:
            tell(f"{lack.file}: {_NOT_BACKED_UP[lack.state.value]}.")
        say(f"Wrote {file} ({done.size:,} bytes).")
    if done.lacking:
        raise WorldError(
            f"{file} lacks {plural(len(done.lacking), 'file')} of evidence.",
            remedy="Keep older backups, which may hold what is missing, and see: tracker db check.",
        )


_NOT_BACKED_UP = {
    "missing": "missing from the evidence, and so from the backup",
    "altered": "altered since it was kept; the backup holds it apart, as altered",
    "unreadable": "it cannot be read, and is missing from the backup",
}


@app.command()
def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `tracker db backup` made.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Replace the register with a backup; the register that was there is kept beside it.

    What it sent since the backup is carried over, so that nobody gets an email twice. If that cannot be known, the
    next digests wait until you confirm them. Evidence that the backup lacks is named.
    """
    from tracker.services.upkeep.backup import check_named
    from tracker.services.upkeep.backup import restore as read

    desk: Desk = ctx.obj
    check_named(file)
    question = f"Replace {desk.settings.database} with {file}?"
    if not (yes or agreed(question, what="a restore", remedy="Give --yes.")):
        say("Nothing was changed.")
        raise typer.Exit(1)
    done = read(desk.settings.database, desk.evidence_store, file, desk.who)
    if as_json:
        print_json(_as_json(desk.settings.database, done))
        return
    say(f"Restored {desk.settings.database}." + (f" The previous register is in {done.aside}." if done.aside else ""))
    for lack in done.lacking:
        held = "altered in the backup" if lack.state.value == "altered" else "not in the backup"
        say(f"{lack.file}: {held}, {'and not intact here either' if lack in done.lost else 'but intact here'}.")
    _say_sent_since(done)


def _as_json(database: str, done: Restored) -> dict[str, Any]:
    sent = done.sent.recipients
    return {
        "database": database,
        "aside": None if done.aside is None else str(done.aside),
        "made_at": done.made_at,
        "sent_since": None if sent is None else list(sent),
        "uncertain": done.sent.uncertain,
        "lacking": [{**lack.as_json(), "lost": lack in done.lost} for lack in done.lacking],
    }


_MOST_NAMED = 5


def _say_sent_since(done: Restored) -> None:
    """What was sent after the backup was made, or that nobody knows."""
    sent = done.sent.recipients
    if sent is None:
        say(f"What was sent since {done.made_at} is not known: the next digests wait for `tracker remind send --yes`.")
        if done.sent.uncertain:
            say(
                f"{plural(done.sent.uncertain, 'email')} that waited then may have been sent; see: tracker outbox list."
            )
    elif sent:
        named = ", ".join(sent[:_MOST_NAMED]) + (", …" if len(sent) > _MOST_NAMED else "")
        say(f"Sent after this backup was made: {plural(len(sent), 'email')} (to {named}). They are not sent again.")
