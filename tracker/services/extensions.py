"""Extensions: a request for a later due date, granted or refused; the original date stays beside the current one."""

from __future__ import annotations

from datetime import date

from tracker.domain.extensions import obstacle, request_draft, without_due
from tracker.domain.journal import GRANTED, REFUSED, Draft, Entry
from tracker.domain.periods import DueDate
from tracker.domain.rows import Extension, FollowUp, Request
from tracker.domain.updates import check_last_due
from tracker.domain.vocabulary import Topic, Voice
from tracker.domain.who import Who
from tracker.errors import RefusedError
from tracker.services.listing import At
from tracker.services.updates import Changed, enter, refused_by_name, saved_row, standing_after
from tracker.store import evidence as store
from tracker.store.addressed import follow_up_of
from tracker.store.batches import Batch
from tracker.store.evidence import decide_extension, extensions_of
from tracker.store.follow_up_writing import save_standings
from tracker.store.journal import history
from tracker.store.unit import Register


def request(register: Register, reference: str, organization: str, to: DueDate, note: str, who: Who) -> Changed:
    """Record that an organization asks for a later date. Raises RefusedError where there is none to extend."""
    with register.batch(who) as batch:
        follow_up = follow_up_of(batch.session, reference, organization)
        with refused_by_name(follow_up):
            draft = _request(follow_up, _pending(batch, follow_up), to, who.today, note)
        enter(batch, follow_up, [draft], {})
        return _save(batch, follow_up, [draft], _past(batch, follow_up, who.today))


def _request(follow_up: FollowUp, pending: Extension | None, to: DueDate, today: date, note: str) -> Draft:
    why_not = obstacle(follow_up, pending.requested_to if pending else None)
    if why_not is not None:
        raise why_not
    return request_draft(follow_up, to, today, note)


def decide(
    register: Register,
    reference: str,
    organization: str,
    who: Who,
    *,
    granted: bool,
    to: DueDate | None,
    note: str,
) -> Changed:
    """Grant the request (to its date, or another later one), which moves the due date, or refuse it."""
    with register.batch(who) as batch:
        follow_up = follow_up_of(batch.session, reference, organization)
        pending = _pending(batch, follow_up)
        if pending is None:
            raise RefusedError(
                f"{follow_up.name} has no request for an extension to decide.",
                remedy=f"Record one first: tracker extend request {follow_up.typed} --to DATE --note TEXT.",
            )
        past = _past(batch, follow_up, who.today)
        if granted:
            check_last_due(follow_up.typed, who.today, past or ())
        with refused_by_name(follow_up):
            drafts = _decision(follow_up, pending, who.today, granted=granted, to=to, note=note)
        ids = [batch.enter(follow_up.id, follow_up.name, draft) for draft in drafts]
        decide_extension(batch, pending.id, entry_id=ids[-1], granted=granted)
        return _save(batch, follow_up, drafts, past)


def _decision(
    follow_up: FollowUp,
    pending: Extension,
    today: date,
    *,
    granted: bool,
    to: DueDate | None,
    note: str,
) -> list[Draft]:
    to = to or DueDate(pending.requested_to, pending.given)
    word = GRANTED if granted else REFUSED
    decision = Draft(Topic.EXTENSION, word, str(to) if granted else None, today, Voice.OFFICE, note)
    if not granted:
        return [decision]
    if not follow_up.is_open:
        raise RefusedError(
            "it is settled, so that there is nothing to extend.",
            remedy=f"Refuse the request: tracker extend refuse {follow_up.typed} --note TEXT.",
        )
    if follow_up.due_on is None:
        raise without_due(follow_up)
    if to.day <= follow_up.due_on:
        raise RefusedError(
            f"it is due on {follow_up.due_on}, and {to} is not later.",
            remedy="Grant it with a later --to, or refuse it.",
        )
    before = follow_up.due_on.isoformat()
    return [Draft(Topic.DUE, before, str(to), today, Voice.OFFICE, note, given=to.given), decision]


def _pending(batch: Batch, follow_up: FollowUp) -> Extension | None:
    asked = extensions_of(batch.session, [follow_up.id]).get(follow_up.id, [])
    return next((item for item in asked if item.granted is None), None)


def _past(batch: Batch, follow_up: FollowUp, today: date) -> list[Entry] | None:
    """What is written of a later day than today, with all before it: it is tomorrow already further east."""
    if follow_up.effective_on <= today:
        return None
    return history(batch.session, [follow_up.id])[follow_up.id]


def _save(batch: Batch, follow_up: FollowUp, drafts: list[Draft], past: list[Entry] | None) -> Changed:
    changed = Changed(follow_up, standing_after(batch, follow_up, drafts, past), tuple(drafts))
    save_standings(batch.session, [saved_row(changed)])
    return changed


def undecided(register: Register, at: At) -> list[Request]:
    """Every request that waits for a decision, or waited for one then, oldest first."""
    with register.read() as session:
        return store.undecided(session, at.as_of, at.known_at)
