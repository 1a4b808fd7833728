"""`tracker import`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.commands.context import Desk
from tracker.commands.syntax.completion import complete_organization, complete_report
from tracker.commands.syntax.options import DryRun, Json, choice_option
from tracker.commands.terminal.columns import Column
from tracker.commands.terminal.progress import progress
from tracker.commands.terminal.render import print_json_of_files, print_table, say
from tracker.domain.plurals import plural
from tracker.errors import UsageError

if TYPE_CHECKING:
    from tracker.ingest.notes.reading import NoteRecommendation
    from tracker.services.documents.intake import ImportReport, NoteOptions


class Kind(Enum):
    """What files may be."""

    NOTE = "note"
    REGISTER = "register"
    ANSWERS = "answers"
    RETURN = "return"
    EXPORT = "export"


class Outcome(Enum):
    """What becomes of a register's rows."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    MISSING = "missing"


_OPTIONS: dict[str, tuple[str, tuple[Kind, ...]]] = {
    "org": ("--org", (Kind.NOTE, Kind.REGISTER, Kind.ANSWERS, Kind.RETURN)),
    "symbol": ("--symbol", (Kind.NOTE,)),
    "report": ("--report", (Kind.NOTE, Kind.ANSWERS)),
    "also": ("--also", (Kind.NOTE,)),
    "mapping": ("--mapping", (Kind.REGISTER,)),
    "guess": ("--guess", (Kind.REGISTER,)),
    "listed": ("--list", (Kind.REGISTER,)),
    "keep_going": ("--keep-going", (Kind.REGISTER, Kind.RETURN)),
}
"""Option → how it is written, and for what kinds of files it means anything."""


def import_documents(
    ctx: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="Notes (.txt, .docx, .pdf) or registers (.csv, .tsv, .xlsx, .ods)."),
    ],
    kind: Annotated[Any, choice_option(Kind, "--as", help="What the files are")] = "note",
    org: Annotated[
        list[str] | None,
        typer.Option(
            "--org", metavar="CODE", autocompletion=complete_organization, help="Only for these organizations."
        ),
    ] = None,
    symbol: Annotated[
        str | None, typer.Option(help="The note's own symbol, if the file name does not give it.")
    ] = None,
    report: Annotated[
        str | None,
        typer.Option(autocompletion=complete_report, help="The symbol of the report, if the note does not give it."),
    ] = None,
    also: Annotated[list[str] | None, typer.Option(metavar="SYMBOL", help="Further symbols of the report.")] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="For a register: its mapping, which says what each column holds (TOML)."),
    ] = None,
    guess: Annotated[bool, typer.Option("--guess", help="For a register: propose a mapping; change nothing.")] = False,
    listed: Annotated[
        Any, choice_option(Outcome, "--list", help="For a register: also list the follow-ups that are")
    ] = None,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Write the other rows of a register or return if some are refused.")
    ] = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Import notes: the report, its recommendations, and a follow-up for every registered organization.

    A report of the Joint Inspection Unit is read as well; where it has an annex of actions, only the organizations
    named there are asked. Importing the same document again changes nothing. What it leaves open is listed as a
    problem.
    With --as register, read another body's register by a mapping; with --as answers, one organization's numbered
    answers to the recommendations of --report; with --as return, the spreadsheet that an organization filled in;
    with --as export (or a .json file), a whole register into an empty one.
    """
    if files[0].suffix == ".json":
        kind = Kind.EXPORT
    _check_options(kind, ctx.params)
    if kind is Kind.REGISTER:
        from tracker.commands.registers import import_registers

        import_registers(
            ctx.obj, files, mapping, org=org or [], guess=guess, keep_going=keep_going, dry_run=dry_run,
            as_json=as_json, listed=listed.value if listed else None,
        )  # fmt: skip
        return
    if kind is Kind.ANSWERS:
        from tracker.commands.answers import import_answer_files

        import_answer_files(ctx.obj, files, org or [], report, dry_run=dry_run, as_json=as_json)
        return
    if kind is Kind.RETURN:
        from tracker.commands.returns import read_files

        read_files(ctx.obj, files, org or [], keep_going=keep_going, dry_run=dry_run, as_json=as_json)
        return
    if kind is Kind.EXPORT:
        from tracker.commands.export import import_exports

        import_exports(ctx.obj, files, dry_run=dry_run, as_json=as_json)
        return
    from tracker.services.documents.intake import NoteOptions

    _check_call(files, symbol, report, also)
    options = NoteOptions(tuple(org or ()), symbol, report, tuple(also or ()))
    _import_notes(ctx.obj, files, options, dry_run=dry_run, as_json=as_json)


def _check_options(kind: Kind, given: Mapping[str, Any]) -> None:
    """An option that means nothing for such files is not passed over in silence: the files may be others."""
    for name, (option, kinds) in _OPTIONS.items():
        if given[name] and kind not in kinds:
            others = " or ".join(f"--as {each.value}" for each in kinds)
            raise UsageError(f"{option} cannot be used with --as {kind.value}.", remedy=f"It goes with {others}.")


def _import_notes(desk: Desk, files: list[Path], options: NoteOptions, *, dry_run: bool, as_json: bool) -> None:
    from tracker.services.documents.intake import import_notes

    reports: list[ImportReport] = []
    try:
        with progress("Reading") as on_step:
            for report in import_notes(
                desk.register, files, options, desk.who,
                dry_run=dry_run, limits=desk.settings.limits, on_step=on_step,
            ):  # fmt: skip
                reports.append(report)
                desk.is_in_part = desk.register.has_written
    finally:  # what was written before a note that is refused is said all the same
        _show(reports, dry_run=dry_run, as_json=as_json, files=len(files))


def _show(reports: list[ImportReport], *, dry_run: bool, as_json: bool, files: int) -> None:
    if as_json:
        print_json_of_files([item.as_json() for item in reports], files)
        return
    for item in reports:
        _print_report(item, dry_run=dry_run)


def _check_call(files: list[Path], symbol: str | None, report: str | None, also: list[str] | None) -> None:
    if len(files) > 1 and (symbol or report or also):
        raise typer.BadParameter(
            "these name one document; import it by itself.", param_hint="--symbol, --report, --also"
        )


def _of_note(said: NoteRecommendation) -> tuple[str, ...]:
    stance = said.stance.value if said.stance else ""
    return stance, ", ".join(str(paragraph.number) for paragraph in said.paragraphs)


_ABOUT: dict[str, tuple[tuple[str, ...], Callable[[NoteRecommendation], tuple[str, ...]]]] = {
    "note": (("stance", "paragraphs"), _of_note),
    "report": (("impact",), lambda said: (said.impact or "",)),
}
"""Kind of document → the columns that it has beside number, addressee and text."""


def _print_report(item: ImportReport, *, dry_run: bool) -> None:
    say(f"{item.report}: {item.title}")
    names, cells = _ABOUT[item.kind.value]
    print_table(
        [Column("rec."), Column("addressee"), *map(Column, names), Column("text", flexible=True)],
        [
            (each.number, each.addressee.value if each.addressee else "undecided", *cells(each), each.text)
            for each in item.recommendations
        ],
    )
    for problem in item.problems:
        say(str(problem))
    done = "Would create" if dry_run else "Created"
    say(
        f"{done} {plural(item.created, 'follow-up')}; {item.updated:,} updated, {item.unchanged:,} unchanged"
        f"{f', {item.withdrawn} withdrawn' if item.withdrawn else ''}"
        f"{', nothing was written' if dry_run else ''}."
    )
