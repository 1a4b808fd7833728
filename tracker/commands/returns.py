"""`tracker return`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.commands.context import Desk
from tracker.commands.fetched import print_fetched
from tracker.commands.office import say_of_unset_address
from tracker.commands.received import Number, show
from tracker.commands.return_rows import changed, print_report, refused
from tracker.commands.syntax.completion import complete_organization
from tracker.commands.syntax.lines import Writer, with_forms
from tracker.commands.syntax.options import AsOf, DryRun, Json, KnownAt, parsed
from tracker.commands.terminal.columns import Column
from tracker.commands.terminal.confirmation import agreed
from tracker.commands.terminal.progress import progress
from tracker.commands.terminal.render import print_json, print_json_of_files, print_table, say
from tracker.domain.periods import parse_day
from tracker.domain.plurals import plural
from tracker.domain.received import ReturnState
from tracker.errors import PartlyDoneError, RefusedError, UsageError
from tracker.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tracker.domain.received import Received
    from tracker.services.returns.files import Source
    from tracker.services.returns.outcomes import ReturnReport

RETURN_KEYS = (
    "id",
    "name",
    "sha256",
    "size",
    "received_at",
    "state",
    "why",
    "organization",
    "sender",
    "subject",
    "batch",
    "has_words",
)

app = typer.Typer(
    no_args_is_help=True,
    help="Manage returns, the spreadsheets with answers: make, fetch, list, show, read, release, drop.",
)

KeepGoing = Annotated[bool, typer.Option("--keep-going", help="Write what can be written; list what is refused.")]
Org = Annotated[
    str | None,
    typer.Option(
        "--org",
        metavar="CODE",
        autocompletion=complete_organization,
        help="Refuse the return of any other organization.",
    ),
]


@app.command()
def make(
    ctx: typer.Context,
    organization: Annotated[
        str, typer.Argument(metavar="ORG", autocompletion=complete_organization, help="The organization's code.")
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write (default: return-ORG-DATE.xlsx).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the spreadsheet that an organization fills in: one row for each of its open follow-ups.

    It replaces an earlier one in which nothing was filled in, but never any other file.
    """
    from tracker.services.returns.files import check_replaceable, file_name
    from tracker.services.returns.making import make as made

    desk: Desk = ctx.obj
    office = desk.settings.office
    content = made(desk.register, organization, office=office.name, reply_to=office.answers_to, today=desk.today)
    target = out or Path(file_name(organization, desk.today))
    check_replaceable(target, desk.settings.limits)
    write_whole(target, [content])
    say_of_unset_address(desk.settings)
    if as_json:
        print_json({"file": str(target), "bytes": len(content)})
        return
    say(f"Wrote {target}.")


@app.command()
def read(
    ctx: typer.Context,
    file: Annotated[
        str, typer.Argument(metavar="FILE|NUMBER", help="A return that came back, or its number in `return list`.")
    ],
    org: Org = None,
    on: Annotated[
        Any,
        typer.Option(
            "--on",
            parser=parsed(parse_day),
            metavar="DATE",
            help="The day on which it was so, for rows without a date of their own (default: today).",
        ),
    ] = None,
    keep_going: KeepGoing = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before writing.")] = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Read a return: show what each row would change, ask, and write it as one batch.

    A file that is read again writes only the rows that are still to be written: none twice. If a row is refused,
    nothing is written, unless --keep-going is given or you agree to leave such rows out. A row without a date in
    the column “Since” is dated today; if the return refers to a quarter that has ended, give the last day of that
    quarter with --on.
    """
    desk: Desk = ctx.obj
    source = _source(desk, file)
    report = _read(desk, source, "Checking", organization=org, on=on, keep_going=True, dry_run=True)
    if not as_json:
        print_report(report)
    if report.is_left and not dry_run and (yes or _is_agreed(report)):
        leaves = keep_going or not yes
        report = _read(desk, source, "Writing", organization=org, on=on, keep_going=leaves, dry_run=False)
        if report.is_written:
            _tell_written(report, as_json=as_json)
            return
    if as_json:
        print_json({"dry_run": dry_run, "written": False, **report.as_json()})
    if dry_run and keep_going and report.is_left:
        _tell_refused([report], dry_run=True)
    else:
        _tell_unwritten(report)


def _read(
    desk: Desk,
    source: Source,
    doing: str,
    *,
    organization: str | None,
    on: date | None = None,
    keep_going: bool,
    dry_run: bool,
) -> ReturnReport:
    from tracker.services.returns import reading

    with progress(doing) as on_step:
        return reading.read(
            desk.register,
            source,
            desk.who,
            evidence_store=desk.evidence_store,
            organization=organization,
            on=on,
            keep_going=keep_going,
            dry_run=dry_run,
            limits=desk.settings.limits,
            on_step=on_step,
        )


def read_files(
    desk: Desk, files: list[Path], organizations: list[str], *, keep_going: bool, dry_run: bool, as_json: bool
) -> None:
    """`tracker import FILE --as return`: as `return read --yes`, file by file."""
    from tracker.services.returns.files import from_file

    if len(organizations) > 1:
        raise UsageError("a return is of one organization.", remedy="Give --org once, or not at all.")
    organization = organizations[0] if organizations else None
    reports: list[ReturnReport] = []
    contents = []
    try:
        for file in files:
            desk.is_in_part = desk.register.has_written
            source = from_file(file, desk.settings.limits)
            doing = f"Reading {file.name}"
            report = _read(desk, source, doing, organization=organization, keep_going=keep_going, dry_run=dry_run)
            reports.append(report)
            contents.append({"dry_run": dry_run, "written": report.is_written, **report.as_json()})
            if not as_json:
                print_report(report)
            if not report.is_written and not (dry_run and keep_going and report.is_left):
                _tell_unwritten(report)
    finally:  # what was written before a file that is refused is said all the same
        if as_json:
            print_json_of_files(contents, len(files))
    _tell_refused(reports, dry_run=dry_run)


def _source(desk: Desk, file: str) -> Source:
    from tracker.services.returns.files import from_file
    from tracker.services.returns.received import from_queue

    if file.isdecimal() and int(file) < 2**31 and not Path(file).exists():
        return from_queue(desk.register, int(file), desk.evidence_store)
    return from_file(Path(file), desk.settings.limits)


def _is_agreed(report: ReturnReport) -> bool:
    """Ask before writing; where no row is written and none is lost, there is nothing to ask."""
    write = f"Write {plural(changed(report), 'row')}" if changed(report) else "Mark it as read"
    leave = f"leave {plural(refused(report), 'refused row')}" if refused(report) else ""
    if not changed(report) and not leave:
        return True
    question = f"{' and '.join(filter(None, (write, leave)))}?"
    if agreed(question, what="reading a return", remedy="Give --yes, or --dry-run."):
        return True
    say("Nothing was changed.")
    raise typer.Exit(1)


def _tell_written(report: ReturnReport, *, as_json: bool) -> None:
    if as_json:
        print_json({"dry_run": False, "written": True, **report.as_json()})
    written = f"Wrote {plural(changed(report), 'row')}; the file is"
    done = written if changed(report) else "No row was written; the file is marked as read, and"
    say(f"{done} kept with the evidence.")
    _tell_refused([report])


def _tell_refused(reports: Sequence[ReturnReport], *, dry_run: bool = False) -> None:
    """End with the exit status of what was refused, if anything was, while the rest is written."""
    done, without = sum(map(changed, reports)), sum(map(refused, reports))
    if without and dry_run:
        raise PartlyDoneError(f"{done:,} would be changed, {without:,} refused; nothing was written.")
    if without:
        raise PartlyDoneError(f"{done:,} done, {without:,} refused.")


def _tell_unwritten(report: ReturnReport) -> None:
    if refused(report):
        raise RefusedError(
            f"{plural(refused(report), 'row')} refused; nothing was changed.",
            where=report.name,
            remedy=f"{'Write the others with --keep-going, or send' if changed(report) else 'Send'} the file back.",
        )


@app.command("list")
@with_forms(*RETURN_KEYS)
def list_returns(
    ctx: typer.Context,
    write: Writer | None,
    state: Annotated[list[ReturnState] | None, typer.Option("--state", help="Only returns in this state.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """List the returns and letters that came in, by email or from files, and their state.

    With --as-of or --known-at: those that had come in by then, in the state that they had.
    """
    from tracker.services.returns.received import received

    desk: Desk = ctx.obj
    found = received(desk.register, state or (), until=desk.at(as_of, known_at).until)
    if write is not None:
        write([item.as_json() for item in found])
        return
    print_table(
        [
            Column("no.", right=True),
            Column("state"),
            Column("org"),
            Column("from"),
            Column("file"),
            Column("why", flexible=True, wrap=True),
        ],
        [
            (str(item.id), item.state.value, item.organization or "", item.sender or "", item.name, _why(item))
            for item in found
        ],
    )


def _why(item: Received) -> str:
    """The remark, and a sign where the mail says more than the file."""
    more = f"the email says more: return show {item.id}" if item.has_words else None
    return "; ".join(filter(None, (item.remark, more)))


app.command()(show)


@app.command()
def release(ctx: typer.Context, number: Number, as_json: Json = False) -> None:
    """Put a held or dropped return into the queue, after you have checked it; then: return read NUMBER."""
    _settle(ctx.obj, number, ReturnState.QUEUED, None, as_json=as_json)


@app.command()
def drop(
    ctx: typer.Context,
    number: Number,
    note: Annotated[str, typer.Option("--note", help="Why it is not read.")],
    as_json: Json = False,
) -> None:
    """Set a return aside without reading it; its file is kept with the evidence."""
    _settle(ctx.obj, number, ReturnState.DROPPED, note, as_json=as_json)


def _settle(desk: Desk, number: int, state: ReturnState, why: str | None, *, as_json: bool) -> None:
    from tracker.services.returns.received import settle

    received = settle(desk.register, number, state, desk.who, why=why)
    if as_json:
        print_json(received.as_json())
        return
    say(f"Return {number} ({received.name}) is {received.state.value}.")


@app.command()
def fetch(
    ctx: typer.Context,
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="[SOURCE]",
            envvar="TRACKER_MAILBOX",
            help="A folder of .eml files, or a mailbox: imaps://USER@HOST/FOLDER (default: [mailbox] of tracker.toml).",
        ),
    ] = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Search a mailbox for returns, and queue those that officers sent back. No status is changed, no email is marked.

    The password of an IMAP mailbox comes from TRACKER_MAILBOX_PASSWORD, from the file that
    TRACKER_MAILBOX_PASSWORD_FILE names, or from [mailbox] of tracker.toml.
    """
    from tracker.services.returns.mailbox import fetch as run
    from tracker.services.returns.mailbox import mailbox_of, password_of

    desk: Desk = ctx.obj
    settings = desk.settings
    office, mail = settings.office, settings.mail
    mailbox = mailbox_of(settings, source)
    with progress("Looking at emails") as on_step:
        report = run(
            desk.register,
            mailbox,
            desk.who,
            evidence_store=desk.evidence_store,
            password=_password_said() or password_of(settings, mailbox),
            limits=settings.limits,
            own_addresses=[address for address in (office.email, office.reply_to, mail.sender) if address],
            dry_run=dry_run,
            on_step=on_step,
        )
    if as_json:
        print_json({"dry_run": dry_run, **report.as_json()})
        return
    print_fetched(report)


def _password_said() -> str | None:
    """The password that the environment gives. Raises WorldError where it names a file that cannot be read."""
    from tracker.config import read_secret

    named = os.environ.get("TRACKER_MAILBOX_PASSWORD_FILE")
    if named:
        return read_secret(Path(named).expanduser(), "Check TRACKER_MAILBOX_PASSWORD_FILE.")
    return os.environ.get("TRACKER_MAILBOX_PASSWORD")
