"""`tracker update`, `correct`, `undo`: what writes the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tracker.commands.changes import counted, counts
from tracker.commands.context import Desk
from tracker.commands.syntax.completion import complete_organization, complete_reference
from tracker.commands.syntax.options import (
    Day,
    DryRun,
    Due,
    Json,
    Note,
    Organization,
    Reference,
    Status_,
    with_filters,
    words_or_none,
)
from tracker.commands.terminal.confirmation import agreed
from tracker.commands.terminal.editor import edited, kept_unless_written
from tracker.commands.terminal.progress import progress
from tracker.commands.terminal.render import on_one_line, print_json, say
from tracker.domain.filters import Filters
from tracker.domain.plurals import first_of, plural
from tracker.domain.references import as_typed
from tracker.domain.vocabulary import TARGETS, folded
from tracker.errors import PartlyDoneError, RefusalsError, RefusedError, UsageError

if TYPE_CHECKING:
    from tracker.domain.rows import Lesson
    from tracker.domain.updates import Update
    from tracker.services.updates import Changed, Selection, UpdateReport

_SHOWN = RefusalsError.shown
"""So many follow-ups are named, of what was changed and of what was refused."""

Evidence = Annotated[
    list[str] | None, typer.Option("--evidence", metavar="FILE|URL", help="A file, which is copied, or a link.")
]


@with_filters
def update(
    ctx: typer.Context,
    filters: Filters,
    reference: Annotated[
        str | None, typer.Argument(metavar="[REF]", autocompletion=complete_reference, help="The recommendation.")
    ] = None,
    organizations: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ORG]…", autocompletion=complete_organization, help="One or more organizations."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Everything that the filters find, instead of REF ORG.")] = False,
    to: Status_ = None,
    on: Day = None,
    note: Note = None,
    evidence: Evidence = None,
    due: Due = None,
    worked: Annotated[str | None, typer.Option("--worked", help="On closing: what worked.")] = None,
    failed: Annotated[str | None, typer.Option("--failed", help="On closing: what did not work.")] = None,
    why: Annotated[str | None, typer.Option("--why", help="On closing: why.")] = None,
    good_practice: Annotated[
        bool | None,
        typer.Option(
            "--good-practice/--no-good-practice", help="Mark it as a good practice for others, or remove the mark."
        ),
    ] = None,
    edit: Annotated[
        bool, typer.Option("--edit", help="Write the note in $EDITOR; an empty note changes nothing.")
    ] = False,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Write what can be written; list what is refused.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before a bulk change.")] = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Log what an organization reports: a status, a due date, evidence, a note. All or nothing, unless --keep-going."""
    from dataclasses import replace

    from tracker.domain.updates import Update
    from tracker.services import updates

    desk: Desk = ctx.obj
    selection = _selection(reference, organizations, filters, every=every)
    lesson = _lesson(worked, failed, why, good_practice=good_practice)
    wanted = Update(on or desk.today, to, due, (), words_or_none(note), lesson=lesson)

    def run(wanted: Update, *, dry: bool, shown: UpdateReport | None = None) -> UpdateReport:
        with progress("Checking" if dry else "Changing") as on_step:
            return updates.update(
                desk.register,
                selection,
                wanted,
                desk.who,
                evidence=evidence or (),
                evidence_store=desk.evidence_store,
                keep_going=keep_going,
                dry_run=dry,
                shown=shown,
                on_step=on_step,
            )

    try:
        if edit:
            wanted = _edited(wanted, run(replace(wanted, note="…"), dry=True))
        with kept_unless_written(wanted.note if edit else None):
            shown = run(wanted, dry=True) if every and not (yes or dry_run) else None
            if shown is not None:
                _ask(shown)
            report = run(wanted, dry=dry_run, shown=shown)
    except RefusalsError as refusal:
        if as_json:
            print_json({"dry_run": dry_run, **updates.UpdateReport([], list(refusal.refused)).as_json(desk.today)})
        raise
    if as_json:
        print_json({"dry_run": dry_run, **report.as_json(desk.today)})
    else:
        _print_changes(report.changed, dry_run=dry_run)
    _tell_refusals(report, dry_run=dry_run)


def _lesson(worked: str | None, failed: str | None, why: str | None, *, good_practice: bool | None) -> Lesson | None:
    from tracker.domain.rows import Lesson

    marked, unmarked = good_practice is True, good_practice is False
    lesson = Lesson(words_or_none(worked), words_or_none(failed), words_or_none(why), marked, unmarked)
    return None if lesson == Lesson() else lesson


def _edited(wanted: Update, possible: UpdateReport) -> Update:
    """With a note from the editor; nobody writes one for what is refused whatever the note says.

    Raises RefusedError where nothing was saved in it: who leaves an editor so wants out.
    """
    from dataclasses import replace

    if not possible.changed:
        return wanted
    note = words_or_none(edited(wanted.note))
    if note is None:
        raise RefusedError(
            "the note is empty; nothing was changed.", remedy="Write and save one, or give the command without --edit."
        )
    return replace(wanted, note=note)


def _selection(reference: str | None, organizations: list[str] | None, filters: Filters, *, every: bool) -> Selection:
    from tracker.services.updates import Selection

    if every:
        if reference is not None:
            raise UsageError("--all takes filters, not a reference.", remedy="Give REF ORG without --all, or filters.")
        if filters == Filters():
            raise UsageError("--all without a filter would change everything.", remedy="Narrow it, as with --org WHO.")
        return Selection(filters=filters)
    if filters != Filters():
        if reference is not None:
            instead = _without_filters(reference, organizations, filters)
            raise UsageError("filters go with --all.", remedy=f"Write: tracker update {instead}.")
        raise UsageError("filters go with --all.", remedy="Write: tracker update --all --org WHO --to STATUS.")
    if reference is None or not organizations:
        raise UsageError(
            "a recommendation and at least one organization are needed.",
            remedy="Write: tracker update 809/R3 WHO --to accepted.",
        )
    for word in organizations:
        if folded(word) in TARGETS:
            raise UsageError(f"“{word}” is a status, not an organization.", remedy=f"Write --to {folded(word)}.")
    return Selection(reference, tuple(dict.fromkeys(organizations)))


def _without_filters(reference: str, organizations: list[str] | None, filters: Filters) -> str:
    """How what was meant by filters is said where a recommendation is named."""
    named = as_typed(reference, *(organizations or filters.organizations or ["ORG"]))
    meant = [*filters.acceptance, *filters.implementation, *filters.verification]
    return f"{named} --to {meant[0].value if meant else 'STATUS'}"


def _ask(report: UpdateReport) -> None:
    """Show what a bulk change would do, and ask."""
    _print_changes(report.changed, dry_run=True)
    _list_refusals(report)
    if not report.changed:
        raise RefusedError("nothing was changed.")
    changed, confirmed, of_then = counts(report.changed)
    beside = f", and confirm {confirmed:,} as before" if confirmed else ""
    beside += f", and enter {of_then:,} for an earlier day" if of_then else ""
    question = f"Change {plural(changed, 'follow-up')}{beside}?"
    if not agreed(question, what="a bulk change", remedy="Give --yes, or --dry-run."):
        say("Nothing was changed.")
        raise typer.Exit(1)


def _print_changes(changed: list[Changed], *, dry_run: bool) -> None:
    from tracker.domain.entry_words import told_of_then
    from tracker.domain.vocabulary import Topic

    for item in changed[:_SHOWN]:
        for draft in item.drafts:
            says_more = draft.note and (draft.topic is Topic.NOTE or item.is_confirmed)
            note = f": {on_one_line(draft.note or '')}" if says_more else ""
            say(f"{item.before.name}: {told_of_then(draft, item.above)}{note}")
    if len(changed) > _SHOWN:
        say(f"… and {len(changed) - _SHOWN:,} more.")
    say(f"{counted(changed, dry_run=dry_run)}{'; nothing was written' if dry_run else ''}.")


def _tell_refusals(report: UpdateReport, *, dry_run: bool) -> None:
    """List what is refused, and end with the exit status of that."""
    _list_refusals(report)
    if not report.refused:
        return
    if not report.changed:
        raise RefusedError("nothing was changed.")
    done, refused = len(report.changed), len(report.refused)
    if dry_run:
        raise PartlyDoneError(f"{done:,} would be changed, {refused:,} refused; nothing was written.")
    raise PartlyDoneError(f"{done:,} done, {refused:,} refused.")


def _list_refusals(report: UpdateReport) -> None:
    for name, why in report.refused[:_SHOWN]:
        say(f"{name}: {why}")
    if len(report.refused) > _SHOWN:
        say(f"… and {len(report.refused) - _SHOWN:,} more; all are in --json.")


def correct(
    ctx: typer.Context,
    reference: Reference,
    organization: Organization,
    entry: Annotated[int, typer.Argument(metavar="ENTRY", help="The entry's number in `tracker history`.")],
    note: Annotated[str, typer.Option("--note", help="Why it was wrong.")],
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Take back one wrong entry. It stays in the journal, marked, but no longer counts."""
    from tracker.services import corrections

    desk: Desk = ctx.obj
    if not note.strip():
        raise UsageError("a correction needs a note.", remedy="Say with --note why the entry was wrong.")
    changed = corrections.correct(desk.register, reference, organization, entry, note, desk.who, dry_run=dry_run)
    _print_taken_back([changed], as_json=as_json, dry_run=dry_run, desk=desk)


def undo(
    ctx: typer.Context,
    batch: Annotated[
        int | None,
        typer.Option(
            "--batch", metavar="NUMBER", min=1, max=2**31 - 1, help="Take back this earlier command of yours instead."
        ),
    ] = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Take back your own last command as a whole, by correcting entries; nothing is deleted.

    No older command is taken back in its place, unless you name it: the number of its batch is in tracker history
    --json, and undo names it too if your last command cannot be taken back.
    """
    from tracker.services import corrections

    desk: Desk = ctx.obj
    done = corrections.undo(desk.register, desk.who, number=batch, dry_run=dry_run)
    if not as_json:
        say(f"Takes back: tracker {done.asked}")
    _print_taken_back(done.changed, as_json=as_json, dry_run=dry_run, desk=desk)
    if not as_json:
        _tell_withdrawn(done.changed)
        _tell_reworded(done.reworded)
        _tell_idle(done.idle)


def _tell_withdrawn(changed: list[Changed]) -> None:
    """A document that was imported stays, as what it says is not wrong; only nobody is asked about it any more."""
    withdrawn = sorted({item.before.report for item in changed if item.after.addressed_on is None})
    if withdrawn:
        say(
            f"{', '.join(withdrawn)} {'stays' if len(withdrawn) == 1 else 'stay'} in: tracker document list. "
            "It is followed up again once it is imported again."
        )


def _tell_reworded(refs: list[str]) -> None:
    """The words of a document are not entries of the journal, and stay as they were read last."""
    if refs:
        say(
            f"What the document says of {first_of(refs, _SHOWN)} stays as it was changed. "
            "To change it back, import the earlier document again."
        )


def _tell_idle(codes: list[str]) -> None:
    """An organization cannot go while withdrawn follow-ups name it, and the next note would ask it."""
    if codes:
        say(
            f"{first_of(codes, _SHOWN)}: still registered, without any follow-up. The next note is addressed to them "
            "too, unless they leave: tracker org edit CODE --left DATE."
        )


def _print_taken_back(changed: list[Changed], *, as_json: bool, dry_run: bool, desk: Desk) -> None:
    from tracker.services.updates import changed_json

    if as_json:
        print_json({"dry_run": dry_run, "changed": [changed_json(item, desk.today) for item in changed]})
        return
    _print_changes(changed, dry_run=dry_run)
