"""Updates: log a status, a due date, evidence or a note; correct an entry; take back a command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from tracker.domain.filters import Filters
from tracker.domain.journal import REQUESTED, Draft, Entry, Standing, standing
from tracker.domain.lifecycle import is_settled
from tracker.domain.plurals import plural
from tracker.domain.references import parse_reference
from tracker.domain.rows import EvidenceFile, FollowUp
from tracker.domain.updates import Update, as_entries, drafts_for, recomputed, standing_above, standing_of
from tracker.domain.vocabulary import Topic
from tracker.domain.who import Who
from tracker.errors import RefusalsError, RefusedError, UnknownNameError
from tracker.progress import OnStep, begun, counted, of_the_journal
from tracker.records import record
from tracker.services.evidence import take_evidence
from tracker.store.addressed import addressed_to
from tracker.store.batches import Batch
from tracker.store.documents import find_recommendation
from tracker.store.evidence import attach_evidence, request_extension
from tracker.store.follow_up_writing import save_standings, standing_columns
from tracker.store.follow_ups import list_follow_ups
from tracker.store.journal import history
from tracker.store.organizations import organization_ids
from tracker.store.unit import Register


@record
class Selection:
    """Which follow-ups: one recommendation of some organizations, or all that a filter finds."""

    reference: str | None = None
    organizations: tuple[str, ...] = ()
    filters: Filters | None = None


@record
class Changed:
    """One follow-up, before and after, with the entries written, and those of later days that stand above them."""

    before: FollowUp
    after: Standing
    drafts: tuple[Draft, ...]
    above: tuple[Entry, ...] = ()

    @property
    def is_confirmed(self) -> bool:
        """Whether it was only said again that it is as it was: that is written, and nothing has changed."""
        return all(draft.source is not None and draft.source == draft.target for draft in self.drafts)

    @property
    def is_of_then(self) -> bool:
        """Whether all that was written is of an earlier day, and something else is the case since: no change of now."""
        topics = {entry.topic for entry in self.above}
        return bool(topics) and not self.is_confirmed and all(draft.topic in topics for draft in self.drafts)


@dataclass(slots=True)
class UpdateReport:
    """What an update did, or would do, what it confirmed among it; a refusal is (follow-up, sentence).

    `looked_at` is the id and the version of every follow-up that was selected, as it was before.
    """

    changed: list[Changed] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    looked_at: tuple[tuple[int, int], ...] = ()

    def as_json(self, today: date) -> dict[str, Any]:
        return {
            "changed": [changed_json(item, today) for item in self.changed if not item.is_confirmed],
            "unchanged": [changed_json(item, today) for item in self.changed if item.is_confirmed],
            "refused": [{"follow_up": name, "why": why} for name, why in self.refused],
        }


def update(
    register: Register,
    selection: Selection,
    asked_for: Update,
    who: Who,
    *,
    evidence: Sequence[str] = (),
    evidence_store: Path,
    keep_going: bool = False,
    dry_run: bool = False,
    shown: UpdateReport | None = None,
    on_step: OnStep | None = None,
) -> UpdateReport:
    """Write one update to every follow-up selected: all or, unless `keep_going`, nothing.

    `shown` is the dry run that somebody agreed to. Raises RefusalsError with every follow-up that refuses, RefusedError
    where it is no longer what was shown.
    """
    taken = take_evidence(evidence, evidence_store, dry_run=True)
    wanted = replace(asked_for, evidence=tuple(item.address for item in taken))
    wanted.check(who.today)
    report = UpdateReport()
    with register.batch(who, dry_run=dry_run) as batch:
        follow_ups = select_follow_ups(batch, selection, who.today)
        report.looked_at = tuple((item.id, item.version) for item in follow_ups)
        if shown is not None and report.looked_at != shown.looked_at:
            raise RefusedError(
                "what the filters find has changed since you saw it; nothing was changed.",
                remedy="Give the command again, and look at it as it is now.",
            )
        if selection.filters is not None:
            begun(on_step, plural(len(follow_ups), "follow-up"))
            batch.on_written = of_the_journal(on_step)
        apply_each(batch, [(item, wanted) for item in follow_ups], report, taken, on_step)
        if report.refused and not keep_going:
            raise RefusalsError(report.refused)
        if not dry_run:  # copied when the rules have allowed it, and before it is written that it is there
            take_evidence(evidence, evidence_store, seen=taken)
    return report


def apply_each(
    batch: Batch,
    pairs: Sequence[tuple[FollowUp, Update]],
    report: UpdateReport,
    taken: Sequence[EvidenceFile] = (),
    on_step: OnStep | None = None,
) -> None:
    """Write an update of its own to each follow-up; what is refused is added to the report and left as it is.

    A follow-up may come once only. `taken` is the evidence that the updates name.
    """
    behind = [follow_up.id for follow_up, wanted in pairs if wanted.on < follow_up.effective_on or wanted.looks_back]
    histories = history(batch.session, behind)
    files = {item.address: item for item in taken}
    for follow_up, wanted in counted(pairs, on_step):
        _update_one(batch, follow_up, wanted, histories.get(follow_up.id), report, files)
    save_standings(batch.session, [saved_row(item) for item in report.changed])


def select_follow_ups(batch: Batch, selection: Selection, today: date) -> list[FollowUp]:
    """The follow-ups meant. Raises UnknownNameError where an organization was not addressed, or nothing is found."""
    if selection.filters is not None:
        found = list_follow_ups(batch.session, selection.filters, today=today)
        if not found:
            raise UnknownNameError("the filter finds nothing.", remedy="Look with: tracker list, and the same filter.")
        return found
    recommendation = find_recommendation(batch.session, parse_reference(selection.reference or ""))
    codes = list(organization_ids(batch.session, selection.organizations))
    return addressed_to(batch.session, recommendation, codes)


def _update_one(
    batch: Batch,
    follow_up: FollowUp,
    wanted: Update,
    past: Sequence[Entry] | None,
    report: UpdateReport,
    files: Mapping[str, EvidenceFile],
) -> None:
    try:
        drafts = drafts_for(follow_up, wanted, batch.actor, past)
        after = standing_after(batch, follow_up, drafts, past)
    except RefusedError as refusal:
        report.refused.append((follow_up.name, str(refusal)))
        return
    enter(batch, follow_up, drafts, files)
    above = standing_above(drafts, past) if past else ()  # nothing stands above what is the last
    report.changed.append(Changed(follow_up, after, tuple(drafts), above))


@contextmanager
def refused_by_name(follow_up: FollowUp) -> Iterator[None]:
    """A refusal says which follow-up it is of."""
    try:
        yield
    except RefusedError as refusal:
        raise RefusedError(f"{follow_up.name}: {refusal.what}", remedy=refusal.remedy) from None


def enter(batch: Batch, follow_up: FollowUp, drafts: Sequence[Draft], files: Mapping[str, EvidenceFile]) -> None:
    """Put entries into a batch, with what stands beside them: evidence, by its address, and requests for more time.

    An address that is of no file is a link.
    """
    for draft in drafts:
        entry_id = batch.enter(follow_up.id, follow_up.name, draft)
        if draft.topic is Topic.EVIDENCE and draft.target is not None:
            item = files.get(draft.target) or EvidenceFile(draft.target)
            attach_evidence(batch, entry_id=entry_id, follow_up_id=follow_up.id, item=item)
        if draft.topic is Topic.EXTENSION and draft.source == REQUESTED and draft.target is not None:
            to, reason = date.fromisoformat(draft.target), draft.note or ""
            request_extension(batch, entry_id=entry_id, follow_up_id=follow_up.id, to=to, reason=reason)


def standing_after(
    batch: Batch, follow_up: FollowUp, drafts: Sequence[Draft], past: Sequence[Entry] | None
) -> Standing:
    """Where a follow-up stands once the drafts are written; `past` is given where they come between earlier entries."""
    # The ids only order the entries, so that any above those of the past will do.
    first_id = past[-1].id + 1 if past else 1
    new = as_entries(drafts, first_id=first_id, batch=batch.facts.number, actor=batch.actor, recorded_at=batch.now)
    return standing(new, start=standing_of(follow_up)) if past is None else recomputed(past, new)


def saved_row(changed: Changed) -> dict[str, Any]:
    """What changes in the row of a follow-up, with its version counted up.

    A column that is written anew has its index written anew, though nothing changed: half the time of a bulk update.
    """
    before = changed.before
    after = standing_columns(changed.after, asks_verification=before.asks_verification)
    different = {name: value for name, value in after.items() if getattr(before, name, None) != value}
    return {"id": before.id, "version": before.version + 1, **different}


def changed_json(item: Changed, today: date) -> dict[str, Any]:
    """One change as JSON: the follow-up's own words, and what moved."""
    before, after = item.before, item.after
    return {
        "ref": before.ref,
        "organization": before.organization,
        "changes": [
            {"topic": draft.topic.value, "from": draft.source, "to": draft.target, "note": draft.note}
            for draft in item.drafts
        ],
        "acceptance": after.positions.acceptance.value,
        "implementation": after.positions.implementation.value,
        "verification": after.positions.verification.value,
        "due_on": after.due_on.isoformat() if after.due_on else None,
        "open": not is_settled(after.positions, asks_verification=before.asks_verification),
        "effective_on": after.last.effective_on.isoformat() if after.last else today.isoformat(),
    }
