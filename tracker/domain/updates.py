"""What an update does to one follow-up: entries for the journal, and where it stands afterwards. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from tracker.domain.extensions import request_draft
from tracker.domain.journal import (
    TOPIC_OF,
    Draft,
    Entry,
    Standing,
    after_changes,
    canonical_json,
    check_history,
    in_force,
    standing,
)
from tracker.domain.lifecycle import Attempt, Change, Positions, decide, is_settled
from tracker.domain.periods import DueDate
from tracker.domain.rows import FollowUp, Lesson
from tracker.domain.vocabulary import Axis, Status, Topic, Voice, axis_of
from tracker.errors import RefusedError
from tracker.records import record


@record
class Update:
    """What was asked: any of a status, a due date, evidence and a note; `on` is the day it was so.

    `then` are further statuses to move to right after the first, in order: a return may say in one row
    that a recommendation is accepted and in progress. `later` is a due date that the organization asks for.
    """

    on: date
    to: Status | None = None
    due: DueDate | None = None
    evidence: tuple[str, ...] = ()
    note: str | None = None
    then: tuple[Status, ...] = ()
    lesson: Lesson | None = None
    later: DueDate | None = None

    @property
    def looks_back(self) -> bool:
        """Whether what was said before decides on it, wherever its day lies: only what is marked is unmarked."""
        return self.lesson is not None and self.lesson.unmarked

    @property
    def moves(self) -> tuple[Status, ...]:
        """Every status to move to, in order."""
        return self.then if self.to is None else (self.to, *self.then)

    def check(self, today: date) -> None:
        """Raise RefusedError for an update that says nothing, or of a day to come."""
        check_day(self.on, today)
        if not self.moves and self.due is None and not self.evidence and not self.note and not self.lesson:
            raise RefusedError(
                "nothing to write.",
                remedy="Give --to, --due, --evidence, --note, or a lesson: --worked, --failed, --why, --good-practice.",
            )


def check_day(on: date, today: date) -> None:
    """Raise RefusedError for a day to come: nothing was so on it."""
    if on > today:
        raise RefusedError(f"{on} is in the future.", remedy="Give the day on which it was so, today at the latest.")


def drafts_for(follow_up: FollowUp, update: Update, actor: str, history: Sequence[Entry] | None) -> list[Draft]:
    """The entries that an update writes, the move last. Raises RefusedError where the rules do not allow it.

    `history` is needed where the update looks back, and where its day lies before the last entry: then the move is
    decided from where things stood on that day, and everything later must still follow.
    """
    at, stood_otherwise_on = follow_up.positions, None
    if history is not None:
        now, at = at, standing(history, as_of=update.on).positions
        stood_otherwise_on = update.on if any(at.on(axis) is not now.on(axis) for axis in Axis) else None
    check_addressed(follow_up, update.on)
    drafts = [*_due_drafts(follow_up, update, history), *_evidence_drafts(update)]
    drafts += _lesson_drafts(follow_up, update, history)
    moved, at = _moved(at, update, actor, stood_otherwise_on)
    drafts += [*_later_drafts(follow_up, update, at), *moved]
    if not drafts and not update.note:
        raise RefusedError(
            f"it is due on {update.due} already; nothing to write.", remedy="Give another date, or a --note."
        )
    if not drafts:
        drafts = [Draft(Topic.NOTE, None, None, update.on, Voice.OFFICE, update.note)]
    return drafts


def _moved(at: Positions, update: Update, actor: str, day: date | None) -> tuple[list[Draft], Positions]:
    """The entries of every move, one after the other, and where it stands then. Raises RefusedError."""
    drafts: list[Draft] = []
    for status in update.moves:
        attempt = Attempt(status, actor, note=update.note, has_evidence=bool(update.evidence))
        changes = _decided(at, attempt, day)
        at = after_changes(at, changes, actor)
        drafts += [
            Draft(TOPIC_OF[c.axis], c.source.value, c.target.value, update.on, _VOICES[c.axis], update.note)
            for c in reversed(changes)
        ]
    return drafts, at


def _later_drafts(follow_up: FollowUp, update: Update, at: Positions) -> list[Draft]:
    """A later date is asked for on what stays open; whether one may be asked for at all, `extensions` says."""
    if update.later is None:
        return []
    if is_settled(at, asks_verification=follow_up.asks_verification):
        raise RefusedError("it would be settled, and there is nothing to extend.", remedy="Leave out the later date.")
    return [request_draft(follow_up, update.later, update.on, update.note)]


def _decided(at: Positions, attempt: Attempt, day: date | None) -> tuple[Change, ...]:
    """What follows from an attempt. Raises RefusedError.

    It names the day, where one is given: that on which things stood otherwise than lists show them today.
    """
    try:
        return decide(at, attempt)
    except RefusedError as refusal:
        if day is None:
            raise
        raise RefusedError(f"on {day}, {refusal.what}", remedy=f"{refusal.remedy} Or give a later day.") from None


def check_addressed(follow_up: FollowUp, on: date) -> None:
    """Raise RefusedError for a day on which it was not addressed yet, whatever is said of that day."""
    if on < follow_up.addressed_on:
        raise RefusedError(
            f"{on} is before {follow_up.addressed_on}, the day it was addressed to {follow_up.organization}.",
            remedy="Give a later day (--on).",
        )


_VOICES = {
    Axis.ACCEPTANCE: Voice.ORGANIZATION,
    Axis.IMPLEMENTATION: Voice.ORGANIZATION,
    Axis.VERIFICATION: Voice.OFFICE,
}


def _voice(update: Update) -> Voice:
    """Whose evidence and lesson it is: the office's where it only looked at what was claimed."""
    if update.moves and all(axis_of(status) is Axis.VERIFICATION for status in update.moves):
        return _VOICES[Axis.VERIFICATION]
    return Voice.ORGANIZATION


def _due_drafts(follow_up: FollowUp, update: Update, history: Sequence[Entry] | None) -> list[Draft]:
    due = update.due
    if due is None or due.day == follow_up.due_on:
        return []
    check_due(follow_up, due.day, update.on, history or ())
    if follow_up.due_on is not None and not update.note:
        raise RefusedError(
            f"it is due on {follow_up.due_on} already; moving the date needs a note that says why (--note).",
            remedy="For a date that the organization asks for, use: tracker extend request.",
        )
    before = follow_up.due_on.isoformat() if follow_up.due_on else None
    return [Draft(Topic.DUE, before, str(due), update.on, Voice.OFFICE, update.note, given=due.given)]


def check_due(follow_up: FollowUp, due: date, on: date, history: Sequence[Entry]) -> None:
    """The first due date is the yardstick, and the last one holds: nothing is put before either of them.

    Raises RefusedError.
    """
    if follow_up.issued_on is not None and due < follow_up.issued_on:
        raise RefusedError(
            f"{due} is before {follow_up.issued_on}, the day on which {follow_up.report} was issued.",
            remedy="Give a later date (--due).",
        )
    check_last_due(follow_up.typed, on, history)


def check_last_due(typed: str, on: date, history: Sequence[Entry]) -> None:
    """Raise RefusedError where a due date set on a day would come before one that was set later.

    `typed` is the follow-up as it is typed after a command.
    """
    later = next((item for item in in_force(history) if item.topic is Topic.DUE and item.effective_on > on), None)
    if later is not None:
        raise RefusedError(
            f"the due date was set to {later.target} on {later.effective_on}, so one set as of {on} would change "
            "nothing.",
            remedy=f"If that was wrong, take it back first: tracker correct {typed} {later.id} --note TEXT.",
        )


def _evidence_drafts(update: Update) -> list[Draft]:
    voice = _voice(update)
    return [
        Draft(Topic.EVIDENCE, None, address, update.on, voice, update.note)
        for address in dict.fromkeys(update.evidence)
    ]


def _lesson_drafts(follow_up: FollowUp, update: Update, history: Sequence[Entry] | None) -> list[Draft]:
    if update.lesson is None:
        return []
    if update.lesson.unmarked:
        _check_marked(follow_up, update.on, history or ())
    said = canonical_json(update.lesson.as_written()).decode()
    # To take a mark off is the office's word; the organization is not heard by it.
    voice = Voice.OFFICE if update.lesson == Lesson(unmarked=True) else _voice(update)
    return [Draft(Topic.LESSON, None, said, update.on, voice, update.note)]


def _check_marked(follow_up: FollowUp, on: date, history: Sequence[Entry]) -> None:
    """Only a mark that holds is taken off, and not before it was set."""
    said = [(item, Lesson.read(item.target)) for item in in_force(history) if item.topic is Topic.LESSON]
    marks = [(item, lesson) for item, lesson in said if lesson.good_practice or lesson.unmarked]
    if not marks or marks[-1][1].unmarked:
        raise RefusedError(
            "it is not marked as a good practice.",
            remedy=f"What was said of it: tracker history {follow_up.typed}.",
        )
    if marks[-1][0].effective_on > on:
        raise RefusedError(
            f"it was marked as a good practice on {marks[-1][0].effective_on}, after {on}.",
            remedy="Give that day or a later one with --on.",
        )


def as_entries(drafts: Sequence[Draft], *, first_id: int, batch: int, actor: str, recorded_at: datetime) -> list[Entry]:
    """Drafts as the entries that they will be, for computing what follows from them."""
    return [
        Entry(
            id=first_id + place,
            batch=batch,
            ordinal=place,
            topic=draft.topic,
            source=draft.source,
            target=draft.target,
            effective_on=draft.effective_on,
            recorded_at=recorded_at,
            actor=actor,
            voice=draft.voice,
            note=draft.note,
            voids=draft.voids,
            given=draft.given,
        )
        for place, draft in enumerate(drafts)
    ]


def standing_of(follow_up: FollowUp) -> Standing:
    """Where a follow-up stands, to go on from: its last entry is not known, only what it adds up to."""
    return Standing(
        addressed_on=follow_up.addressed_on,
        positions=follow_up.positions,
        due_on=follow_up.due_on,
        original_due_on=follow_up.original_due_on,
        heard_on=follow_up.heard_on,
    )


def standing_above(drafts: Sequence[Draft], history: Sequence[Entry]) -> tuple[Entry, ...]:
    """Of each axis on which drafts say something, the entry of a later day since which something else is the case."""
    said = {draft.topic: draft for draft in drafts if draft.topic in TOPIC_OF.values()}
    found: dict[Topic, Entry] = {}
    for entry in in_force(history):
        is_later = entry.topic in said and entry.effective_on > said[entry.topic].effective_on
        if is_later and (entry.topic not in found or found[entry.topic].target != entry.target):
            found[entry.topic] = entry
    return tuple(entry for topic, entry in found.items() if entry.target != said[topic].target)


def recomputed(history: Sequence[Entry], new: Sequence[Entry]) -> Standing:
    """Where a follow-up stands with new entries put into its history; raises RefusedError where it breaks."""
    entries = [*history, *new]
    check_history(entries)
    return standing(entries)
