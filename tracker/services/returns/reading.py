"""Read a return that came back filled in.

That goes the way of every update: the same table of moves, one batch, all or, unless asked otherwise, nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from tracker.domain.filters import Filters
from tracker.domain.journal import Draft, Entry, in_force, standing
from tracker.domain.plurals import plural
from tracker.domain.received import Received, ReturnState
from tracker.domain.references import as_typed, fold
from tracker.domain.returns import (
    ReturnAnswer,
    answer_drafts,
    check_extension,
    check_unchanged,
    is_said_already,
)
from tracker.domain.returns_read_again import (
    is_heard,
    is_put_to,
    is_standing,
    taken_back_since,
    version_without,
    written_since,
)
from tracker.domain.rows import EvidenceFile, Extension, FollowUp
from tracker.domain.undo import with_file
from tracker.domain.updates import check_day, standing_above
from tracker.domain.who import Who
from tracker.errors import BadDataError, RefusedError
from tracker.ingest.returns.reading import FilledReturn, read_return
from tracker.limits import Limits
from tracker.progress import OnStep, counted
from tracker.services.returns.files import Source, keep
from tracker.services.returns.outcomes import Outcome, ReturnReport, RowReport
from tracker.services.updates import Changed, enter, saved_row, standing_after
from tracker.store.batches import Batch
from tracker.store.evidence import extensions_of
from tracker.store.follow_up_writing import save_standings
from tracker.store.follow_ups import list_follow_ups
from tracker.store.journal import history
from tracker.store.mails import returns as store
from tracker.store.organizations import organization_ids
from tracker.store.unit import Register

NOT_FILLED_IN = "nothing is filled in"
"""What `return list` says of a return that has nothing to say."""

_OPTION = re.compile(r" \(--[^)]*\)")


def read(
    register: Register,
    source: Source,
    who: Who,
    *,
    evidence_store: Path,
    organization: str | None = None,
    on: date | None = None,
    keep_going: bool = False,
    dry_run: bool = False,
    limits: Limits | None = None,
    on_step: OnStep | None = None,
) -> ReturnReport:
    """Write what a return says: all of it or, unless `keep_going`, nothing. Of a file read before, what is left.

    `organization` is who should have filled it in, where that is known; `on` the day of rows that give none, else
    today. The report says row by row what came of it; where a row is refused and `keep_going` is not set, nothing was
    written. Raises BadDataError for a file that is no return of this register, RefusedError for a day to come.
    """
    check_day(on or who.today, who.today)
    filled = read_return(source.content, source.name, limits)
    report = ReturnReport(filled.name, filled.sha256, filled.organization, filled.made_on)
    report.blank, report.missing, report.unread = filled.blank, filled.missing, filled.unread
    traced = with_file(who, filled.name, filled.sha256)
    with suppress(_Untouched), register.batch(traced, dry_run=dry_run) as batch:
        code = _check_origin(batch, filled, organization)
        report.known = known = store.find_received(batch.session, filled.sha256)
        if known is not None:
            report.mail_says = store.words_beside(batch.session, known.id)
        changed = _Answers(batch, filled, code, who.today, on or who.today, report).run(on_step)
        refused = report.counts()[Outcome.REFUSED.value]
        if dry_run or (refused and not keep_going) or not report.is_left:
            raise _Untouched
        keep(source, evidence_store)
        save_standings(batch.session, [saved_row(item) for item in changed])
        _note_as_read(batch, filled, known, code, refused)
        report.is_written = True
    return report


class _Untouched(Exception):  # noqa: N818 - it is no error: it leaves the batch without a trace
    """Take back what the batch has written so far."""


def _check_origin(batch: Batch, filled: FilledReturn, organization: str | None) -> str:
    """The register's code of the organization that the return was made for. Raises BadDataError for another one."""
    mark = store.register_mark(batch.session)
    if filled.register != mark:
        raise BadDataError(
            "the return was made from another register.", where=filled.name, remedy="Check --database, and the file."
        )
    code = next(iter(organization_ids(batch.session, [filled.organization])))
    if organization is not None and fold(organization) != fold(code):
        raise BadDataError(
            f"the return was made for {code}, not for {organization}.", where=filled.name, remedy="Check the file."
        )
    return code


def _note_as_read(batch: Batch, filled: FilledReturn, known: Received | None, code: str, refused: int) -> None:
    if known is None:
        store.add_received(
            batch.session,
            sha256=filled.sha256,
            name=filled.name,
            size=filled.size,
            received_at=batch.now,
            state=ReturnState.QUEUED,
            organization_id=organization_ids(batch.session, [code])[code],
        )
    left = f"{plural(refused, 'row')} refused" if refused else None
    store.mark_read(batch, filled.sha256, NOT_FILLED_IN if filled.is_empty else left)


def _is_said(follow_up: FollowUp, answer: ReturnAnswer, past: Sequence[Entry], extensions: Sequence[Extension]) -> bool:
    return is_said_already(
        follow_up,
        answer,
        links=frozenset(item.location for item in follow_up.evidence if item.sha256 is None),
        requested=frozenset(item.requested_to for item in extensions),
        days=frozenset(entry.effective_on for entry in in_force(past)),
    )


class _Answers:
    """The answers of one return on their way into one batch."""

    def __init__(
        self, batch: Batch, filled: FilledReturn, code: str, today: date, on: date, report: ReturnReport
    ) -> None:
        self.batch = batch
        self.filled = filled
        self.today, self.on = today, on
        self.report = report
        self.file = EvidenceFile(filled.name, filled.sha256, filled.size)
        is_again = report.read_before is not None
        self.read_by = store.batches_that_read(batch.session, filled.sha256) if is_again else frozenset()
        found = list_follow_ups(batch.session, Filters(organizations=(code,)), today=today)
        self.by_ref = {item.ref: item for item in found}

    def run(self, on_step: OnStep | None = None) -> list[Changed]:
        """Enter what can be entered; every row's outcome goes into the report."""
        for refusal in self.filled.refused:
            self._tell(Outcome.REFUSED, refusal.where, refusal.ref, why=refusal.why)
        session = self.batch.session
        known = [self.by_ref[answer.ref].id for answer in self.filled.answers if answer.ref in self.by_ref]
        histories = history(session, known)
        extensions = extensions_of(session, known)
        changed = []
        for answer in counted(self.filled.answers, on_step):
            follow_up = self.by_ref.get(answer.ref)
            if follow_up is None:
                why = f"{answer.ref} is no longer asked of this organization. See: tracker show {as_typed(answer.ref)}."
                self._tell(Outcome.REFUSED, answer.where, answer.ref, why=why)
                continue
            done = self._row(follow_up, answer, histories[follow_up.id], extensions.get(follow_up.id, []))
            if done is not None:
                changed.append(done)
        return changed

    def _row(
        self, follow_up: FollowUp, answer: ReturnAnswer, past: list[Entry], extensions: list[Extension]
    ) -> Changed | None:
        undone = taken_back_since(past, follow_up.version, answer.then.version)
        version = version_without(follow_up.version, past, self.read_by | undone)
        since = written_since(past, follow_up.version, answer.then.version)
        is_said = version != answer.then.version and _is_said(follow_up, answer, past, extensions)
        is_heard_so = is_said and is_heard(since) and self._was_so(follow_up, answer, past)
        if is_standing(past, self.read_by) or is_heard_so:
            self._tell(Outcome.ALREADY, answer.where, answer.ref, note=answer.note)
            return None
        behind = past if (answer.since or self.on) < follow_up.effective_on else None
        try:
            # What was only said again holds whatever else the office changed, unless that asks for another answer.
            if not is_said or is_put_to(since) or answer.later not in (None, follow_up.due_on):
                check_unchanged(follow_up, answer, version)
            check_extension(follow_up, answer, is_waiting=any(item.granted is None for item in extensions))
            drafts = self._drafts(follow_up, answer, behind)
            after = standing_after(self.batch, follow_up, drafts, behind)
        except RefusedError as refusal:
            # Options belong to the command line; whoever filled in the sheet has none.
            self._tell(Outcome.REFUSED, answer.where, answer.ref, note=answer.note, why=_OPTION.sub("", str(refusal)))
            return None
        # Nothing is written within `try`: what stops that is no refusal of a row.
        enter(self.batch, follow_up, drafts, {self.file.address: self.file})
        above = standing_above(drafts, behind or ())
        self._tell(Outcome.CHANGED, answer.where, answer.ref, drafts=drafts[1:], note=answer.note, above=above)
        return Changed(follow_up, after, tuple(drafts))

    def _was_so(self, follow_up: FollowUp, answer: ReturnAnswer, past: list[Entry]) -> bool:
        """Whether what a row that gives no day says held on the day of such rows already, and not only since."""
        if answer.since is not None or self.on >= follow_up.effective_on:
            return True
        at = standing(past, as_of=self.on).positions
        return all(status in (at.acceptance, at.implementation) for status in answer.moves)

    def _drafts(self, follow_up: FollowUp, answer: ReturnAnswer, behind: list[Entry] | None) -> list[Draft]:
        actor, file = self.batch.actor, self.file.address
        on = answer.since or self.on
        return answer_drafts(follow_up, answer, on, actor=actor, today=self.today, history=behind, file=file)

    def _tell(
        self,
        outcome: Outcome,
        where: str,
        ref: str | None,
        *,
        drafts: Sequence[Draft] = (),
        note: str | None = None,
        why: str | None = None,
        above: tuple[Entry, ...] = (),
    ) -> None:
        changes = tuple((draft.topic.value, draft.source, draft.target) for draft in drafts)
        self.report.rows.append(RowReport(outcome, where, ref, changes, note, why, above))
