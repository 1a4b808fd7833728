"""`tracker report`: the quarterly status report, and what was published of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.commands.context import Desk
from tracker.commands.syntax.completion import (
    complete_edition,
    complete_list,
    complete_organization,
    complete_quarter,
    complete_report,
)
from tracker.commands.syntax.lines import Writer, with_forms
from tracker.commands.syntax.options import AsOf, Json, KnownAt, parsed, with_filters
from tracker.commands.terminal.columns import Column
from tracker.commands.terminal.progress import progress
from tracker.commands.terminal.render import print_json, print_table, say
from tracker.domain.filters import Filters
from tracker.domain.periods import Quarter, parse_quarter
from tracker.domain.plurals import plural
from tracker.domain.references import suggest
from tracker.domain.rows import instant
from tracker.errors import BadDataError, RefusedError, UsageError

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.services.reports.reporting import Request

EDITION_KEYS = (
    "edition",
    "scope",
    "quarter",
    "number",
    "as_of",
    "known_at",
    "published_at",
    "published_by",
    "sha256",
)

app = typer.Typer(help="Write reports, and check those that were published.", no_args_is_help=True)

Wanted = Annotated[
    Any,
    typer.Argument(
        metavar="[QUARTER]",
        parser=parsed(parse_quarter),
        autocompletion=complete_quarter,
        help="The quarter, as in 2026Q3 (default: the last completed one).",
    ),
]


def _formats(*known: str) -> Any:
    def read(text: str) -> list[str]:
        names = [name.strip().lower() for name in text.split(",") if name.strip()]
        if not names:
            raise BadDataError("--format is empty.", remedy="Write as in --format html,docx.")
        for name in names:
            if name not in known:
                otherwise = f"Use one of {', '.join(known)}."
                raise BadDataError(f"“{name}” is not a format of this.", remedy=suggest(name, known, otherwise))
        return names

    return typer.Option(
        "--format",
        metavar="LIST",
        parser=parsed(read),
        autocompletion=complete_list(*known),
        help=f"Formats to write, separated by commas: {', '.join(known)}.",
    )


PAPERS = ("html", "docx", "pdf", "xlsx", "md")
"""The formats of a document; `services.reports.reporting.PAPERS` are the same, and cost all that draws them."""

Formats = Annotated[Any, _formats(*PAPERS, "json")]
PaperFormats = Annotated[Any, _formats(*PAPERS)]


def _folder(out: Path) -> Path:
    """A name that ends like one of the files is one, for whoever types it: a folder of that name would puzzle them."""
    if out.suffix.lower().removeprefix(".") in (*PAPERS, "json") and not out.is_dir():
        raise UsageError(
            f"--out names a folder, and {out} reads like a file.",
            remedy="Give a folder; each file in it is named by what it is about.",
        )
    return out


Year = Annotated[int | None, typer.Argument(metavar="[YEAR]", help="The year (default: the last one that is over).")]

Out = Annotated[
    Path,
    typer.Option("--out", metavar="DIR", file_okay=False, callback=_folder, help="The folder to write to."),
]


@app.callback()
def group() -> None:
    """Status reports: every figure from the journal, as of a day, as known at an instant."""


@app.command()
@with_filters
def quarterly(
    ctx: typer.Context,
    filters: Filters,
    quarter: Wanted = None,
    formats: Formats = "html,docx",
    out: Out = Path(),
    as_of: AsOf = None,
    known_at: KnownAt = None,
    publish: Annotated[bool, typer.Option("--publish", help="Publish it as the next edition of the quarter.")] = False,
    as_json: Json = False,
) -> None:
    """Write the status report of a quarter; with --json print its figures instead.

    With one --org it is about that organization. With any other filter it is about a selection, and says so.
    """
    from tracker.services.reports.reporting import compute, write_quarterly

    desk: Desk = ctx.obj
    request = _selected(_request(desk, quarter, as_of, known_at), filters)
    if publish:
        _publish(desk, request, formats, out, as_json=as_json)
        return
    if as_json:
        print_json(compute(desk.register, request).as_json())
        return
    with progress("Writing", f"the report of {request.quarter}") as on_step:
        written = write_quarterly(desk.register, request, formats, out, on_step)
    _print_places(written.paths)
    say(f"Status of {request.quarter}, as known at {instant(written.known_at)}.")
    _say_what_is_later(desk, request)


def _say_what_is_later(desk: Desk, request: Request) -> None:
    """So that answers which came in after the quarter and speak of it are not left out for the day they were given."""
    from tracker.domain.figures.material import usual_day
    from tracker.services.reports.reporting import moved_after

    day = request.as_of or usual_day(request.quarter, request.today)
    moved = moved_after(desk.register, request)
    if not moved:
        say(f"Nothing dated after {day} is included.")
        return
    say(f"Nothing dated after {day} is included: {plural(moved, 'follow-up')} moved since.")
    say(f"To date an answer on the day that it speaks of, log it with --on, as in: --on {day}.")


def _print_places(paths: Sequence[Path]) -> None:
    """Where the files are that were written: the answer of a command that writes some."""
    for path in paths:
        print(path)


def _selected(request: Request, filters: Filters) -> Request:
    """About one organization where one is named; what the filters say besides is a selection."""
    if len(filters.organizations) != 1:
        return replace(request, selection=filters)
    return replace(request, organization=filters.organizations[0], selection=replace(filters, organizations=()))


def _publish(desk: Desk, request: Request, formats: list[str], out: Path, *, as_json: bool) -> None:
    from tracker.services.reports.editions import edition_json, publish

    if request.known_at is not None:
        raise UsageError("an edition is published as known now.", remedy="Leave --known-at out.")
    with progress("Writing", f"the report of {request.quarter}") as on_step:
        edition, paths = publish(desk.register, request, formats, out, desk.who, on_step)
    if as_json:
        print_json({**edition_json(edition), "files": [str(path) for path in paths]})
        return
    _print_places(paths)
    say(f"Published as edition {edition.name}. Checksum of its figures: {edition.sha256}")
    _say_what_is_later(desk, request)


@app.command("list")
@with_forms(*EDITION_KEYS)
def list_(ctx: typer.Context, write: Writer | None, as_of: AsOf = None, known_at: KnownAt = None) -> None:
    """List what was published; with --as-of or --known-at, what had been published by then."""
    from tracker.services.reports.editions import edition_json, list_editions

    desk: Desk = ctx.obj
    editions = list_editions(desk.register, desk.at(as_of, known_at).until)
    if write is not None:
        write([edition_json(edition) for edition in editions])
        return
    columns = [Column(title) for title in ("edition", "as of", "known at", "published by")]
    print_table(
        [*columns, Column("sha256", flexible=True)],
        [
            (item.name, item.as_of.isoformat(), f"{item.known_at:%Y-%m-%dT%H:%M:%SZ}", item.published_by, item.sha256)
            for item in editions
        ],
    )
    if not editions and (as_of or known_at):
        say("Nothing had been published by then.")
    elif not editions:
        say("Nothing has been published yet. Publish with: tracker report quarterly --publish.")


@app.command()
@with_forms(*EDITION_KEYS, "holds", "problems")
def verify(
    ctx: typer.Context,
    write: Writer | None,
    edition: Annotated[
        str | None,
        typer.Argument(
            metavar="[EDITION]", autocompletion=complete_edition, help="The edition, as in 2026Q3/1 (default: all)."
        ),
    ] = None,
) -> None:
    """Compute published figures again from the journal, and compare the checksums."""
    from tracker.services.reports.editions import verify as check

    desk: Desk = ctx.obj
    verdicts = check(desk.register, edition)
    if write is not None:
        write([verdict.as_json() for verdict in verdicts])
    else:
        for verdict in verdicts:
            print(f"{verdict.edition.name}\t{'holds' if not verdict.problems else '; '.join(verdict.problems)}")
    broken = [verdict.edition.name for verdict in verdicts if verdict.problems]
    if broken:
        raise RefusedError(
            f"{', '.join(broken)} would no longer come out as published.", remedy="See: tracker audit verify."
        )
    say(f"{plural(len(verdicts), 'edition')} computed again: all hold.")


@app.command()
def files(
    ctx: typer.Context,
    edition: Annotated[
        str,
        typer.Argument(
            metavar="EDITION",
            autocompletion=complete_edition,
            help="The edition, as in 2026Q3/1; see: tracker report list.",
        ),
    ],
    out: Out = Path(),
) -> None:
    """Write the files of an edition as they were published, to the byte."""
    from tracker.services.reports.editions import write_files

    desk: Desk = ctx.obj
    _print_places(write_files(desk.register, edition, out))


@app.command()
def note(
    ctx: typer.Context,
    symbol: Annotated[
        str, typer.Argument(metavar="SYMBOL", autocompletion=complete_report, help="The report, by any of its symbols.")
    ],
    out: Out = Path(),
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """Write the consolidated note of comments on a report, from the organizations' positions."""
    from tracker.services.reports.papers import write_note

    desk: Desk = ctx.obj
    request = _request(desk, None, as_of, known_at)
    with progress("Writing") as on_step:
        paths = write_note(desk.register, symbol, request, out, on_step)
    _print_places(paths)


@app.command()
def scorecard(
    ctx: typer.Context,
    org: Annotated[
        str, typer.Argument(metavar="ORG", autocompletion=complete_organization, help="The organization's code.")
    ],
    year: Year = None,
    formats: PaperFormats = "html,docx",
    out: Out = Path(),
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """Write an executive head's scorecard for a year, beside the median of all organizations."""
    from tracker.services.reports.papers import write_scorecard

    desk: Desk = ctx.obj
    request, wanted = _request(desk, None, as_of, known_at), _year(desk, year)
    with progress("Writing") as on_step:
        paths = write_scorecard(desk.register, org, wanted, request, formats, out, on_step)
    _print_places(paths)


@app.command()
def annual(
    ctx: typer.Context,
    year: Year = None,
    since: Annotated[
        int | None, typer.Option(help="Reports issued from this year on (default: only those of YEAR).")
    ] = None,
    formats: PaperFormats = "html,docx",
    out: Out = Path(),
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """Write the annual tables of acceptance and implementation: by organization, year of issue and report."""
    from tracker.services.reports.papers import write_annual

    desk: Desk = ctx.obj
    request, wanted = _request(desk, None, as_of, known_at), _year(desk, year)
    with progress("Writing") as on_step:
        paths = write_annual(desk.register, wanted, since, request, formats, out, on_step)
    _print_places(paths)


@app.command()
def site(
    ctx: typer.Context,
    out: Annotated[
        Path,
        typer.Option("--out", metavar="DIR", file_okay=False, callback=_folder, help="The folder of the pages."),
    ],
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """Write a dashboard of static pages, to be read from the folder without a server."""
    from tracker.services.reports.site import write_site

    desk: Desk = ctx.obj
    with progress("Writing") as on_step:
        number = write_site(desk.register, _request(desk, None, as_of, known_at), out.resolve(), on_step)
    print(out / "index.html")
    say(f"{plural(number, 'file')} written.")


def _year(desk: Desk, year: int | None) -> int:
    """The year that was given, else the last that is over."""
    return year or desk.today.year - 1


def _own_templates(settings: Settings) -> Path | None:
    """The office's templates: `templates` in [report], else the folder templates/report beside its configuration."""
    if settings.path is None:
        return None
    named = settings.report.get("templates")
    if named is None:
        beside = settings.path.parent / "templates" / "report"
        return beside if beside.is_dir() else None
    folder = settings.path.parent / named
    if not folder.is_dir():
        raise BadDataError(
            f"[report] templates: there is no folder {folder}.", where=str(settings.path), remedy="Correct that line."
        )
    return folder


def _request(desk: Desk, quarter: Quarter | None, as_of: Any, known_at: Any) -> Request:
    from tracker.services.reports.reporting import Request

    wanted = quarter or (Quarter.of(as_of) if as_of else Quarter.last_completed(desk.today))
    return Request(
        quarter=wanted,
        today=desk.today,
        now=desk.now,
        as_of=as_of,
        known_at=known_at,
        prepared_by=desk.actor,
        office=desk.settings.office.name,
        templates=_own_templates(desk.settings),
    )
