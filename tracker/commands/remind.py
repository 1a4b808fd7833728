"""`tracker remind`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.commands.context import MAILS_STAY, Desk
from tracker.commands.office import say_of_unset_address
from tracker.commands.previews import (
    counted,
    previewed,
    say_of_waiting,
    waiting_words,
    would_go_out,
    write_mail,
    write_page,
)
from tracker.commands.process import STOPPED
from tracker.commands.sent import capped, delivery_json, say_sent
from tracker.commands.syntax.completion import complete_organization, complete_reference
from tracker.commands.syntax.lines import Writer, with_forms
from tracker.commands.syntax.options import AsOf, DryRun, Json, KnownAt
from tracker.commands.terminal.columns import Column
from tracker.commands.terminal.confirmation import agreed, is_answered
from tracker.commands.terminal.progress import progress
from tracker.commands.terminal.render import is_terminal, print_facts, print_json, print_table, say, tell_in_pages
from tracker.commands.this_cycle import say_of_settled, say_of_unsettled
from tracker.domain.plurals import plural
from tracker.errors import RefusedError, UsageError, WorldError

if TYPE_CHECKING:
    from tracker.mail.transport import Transport
    from tracker.services.reminders.composing import ComposeReport, Outlook
    from tracker.store.mails.ledger import LogLine

DIGEST_KEYS = ("recipient", "name", "cycle", "day", "organizations", "subject", "in_brief", "items", "mail", "file")
LEDGER_KEYS = (
    "composed_at",
    "recipient",
    "cycle",
    "organization",
    "ref",
    "reason",
    "post",
    "mail",
    "outcome",
    "answer",
)
BAND_KEYS = ("band", "when", "rung")
TURN_KEYS = ("cycle", "begins_at", "day", "reason", "also", "asked")

app = typer.Typer(no_args_is_help=True, help="Manage reminder digests: preview, send, log, ladder.")

Organizations = Annotated[
    list[str] | None,
    typer.Option(
        "--org", metavar="CODE", autocompletion=complete_organization, help="Only digests about these organizations."
    ),
]


@app.command()
@with_forms(*DIGEST_KEYS)
def preview(
    ctx: typer.Context,
    write: Writer | None,
    org: Organizations = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write all emails into one HTML page.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write the emails into this folder, as .eml files.")
    ] = None,
    show_all: Annotated[
        bool, typer.Option("--all", help="Print all emails as one HTML page, or write it to --html FILE.")
    ] = False,
) -> None:
    """Show the emails that `remind send` would send now, to the byte; nothing is queued.

    Those waiting in the outbox come last, whatever --org says: they would be delivered too.
    """
    desk: Desk = ctx.obj
    is_page = show_all or html is not None
    if show_all and html is None and write is not None:
        raise UsageError("The page and the rows cannot both go to stdout.", remedy="Give --html FILE for the page.")
    say_of_unset_address(desk.settings)
    found = list(would_go_out(desk, org or ()))
    if is_page:
        write_page(found, html)
    mails = [mail.as_json() | {"file": None if out is None else str(write_mail(mail, out))} for mail in found]
    if out is None and write is None and not is_page:
        tell_in_pages(map(previewed, found))
    if write is not None:
        write(mails)
    elif not mails:
        _explain_nothing(desk, org)
    elif out is not None or not is_page:
        say(f"{counted(mails)}{f' written into {out}' if out else ''}; send with: tracker remind send.")


def _explain_nothing(desk: Desk, org: list[str] | None) -> None:
    from tracker.services.reminders.composing import outlook

    composed = outlook(desk.register, desk.settings, now=desk.now, organizations=org or ()).composed
    say(
        "No further reminder is due in this cycle (see: tracker remind log)."
        if composed
        else "No reminder is due at present."
    )
    say_of_settled(composed)
    say_of_unsettled(composed)


@app.command()
def send(
    ctx: typer.Context,
    org: Organizations = None,
    yes: Annotated[bool, typer.Option("--yes", help="Send the first digests of a new or restored register.")] = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Compose the digests that are due, queue them, and deliver what waits in the outbox."""
    from tracker.commands.foreground import has_ended
    from tracker.mail.configured import open_transport
    from tracker.services.reminders.composing import compose_due, outlook
    from tracker.services.reminders.delivery import left_behind, take_back

    desk: Desk = ctx.obj
    if not dry_run:
        take_back(desk.register, has_ended)
    due = outlook(desk.register, desk.settings, now=desk.now, organizations=org or ())
    transport = open_transport(desk.settings)  # a mistake in the settings is told before anything is composed
    say_of_unset_address(desk.settings)
    if dry_run:
        _show_dry_run(due, transport.describe(), as_json=as_json)
        if left := left_behind(desk.register, has_ended):
            say(f"{plural(left, 'email')} that a program had taken up when it ended would be sent too.")
        return
    confirmed = yes or not due.needs_yes or _ask(due, as_json=as_json)
    desk.stays = MAILS_STAY
    with progress("Checking") as on_step:
        composed = compose_due(
            desk.register, desk.settings, now=desk.now, organizations=org or (), confirmed=confirmed, on_step=on_step
        )
    _deliver(desk, composed, due, transport, as_json=as_json)


def _show_dry_run(due: Outlook, where: str, *, as_json: bool) -> None:
    waiting = due.waiting
    if as_json:
        names = ("digests", "follow_ups", "is_first", "is_unsure", "is_capped")
        counts = {name: len(getattr(waiting, name)) for name in ("sent", "replaced", "left", "paused", "given_up")}
        print_json(
            {name: getattr(due, name) for name in names} | {"items": due.lines, "waiting": counts, "dry_run": True}
        )
    also = f", and {waiting_words(len(waiting.sent))}," if waiting.sent else ""
    say(
        f"{plural(due.digests, 'digest')} asking about {plural(due.follow_ups, 'follow-up')}{also} would be sent "
        f"({where}); nothing was queued."
    )
    if due.is_capped:
        say(capped(due))
    say_of_waiting(waiting)
    say_of_unsettled(due.composed)


def _ask(due: Outlook, *, as_json: bool) -> bool:
    """Ask a person for the yes to the first digests, of a register or since a restore; a program has to say --yes."""
    first = (
        "These are the first reminders of this register"
        if due.is_first
        else "This register was restored from a backup, and these may have been sent since it was made"
    )
    question = f"{first}: {plural(due.digests, 'digest')} asking about {plural(due.follow_ups, 'follow-up')}."
    if as_json or not is_answered():
        raise RefusedError(
            f"{question} Nothing was sent.",
            remedy="Check them with: tracker remind preview; then confirm with: tracker remind send --yes.",
        )
    if not agreed(f"{question} Send them?", what="the first sending", remedy="Give --yes."):
        raise RefusedError("nothing was sent.", remedy="Check them with: tracker remind preview.")
    return True


_FINISHING = "\nStopping after the email under way; Ctrl-C again stops at once.\n"


def _deliver(desk: Desk, composed: ComposeReport, due: Outlook, transport: Transport, *, as_json: bool) -> None:
    from tracker import clock
    from tracker.commands.foreground import stopping_on_signals, this_process
    from tracker.services.reminders.composing import composed_of
    from tracker.services.reminders.delivery import deliver
    from tracker.services.reminders.terms import terms_of

    with progress("Sending") as on_step, stopping_on_signals(_FINISHING) as stop:
        report = deliver(
            desk.register,
            transport,
            clock=clock.now,
            owner=this_process(),
            terms=terms_of(desk.register, desk.settings, clock.now()),
            go_on=lambda: not stop.is_set(),
            on_step=on_step,
        )
    if as_json:
        print_json(composed.as_json() | delivery_json(report) | {"transport": transport.describe()})
    for problem in composed.problems:
        say(problem)
    say_sent(composed, report, due, transport.describe())
    told = {answer.id for answer in report.answers}
    say_of_unsettled(composed_of(desk.register, desk.settings, due.cycles, now=clock.now()).without(told))
    if report.trouble is not None:
        raise report.trouble
    if stop.is_set() and report.remaining:
        say("Stopped; send what waits with: tracker remind send.")
        raise typer.Exit(STOPPED)
    lost = report.failed + report.uncertain
    if lost:
        raise WorldError(
            f"{plural(lost, 'email')} failed or uncertain.",
            remedy="Settle each with: tracker outbox retry ID, or drop.",
        )


@app.command()
@with_forms(*LEDGER_KEYS)
def log(
    ctx: typer.Context,
    write: Writer | None,
    org: Organizations = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only the newest N lines.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """Show who was reminded of what, when and why, and what became of the email.

    With --as-of or --known-at: the digests composed by then, and what had become of each.
    """
    from tracker.services.reminders.composing import read_log

    desk: Desk = ctx.obj
    found = read_log(desk.register, org or (), limit=limit, until=desk.at(as_of, known_at).until)
    if write is not None:
        write([line.as_json() for line in found])
        return
    _print_log(found)
    say(f"{plural(len(found), 'line')} in {plural(len({line.mail for line in found}), 'digest')}.")


def _print_log(found: Iterable[LogLine]) -> None:
    """Who was reminded is never left out: on a terminal it stands last, where it has a line of its own if need be."""
    rows = [
        (
            f"{line.composed_at:%Y-%m-%d}",
            line.cycle,
            line.organization,
            line.ref,
            line.reason,
            line.recipient,
            line.post,
            line.outcome.value,
        )
        for line in found
    ]
    titles = ("when", "cycle", "org", "ref", "why", "recipient", "as", "outcome")
    if not is_terminal():
        print_table([Column(title) for title in titles], rows)
        return
    columns = [
        *(
            Column(title, breaks=title in ("org", "ref", "why"))
            for title in ("when", "cycle", "org", "ref", "why", "outcome")
        ),
        Column("recipient, and as what", flexible=True, wrap=True, beneath=True),
    ]
    print_table(columns, [(*row[:5], row[7], f"{row[5]}, {row[6]}") for row in rows])


@app.command()
@with_forms(*TURN_KEYS)
def ladder(
    ctx: typer.Context,
    write: Writer | None,
    ref: Annotated[
        str | None,
        typer.Argument(metavar="[REF]", autocompletion=complete_reference, help="A recommendation, as in A/72/809/R3."),
    ] = None,
    organization: Annotated[
        str | None,
        typer.Argument(
            metavar="[ORG]", autocompletion=complete_organization, help="The organization; needed with REF."
        ),
    ] = None,
    org: Annotated[
        str | None,
        typer.Option(
            "--org", metavar="CODE", autocompletion=complete_organization, help="Show the policy for this organization."
        ),
    ] = None,
) -> None:
    """Show the reminder policy; for a given REF and ORG, what would be sent, and when, if nothing changes.

    With --csv and --template there is a row for each reason to remind; with REF and ORG, for each cycle.
    """
    from tracker.services.reminders.composing import foresee
    from tracker.services.reminders.terms import policies_of

    desk: Desk = ctx.obj
    if ref is None:
        policies = policies_of(desk.settings)
        _print_policy(policies.office if org is None else policies.of(org), write)
        return
    if organization is None:
        raise UsageError("with REF, an organization is needed.", remedy="Write: tracker remind ladder REF ORG.")
    item, turns = foresee(desk.register, desk.settings, ref, organization, now=desk.now)
    _print_turns(turns, write)
    if item.is_unasked(desk.today):
        say(f"{item.name}: {item.organization} left on {item.left_on}; it stays open, and nobody is asked.")
    else:
        say(f"{item.name}: what would be asked in the cycles to come, if nothing changes.")


def _print_policy(policy: Any, write: Writer | None) -> None:
    from tracker.domain.reminders.describing import band_rows, policy_facts

    if write is not None:
        bands = [dict(zip(BAND_KEYS, row, strict=True)) for row in band_rows(policy)]
        write(bands, whole=dict(policy_facts(policy)) | {"bands": bands}, columns=BAND_KEYS)
        return
    print_facts([(name.replace("_", " "), value) for name, value in policy_facts(policy)])
    print()
    print_table(
        [Column("band"), Column("applies when", flexible=True, wrap=True), Column("goes up to")], band_rows(policy)
    )


def _print_turns(turns: Iterable[Any], write: Writer | None) -> None:
    from tracker.domain.reminders.describing import turn_json

    rows = [turn_json(turn) for turn in turns]
    if write is not None:
        write(rows)
        return
    print_table(
        [Column("cycle"), Column("from"), Column("why"), Column("asked", flexible=True, wrap=True)],
        [
            (
                row["cycle"],
                row["begins_at"].replace("T", " ")[:16] + "Z",
                row["reason"] or "–",
                ", ".join(f"{share['email']} ({share['post']})" for share in row["asked"]) or "nobody",
            )
            for row in rows
        ],
    )
