"""`tracker status`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import typer

from tracker.commands.context import Desk
from tracker.commands.office import office_words
from tracker.commands.syntax.options import Json
from tracker.commands.terminal.render import print_facts, print_json, say
from tracker.domain.plurals import first_of, plural
from tracker.errors import WorldError

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.services.upkeep.health import Health


_SHOWN = 8


def status(ctx: typer.Context, as_json: Json = False) -> None:
    """Check whether all is well: register, outbox, scheduler. Exit status 4 if something is wrong."""
    from tracker.services.upkeep.health import health

    desk: Desk = ctx.obj
    found = health(desk.register, desk.settings, desk.who, evidence_store=desk.evidence_store)
    if as_json:
        print_json(found.as_json())
    else:
        print_facts(_facts(found, desk.settings))
    if found.troubles:
        for trouble in found.troubles:
            say(trouble)
        raise WorldError(f"{plural(len(found.troubles), 'problem')} found.")
    if not as_json:
        say("All is well.")


def _facts(found: Health, settings: Settings) -> list[tuple[str, str]]:
    about, beat = found.about, found.beat
    size = "" if found.size is None else f", {found.size / 1_000_000:,.1f} MB"
    mails = ", ".join(f"{count} {state.value}" for state, count in found.mails.items() if count)
    came = ", ".join(f"{count:,} {state.value}" for state, count in found.returns.items() if count)
    return [
        ("register", f"{found.place}{size}"),
        ("office", office_words(settings)),
        ("schema", found.schema),
        ("holds", f"{plural(about.organizations, 'organization')}, {plural(about.documents, 'document')}"),
        ("follow-ups", f"{about.follow_ups:,}, {about.open:,} open, {about.overdue:,} overdue"),
        ("journal", f"{plural(about.batches, 'batch', 'batches')}, {plural(about.entries, 'entry', 'entries')}"),
        ("last written", _when(about.last_batch_at)),
        ("last backup", _backup(found)),
        ("outbox", mails or "empty"),
        ("returns", f"{came}; see: tracker return list" if came else "none to be read"),
        ("extensions", f"{plural(found.requests, 'request')}; see: tracker extend list" if found.requests else ""),
        ("digests", f"{found.outlook.digests:,} due now" if found.outlook.digests else "none due now"),
        ("next digests", _when(found.outlook.next_at)),
        ("scheduler", f"{beat.holder or 'none is running'}, last tick {_when(beat.ticked_at)}"),
        ("head vacant", first_of(about.without_head, _SHOWN)),
    ]


def _backup(found: Health) -> str:
    """When; where there is none, who makes it: PostgreSQL's own tools make others than the register knows of."""
    if found.about.last_backup_at is not None:
        return _when(found.about.last_backup_at)
    return "never; make one with: tracker db backup FILE" if found.is_file else "by PostgreSQL's own tools"


def _when(moment: datetime | None) -> str:
    return "never" if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"
