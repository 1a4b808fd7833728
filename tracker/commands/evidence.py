"""`tracker evidence`: what was given as evidence on a follow-up, and its files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.commands.context import Desk
from tracker.commands.syntax.lines import Writer, with_forms
from tracker.commands.syntax.options import AsOf, KnownAt, Organization, Reference
from tracker.commands.terminal.columns import Column
from tracker.commands.terminal.render import print_table, say
from tracker.domain.plurals import plural

if TYPE_CHECKING:
    from tracker.services.upkeep.kept_evidence import State
    from tracker.store.evidence import GivenEvidence


EVIDENCE_KEYS = ("entry", "effective_on", "location", "sha256", "size", "path", "state")


@with_forms(*EVIDENCE_KEYS)
def evidence(
    ctx: typer.Context,
    write: Writer | None,
    reference: Reference,
    organization: Organization,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Copy the files into this folder; none is opened.")
    ] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """List the evidence given for one follow-up, and where its files are kept; --out copies them.

    A file that is missing or was altered is marked.
    """
    from tracker.services.evidence import copy_out, given_evidence, place_of
    from tracker.services.upkeep.kept_evidence import state_at

    desk: Desk = ctx.obj
    store = desk.evidence_store
    found = given_evidence(desk.register, reference, organization, desk.at(as_of, known_at))
    kept = [place_of(item.sha256, store) if item.sha256 else None for item in found]
    places = kept if out is None else [copy_out(item, store, out) for item in found]
    states = [state_at(place) if place else None for place in kept]
    rows = list(zip(found, places, states, strict=True))
    if write is not None:
        write([_as_json(*row) for row in rows])
        return
    print_table(
        [
            Column("entry", right=True),
            Column("day"),
            Column("evidence", flexible=True, wrap=True),
            Column("bytes", right=True),
            Column("file", flexible=True, wrap=True),
        ],
        [_row(*row) for row in rows],
    )
    copied = "" if out is None else f", {plural(sum(place is not None for place in places), 'file')} copied to {out}"
    say(f"{plural(len(found), 'piece')} of evidence{copied}.")
    if amiss := sum(state is not None and state.is_amiss for state in states):
        say(f"{plural(amiss, 'file')} missing or altered; a backup may hold the originals.")


def _as_json(item: GivenEvidence, place: Path | None, state: State | None) -> dict[str, Any]:
    return item.as_json() | {"path": str(place) if place else None, "state": state.value if state else None}


def _row(item: GivenEvidence, place: Path | None, state: State | None) -> tuple[str, ...]:
    size = "" if item.size is None else f"{item.size:,}"
    mark = f"{state.value}: " if state is not None and state.is_amiss else ""
    return str(item.entry), str(item.effective_on), item.location, size, f"{mark}{place or ''}"
