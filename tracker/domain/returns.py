"""The return: what stands in which column, what may be chosen, and what an answer does. Pure.

The writer and the reader of the spreadsheet share this module, so that neither can know a column, a
limit or a choice that the other does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from enum import Enum

from tracker.domain.extensions import request_draft
from tracker.domain.journal import Draft, Entry
from tracker.domain.lifecycle import (
    Attempt,
    Positions,
    find_move,
    moves_from,
    unmet_needs,
)
from tracker.domain.periods import DueDate
from tracker.domain.rows import FollowUp, Organization
from tracker.domain.updates import Update, check_addressed, check_due, drafts_for
from tracker.domain.vocabulary import (
    ACCEPTING,
    Acceptance,
    Addressee,
    Axis,
    Implementation,
    Status,
    Topic,
    Verification,
    Voice,
)
from tracker.errors import RefusedError
from tracker.records import record

FORM = "tracker-return/1"
"""What the hidden sheet calls itself; a reader of another form refuses the file."""

IDENTITY_SHEET = "tracker"
LISTS_SHEET = "lists"
MOST_NOTE_CHARACTERS = 10_000
MOST_LINKS = 10


class Field(Enum):
    """The columns of the sheet of answers, in their order. The value is what the hidden sheet calls them."""

    REFERENCE = "reference"
    TEXT = "text"
    ASKED = "asked"
    ACCEPTANCE_NOW = "acceptance-now"
    IMPLEMENTATION_NOW = "implementation-now"
    DUE = "due"
    ACCEPTANCE = "acceptance"
    IMPLEMENTATION = "implementation"
    SINCE = "since"
    NOTE = "note"
    EVIDENCE = "evidence"
    LATER = "later"


@record
class Column:
    """`width` in characters of the body font; what is not an answer is locked."""

    field: Field
    width: float
    is_answer: bool = False


COLUMNS = (
    Column(Field.REFERENCE, 15),
    Column(Field.TEXT, 46),
    Column(Field.ASKED, 24),
    Column(Field.ACCEPTANCE_NOW, 15),
    Column(Field.IMPLEMENTATION_NOW, 15),
    Column(Field.DUE, 12),
    Column(Field.ACCEPTANCE, 20, is_answer=True),
    Column(Field.IMPLEMENTATION, 20, is_answer=True),
    Column(Field.SINCE, 12, is_answer=True),
    Column(Field.NOTE, 42, is_answer=True),
    Column(Field.EVIDENCE, 24, is_answer=True),
    Column(Field.LATER, 12, is_answer=True),
)
ANSWERS = tuple(column.field for column in COLUMNS if column.is_answer)
GIVEN = (Field.ACCEPTANCE_NOW, Field.IMPLEMENTATION_NOW, Field.DUE)
"""Locked cells that a reader compares with the hidden sheet: an answer typed over them would be lost unseen."""


class Question(Enum):
    """What a row asks of the organization."""

    POSITION = "position"
    START = "start"
    PROGRESS = "progress"
    DISPUTED = "disputed"
    WITH_OFFICE = "with-office"


def ask_of(at: Positions) -> Question:
    """The one thing that an open follow-up asks next."""
    if at.verification is Verification.DISPUTED:
        return Question.DISPUTED
    if at.implementation is Implementation.IMPLEMENTED:
        return Question.WITH_OFFICE
    if at.acceptance not in ACCEPTING:
        return Question.POSITION
    if at.implementation in (Implementation.NO_INFORMATION, Implementation.NOT_STARTED):
        return Question.START
    return Question.PROGRESS


@record
class ReturnLine:
    """One follow-up as the return shows it; `version` is the register's at the time of making."""

    ref: str
    title: str
    text: str
    addressee: Addressee | None
    version: int
    positions: Positions
    due_on: date | None
    is_overdue: bool

    @property
    def ask(self) -> Question:
        return ask_of(self.positions)


@record
class Questionnaire:
    """A return before it is filled in. `register` names the register: the hash of its first batch."""

    organization: Organization
    office: str
    reply_to: str
    register: str
    made_on: date
    lines: tuple[ReturnLine, ...]


def line_of(follow_up: FollowUp, today: date) -> ReturnLine:
    """The row for a follow-up, as it stands on a day."""
    return ReturnLine(
        ref=follow_up.ref,
        title=follow_up.report_title,
        text=follow_up.text,
        addressee=follow_up.addressee,
        version=follow_up.version,
        positions=follow_up.positions,
        due_on=follow_up.due_on,
        is_overdue=follow_up.is_overdue(today),
    )


@record
class StatusChoice:
    """A status that may be chosen; `confirms` where it stands already.

    `wants_note` where a reason is needed, `wants_proof` where a note or evidence will do.
    """

    status: Status
    confirms: bool
    wants_note: bool
    wants_proof: bool


def acceptance_choices(at: Positions) -> list[StatusChoice]:
    """The positions on acceptance that the table allows from here, the standing one first."""
    return _choices(at, Axis.ACCEPTANCE)


def implementation_choices(at: Positions, acceptance: Acceptance) -> list[StatusChoice]:
    """The moves of implementation that the table allows from here once acceptance is the one given."""
    return _choices(at.moved(acceptance), Axis.IMPLEMENTATION)


def _choices(at: Positions, axis: Axis) -> list[StatusChoice]:
    here = at.on(axis)
    confirmed = find_move(here, here)
    moves = ([confirmed] if confirmed is not None else []) + moves_from(at, axis)
    found = []
    for move in moves:
        if unmet_needs(move, at, Attempt(move.target, "", note="given", has_evidence=True)):
            continue
        lacks_all = bool(unmet_needs(move, at, Attempt(move.target, "")))
        lacks_note = bool(unmet_needs(move, at, Attempt(move.target, "", has_evidence=True)))
        found.append(StatusChoice(move.target, move.target is here, lacks_note, lacks_all and not lacks_note))
    return found


@record
class Then:
    """How the sheet says that the follow-up stood when it was made."""

    version: int
    acceptance: Acceptance
    implementation: Implementation
    due_on: date | None

    @property
    def words(self) -> str:
        return standing_words(self.acceptance, self.implementation, self.due_on)


def standing_words(acceptance: Acceptance, implementation: Implementation, due_on: date | None) -> str:
    """Where a follow-up stands, in a few words: `accepted, in-progress, due 2026-09-30`."""
    return f"{acceptance.value}, {implementation.value}, {f'due {due_on}' if due_on else 'no due date'}"


@record
class ReturnAnswer:
    """What an organization wrote into one row; `where` is the row as `file, sheet, row`."""

    ref: str
    where: str
    then: Then
    acceptance: Acceptance | None = None
    implementation: Implementation | None = None
    since: date | None = None
    note: str | None = None
    evidence: tuple[str, ...] = ()
    later: date | None = None

    @property
    def moves(self) -> tuple[Status, ...]:
        """The moves asked for, acceptance first, because implementation rests on it."""
        asked: tuple[Status | None, ...] = (self.acceptance, self.implementation)
        return tuple(status for status in asked if status is not None)


def check_unchanged(follow_up: FollowUp, answer: ReturnAnswer, version: int) -> None:
    """Raise RefusedError, showing both, where the register has moved on since the return was made.

    `version` is that of the follow-up, but for what was written since and taken back.
    """
    if version == answer.then.version:
        return
    now = standing_words(follow_up.acceptance, follow_up.implementation, follow_up.due_on)
    raise RefusedError(
        f"the register has changed since the return was made: then {answer.then.words}; "
        f"now {now} ({follow_up.effective_on}, by {follow_up.actor}).",
        remedy="Send a new return, or log the answer with: tracker update.",
    )


def check_extension(follow_up: FollowUp, answer: ReturnAnswer, *, is_waiting: bool) -> None:
    """Raise RefusedError where a later date cannot be asked for; `is_waiting` where an earlier request is undecided."""
    if answer.later is None or follow_up.due_on is None or answer.later == follow_up.due_on:
        return
    if answer.later < follow_up.due_on:
        raise RefusedError(
            f"it is due on {follow_up.due_on}, and {answer.later} is earlier.",
            remedy="Ask for a later day, or for none.",
        )
    if not answer.note:
        raise RefusedError("asking for a later date needs a note that says why.", remedy="Write it into the note.")
    if is_waiting:
        raise RefusedError("an earlier request for a later date is not decided yet.", remedy="Wait for the decision.")


def is_said_already(
    follow_up: FollowUp,
    answer: ReturnAnswer,
    *,
    links: frozenset[str],
    requested: frozenset[date],
    days: frozenset[date],
) -> bool:
    """Whether the register holds all that the answer says: a return that was saved again and sent again.

    `links` are the addresses of evidence that the follow-up has, `requested` the later dates asked for so far, `days`
    those of which anything was said.
    """
    positions: tuple[Status, ...] = (follow_up.acceptance, follow_up.implementation)
    return (
        all(status in positions for status in answer.moves)
        and (answer.note is None or answer.note == follow_up.note)
        and (answer.since is None or answer.since in days)
        and set(answer.evidence) <= links
        and (answer.later is None or answer.later == follow_up.due_on or answer.later in requested)
    )


def answer_drafts(
    follow_up: FollowUp,
    answer: ReturnAnswer,
    on: date,
    *,
    actor: str,
    today: date,
    history: Sequence[Entry] | None,
    file: str,
) -> list[Draft]:
    """The entries that an answer writes, in the organization's voice, its last move last; `on` is when it was so.

    `file` is the address of the return itself, kept as evidence of what was answered; it does not count as
    evidence of implementation. It is of the day on which it is read, whatever day it speaks of: on that day the
    organization was heard, and what it says then is its last word. `history` is needed where the answer's day lies
    before the last entry. Raises RefusedError where the rules do not allow it.
    """
    due = DueDate(answer.later) if answer.later else None
    said = Update(on, None, due, answer.evidence, answer.note, answer.moves)
    said.check(today)
    check_addressed(follow_up, on)
    drafts = _later_drafts(follow_up, due, answer.note, on, history or ())
    if answer.moves or answer.evidence:
        drafts += drafts_for(follow_up, replace(said, due=None), actor, history)
    if not drafts:
        drafts = [Draft(Topic.NOTE, None, None, on, Voice.ORGANIZATION, answer.note)]
    return [Draft(Topic.EVIDENCE, None, file, today, Voice.ORGANIZATION, answer.note), *drafts]


def _later_drafts(
    follow_up: FollowUp, later: DueDate | None, note: str | None, on: date, history: Sequence[Entry]
) -> list[Draft]:
    """A first due date is taken as the organization names it; a later one is asked for, and the office decides."""
    if later is None or later.day == follow_up.due_on:
        return []
    if follow_up.due_on is None:
        check_due(follow_up, later.day, on, history)
        return [Draft(Topic.DUE, None, str(later), on, Voice.ORGANIZATION, note)]
    return [request_draft(follow_up, later, on, note)]
