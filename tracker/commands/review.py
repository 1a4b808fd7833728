"""`tracker review`: lines in, lines out, so that it works over a slow line and with a screen reader."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.commands.changes import counted
from tracker.commands.context import Desk
from tracker.commands.listing import flag_in_words
from tracker.commands.process import STOPPED, is_terminated
from tracker.commands.review_answers import BackError, leave_unread, read_due, read_evidence, read_later, read_note
from tracker.commands.syntax.completion import complete_organization
from tracker.commands.syntax.options import Day
from tracker.commands.terminal.render import say
from tracker.commands.terminal.typed_lines import read_line as _read
from tracker.commands.terminal.wrapping import wrapped
from tracker.domain.entry_words import told_of_then
from tracker.domain.plurals import plural
from tracker.domain.review import (
    BACK,
    EVIDENCE,
    HELP,
    KEYS,
    MORE_TIME,
    QUIT,
    SKIP,
    Choice,
    Decision,
    Pass,
    beside,
    choices,
    chosen,
    is_own_claim,
    needs_words,
)
from tracker.domain.vocabulary import ACCEPTING, Axis, Implementation, Verification
from tracker.errors import RefusedError, TrackerError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tracker.domain.lifecycle import Positions
    from tracker.domain.rows import FollowUp
    from tracker.services.review import Review
    from tracker.services.updates import Changed

_WORDS = {"skip": SKIP, "back": BACK, "stop": QUIT, "quit": QUIT, "help": HELP}
_WHOLE = "\N{NO-BREAK SPACE}"


def review(
    ctx: typer.Context,
    organization: Annotated[
        str | None, typer.Argument(metavar="[ORG]", autocompletion=complete_organization, help="The organization.")
    ] = None,
    claims: Annotated[
        bool,
        typer.Option(
            "--claims", help="Review what is reported implemented and not yet verified or disputed, for ORG or for all."
        ),
    ] = False,
    on: Day = None,
) -> None:
    """Go through what is open, one by one. Nothing is written until you confirm at the end.

    Every prompt takes a letter and Enter; ? lists the letters. Several letters are several moves: ai means accepted,
    then in-progress. With e, links and files are added as evidence; with t, the organization asks for a later due date.
    Every answer is kept at once: stop with q, or lose the connection, and your next review of the same
    organization goes on from there. A note may be pasted, in several lines too, or written in your editor.
    Answers that refer to a quarter that has ended are dated with --on.
    """
    from tracker.services import review as service

    desk: Desk = ctx.obj
    if organization is None and not claims:
        raise UsageError("an organization is needed.", remedy="Write: tracker review WHO.")
    with service.going_through(desk.register, organization, desk.reviews, desk.who, claims=claims, on=on) as begun:
        _greet(begun, claims=claims)
        while _is_gone_through(begun, desk):
            answer = _read_last_answer(begun.going)
            if answer != BACK:
                _finish(answer, begun, desk)
                break
            if begun.going.is_over:
                begun.going.back()


def _greet(begun: Review, *, claims: bool) -> None:
    """What there is, and what became of what was decided last time."""
    what = "claimed" if claims else "open"
    say(f"{plural(len(begun.found), 'follow-up')} {what}." + (" Going on from last time." if begun.is_resumed else ""))
    if begun.on:
        say(f"What you decide now is dated {begun.on}.")
    for name, decision in begun.going.set_aside.items():
        say(_wrapped(f"{name}: somebody has changed it meanwhile; decide again. Your decision was: {decision}."))
    for name, decision in begun.gone:
        say(_wrapped(f"{name}: no answer is needed any more; your decision is left out: {decision}."))
    if begun.others:
        say(
            _wrapped(
                f"A review of it is kept by {' and '.join(begun.others)} too; yours starts from the beginning.", "", ""
            )
        )


def _is_gone_through(begun: Review, desk: Desk) -> bool:
    """Ask about one after the other, up to the end or a stop; whether anything was decided that could be written."""
    try:
        while not begun.going.is_over and _ask_one(begun, desk):
            _keep(begun, desk)
    except (KeyboardInterrupt, EOFError):
        _leave_when_terminated()
        say("")
    if begun.going.decisions:
        return True
    _keep(begun, desk)
    say("Nothing was decided, nothing was written.")
    return False


def _keep(begun: Review, desk: Desk) -> bool:
    """Keep every answer at once: a line that drops takes none with it. Where it cannot be kept, one can go on."""
    from tracker.services import review as service

    try:
        service.keep(begun, desk.who)
    except OSError as error:
        say(f"It cannot be kept for later: {(error.strerror or str(error)).lower()}.")
        return False
    return True


def _ask_one(begun: Review, desk: Desk) -> bool:
    """Show one follow-up and take one decision; False to stop."""
    from tracker.services import review as service

    going = begun.going
    follow_up = begun.found[going.names[going.place]]
    at = service.positions_on(desk.register, follow_up, begun.on)
    _show(follow_up, begun, desk)
    if any(at.on(axis) is not follow_up.positions.on(axis) for axis in Axis):
        say(f"  On {begun.on}: {at.acceptance.value}, {at.implementation.value}.")
    why_not_asked = begun.why_not_asked(follow_up)
    further = beside(may_ask=why_not_asked is None)
    possible = [*choices(at, desk.actor), *further]
    say(_keys_shown(possible))
    if is_own_claim(at, desk.actor):
        say(f"  {KEYS[Verification.VERIFIED]} is not possible: you reported it (four eyes).")
    answer, picked = _read_keys(at, possible, desk.actor, why_not_asked)
    if answer == QUIT:
        return False
    if answer == BACK:
        going.back()
    elif answer == SKIP:
        going.skip()
    elif picked:
        with suppress(BackError):
            going.decide(_decided(picked, follow_up, begun.on, desk))
    else:
        going.go_on()
    return True


def _keys_shown(possible: list[Choice]) -> str:
    """The keys with their words, on as many lines as it takes; none is torn from its word."""
    keys = [*map(needs_words, possible), f"{SKIP} skip", f"{BACK} back", f"{QUIT} stop", f"{HELP} help"]
    return _wrapped(" · ".join(key.replace(" ", _WHOLE) for key in keys)).replace(_WHOLE, " ")


def _read_keys(
    at: Positions, possible: list[Choice], actor: str, why_not_asked: str | None
) -> tuple[str, list[Choice]]:
    """What was answered: one of the ways on, or moves; nothing (Enter alone) leaves it as it is."""
    while True:
        answer = _read("What is the answer?").lower().replace(" ", "").replace(",", "")
        answer = _WORDS.get(answer, answer)
        picked = chosen(answer, at, actor, [choice for choice in possible if choice.to is None])
        if answer in (SKIP, BACK, QUIT) or picked is not None:
            return answer, picked or []
        if answer == HELP:
            say(_help(possible))
        else:
            why = f" {MORE_TIME} is not possible: {why_not_asked}" if MORE_TIME in answer and why_not_asked else ""
            say(f"“{answer}” is not an answer here.{why} {HELP} lists the answers.")
            leave_unread()


def _help(possible: list[Choice]) -> str:
    lines = [
        *((choice.key, f"{choice.words}{'; needs a note' if choice.needs_note else ''}") for choice in possible),
        ("Enter", "go on and keep what was decided for it, if anything"),
        (SKIP, "go on and drop what was decided for it"),
        (BACK, "go back to the one before"),
        (QUIT, "stop; what was decided can be written, kept for later or forgotten"),
        (HELP, "this help"),
    ]
    more = (
        "Several letters are several moves, one after the other: ai means accepted, then in-progress. "
        f"{EVIDENCE} and {MORE_TIME} stand alone or beside them: d{EVIDENCE} means implemented, with evidence."
    )
    return "\n".join([*(_wrapped(words, f"  {key:<6}", " " * 8) for key, words in lines), _wrapped(more)])


def _show(follow_up: FollowUp, begun: Review, desk: Desk) -> None:
    going = begun.going
    say("")
    say(f"{going.place + 1} of {len(going.names)}: {follow_up.name}")
    say(_wrapped(follow_up.text))
    due = f", due {follow_up.due_on}" if follow_up.due_on else ""
    late = ", overdue" if follow_up.is_overdue(desk.today) else ""
    flags = "".join(f", {flag_in_words(flag)}" for flag in follow_up.flags(desk.today))
    say(_wrapped(f"Now: {follow_up.acceptance.value}, {follow_up.implementation.value}{due}{late}{flags}."))
    if follow_up.note:
        say(_wrapped(f"Last note ({follow_up.effective_on}): {follow_up.note}"))
    if asked := begun.waiting.get(follow_up.name):
        say(_wrapped(f"More time asked for on {asked.requested_on}, until {asked.requested_to}: {asked.reason}"))
    if follow_up.implementation is Implementation.IMPLEMENTED:
        _show_claim(follow_up, desk)
    if follow_up.name in going.decisions:
        say(_wrapped(f"Decided: {going.decisions[follow_up.name]}."))
    if follow_up.name in going.set_aside:
        say(_wrapped(f"Decided before somebody changed it: {going.set_aside[follow_up.name]}."))


def _show_claim(follow_up: FollowUp, desk: Desk) -> None:
    """What somebody needs who looks whether it is so."""
    from tracker.services import review as service

    for item in follow_up.evidence:
        say(_wrapped(f"Evidence: {item.location}"))
    if any(item.sha256 for item in follow_up.evidence):
        say(_wrapped(f"Copy its files out with: tracker evidence {follow_up.typed} --out DIR."))
    if not follow_up.evidence:
        say("  Evidence: none.")
    if reporters := follow_up.positions.reporters:
        day = service.claimed_on(desk.register, follow_up)
        say(_wrapped(f"Reported by {' and by '.join(reporters)}{f' on {day}' if day else ''}."))


def _wrapped(words: str, first: str = "  ", further: str = "  ") -> str:
    width = min(100, get_terminal_size().columns)
    return "\n".join(wrapped(words, width, first, further))


def _decided(picked: list[Choice], follow_up: FollowUp, on: date | None, desk: Desk) -> Decision:
    """Ask for what belongs to a decision. Raises BackError where somebody wants back to the keys."""
    evidence = _evidence(desk) if any(choice.key == EVIDENCE for choice in picked) else ()
    needy = next((choice for choice in picked if choice.needs_note), None)
    note = read_note(needy.words if needy else None)
    moves = tuple(choice.to for choice in picked if choice.to)
    decision = Decision(follow_up.version, moves[0] if moves else None, note, then=moves[1:], on=on, evidence=evidence)
    return _checked(_with_date(decision, picked, follow_up), follow_up, desk)


def _evidence(desk: Desk) -> tuple[str, ...]:
    from tracker.services.evidence import usable

    return read_evidence(lambda words: usable(words, desk.evidence_store))


def _with_date(decision: Decision, picked: list[Choice], follow_up: FollowUp) -> Decision:
    """With the date until which more time is asked for, or else that on which it is due."""
    if any(choice.key == MORE_TIME for choice in picked):
        return replace(decision, later=read_later(follow_up.due_on))
    due = read_due() if any(choice.to in ACCEPTING for choice in picked) else None
    return replace(decision, due=due)


def _checked(decision: Decision, follow_up: FollowUp, desk: Desk) -> Decision:
    """The decision, where the rules let it be written; a note may be wanting that only its due date needs."""
    if (why := _why_not(decision, follow_up, desk)) is None:
        return decision
    say(_wrapped(f"{why[0].upper()}{why[1:]}"))
    if decision.note or _why_not(replace(decision, note="given"), follow_up, desk):
        raise BackError
    return _checked(replace(decision, note=read_note("That")), follow_up, desk)


def _why_not(decision: Decision, follow_up: FollowUp, desk: Desk) -> str | None:
    """Why a decision cannot be written, as far as the rules say so already; None where it can."""
    from tracker.services import review as service

    try:
        service.check(desk.register, follow_up, decision, desk.who)
    except RefusedError as refusal:
        return refusal.what.replace(" (--note)", "")
    return None


def _read_last_answer(going: Pass) -> str:
    """Whether what was decided is to be written; whoever has gone away keeps it."""
    say("")
    for name, decision in going.decisions.items():
        say(_wrapped(f"{name}: {decision}"))
    asked = f"Write {plural(len(going.decisions), 'update')}? y yes · b back · k keep for later · n forget:"
    try:
        return _read(asked).lower()[:1]
    except (KeyboardInterrupt, EOFError):
        _leave_when_terminated()
        say("")
        return "k"


def _leave_when_terminated() -> None:
    """What was decided is kept after each decision, and comes up again in the next review."""
    if is_terminated():
        raise typer.Exit(STOPPED)


def _finish(answer: str, begun: Review, desk: Desk) -> None:
    from tracker.services import review as service

    go_on = f"Go on with: tracker {desk.asked}."
    if answer == "n":
        begun.kept.unlink(missing_ok=True)
        say("Nothing was written.")
        return
    if answer != "y":
        service.keep(begun, desk.who)
        say(f"Kept for later; nothing was written. {go_on}")
        return
    is_kept = _keep(begun, desk)
    try:
        report = service.write(desk.register, begun, desk.who, desk.evidence_store)
    except TrackerError:
        if is_kept:
            say(_wrapped(f"Nothing was written; what was decided is kept for later. {go_on}", "", ""))
        raise
    _tell_written(report.changed)


def _tell_written(changed: Sequence[Changed]) -> None:
    """What is of an earlier day, and otherwise since, is told: lists of today do not show it."""
    for item in changed:
        for draft in item.drafts if item.is_of_then else ():
            say(_wrapped(f"{item.before.name}: {told_of_then(draft, item.above)}"))
    say(f"{counted(changed)}.")
