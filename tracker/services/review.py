"""The review of one organization: what is open, what was decided and kept for later, and writing it in one batch."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from tracker.domain.extensions import obstacle
from tracker.domain.filters import Filters, Sort
from tracker.domain.journal import in_force, standing, with_sources
from tracker.domain.lifecycle import Positions
from tracker.domain.references import fold_person, follow_up_name
from tracker.domain.review import Decision, Pass
from tracker.domain.rows import EvidenceFile, FollowUp, Request
from tracker.domain.updates import Update, as_entries, check_day, drafts_for, recomputed
from tracker.domain.vocabulary import Implementation, Topic, Verification
from tracker.domain.who import Who
from tracker.errors import BadDataError, RefusalsError, RefusedError
from tracker.records import record
from tracker.services.evidence import take_evidence
from tracker.services.lock_files import locked
from tracker.services.updates import UpdateReport, apply_each
from tracker.store.evidence import undecided
from tracker.store.follow_ups import list_follow_ups
from tracker.store.journal import history
from tracker.store.organizations import get_organization
from tracker.store.unit import Register

CLAIMS = Filters(implementation=(Implementation.IMPLEMENTED,), verification=(Verification.NOT_VERIFIED,))
"""The queue of verification: what is claimed implemented and not yet looked at."""


@record
class Review:
    """One person's review: the follow-ups by `REF ORG`, where it stands, and the file that keeps it.

    `gone` are decisions on what is not to be reviewed any more, `others` whoever else has kept a review of the same.
    `on` is the day of what is decided from now on, where it is not that of the writing. `waiting` are the requests for
    more time that are not decided.
    """

    found: dict[str, FollowUp]
    going: Pass
    kept: Path
    subject: str
    is_resumed: bool = False
    gone: tuple[tuple[str, Decision], ...] = ()
    others: tuple[str, ...] = ()
    on: date | None = None
    waiting: Mapping[str, Request] = field(default_factory=dict)

    def why_not_asked(self, follow_up: FollowUp) -> str | None:
        """Why no more time can be asked for; None where it can."""
        request = self.waiting.get(follow_up.name)
        why_not = obstacle(follow_up, request.requested_to if request else None)
        return why_not.what if why_not else None


@contextmanager
def going_through(
    register: Register,
    organization: str | None,
    folder: Path,
    who: Who,
    *,
    claims: bool = False,
    on: date | None = None,
) -> Iterator[Review]:
    """What is open (or claimed) in the order of due dates, taken up where this person's last review of it stopped.

    Raises RefusedError where this person is at it already: of two, the last to keep an answer would take the other's.
    It is raised as well where `on` is a day to come.
    """
    check_day(on or who.today, who.today)
    codes, found, waiting = _found(register, organization, who.today, claims=claims)
    subject = f"{codes[0] if codes else 'all organizations'}{' claims' if claims else ''}"
    review = Review(
        {item.name: item for item in found},
        Pass([item.name for item in found]),
        _kept_file(folder, subject, who.actor),
        subject,
        on=on,
        waiting={follow_up_name(item.ref, item.organization): item for item in waiting},
    )
    what, lock = f"a review of {subject} by {who.actor}", review.kept.with_suffix(".lock")
    with locked(lock, what, who.now, remedy=_ONE_OF_TWO):
        yield _resumed(review)


_ONE_OF_TWO = "Go on there; or stop it there with q, or end that process, and go on here from what it has kept."


def _found(
    register: Register, organization: str | None, today: date, *, claims: bool
) -> tuple[tuple[str, ...], list[FollowUp], list[Request]]:
    filters = CLAIMS if claims else Filters(only_open=True)
    with register.read() as session:
        codes = () if organization is None else (get_organization(session, organization).code,)
        found = list_follow_ups(session, replace(filters, organizations=codes), today=today, sort=Sort.DUE)
        waiting = undecided(session)
    if not found:
        what = "reported implemented and still to be verified" if claims else "open"
        raise RefusedError(f"nothing is {what}{f' for {codes[0]}' if codes else ''}.", remedy="See: tracker list.")
    return codes, found, waiting


def _resumed(review: Review) -> Review:
    said = _read(review.kept, review.subject)
    try:
        gone = review.going.resume(said, {name: item.version for name, item in review.found.items()})
    except (ValueError, KeyError, TypeError, AttributeError):
        return replace(review, others=tuple(_others(review)))
    return replace(review, is_resumed=True, gone=tuple(gone.items()))


def _kept_file(folder: Path, subject: str, actor: str) -> Path:
    """A file for each subject and person: what somebody decided is never written under another's name."""
    word = "".join(letter for letter in subject.replace(" ", "-") if letter.isalnum() or letter in "-_")[:60]
    digest = sha256(f"{subject}\n{fold_person(actor)}".encode()).hexdigest()[:16]
    return folder / f"{word}.{digest}.json"


def _read(file: Path, subject: str) -> dict[str, Any]:
    """What a file keeps; nothing where there is none, or none that can be read."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) and said.get("subject") == subject else {}


def _others(review: Review) -> list[str]:
    word, *_ = review.kept.name.split(".")
    files = sorted(file for file in review.kept.parent.glob(f"{word}.*.json") if file != review.kept)
    said = [_read(file, review.subject) for file in files]
    return [str(item["actor"]) for item in said if item.get("actor")]


def keep(review: Review, who: Who) -> None:
    """Keep the decisions for later, in a file that only its owner may read; nothing goes into the register."""
    if review.going.is_empty:
        review.kept.unlink(missing_ok=True)
        return
    review.kept.parent.mkdir(parents=True, exist_ok=True)
    part = review.kept.with_suffix(".part")
    part.touch(mode=0o600)
    said = {"subject": review.subject, "actor": who.actor, **review.going.as_json()}
    part.write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(review.kept)


def check(register: Register, follow_up: FollowUp, decision: Decision, who: Who) -> None:
    """Raise RefusedError where the rules would not let a decision be written."""
    wanted, past = _update(decision, who.today), None
    if wanted.on < follow_up.effective_on:
        with register.read() as session:
            past = history(session, [follow_up.id])[follow_up.id]
    drafts = drafts_for(follow_up, wanted, who.actor, past)
    if past is not None:  # what was written of later days has to follow still
        last = past[-1]
        recomputed(
            past, as_entries(drafts, first_id=last.id + 1, batch=last.batch + 1, actor=who.actor, recorded_at=who.now)
        )


def positions_on(register: Register, follow_up: FollowUp, on: date | None) -> Positions:
    """Where a follow-up stood on the day of which it is spoken, from where a move of that day is decided."""
    if on is None or on >= follow_up.effective_on:
        return follow_up.positions
    with register.read() as session:
        return standing(history(session, [follow_up.id])[follow_up.id], as_of=on).positions


def claimed_on(register: Register, follow_up: FollowUp) -> date | None:
    """The day from which a follow-up is claimed to be implemented; None where it is not."""
    with register.read() as session:
        entries = in_force(history(session, [follow_up.id]).get(follow_up.id, ()))
    said = [(entry, source) for entry, source in with_sources(entries) if entry.topic is Topic.IMPLEMENTATION]
    moves = [entry for entry, source in said if source != entry.target]
    return moves[-1].effective_on if moves and moves[-1].target == Implementation.IMPLEMENTED.value else None


def _update(decision: Decision, today: date) -> Update:
    return Update(
        decision.on or today,
        decision.to,
        decision.due,
        decision.evidence,
        decision.note,
        then=decision.then,
        later=decision.later,
    )


def _taken(review: Review, store: Path, report: UpdateReport) -> dict[str, list[EvidenceFile]]:
    """The evidence of each decision as it is now; what cannot be kept any more is added to the report's refusals."""
    taken = {}
    for name, decision in review.going.decisions.items():
        try:
            taken[name] = take_evidence(decision.evidence, store, dry_run=True)
        except BadDataError as error:
            report.refused.append((name, str(error)))
    return taken


def _updates(
    review: Review,
    now: Mapping[str, FollowUp],
    taken: Mapping[str, Sequence[EvidenceFile]],
    today: date,
    report: UpdateReport,
) -> Iterator[tuple[FollowUp, Update]]:
    """Every decision on a follow-up that stands as it did then; of another, a refusal is added to the report."""
    for name in review.found:
        decision = review.going.decisions.get(name)
        if decision is None or name not in taken:
            continue
        if name not in now or now[name].version != decision.version:
            report.refused.append((name, "somebody changed it meanwhile; review it again."))
            continue
        addresses = tuple(item.address for item in taken[name])
        yield now[name], replace(_update(decision, today), evidence=addresses)


def write(register: Register, review: Review, who: Who, store: Path) -> UpdateReport:
    """Write every decision as one batch, all or nothing, and keep them no longer. Raises RefusedError.

    A follow-up that somebody else changed meanwhile is refused: the decision was made on what it was before. Files of
    evidence are copied into the `store`.
    """
    report = UpdateReport()
    taken = _taken(review, store, report)
    with register.batch(who) as batch:
        codes = tuple({item.organization for item in review.found.values()})
        now = {
            item.name: item for item in list_follow_ups(batch.session, Filters(organizations=codes), today=who.today)
        }
        pairs = list(_updates(review, now, taken, who.today, report))
        apply_each(batch, pairs, report, [item for items in taken.values() for item in items])
        if report.refused:
            raise RefusalsError(report.refused)
        for name, items in taken.items():  # copied when the rules have allowed it, as an update does
            take_evidence(review.going.decisions[name].evidence, store, seen=items)
    review.going.written()
    with suppress(OSError):  # what an old file still holds no longer fits, and will be set aside
        keep(review, who)
    return report
