"""`tracker review`: lines in, lines out, so that it works over a slow line and with a screen reader."""

from __future__ import annotations

import textwrap
from contextlib import suppress
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.commands.completion import complete_organization
from tracker.commands.context import Desk
from tracker.commands.listing import flag_in_words
from tracker.commands.render import plural, say, visible
from tracker.domain.periods import DueDate, parse_due_date
from tracker.domain.review import BACK, HELP, QUIT, SKIP, Choice, Decision, Pass, choices, chosen, needs_words
from tracker.domain.vocabulary import ACCEPTING
from tracker.errors import BadDataError, UsageError

if TYPE_CHECKING:
    from tracker.domain.rows import FollowUp

_OUT = "<"
"""What is typed instead of an answer to go back to the keys."""
_WORDS = {"skip": SKIP, "back": BACK, "stop": QUIT, "quit": QUIT, "help": HELP}
_WHOLE = "\N{NO-BREAK SPACE}"


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

    Every prompt takes a letter and Enter; ? lists the letters. Several letters are several moves: ai means accepted,
    then in-progress. Stop with q; the decisions can be kept, and the next review of the same organization goes on
    from there.
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
    possible = choices(follow_up.positions, desk.actor)
    _show(follow_up, going, desk)
    say(_keys_shown(possible))
    answer, picked = _read_keys(follow_up, possible, desk.actor)
    if answer == QUIT:
        return False
    if answer == BACK:
        going.back()
    elif answer == SKIP:
        going.skip()
    elif picked:
        with suppress(_BackError):
            _decide(picked, follow_up, going)
    else:
        going.go_on()
    return True


def _keys_shown(possible: list[Choice]) -> str:
    """The keys with their words, on as many lines as it takes; none is torn from its word."""
    keys = [*map(needs_words, possible), f"{SKIP} skip", f"{BACK} back", f"{QUIT} stop", f"{HELP} help"]
    return _wrapped(" · ".join(key.replace(" ", _WHOLE) for key in keys)).replace(_WHOLE, " ")


def _read_keys(follow_up: FollowUp, possible: list[Choice], actor: str) -> tuple[str, list[Choice]]:
    """What was answered: one of the ways on, or moves; nothing (Enter alone) leaves it as it is."""
    while True:
        answer = _read("What does it say?").lower().replace(" ", "").replace(",", "")
        answer = _WORDS.get(answer, answer)
        picked = chosen(answer, follow_up.positions, actor)
        if answer in (SKIP, BACK, QUIT) or picked is not None:
            return answer, picked or []
        if answer == HELP:
            say(_help(possible))
        else:
            say(f"“{answer}” means nothing here. {HELP} lists what does.")


def _help(possible: list[Choice]) -> str:
    lines = [
        *((choice.key, f"{choice.words}{'; needs a note' if choice.needs_note else ''}") for choice in possible),
        ("Enter", "go on and leave it as it is, what was decided for it too"),
        (SKIP, "go on with nothing decided for it"),
        (BACK, "go back to the one before"),
        (QUIT, "stop; what was decided can be written, kept for later or forgotten"),
        (HELP, "this help"),
    ]
    more = "Several letters are several moves, one after the other: ai means accepted, then in-progress."
    return "\n".join([*(_wrapped(words, f"  {key:<6}", " " * 8) for key, words in lines), _wrapped(more)])


def _show(follow_up: FollowUp, going: Pass, desk: Desk) -> None:
    say("")
    say(f"{going.place + 1} of {len(going.names)}: {follow_up.name}")
    say(_wrapped(follow_up.text))
    due = f", due {follow_up.due_on}" if follow_up.due_on else ""
    late = ", overdue" if follow_up.is_overdue(desk.today) else ""
    flags = "".join(f", {flag_in_words(flag)}" for flag in follow_up.flags(desk.today))
    say(_wrapped(f"Now: {follow_up.acceptance.value}, {follow_up.implementation.value}{due}{late}{flags}."))
    if follow_up.note:
        say(_wrapped(f"Last note ({follow_up.effective_on}): {follow_up.note}"))
    decided = going.decisions.get(follow_up.name)
    if decided:
        say(_wrapped(f"Decided: {decided}."))


def _wrapped(words: str, first: str = "  ", further: str = "  ") -> str:
    width = min(100, get_terminal_size().columns)
    return textwrap.fill(words, width, initial_indent=first, subsequent_indent=further, break_on_hyphens=False)


def _decide(picked: list[Choice], follow_up: FollowUp, going: Pass) -> None:
    """Ask for what belongs to a decision. Raises _BackError where somebody wants back to the keys."""
    note = _read_note(picked)
    accepts = any(choice.to in ACCEPTING for choice in picked)
    due = _read_due() if accepts else None
    to, *then = (choice.to for choice in picked)
    day, given = (due.day, due.given) if due else (None, None)
    going.decide(Decision(follow_up.version, to, note, day, tuple(then), given))


class _BackError(Exception):
    """Somebody went back from a question."""


def _read_note(picked: list[Choice]) -> str | None:
    needy = next((choice for choice in picked if choice.needs_note), None)
    note = _read(f"Note ({f'needed; Enter or {_OUT}' if needy else f'Enter for none, {_OUT}'} to go back):")
    if note == _OUT:
        raise _BackError
    if needy and not note:
        say(f"{needy.words} needs a note; nothing was decided.")
        raise _BackError
    return note or None


def _read_due() -> DueDate | None:
    while True:
        words = _read(f"Due date (day, month, quarter; Enter to leave it, {_OUT} to go back):")
        if not words:
            return None
        if words == _OUT:
            raise _BackError
        try:
            return parse_due_date(words)
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
        say(_wrapped(f"{name}: {decision}"))
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
