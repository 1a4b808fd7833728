"""`tracker import --as answers`: a report's numbered recommendations and one organization's answers to them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tracker.commands.context import Desk
from tracker.commands.terminal.columns import Column
from tracker.commands.terminal.render import print_json, print_table, say
from tracker.domain.plurals import plural

if TYPE_CHECKING:
    from tracker.ingest.notes.answers import Answer


def _position(answer: Answer) -> str:
    done = "" if answer.implementation is None else f", {answer.implementation.value}"
    return f"{answer.acceptance.value}{done}"


def import_answer_files(
    desk: Desk, files: list[Path], org: list[str], report: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """Take in the documents of one review, which belong together."""
    from tracker.services.documents.answers import import_answers

    if len(org) != 1:
        raise typer.BadParameter("the answers are those of one organization: name it.", param_hint="--org")
    result = import_answers(
        desk.register, files, org[0], desk.who, symbol=report, dry_run=dry_run, limits=desk.settings.limits
    )
    if as_json:
        print_json(result.as_json())
        return
    print_table(
        [Column("rec."), Column("position"), Column("read in", flexible=True)],
        [(number, _position(answer), answer.words) for number, answer in result.positions.items()],
    )
    say(f"{result.report}: {result.title}")
    for problem in result.problems:
        say(str(problem))
    counted = ", ".join(f"{count} {name}" for name, count in sorted(result.counts().items()))
    answered = plural(len(result.positions), "recommendation")
    say(f"{result.organization} answers {answered}: {counted}; {len(result.open):,} open.")
    outcome = result.outcome
    done = "Would create" if dry_run else "Created"
    say(
        f"{done} {plural(len(outcome.created), 'follow-up')}; {len(outcome.updated):,} updated, "
        f"{len(outcome.unchanged):,} unchanged{', nothing was written' if dry_run else ''}."
    )
