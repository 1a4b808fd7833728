"""What an entry of another register writes into the journal: by the one table of moves, in the order of its days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tracker.domain.journal import TOPIC_OF, Draft, Standing
from tracker.domain.lifecycle import REASONED, Change, Positions, is_settled
from tracker.domain.mapping_moves import moves_to
from tracker.domain.vocabulary import Topic, Voice
from tracker.errors import RefusedError
from tracker.ingest.folding import digest, fold_word
from tracker.ingest.registers.gathering import Entry
from tracker.ingest.registers.mapping import Mapping
from tracker.ingest.registers.rows import Said
from tracker.records import record
from tracker.reports.words import shortened
from tracker.store.batches import Batch

Aspects = dict[str, str]
"""What a row says, by part: short values as they are, long ones as digests."""
OF_THE_RECOMMENDATION = ("text", "addressee", "impact")
"""What of a row is the recommendation's own, and no entry of the journal."""


def status_aspect(voice: Voice, column: str) -> str:
    """The name of a status among the aspects: whose word, in which column."""
    return f"{voice.value}:{fold_word(column)}"


def is_status_of(voice: Voice, aspect: str) -> bool:
    """Whether an aspect is a status, and in whose voice."""
    return aspect.startswith(f"{voice.value}:")


def word_in(aspect: str) -> str:
    """The other body's own word out of a status among the aspects."""
    return aspect.rpartition("|")[0]


def words_for(source: str, word: str) -> str:
    """How the journal has a register's own word: the program's words, which nobody said so."""
    return f"{source}: {word}"


def kept_aspect(mapping: Mapping) -> str:
    """The name of what else is kept of a row: other cuts keep other columns."""
    return " ".join(["kept", *sorted(fold_word(name) for name in mapping.keep)])


def aspects(entry: Entry, mapping: Mapping) -> Aspects:
    """What an entry says; a blank cell says nothing and is not among them."""
    said = {
        "text": entry.text_digest if entry.text else "",
        "made": entry.made.isoformat() if entry.made else "",
        "due": (entry.due.given or str(entry.due)) if entry.due else "",
        "reply": digest(entry.reply) if entry.reply else "",
        kept_aspect(mapping): digest(entry.kept) if entry.kept else "",
        "addressee": entry.addressee.value if entry.addressee else "",
        "impact": entry.impact or "",
    }
    for status in entry.statuses:
        said[status_aspect(status.voice, status.column)] = f"{status.word}|{status.on or ''}"
    return {name: value for name, value in said.items() if value}


@dataclass(slots=True)
class Kept:
    """Where a follow-up stands while drafts are added to it, in the order of their days."""

    positions: Positions = Positions()
    due_on: date | None = None
    original_due_on: date | None = None
    addressed_on: date | None = None
    heard_on: date | None = None
    last: Draft | None = None

    def add(self, draft: Draft) -> Draft:
        """Take a draft in; the positions are moved by whoever decided it."""
        self.last = draft
        if draft.voice is Voice.ORGANIZATION:
            self.heard_on = draft.effective_on
        if draft.topic is Topic.ADDRESSED:
            self.addressed_on = draft.effective_on
        if draft.topic is Topic.DUE and draft.target:
            self.due_on = date.fromisoformat(draft.target)
            self.original_due_on = self.original_due_on or self.due_on
        return draft

    @classmethod
    def of(cls, at: Standing) -> Kept:
        return cls(at.positions, at.due_on, at.original_due_on, at.addressed_on, at.heard_on)

    def columns(self, batch: Batch, *, asks_verification: bool) -> dict[str, Any]:
        """The follow-up's own row: the same as `standing_columns` gives of the whole journal, without walking it."""
        assert self.last is not None
        at = self.positions
        return {
            "acceptance": at.acceptance,
            "implementation": at.implementation,
            "verification": at.verification,
            "reported_by": at.reported_by,
            "due_on": self.due_on,
            "original_due_on": self.original_due_on,
            "addressed_on": self.addressed_on,
            "heard_on": self.heard_on,
            "open": not is_settled(at, asks_verification=asks_verification),
            "withdrawn": False,
            "effective_on": self.last.effective_on,
            "recorded_at": batch.now,
            "actor": batch.actor,
            "note": self.last.note,
        }


@record
class Statement:
    """One thing that a row says, and the day on which it was so; a status carries its moves.

    `reason` is what the organization replied with its status, and `is_news` that the row has not said that before.
    """

    on: date
    topic: Topic
    voice: Voice
    note: str | None
    target: str | None = None
    given: str | None = None
    said: Said | None = None
    reason: str | None = None
    is_news: bool = True


_FEW = 60
"""Characters by which a refusal names what was said: a reply may be pages."""

_ORDER = (Topic.ADDRESSED, Topic.DUE, Topic.NOTE, Topic.ACCEPTANCE)
"""In which order things of one day are written; a status is filed under acceptance, which comes first of its moves."""


class Drafter:
    """Turns entries into drafts. `as_of` of the mapping dates what has no date; nothing may be of a day to come."""

    def __init__(self, mapping: Mapping, actor: str, today: date) -> None:
        self.kept_name = kept_aspect(mapping)
        self.name = mapping.name
        self.actor = actor
        self.today = today
        self.as_of = mapping.as_of or today
        self.voice = Voice.OFFICE if mapping.voice is Voice.OFFICE else Voice.ISSUER

    def addressed_on(self, entry: Entry) -> date:
        """The day it was made; without one the first other day that the row names, else the day of the register."""
        if entry.made is not None:
            return entry.made
        days = [said.on for said in entry.statuses if said.on]
        return min([*days, *([entry.replied] if entry.replied else []), self.as_of])

    def new(self, entry: Entry, said: Aspects) -> tuple[list[Draft], Kept]:
        """All that an entry says (`said`), of a follow-up that was not there. Raises RefusedError."""
        day = self.addressed_on(entry)
        addressed = Statement(day, Topic.ADDRESSED, self.voice, entry.kept or None)
        said = {name: value for name, value in said.items() if name != self.kept_name}
        return self.play(Kept(), [addressed, *self.statements(entry, said, {}, day, None)], day)

    def changed(self, entry: Entry, start: Kept, new: Aspects, before: Aspects) -> tuple[list[Draft], Kept]:
        """What is new of an entry, from where its follow-up stands. Raises RefusedError."""
        floor = start.addressed_on or self.addressed_on(entry)
        return self.play(start, self.statements(entry, new, before, floor, start.heard_on), floor)

    def statements(
        self, entry: Entry, new: Aspects, before: Aspects, floor: date, heard_on: date | None
    ) -> list[Statement]:
        """`floor` is the day of address: what has no date of its own was so on the register's day, or then if later.

        `heard_on` is the last day on which the organization had said anything before this reading.
        """
        undated = max(self.as_of, floor)
        found = []
        if "made" in new and "made" in before:
            words = f"{self.name}: made {new['made']}, before given as {before['made']}"
            found.append(Statement(undated, Topic.NOTE, self.voice, words))
        if self.kept_name in new:
            found.append(Statement(undated, Topic.NOTE, self.voice, entry.kept))
        if "due" in new and entry.due is not None:
            words = f"{self.name}: due {new['due']}"
            found.append(Statement(undated, Topic.DUE, self.voice, words, str(entry.due), given=entry.due.given))
        return found + self.answers(entry, new, undated, heard_on)

    def answers(self, entry: Entry, new: Aspects, undated: date, heard_on: date | None) -> list[Statement]:
        """The statuses and the reply: what an organization replies on the day on which it declines is its reason.

        It is so whichever of the two comes in a later cut. But a reply that was there before that day is none.
        """
        replied, is_news = self.replied(entry, undated), "reply" in new
        may_explain = is_news or (heard_on is not None and replied <= heard_on)
        explained = [said for said in _reasoned(entry) if (said.on or undated) == replied and may_explain]
        told = [said for said in entry.statuses if status_aspect(said.voice, said.column) in new]
        found = [self.status(entry, said, undated, explained, is_news=is_news) for said in told]
        if is_news and not any(said in told for said in explained):
            found.append(_reply(entry, replied, explained))
        return found

    def status(self, entry: Entry, said: Said, undated: date, explained: Sequence[Said], *, is_news: bool) -> Statement:
        words, reason = words_for(self.name, said.word), entry.reply if said in explained else None
        day = said.on or undated
        return Statement(day, Topic.ACCEPTANCE, said.voice, words, said=said, reason=reason, is_news=is_news)

    def replied(self, entry: Entry, undated: date) -> date:
        """An answer without a date came before what was decided upon it."""
        return entry.replied or min([said.on for said in entry.statuses if said.on] or [undated])

    def play(self, kept: Kept, statements: Sequence[Statement], floor: date) -> tuple[list[Draft], Kept]:
        """The drafts of statements in the order of their days, and where they end. Raises RefusedError."""
        drafts: list[Draft] = []
        for statement in sorted(statements, key=lambda item: (item.on, _ORDER.index(item.topic))):
            self.check_day(statement, floor)
            if statement.said is not None:
                drafts += self.moves(kept, statement, statement.said)
            elif statement.topic is Topic.DUE:
                source = kept.due_on.isoformat() if kept.due_on else None
                if source != statement.target:
                    drafts.append(kept.add(_draft(statement, source, statement.target)))
            elif statement.topic is Topic.ACCEPTANCE:
                drafts.append(kept.add(_again(kept, statement)))
            else:
                drafts.append(kept.add(_draft(statement, None, None)))
        return drafts, kept

    def check_day(self, statement: Statement, floor: date) -> None:
        if statement.on > self.today:
            raise RefusedError(f"{statement.on} is in the future.", remedy="Correct the date in the file.")
        if statement.on < floor:
            note = shortened(statement.note or "", _FEW)
            raise RefusedError(
                f"“{note}” on {statement.on} is before {floor}, the day it was addressed.",
                remedy="Correct one of the dates in the file.",
            )

    def moves(self, kept: Kept, statement: Statement, said: Said) -> list[Draft]:
        """The moves of a status; a word that moves nothing is kept as a note."""
        try:
            changes, positions = moves_to(kept.positions, said.moves, self.actor, has_note=True)
        except RefusedError as refusal:
            raise RefusedError(
                f"“{said.word}” cannot be applied: {refusal.what}",
                remedy="In the mapping, give the moves that lead there, in their order; or none, to keep a note only.",
            ) from None
        kept.positions = positions
        reason = statement.reason if changes or statement.is_news else None
        if reason is None:
            return self.moved(kept, statement, changes)
        own = replace(statement, voice=self.voice)  # the other register's word, beside what the organization said
        words = kept.add(_note(own))
        return [words, *self.moved(kept, replace(statement, note=reason, target=_declining(said)), changes)]

    def moved(self, kept: Kept, statement: Statement, changes: Sequence[Change]) -> list[Draft]:
        if not changes:
            return [kept.add(_again(kept, statement))]
        return [
            kept.add(
                Draft(
                    TOPIC_OF[change.axis], change.source.value, change.target.value, statement.on, statement.voice,
                    statement.note,
                )
            )
            for change in changes
        ]  # fmt: skip


def _reasoned(entry: Entry) -> list[Said]:
    """An organization's own statuses of which a reader asks why, where it replied anything."""
    own = [said for said in entry.statuses if entry.reply and said.voice is Voice.ORGANIZATION]
    return [said for said in own if not REASONED.isdisjoint(said.moves)]


def _declining(said: Said) -> str:
    return next(move.value for move in reversed(said.moves) if move in REASONED)


def _reply(entry: Entry, on: date, explained: Sequence[Said]) -> Statement:
    """What was replied; where a status of that day asks for a reason, it says that again with the reason."""
    if not explained:
        return Statement(on, Topic.NOTE, Voice.ORGANIZATION, entry.reply)
    return Statement(on, Topic.ACCEPTANCE, Voice.ORGANIZATION, entry.reply, _declining(explained[-1]))


def _again(kept: Kept, statement: Statement) -> Draft:
    """What moves nothing: it confirms its target where that holds, and is a note else."""
    if statement.target == kept.positions.acceptance.value:
        return _draft(statement, statement.target, statement.target)
    return _note(statement)


def _note(statement: Statement) -> Draft:
    return _draft(replace(statement, topic=Topic.NOTE), None, None)


def _draft(statement: Statement, source: str | None, target: str | None) -> Draft:
    at = (statement.on, statement.voice, statement.note)
    return Draft(statement.topic, source, target, *at, given=statement.given)
