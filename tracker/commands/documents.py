"""`tracker document`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tracker.commands.context import Desk
from tracker.commands.syntax.completion import complete_report
from tracker.commands.syntax.lines import Writer, with_forms
from tracker.commands.syntax.options import AsOf, Json, KnownAt, Reference, choice_option, parsed
from tracker.commands.terminal.columns import Column
from tracker.commands.terminal.render import print_json, print_table, say
from tracker.domain.impacts import parse_impact
from tracker.domain.periods import parse_day
from tracker.domain.plurals import plural
from tracker.domain.vocabulary import Addressee, Stance

REPORT_KEYS = ("report", "title", "issued_on", "asks_verification", "symbols")

app = typer.Typer(no_args_is_help=True, help="Manage documents: list, edit, set what they left open.")


@app.command("list")
@with_forms(*REPORT_KEYS)
def list_documents(ctx: typer.Context, write: Writer | None, as_of: AsOf = None, known_at: KnownAt = None) -> None:
    """List the documents with all their symbols; with --as-of, those that were followed up on that day."""
    from tracker.services.documents.completing import list_reports, report_json

    desk: Desk = ctx.obj
    found = list_reports(desk.register, desk.at(as_of, known_at))
    if write is not None:
        write([report_json(report) for report in found])
        return
    print_table(
        [
            Column("symbol"),
            Column("issued"),
            Column("verification"),
            Column("title", flexible=True, wrap=True),
            Column("also", flexible=True, wrap=True),
        ],
        [
            (
                report.symbol,
                str(report.issued_on or ""),
                "asked for" if report.asks_verification else "",
                report.title,
                ", ".join(item.symbol for item in report.symbols[1:]),
            )
            for report in found
        ],
    )
    say(plural(len(found), "document") + ".")


@app.command()
def edit(
    ctx: typer.Context,
    symbol: Annotated[
        str, typer.Argument(metavar="SYMBOL", autocompletion=complete_report, help="Any of its symbols.")
    ],
    title: Annotated[str | None, typer.Option(help="The title.")] = None,
    issued_on: Annotated[
        Any, typer.Option("--issued", parser=parsed(parse_day), metavar="DATE", help="The day of issue.")
    ] = None,
    asks_verification: Annotated[
        bool | None,
        typer.Option(
            "--verification/--no-verification",
            help="Whether an implemented recommendation is settled only once it is verified.",
        ),
    ] = None,
    also: Annotated[list[str] | None, typer.Option(metavar="SYMBOL", help="A further symbol.")] = None,
    as_json: Json = False,
) -> None:
    """Change what is known of a document."""
    from tracker.services.documents.completing import ReportChange, change_report, report_json

    desk: Desk = ctx.obj
    change = ReportChange(title, issued_on, asks_verification, tuple(also or ()))
    report = change_report(desk.register, symbol, change, desk.who)
    if as_json:
        print_json(report_json(report))
        return
    asked = "verification is required" if report.asks_verification else "verification is not required"
    symbols = ", ".join(item.symbol for item in report.symbols)
    say(f"{symbols}: {report.title}, {report.issued_on or 'no date'}, {asked}.")


@app.command("set")
def set_recommendation(
    ctx: typer.Context,
    reference: Reference,
    addressee: Annotated[Any, choice_option(Addressee, "--addressee", help="The addressee")] = None,
    impact: Annotated[
        Any,
        typer.Option(
            "--impact",
            parser=parsed(parse_impact),
            metavar="LETTER",
            help="Its impact: a/a-i, a,f/a-i; or letters alone.",
        ),
    ] = None,
    stance: Annotated[Any, choice_option(Stance, "--stance", help="The organizations' collective position")] = None,
    as_json: Json = False,
) -> None:
    """Set what the document left open about a recommendation: its addressee, its impact, the stance on it."""
    from tracker.services.documents.completing import change_recommendation

    desk: Desk = ctx.obj
    changed = change_recommendation(
        desk.register, reference, desk.who, addressee=addressee, impact=impact, stance=stance
    )
    word = changed.addressee.value if changed.addressee else None
    said = changed.stance.value if changed.stance else None
    if as_json:
        print_json({"ref": changed.ref, "addressee": word, "impact": changed.impact, "stance": said})
        return
    words = (word or "undecided", changed.impact and f"impact {changed.impact}", said and f"stance {said}")
    say(f"{changed.ref}: {', '.join(filter(None, words))}.")
