"""`tracker review`: lines in, lines out, so that it works over a slow line and with a screen reader."""

from __future__ import annotations

import textwrap
from datetime import date
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.commands.completion import complete_organization
from tracker.commands.context import Desk
from tracker.commands.render import plural, say, visible
from tracker.domain.periods import parse_due
from tracker.domain.review import BACK, QUIT, SKIP, Choice, Decision, Pass, choices, needs_words
from tracker.domain.vocabulary import ACCEPTING
from tracker.errors import BadDataError, UsageError

if TYPE_CHECKING:
    from tracker.domain.rows import FollowUp


def review(
    ctx: typer.Context,
    organization: Annotated[
        str | None, typer.Argument(metavar="[ORG]", autocompletion=complete_organization, help="The organization.")
    ] = None,
    claims: Annotated[
        bool, typer.Option("--claims", help="What is claimed implemented and not yet looked at, of ORG or of all.")
    ] = False,
) -> None:
    """Go through what is open, one by one. Nothing is written until you confirm at the end.

    Every prompt takes one letter and Enter. Stop with q; the decisions can be kept, and the next review of the
    same organization goes on from there.
    """
    from tracker.services import review as service

    desk: Desk = ctx.obj
    if organization is None and not claims:
        raise UsageError("an organization is needed.", remedy="Write: tracker review WHO.")
    kept = desk.kept_review(f"{organization or 'all'}{'-claims' if claims else ''}")
    found, going, again = service.begin(desk.register, organization, kept, desk.who, claims=claims)
    what = "claimed" if claims else "open"
    say(f"{plural(len(found), 'follow-up')} {what}." + (" Going on from last time." if again else ""))
    try:
        while not going.is_over and _ask_one(found, going, desk):
            pass
    except (KeyboardInterrupt, EOFError, typer.Abort):
        say("")
    _finish(found, going, kept, desk)


def _ask_one(found: list[FollowUp], going: Pass, desk: Desk) -> bool:
    """Show one follow-up and take one decision; False to stop."""
    follow_up = found[going.place]
    possible = choices(follow_up, desk.actor)
    _show(follow_up, going, desk)
    say(_wrapped(" · ".join([*map(needs_words, possible), f"{SKIP} skip", f"{BACK} back", f"{QUIT} stop"])))
    by_key = {choice.key: choice for choice in possible}
    answer = _read_key({*by_key, SKIP, BACK, QUIT})
    if answer == QUIT:
        return False
    if answer == BACK:
        going.back()
    elif answer == SKIP:
        going.skip()
    else:
        _decide(by_key[answer], follow_up, going)
    return True


def _read_key(known: set[str]) -> str:
    """One of the keys; Enter alone skips."""
    while True:
        answer = _read("What does it say?").lower() or SKIP
        if answer in known:
            return answer
        say(f"“{answer}” means nothing here.")


def _show(follow_up: FollowUp, going: Pass, desk: Desk) -> None:
    say("")
    say(f"{going.place + 1} of {len(going.names)}: {follow_up.name}")
    say(_wrapped(follow_up.text))
    due = f", due {follow_up.due_on}" if follow_up.due_on else ""
    late = ", overdue" if follow_up.is_overdue(desk.today) else ""
    say(f"  Now: {follow_up.acceptance.value}, {follow_up.implementation.value}{due}{late}.")
    if follow_up.note:
        say(f"  Last note ({follow_up.effective_on}): {follow_up.note}")
    decided = going.decisions.get(follow_up.name)
    if decided:
        say(f"  Decided: {decided.to.value}{f' ({decided.note})' if decided.note else ''}.")


def _wrapped(words: str) -> str:
    width = min(100, get_terminal_size().columns)
    return textwrap.fill(words, width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)


def _decide(choice: Choice, follow_up: FollowUp, going: Pass) -> None:
    note = _read("Note (needed):" if choice.needs_note else "Note (Enter for none):")
    if choice.needs_note and not note:
        say(f"{choice.words} needs a note; nothing was decided.")
        return
    going.decide(Decision(follow_up.version, choice.to, note or None, _read_due() if choice.to in ACCEPTING else None))


def _read_due() -> date | None:
    while True:
        words = _read("Due date (day, month, quarter; Enter to leave it):")
        if not words:
            return None
        try:
            return parse_due(words)
        except BadDataError as error:
            say(str(error))


def _read(prompt: str) -> str:
    import sys

    print(visible(prompt), end=" ", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.strip()


def _finish(found: list[FollowUp], going: Pass, kept: Path, desk: Desk) -> None:
    from tracker.services import review as service

    if not going.decisions:
        say("Nothing was decided, nothing was written.")
        return
    say("")
    for name, decision in going.decisions.items():
        say(f"  {name}: {decision.to.value}{f' ({decision.note})' if decision.note else ''}")
    try:
        answer = _read(f"Write {plural(len(going.decisions), 'update')}? y yes · k keep for later · n forget:").lower()[
            :1
        ]
    except (KeyboardInterrupt, EOFError):
        answer = "k"
    if answer == "y":
        report = service.write(desk.register, found, going, kept, desk.who)
        say(f"{plural(len(report.changed), 'follow-up')} changed.")
    elif answer == "n":
        kept.unlink(missing_ok=True)
        say("Nothing was written.")
    else:
        service.keep(going, kept)
        say(f"Kept for later; nothing was written. Go on with: tracker {desk.asked}.")
