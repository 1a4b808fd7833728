"""`tracker outbox`."""

from __future__ import annotations

import sys
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.commands.context import Desk
from tracker.commands.previews import as_read
from tracker.commands.syntax.lines import Writer, with_forms
from tracker.commands.syntax.options import AsOf, DryRun, Json, KnownAt
from tracker.commands.terminal.columns import Column
from tracker.commands.terminal.render import (
    is_terminal,
    lines_of_facts,
    print_json,
    print_table,
    say,
    tell_in_pages,
    to_the_minute,
)
from tracker.domain.outbox import Event, OutboxState
from tracker.domain.plurals import plural
from tracker.errors import UsageError

if TYPE_CHECKING:
    from tracker.domain.outbox import QueuedMail
    from tracker.services.reminders.outbox import MailDetail

MAIL_KEYS = ("id", "state", "recipient", "subject", "attempts", "next_attempt_at", "answer")

app = typer.Typer(no_args_is_help=True, help="Manage outgoing emails: list, show, retry, drop.")


class Settled(Enum):
    """The states whose mails may be decided on together."""

    RETRY = "retry"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


MailId = Annotated[int, typer.Argument(metavar="ID", help="The number of the email, as `outbox list` gives it.")]
MailIds = Annotated[
    list[int] | None, typer.Argument(metavar="ID…", help="The numbers of the emails, as `outbox list` gives them.")
]
AllIn = Annotated[Settled | None, typer.Option("--state", help="All emails in this state, instead of numbers.")]


@app.command("list")
@with_forms(*MAIL_KEYS)
def list_mails(
    ctx: typer.Context,
    write: Writer | None,
    state: Annotated[list[OutboxState] | None, typer.Option("--state", help="Only emails in this state.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only the newest N emails.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """List emails and their state, newest first.

    With --as-of or --known-at: those queued by then, and what had become of each. One that was being sent at that
    moment is shown as waiting; how often each had been tried, and when it was to be tried next, is not kept.
    """
    from tracker.services.reminders.outbox import list_outbox, mail_json

    desk: Desk = ctx.obj
    mails = list_outbox(desk.register, state or (), limit=limit, until=desk.at(as_of, known_at).until)
    if write is not None:
        write([mail_json(mail) for mail in mails])
        return
    if is_terminal():
        _draw(mails)
    else:
        titles = ("id", "state", "recipient", "subject", "attempts", "next attempt", "answer")
        print_table([Column(title) for title in titles], map(_cells, mails))
    say(_summary(mails))


def _cells(mail: QueuedMail) -> tuple[str, ...]:
    at = "" if mail.next_attempt_at is None else to_the_minute(mail.next_attempt_at)
    attempts = "" if mail.attempts is None else str(mail.attempts)
    return (str(mail.id), mail.state.value, mail.recipient, mail.subject, attempts, at, mail.answer or "")


def _draw(mails: list[QueuedMail]) -> None:
    """Subject and answer stand together, so that both have room; what is empty in every row is left out."""
    columns = [
        Column("id", right=True), Column("state"), Column("recipient", flexible=True, wrap=True),
        Column("attempts", right=True), Column("next attempt"),
        Column("subject, and the answer", flexible=True, wrap=True, beneath=True),
    ]  # fmt: skip
    rows = [
        (number, state, recipient, attempts, at, " · ".join(filter(None, (subject, answer))))
        for number, state, recipient, subject, attempts, at, answer in map(_cells, mails)
    ]
    kept = [place for place, column in enumerate(columns) if any(row[place] for row in rows) or column.beneath]
    print_table([columns[place] for place in kept], [[row[place] for place in kept] for row in rows])


def _summary(mails: list[QueuedMail]) -> str:
    unsure = sum(mail.state is OutboxState.UNCERTAIN for mail in mails)
    sentence = f"{plural(len(mails), 'email')}."
    if not unsure:
        return sentence
    return f"{sentence} {unsure} uncertain: ask the recipient, then `tracker outbox retry ID` or `drop ID`."


@app.command()
def show(
    ctx: typer.Context,
    mail_id: MailId,
    raw: Annotated[bool, typer.Option("--raw", help="Print the exact bytes that are sent.")] = False,
    as_json: Json = False,
) -> None:
    """Show one email: what it says, what was tried, and what the server answered."""
    from tracker.services.reminders.outbox import show_mail

    desk: Desk = ctx.obj
    detail = show_mail(desk.register, mail_id)
    if raw:
        sys.stdout.buffer.write(detail.message)
    elif as_json:
        print_json(detail.as_json())
    else:
        tell_in_pages([_shown(detail)])


def _shown(detail: MailDetail) -> str:
    mail = detail.mail
    facts = lines_of_facts(
        [
            ("Email", f"{mail.id}, {mail.state.value}"),
            ("Key", mail.key),
            ("Recipient", mail.recipient),
            ("Queued", to_the_minute(mail.queued_at)),
            ("Next attempt", "" if mail.next_attempt_at is None else to_the_minute(mail.next_attempt_at)),
            ("Answer", "" if detail.attempts else mail.answer or ""),
            *(("Attempt", f"{to_the_minute(each.at)}  {each.state.value}: {each.answer}") for each in detail.attempts),
        ]
    )
    return "\n".join([*facts, "", as_read(detail.reading)])


@app.command()
def retry(
    ctx: typer.Context,
    mail_ids: MailIds = None,
    state: AllIn = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Queue again emails that were put off, failed or are uncertain; the next delivery sends them."""
    _decide(ctx.obj, Event.RETRY, _which(mail_ids, state), dry_run=dry_run, as_json=as_json)


@app.command()
def drop(
    ctx: typer.Context,
    mail_ids: MailIds = None,
    state: AllIn = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Give up on emails: they stay in the outbox as failed and are not sent."""
    _decide(ctx.obj, Event.DROP, _which(mail_ids, state), dry_run=dry_run, as_json=as_json)


def _which(mail_ids: list[int] | None, state: Settled | None) -> list[int] | OutboxState:
    if bool(mail_ids) == (state is not None):
        raise UsageError("it is not clear which emails are meant.", remedy="Give their numbers, or --state.")
    return mail_ids or [] if state is None else OutboxState(state.value)


def _decide(desk: Desk, event: Event, which: list[int] | OutboxState, *, dry_run: bool, as_json: bool) -> None:
    from tracker.services.reminders.outbox import decide, decide_state, mail_json
    from tracker.services.reminders.terms import office_of

    office = office_of(desk.settings)
    if isinstance(which, OutboxState):
        mails = decide_state(desk.register, event, which, desk.who, office=office, dry_run=dry_run)
    else:
        mails = decide(desk.register, event, which, desk.who, office=office, dry_run=dry_run)
    if as_json:
        print_json([mail_json(mail) for mail in mails])
    if dry_run:
        word = "queued again" if event is Event.RETRY else "dropped"
        say(f"{plural(len(mails), 'email')} would be {word}; nothing was written.")
        return
    outcome = "queued again; `tracker run` or `remind send` delivers them" if event is Event.RETRY else "dropped"
    say(f"{plural(len(mails), 'email')} {outcome}.")
