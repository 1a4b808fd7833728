"""The append-only history of a follow-up: what was so on a day, what was known at an instant, and the hash chain.

An entry has two times. `effective_on` is the day the thing was so, `recorded_at` the instant the office
wrote it down. A mistake is corrected by a further entry that voids the wrong one; nothing is overwritten.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import Protocol, TypeVar

from tracker.domain.lifecycle import Attempt, Change, Positions, decide
from tracker.domain.vocabulary import INITIAL, STATUSES, Axis, Implementation, Status, Topic, Verification, Voice
from tracker.errors import RefusedError
from tracker.records import record

GENESIS = "0" * 64
"""The hash before the first batch."""

REQUESTED, GRANTED, REFUSED = "requested", "granted", "refused"
"""What an entry on an extension says, as its source."""

_PIECE = 1_000

_AXIS_OF = {
    Topic.ACCEPTANCE: Axis.ACCEPTANCE,
    Topic.IMPLEMENTATION: Axis.IMPLEMENTATION,
    Topic.VERIFICATION: Axis.VERIFICATION,
}
TOPIC_OF = {axis: topic for topic, axis in _AXIS_OF.items()}


@record
class Draft:
    """An entry not yet written: source and target are words of an axis, ISO days, or addresses of evidence.

    `given` is the month or quarter that was said where the target is its last day.
    """

    topic: Topic
    source: str | None
    target: str | None
    effective_on: date
    voice: Voice
    note: str | None = None
    voids: int | None = None
    given: str | None = None


@record
class Entry:
    """One line of the journal, as written; `is_return` is the evidence that is the return itself which was read."""

    id: int
    batch: int
    ordinal: int
    topic: Topic
    source: str | None
    target: str | None
    effective_on: date
    recorded_at: datetime
    actor: str
    voice: Voice
    note: str | None
    voids: int | None
    given: str | None = None
    database_user: str | None = None
    is_return: bool = False

    @property
    def by(self) -> str:
        """Who wrote it, with the role by which the database knew them where that says something else."""
        return self.actor if self.database_user in {None, self.actor} else f"{self.actor} ({self.database_user})"


@record
class Standing:
    """A follow-up as computed from its entries. `last` is the latest entry by effective day, then by number.

    `addressed_on` is None where the follow-up is withdrawn or not yet there; `heard_on` is the last day on
    which the organization itself said anything.
    """

    addressed_on: date | None = None
    positions: Positions = Positions()
    due_on: date | None = None
    original_due_on: date | None = None
    heard_on: date | None = None
    last: Entry | None = None


def standing(
    entries: Iterable[Entry],
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    start: Standing | None = None,
) -> Standing:
    """What was so at the end of `as_of`, from what had been recorded by `known_at`; None means no limit.

    `start` is where things stood before the first of the entries, where those before are not given.
    """
    at = start or Standing()
    for entry in in_force(entries, known_at=known_at):
        if as_of is None or entry.effective_on <= as_of:
            at = _apply(at, entry)
    return at


def in_force(entries: Iterable[Entry], *, known_at: datetime | None = None) -> list[Entry]:
    """The entries that count, in the order in which they took effect: none voided, none that voids."""
    known = list(entries) if known_at is None else [entry for entry in entries if entry.recorded_at <= known_at]
    if len(known) == 1:  # each time in a bulk change; what stands alone is neither voided nor out of order
        return [] if known[0].topic is Topic.VOID else known
    voided = {entry.voids for entry in known if entry.voids is not None}
    counting = [entry for entry in known if entry.id not in voided and entry.topic is not Topic.VOID]
    return sorted(counting, key=lambda entry: (entry.effective_on, entry.id))


class Moving(Protocol):
    """What moves something to its target: an entry, or as much of one as figures need."""

    @property
    def topic(self) -> Topic: ...

    @property
    def target(self) -> str | None: ...


_Moving = TypeVar("_Moving", bound=Moving)
_BEGINNING: Mapping[Topic, str | None] = {Topic.DUE: None} | {
    topic: INITIAL[axis].value for topic, axis in _AXIS_OF.items()
}


def with_sources(
    entries: Iterable[_Moving], start: Mapping[Topic, str | None] = _BEGINNING
) -> Iterator[tuple[_Moving, str | None]]:
    """Each entry on an axis or on the due date with what it moved from: the target of the one in force before it.

    The entries are of one follow-up, in the order in which they took effect; `start` is what was so before the first.
    An entry's own source is what was so when it was written. Since then one of an earlier day may have come before it,
    and the one that it followed may have been taken back.
    """
    at = dict(start)
    for entry in entries:
        if entry.topic in at:
            yield entry, at[entry.topic]
            at[entry.topic] = entry.target


def only_addressed(entries: Iterable[Entry]) -> Entry | None:
    """The entry that addresses a follow-up, where nothing else counts; None where anything was said since."""
    counting = in_force(entries)
    return counting[0] if len(counting) == 1 and counting[0].topic is Topic.ADDRESSED else None


def _apply(at: Standing, entry: Entry) -> Standing:
    heard_on = entry.effective_on if entry.voice is Voice.ORGANIZATION else at.heard_on
    after = Standing(at.addressed_on, at.positions, at.due_on, at.original_due_on, heard_on, entry)
    if entry.topic in _AXIS_OF:
        return replace(after, positions=_moved(at.positions, entry))
    if entry.topic is Topic.ADDRESSED:
        return replace(after, addressed_on=entry.effective_on)
    if entry.topic is Topic.DUE and entry.target:
        day = date.fromisoformat(entry.target)
        return replace(after, due_on=day, original_due_on=at.original_due_on or day)
    return after


def _moved(at: Positions, entry: Entry) -> Positions:
    axis = _AXIS_OF[entry.topic]
    source = STATUSES[axis](entry.source) if entry.source else at.on(axis)
    return after_changes(at, (Change(axis, source, status_of(entry)),), entry.actor)


def after_changes(at: Positions, changes: Iterable[Change], actor: str) -> Positions:
    """The positions after changes made by an actor; who moved it to implemented is kept for four eyes."""
    for change in changes:
        if change.axis is Axis.IMPLEMENTATION:
            at = replace(at, reported_by=_reported_by(at, change, actor))
        at = at.moved(change.target)
    return at


def _reported_by(at: Positions, change: Change, actor: str) -> str | None:
    """Everyone who moved it to implemented since it last became so, one a line.

    More than one, where an earlier day was logged later: that takes nothing from what the first had reported.
    """
    if change.target is not Implementation.IMPLEMENTED:
        return None
    if at.implementation is not Implementation.IMPLEMENTED or at.reported_by is None:
        return actor
    if change.source is change.target or at.was_reported_by(actor):
        return at.reported_by
    return f"{at.reported_by}\n{actor}"


def status_of(entry: Entry | Draft) -> Status:
    """The status that an entry on one of the axes moves to."""
    return STATUSES[_AXIS_OF[entry.topic]](entry.target)


def check_history(entries: Iterable[Entry]) -> None:
    """Every entry still follows from those before it; raises RefusedError naming the first that does not.

    Called when an entry is put in between or voided, because what came later rested on it.
    """
    ordered = in_force(entries)
    if ordered and all(entry.topic is not Topic.ADDRESSED for entry in ordered):
        raise _no_longer_follows(ordered[0], "the recommendation would not be addressed to the organization.")
    evidenced = {entry.batch for entry in ordered if entry.topic is Topic.EVIDENCE and not entry.is_return}
    at, looked_by = Positions(), ""
    for entry in ordered:
        if entry.topic not in _AXIS_OF:
            continue
        _check_step(at, entry, has_evidence=entry.batch in evidenced)
        at = _moved(at, entry)
        looked_by = entry.actor if entry.topic is Topic.VERIFICATION else looked_by
        if at.verification is Verification.VERIFIED and at.was_reported_by(looked_by):
            raise _no_longer_follows(entry, f"{looked_by} has verified it, and cannot have reported it (four eyes).")
    _check_extensions(ordered)
    _check_first_due(ordered)


def _check_extensions(entries: Iterable[Entry]) -> None:
    """One request is decided before the next, in the order of writing: a return may ask as of an earlier day."""
    waiting: Entry | None = None
    for entry in in_order_of_writing(entries, Topic.EXTENSION):
        if entry.source != REQUESTED and waiting is None:
            raise _no_longer_follows(entry, "there is no request for an extension that it could decide.")
        if entry.source == REQUESTED and waiting is not None:
            raise _no_longer_follows(entry, f"the request before it, until {waiting.target}, is not decided.")
        waiting = entry if entry.source == REQUESTED else None


def _check_first_due(ordered: Sequence[Entry]) -> None:
    """The first due date is the yardstick of every extension, so that none takes its place."""
    first = next((entry for entry in ordered if entry.topic is Topic.DUE), None)
    grant = next((entry for entry in ordered if first is not None and belongs_with(first, entry)), None)
    if grant is not None:
        raise _no_longer_follows(grant, "the due date that it extended would be gone.")


def in_order_of_writing(entries: Iterable[Entry], topic: Topic) -> list[Entry]:
    """The entries on one topic, the first written first."""
    return sorted((entry for entry in entries if entry.topic is topic), key=lambda entry: entry.id)


def belongs_with(entry: Entry, other: Entry) -> bool:
    """Whether two entries on one follow-up are halves of one thing, so that neither is taken back without the other.

    A granted extension and the due date that it moved; and what a move of implementation set back, with the move.
    """
    halves = _is_grant(entry, other) or _is_grant(other, entry) or _sets_back(entry, other)
    return halves and entry.batch == other.batch


def _is_grant(entry: Entry, other: Entry) -> bool:
    return entry.topic is Topic.DUE and other.topic is Topic.EXTENSION and other.source == GRANTED


def _sets_back(entry: Entry, other: Entry) -> bool:
    to_initial = other.topic is Topic.VERIFICATION and other.target == INITIAL[Axis.VERIFICATION].value
    return entry.topic is Topic.IMPLEMENTATION and to_initial


def _check_step(at: Positions, entry: Entry, *, has_evidence: bool) -> None:
    status = status_of(entry)
    if status is INITIAL[_AXIS_OF[entry.topic]]:
        return  # a consequence of the move beside it, never asked for by itself
    try:
        changes = decide(at, Attempt(status, entry.actor, note=entry.note, has_evidence=has_evidence))
    except RefusedError as refusal:
        raise _no_longer_follows(entry, refusal.what) from None
    if len(changes) > 1:  # what a move sets back is written before it, or nobody would set it back
        raise _no_longer_follows(entry, f"verification would stay {at.verification.value}.")


def _no_longer_follows(entry: Entry, why: str) -> RefusedError:
    what = f"extension {entry.source}" if entry.topic is Topic.EXTENSION else entry.target or entry.topic.value
    said = f"{what} on {entry.effective_on}"
    return RefusedError(
        f"entry {entry.id} ({said}) would no longer hold: {why}", remedy=f"Correct entry {entry.id} first."
    )


@record
class BatchFacts:
    """What the chain protects of a batch besides its entries; `database_user` is the role that a server knew it by."""

    number: int
    actor: str
    recorded_at: datetime
    asked: str
    database_user: str | None = None


def batch_hash(previous: str, batch: BatchFacts, lines: Iterable[tuple[str, Draft, str | None]]) -> str:
    """SHA-256, in hex, over canonical JSON of the hash before, the batch and its entries in order.

    A line is (follow-up as `REF ORG`, entry, the voided entry as `batch.ordinal`): names instead of row
    numbers, so that a register moved to another database keeps its hashes. What was given as a month or a quarter is
    in the line of such a due date only, and the database user in the batch of a server only: what is without is as it
    always was.
    """
    # The canonical JSON of a large batch would be larger than all that is written; so it is hashed piece by piece, and
    # a thousand entries at a time, which takes a third of what one by one does.
    content = {
        "previous": previous,
        "number": batch.number,
        "actor": batch.actor,
        "recorded_at": batch.recorded_at.isoformat(),
        "asked": batch.asked,
        "entries": [],
    }
    if batch.database_user is not None:
        content["database_user"] = batch.database_user
    head, _, tail = canonical_json(content).partition(b'"entries":[]')
    digest = hashlib.sha256(head + b'"entries":[')
    stream = (_canonical_line(*line) for line in lines)
    between = b""
    while piece := list(islice(stream, _PIECE)):
        digest.update(between + canonical_json(piece)[1:-1])
        between = b","
    digest.update(b"]" + tail)
    return digest.hexdigest()


def _canonical_line(name: str, draft: Draft, voided: str | None) -> dict[str, str | None]:
    line = {
        "follow_up": name,
        "topic": draft.topic.value,
        "source": draft.source,
        "target": draft.target,
        "effective_on": draft.effective_on.isoformat(),
        "voice": draft.voice.value,
        "note": draft.note,
        "voids": voided,
    }
    return line if draft.given is None else line | {"given": draft.given}


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical_json(content: object) -> bytes:
    """One spelling for equal content: sorted keys, no blanks, UTF-8."""
    return _CANONICAL.encode(content).encode()
