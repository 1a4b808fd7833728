"""`tracker import --as register`: one register by its mapping, or a mapping proposed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tracker.commands.context import Desk
from tracker.commands.terminal.progress import progress
from tracker.commands.terminal.render import print_json_of_files, say, tell
from tracker.domain.plurals import plural

if TYPE_CHECKING:
    from tracker.services.registers.intake import RegisterReport

_SHOWN = 40


def import_registers(
    desk: Desk,
    files: list[Path],
    mapping: Path | None,
    *,
    org: list[str],
    guess: bool,
    keep_going: bool,
    dry_run: bool,
    as_json: bool,
    listed: str | None,
) -> None:
    """Take registers in, or propose a mapping for the first. Exit status 1 where rows were refused, 3 in part."""
    if guess:
        if mapping is not None:
            raise typer.BadParameter("it proposes a mapping, and one is given.", param_hint="--guess")
        print(_guessed(desk, files), end="")
        return
    if mapping is None:
        raise typer.BadParameter("a register needs a mapping; --guess proposes one.", param_hint="--mapping")
    from tracker.services.registers.intake import import_register

    reports: list[RegisterReport] = []
    try:
        for path in files:
            desk.is_in_part = desk.register.has_written
            with progress("Importing", path.name) as on_step:
                report = import_register(
                    desk.register,
                    path,
                    mapping,
                    desk.who,
                    only=org,
                    keep_going=keep_going,
                    dry_run=dry_run,
                    limits=desk.settings.limits,
                    on_step=on_step,
                )
            reports.append(report)
    finally:  # what was written before a file that cannot be read is said all the same
        _show(reports, listed, dry_run=dry_run, as_json=as_json, files=len(files))
    if any(report.is_stopped for report in reports):
        raise typer.Exit(3 if desk.register.has_written else 1)
    if any(report.refused for report in reports):
        raise typer.Exit(3)


def _show(reports: list[RegisterReport], listed: str | None, *, dry_run: bool, as_json: bool, files: int) -> None:
    if as_json:
        print_json_of_files([report.as_json() for report in reports], files)
        return
    for report in reports:
        _print(report, listed, dry_run=dry_run)


def _guessed(desk: Desk, files: list[Path]) -> str:
    from tracker.ingest.registers.guessing import guess_mapping

    if len(files) != 1:
        raise typer.BadParameter("a mapping is proposed for one file at a time.", param_hint="--guess")
    return guess_mapping(files[0], desk.settings.limits)


def _print(report: RegisterReport, listed: str | None, *, dry_run: bool) -> None:
    if listed is not None:
        for item in report.outcome.lists()[listed]:
            tell(item if isinstance(item, str) else f"{item['follow_up']}: {', '.join(item['what'])}")
    for problem in report.problems[:_SHOWN]:
        say(str(problem))
    if len(report.problems) > _SHOWN:
        say(f"… and {len(report.problems) - _SHOWN:,} more; all are in --json.")
    outcome = report.outcome
    if report.is_stopped:
        refused = plural(len(report.refused), "row")
        say(f"{report.file}: {refused} refused; nothing was written (--keep-going writes the rest).")
        return
    done = "Would create" if dry_run else "Created"
    say(
        f"{report.file}: {plural(report.rows, 'row')}. {done} {plural(len(outcome.created), 'follow-up')}; "
        f"{len(outcome.updated):,} updated, {len(outcome.unchanged):,} unchanged, {len(outcome.missing):,} missing, "
        f"{plural(len(report.refused), 'row')} refused{'; nothing was written' if dry_run else ''}."
    )
    if report.organizations:
        _print_new_organizations(report, dry_run=dry_run)


def _print_new_organizations(report: RegisterReport, *, dry_run: bool) -> None:
    """An organization that was renamed comes in as another, and what it had before is missing."""
    would_be, codes = "would be " if dry_run else "", report.organizations
    named = ", ".join(codes[:_SHOWN]) + (" …" if len(codes) > _SHOWN else "")
    say(f"{plural(len(codes), 'organization')} {would_be}registered by name: {named}.")
    if report.outcome.missing:
        first = "" if dry_run else "take this back (tracker undo), "
        remedy = f"{first}say so, and import again: tracker org alias add CODE NAME."
        say(f"If one of them is another under a new name, {remedy}")
