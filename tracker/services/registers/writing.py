"""What the entries of another register change in ours: decided one by one, written together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.domain.journal import Draft, standing
from tracker.domain.journal import Entry as JournalEntry
from tracker.domain.lifecycle import Positions
from tracker.domain.mapping_moves import untold
from tracker.domain.references import as_typed, follow_up_name, reference_to
from tracker.domain.updates import as_entries, check_last_due, recomputed
from tracker.domain.vocabulary import Acceptance, Implementation, Status, Topic
from tracker.errors import RefusedError
from tracker.ingest.folding import fold_word
from tracker.ingest.registers.findings import Findings
from tracker.ingest.registers.gathering import Entry, text_digest
from tracker.ingest.registers.mapping import Mapping
from tracker.ingest.registers.rows import Said
from tracker.progress import OnStep, counted
from tracker.records import record
from tracker.services.registers.drafts import (
    OF_THE_RECOMMENDATION,
    Aspects,
    Drafter,
    Kept,
    aspects,
    status_aspect,
    word_in,
)
from tracker.services.registers.state import FollowUps, Place, Reading, Seen, Shelf, as_kept, issued_days
from tracker.store.batches import Batch
from tracker.store.follow_up_writing import insert_follow_ups, next_follow_up_id, save_standings, standing_columns
from tracker.store.journal import history
from tracker.store.organizations import organization_ids
from tracker.store.register_rows import KnownFollowUp, save_recommendations, save_seen, texts_of

_CHUNK = 5_000
"""So many entries are decided before their rows are written."""


@dataclass(slots=True)
class Outcome:
    """Follow-ups by what happened to them; `updated` says which parts of each."""

    created: list[str] = field(default_factory=list)
    updated: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def lists(self) -> dict[str, list[Any]]:
        """By name, as JSON has them."""
        return {
            "created": self.created,
            "updated": [{"follow_up": name, "what": list(what)} for name, what in self.updated],
            "unchanged": self.unchanged,
            "missing": self.missing,
        }


@record
class Change:
    """An entry that says something new of a follow-up that is there."""

    entry: Entry
    known: KnownFollowUp
    key: str
    before: Aspects
    new: Aspects


class Writing:
    """One file's entries on their way into the register, within one batch."""

    def __init__(self, batch: Batch, mapping: Mapping, findings: Findings, today: date) -> None:
        self.batch, self.mapping, self.findings = batch, mapping, findings
        self.drafter = Drafter(mapping, batch.actor, today)
        self.seen = Seen(batch, mapping.name)
        self.follow_ups = FollowUps(batch)
        self.organizations = organization_ids(batch.session)
        self.outcome = Outcome()
        self.met: set[str] = set()
        self.listed: set[int] = set()  # also under a key of its own, as where its report has a new number
        self.new_follow_ups: list[dict[str, Any]] = []
        self.saved: dict[int, dict[str, Any]] = {}
        self.written: dict[int, list[Draft]] = {}
        self.seen_rows: list[dict[str, Any]] = []
        self.corrected: dict[int, dict[str, Any]] = {}
        self.late: list[Change] = []
        self.adopted: list[Change] = []

    def write(self, entries: Sequence[Entry], *, is_whole: bool, on_step: OnStep | None = None) -> Outcome:
        """Decide and write; `is_whole` says that what was seen before and is not here is missing."""
        self.shelf = Shelf(self.batch, issued_days(entries))
        self.shelf.load()
        keyed = [(entry, self.seen.key(entry)) for entry in entries]
        for entry, key in keyed:
            self.met.add(key)
            if key in self.seen.rows:
                self.shelf.claim(entry, self.follow_ups.by_id[self.seen.rows[key].follow_up_id])
        for count, (entry, key) in enumerate(counted(keyed, on_step), start=1):
            self.take(entry, key)
            if count % _CHUNK == 0:
                self.write_rows()
        self.write_late()
        self.look_at_adopted()
        self.write_rows()
        if is_whole:
            self.outcome.missing = sorted(
                self.name(self.follow_ups.by_id[row.follow_up_id])
                for row in self.seen.missing(self.met)
                if row.follow_up_id not in self.listed
            )
        return self.outcome

    def take(self, entry: Entry, key: str) -> None:
        if key in self.seen.rows:
            known: KnownFollowUp | None = self.follow_ups.by_id[self.seen.rows[key].follow_up_id]
        else:
            place = self.shelf.place(entry)
            known = self.follow_ups.by_place.get((place.recommendation_id, entry.code))
            if known is None:
                self.create(entry, key, place)
                return
        assert known is not None
        self.listed.add(known.id)
        if known.withdrawn and known.id not in self.written:
            self.readdress(entry, key, known)
        else:
            self.compare(entry, key, known)

    def name(self, known: KnownFollowUp) -> str:
        return follow_up_name(reference_to(known.symbol, known.number), known.code)

    def refuse(self, entry: Entry, name: str, refusal: RefusedError) -> None:
        self.findings.refuse(entry.rows, f"{name}: {refusal.what}", refusal.remedy or "")

    def enter(self, follow_up_id: int, name: str, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            self.batch.enter(follow_up_id, name, draft)

    def create(self, entry: Entry, key: str, place: Place) -> None:
        """A new follow-up with all that the row says of it."""
        name = follow_up_name(place.ref, entry.code)
        said = aspects(entry, self.mapping)
        try:
            drafts, kept = self.drafter.new(entry, said)
        except RefusedError as refusal:
            self.refuse(entry, name, refusal)
            return
        follow_up_id = next_follow_up_id(self.batch)
        self.enter(follow_up_id, name, drafts)
        columns = kept.columns(self.batch, asks_verification=place.report.asks_verification)
        columns |= {
            "id": follow_up_id,
            "recommendation_id": place.recommendation_id,
            "organization_id": self.organizations[entry.code],
            "version": 1,
        }
        self.new_follow_ups.append(columns)
        self.remember(key, follow_up_id, said)
        self.outcome.created.append(name)

    def readdress(self, entry: Entry, key: str, known: KnownFollowUp) -> None:
        """Address again what an `undo` had withdrawn, with all that the row says."""
        name, said = self.name(known), aspects(entry, self.mapping)
        try:
            drafts, kept = self.drafter.new(entry, said)
        except RefusedError as refusal:
            self.refuse(entry, name, refusal)
            return
        self.save(known, drafts, kept.columns(self.batch, asks_verification=self.asks(known)))
        self.remember(key, known.id, said)
        self.outcome.created.append(name)

    def compare(self, entry: Entry, key: str, known: KnownFollowUp) -> None:
        """Bring an existing follow-up to what the row says, as far as it has not said so before."""
        before, now = self.seen.said(key), aspects(entry, self.mapping)
        new = {aspect: value for aspect, value in now.items() if before.get(aspect) != value}
        new |= self.still_changed(key, now)
        self.tell_of_silence(entry, known, before, now)
        if not new:
            self.outcome.unchanged.append(self.name(known))
            return
        change = Change(entry, known, key, before, new)
        if known.id in self.written:
            self.meet_again(change)
            return
        start = Kept(known.positions, known.due_on, known.original_due_on, known.addressed_on, known.heard_on)
        try:
            drafts, kept = self.drafter.changed(entry, start, new, before)
        except RefusedError as refusal:
            if known.effective_on > known.addressed_on:
                self.late.append(change)  # perhaps it was possible on the day of which the row speaks
            else:
                self.refuse(entry, self.name(known), refusal)
            return
        if drafts and min(draft.effective_on for draft in drafts) < known.effective_on:
            self.late.append(change)
            return
        if drafts:
            self.save(known, drafts, kept.columns(self.batch, asks_verification=self.asks(known)))
        self.changed(change, kept.positions, has_drafts=bool(drafts))

    def meet_again(self, change: Change) -> None:
        """A second row that comes to one follow-up is decided from what the first has written, and told."""
        self.late.append(change)
        self.findings.notice(
            change.entry.rows,
            f"comes to {self.name(change.known)}, as does another row of this file.",
            "Let [recommendation] same in the mapping name what tells them apart.",
        )

    def write_late(self) -> None:
        """What took effect before something that is known already: decided from where things stood on that day."""
        histories = history(self.batch.session, [change.known.id for change in self.late])
        for change in self.late:
            known, past = change.known, self.with_written(change.known.id, histories[change.known.id])
            try:
                drafts = self.backdated(change, past)
                after = recomputed(past, self.as_entries(drafts, past[-1].id + 1))
            except RefusedError as refusal:
                self.refuse(change.entry, self.name(known), refusal)
                continue
            self.save(known, drafts, standing_columns(after, asks_verification=self.asks(known)))
            self.changed(change, after.positions, has_drafts=bool(drafts))

    def with_written(self, follow_up_id: int, past: Sequence[JournalEntry]) -> list[JournalEntry]:
        """The entries that are there, and those that this file brings."""
        return [*past, *self.as_entries(self.written.get(follow_up_id, ()), past[-1].id + 1)]

    def backdated(self, change: Change, past: Sequence[JournalEntry]) -> list[Draft]:
        """Each statement from where its follow-up stood on its own day; its due date, where it is another than now."""
        known, at = change.known, standing(past)
        floor, due_on = at.addressed_on or known.addressed_on, at.due_on.isoformat() if at.due_on else None
        found: list[Draft] = []
        statements = self.drafter.statements(change.entry, change.new, change.before, floor, known.heard_on)
        for statement in sorted(statements, key=lambda item: item.on):
            if statement.topic is Topic.DUE:
                if statement.target == due_on:
                    continue
                check_last_due(as_typed(reference_to(known.symbol, known.number), known.code), statement.on, past)
            new = self.as_entries(found, past[-1].id + 1)
            start = Kept.of(standing([*past, *new], as_of=statement.on))
            found += self.drafter.play(start, [statement], floor)[0]
        return found

    def as_entries(self, drafts: Sequence[Draft], first_id: int) -> list[JournalEntry]:
        batch = self.batch
        return as_entries(drafts, first_id=first_id, batch=batch.facts.number, actor=batch.actor, recorded_at=batch.now)

    def asks(self, known: KnownFollowUp) -> bool:
        return self.shelf.report_of(known).asks_verification

    def save(self, known: KnownFollowUp, drafts: Sequence[Draft], columns: dict[str, Any]) -> None:
        """Enter the drafts; the follow-up's own row is written with the others."""
        self.enter(known.id, self.name(known), drafts)
        self.written.setdefault(known.id, []).extend(drafts)
        self.saved[known.id] = {"id": known.id, "version": known.version + 1, **columns}

    def changed(self, change: Change, after: Positions, *, has_drafts: bool) -> None:
        """Count and remember a change; what was never read from this register is adopted, its text looked at later."""
        self.tell_of_less(change, after)
        if not change.before:
            self.adopted.append(change)
        is_corrected = bool(change.before) and self.correct(change)
        self.remember(change.key, change.known.id, {**change.before, **change.new}, self.seen.readings(change.key))
        name = self.name(change.known)
        if has_drafts or is_corrected:
            self.outcome.updated.append((name, tuple(change.new)))
        else:
            self.outcome.unchanged.append(name)

    def still_changed(self, key: str, now: Aspects) -> Aspects:
        """What an `undo` could not take back of a recommendation: the words that a later cut had changed."""
        undone = self.seen.taken_back(key)
        return {
            name: now[name]
            for name in OF_THE_RECOMMENDATION
            if name in now and undone.get(name, now[name]) != now[name]
        }

    def correct(self, change: Change) -> bool:
        """Text, addressee and impact are the recommendation's own: corrected where this register speaks of it again."""
        entry, columns = change.entry, self.corrected.get(change.known.recommendation_id, {})
        for aspect, value in (("text", entry.text), ("addressee", entry.addressee), ("impact", entry.impact)):
            if aspect in change.new:
                columns[aspect] = value
        if columns:
            self.corrected[change.known.recommendation_id] = columns
        return bool(columns)

    def look_at_adopted(self) -> None:
        """The register has these recommendations from elsewhere: its text stands, and a different one is told."""
        adopted = [change for change in self.adopted if "text" in change.new]
        texts = texts_of(self.batch.session, [change.known.recommendation_id for change in adopted])
        for change in adopted:
            entry, known = change.entry, change.known
            text = texts.get(known.recommendation_id, "")
            if not text:
                self.correct(change)
            elif text_digest(text, known.number) != entry.text_digest:
                self.findings.notice(
                    entry.rows,
                    f"gives {reference_to(known.symbol, known.number)} a text that differs from the register's, "
                    "which is kept.",
                    "Check whether it is the same recommendation.",
                )

    def tell_of_silence(self, entry: Entry, known: KnownFollowUp, before: Aspects, now: Aspects) -> None:
        """A status that is blank now is no statement; it is told, and nothing is changed."""
        for status in self.mapping.statuses:
            for column in status.columns:
                aspect = status_aspect(status.voice, column)
                if aspect in before and aspect not in now:
                    word = word_in(before[aspect])
                    self.findings.notice(
                        entry.rows,
                        f"gives no status for {self.name(known)}, and gave “{word}” before; nothing is changed.",
                        "If it was taken back, correct it with: tracker correct.",
                        column,
                    )

    def tell_of_less(self, change: Change, after: Positions) -> None:
        """A word that says less than what the register said before takes nothing back; it is told."""
        for said in change.entry.statuses:
            if self.is_reworded(change, said) and untold(after, self.said_before(change, said, after), said.moves):
                self.findings.notice(
                    change.entry.rows,
                    f"“{said.word}” takes nothing back: {self.name(change.known)} stays {_words(after)}.",
                    'If it was reopened, let the mapping say to what, as in moves = ["accepted", "in-progress"].',
                    said.column,
                )

    def is_reworded(self, change: Change, said: Said) -> bool:
        """Whether the register gave another word in this place the last time."""
        before = change.before.get(status_aspect(said.voice, said.column))
        return before is not None and fold_word(word_in(before)) != fold_word(said.word)

    def said_before(self, change: Change, said: Said, after: Positions) -> list[Status]:
        """All that the earlier words of a column say; one that the mapping knows no more may have said all of it."""
        aspect = status_aspect(said.voice, said.column)
        found: list[Status] = []
        for reading in self.seen.readings(change.key):
            if aspect in reading.said:
                moves = self.mapping.moves_of(said.column, said.voice, word_in(reading.said[aspect]))
                found += (after.acceptance, after.implementation) if moves is None else moves
        return [status for status in found if status not in _NOTHING]

    def remember(self, key: str, follow_up_id: int, said: Aspects, before: Sequence[Reading] = ()) -> None:
        self.seen_rows.append(
            {
                "source": self.mapping.name,
                "key": key,
                "follow_up_id": follow_up_id,
                "said": as_kept(said, before),
                "batch": self.batch.facts.number,
            }
        )

    def write_rows(self) -> None:
        """Write what has been gathered, so that it is not all in memory at the end; the journal is the batch's."""
        self.shelf.write()
        insert_follow_ups(self.batch.session, self.new_follow_ups)
        save_standings(self.batch.session, [*self.saved.values()])
        save_recommendations(self.batch, ({"id": key, **columns} for key, columns in self.corrected.items()))
        new = [row for row in self.seen_rows if row["key"] not in self.seen.rows]
        save_seen(self.batch, new, [row for row in self.seen_rows if row["key"] in self.seen.rows])
        self.new_follow_ups, self.saved, self.seen_rows, self.corrected = [], {}, [], {}


_NOTHING = (Acceptance.NO_INFORMATION, Implementation.NO_INFORMATION)


def _words(at: Positions) -> str:
    return ", ".join(status.value for status in (at.acceptance, at.implementation) if status not in _NOTHING)
