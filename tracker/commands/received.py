"""`tracker return show`: what came in, and the words of a letter, or those beside a return."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.commands.context import Desk
from tracker.commands.syntax.options import Json
from tracker.commands.terminal.render import print_facts, print_json, say, tell
from tracker.domain.received import ReturnState

Number = Annotated[
    int,
    typer.Argument(metavar="NUMBER", max=2**31 - 1, help="The number of a return, as `return list` gives it."),
]


def show(ctx: typer.Context, number: Number, as_json: Json = False) -> None:
    """Show what came in, from whom, and what became of it, with the text of a letter or of the email with a return."""
    from tracker.services.returns.received import show_received

    desk: Desk = ctx.obj
    received, words = show_received(desk.register, number, desk.evidence_store)
    if as_json:
        print_json({**received.as_json(), "words": words})
        return
    print_facts(
        [
            ("file", received.name),
            ("state", received.state.value),
            ("batch", "" if received.batch is None else str(received.batch)),
            ("why", received.remark or ""),
            ("org", received.organization or ""),
            ("from", received.sender or ""),
            ("subject", received.subject or ""),
            ("received", f"{received.received_at:%Y-%m-%d %H:%M} UTC"),
        ]
    )
    if words is not None:
        tell()
        if not received.is_letter:
            tell("The email says:")
        tell(words)
    if received.is_letter and received.state is ReturnState.HELD:
        say(f"Log what it says with: tracker update; then: tracker return drop {number} --note TEXT.")
