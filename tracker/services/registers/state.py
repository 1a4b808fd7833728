"""What our register knows of another one before a file is written: looked up in a fixed number of queries."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Table
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.domain.references import fold, reference_to
from tracker.domain.vocabulary import SymbolRole, Voice
from tracker.ingest.registers.gathering import Entry
from tracker.records import record
from tracker.services.registers.drafts import OF_THE_RECOMMENDATION, Aspects, is_status_of, word_in, words_for
from tracker.store.batches import Batch
from tracker.store.register_rows import (
    KnownFollowUp,
    KnownRecommendation,
    KnownReport,
    SeenRow,
    insert_documents,
    known_follow_ups,
    known_recommendations,
    known_reports,
    next_recommendation_id,
    next_report_id,
    seen_rows,
    undone_batches,
)

_BEFORE = "_before"
"""Where `said` keeps what the row said the times before, for the case that the last readings are taken back."""
_KEPT = 8
"""So many times before are kept of a row, or one that changes with every cut would grow and grow."""


@record
class Reading:
    """What a row said when a batch read it."""

    batch: int
    said: Aspects


def as_kept(said: Aspects, before: Sequence[Reading] = ()) -> str:
    """What a row says, with what it said `before`, the last first, as it is kept."""
    content: dict[str, Any] = dict(said)
    if before:
        content[_BEFORE] = [[reading.batch, reading.said] for reading in before[:_KEPT]]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _readings(row: SeenRow) -> list[Reading]:
    content: dict[str, Any] = json.loads(row.said)
    before = content.pop(_BEFORE, [])
    if isinstance(before, dict):  # as it was kept first: the last time only, and not by which batch
        before = [[0, before]]
    return [Reading(row.batch, content), *(Reading(batch, said) for batch, said in before)]


def _without(readings: Sequence[Reading], undone: AbstractSet[int]) -> Iterator[Reading]:
    """The other readings, the first first; what those that are `undone` had brought was not said by later ones either.

    The recommendation's own words stay: no `undo` takes them back.
    """
    last: Aspects = {}
    held: Aspects = readings[-1].said if len(readings) > _KEPT else {}  # what came before is not kept any more
    for reading in reversed(readings):
        if reading.batch not in undone:
            said = {name: _first_said(name, value, last, held) for name, value in reading.said.items()}
            held = {name: value for name, value in said.items() if value is not None}
            yield Reading(reading.batch, held)
        last = reading.said


def _first_said(name: str, value: str, last: Aspects, held: Aspects) -> str | None:
    """What is said with a value that a reading gives: that, unless it only repeats what was not said then."""
    return value if name in OF_THE_RECOMMENDATION or last.get(name) != value else held.get(name)


def told_by_registers(rows: Sequence[tuple[str, SeenRow]]) -> set[tuple[int, str]]:
    """Follow-ups with the words in which the journal has what registers gave as their organization's status.

    Such a note is told from what an organization said itself by what is kept of the rows, not by how it reads.
    """
    return {
        (row.follow_up_id, words_for(source, word_in(said)))
        for source, row in rows
        for reading in _readings(row)
        for name, said in reading.said.items()
        if is_status_of(Voice.ORGANIZATION, name)
    }


@record
class Place:
    """A recommendation's id, the report it belongs to, and its number there."""

    recommendation_id: int
    report: KnownReport
    number: str

    @property
    def ref(self) -> str:
        return reference_to(self.report.symbol, self.number)


class Seen:
    """The rows of a register as they were last read."""

    def __init__(self, batch: Batch, source: str) -> None:
        self.rows = seen_rows(batch.session, source)
        self.undone = undone_batches(batch.session)

    def key(self, entry: Entry) -> str:
        """Under which key an entry was seen, or will be; the text is part of it where one number bears several."""
        plain = f"{entry.key}|{fold(entry.code)}"
        own = f"{plain}#{entry.text_digest}"
        if entry.own is None:
            return plain if plain in self.rows or own not in self.rows else own
        if own not in self.rows and plain in self.rows and self.said(plain).get("text") == entry.text_digest:
            return plain
        return own

    def readings(self, key: str) -> list[Reading]:
        """What a row said before, the last first; what an `undo` has taken back was never said."""
        row = self.rows.get(key)
        readings = _readings(row) if row else []
        if self.undone.isdisjoint(reading.batch for reading in readings):
            return readings
        return list(_without(readings, self.undone))[::-1]

    def said(self, key: str) -> Aspects:
        """What a row said last; nothing where it never said anything."""
        readings = self.readings(key)
        return readings[0].said if readings else {}

    def taken_back(self, key: str) -> Aspects:
        """What the row said last, where an `undo` has taken that back."""
        last = next(iter(_readings(self.rows[key])), None) if key in self.rows else None
        return last.said if last is not None and last.batch in self.undone else {}

    def missing(self, met: set[str]) -> list[SeenRow]:
        """The rows that were read once and are not among the keys met now; what was taken back was never read."""
        return [row for key, row in self.rows.items() if key not in met and self.readings(key)]


@dataclass(slots=True)
class Shelf:
    """Reports and recommendations, known and new; the new ones are written together."""

    batch: Batch
    issued: Table[str, date]
    reports: dict[str, KnownReport] = field(default_factory=dict)
    numbers: dict[tuple[int, str], KnownRecommendation] = field(default_factory=dict)
    identities: dict[tuple[str, str | None], Place] = field(default_factory=dict)
    claimed: set[int] = field(default_factory=set)
    new_reports: list[dict[str, Any]] = field(default_factory=list)
    new_symbols: list[dict[str, Any]] = field(default_factory=list)
    new_recommendations: list[dict[str, Any]] = field(default_factory=list)

    def load(self) -> None:
        self.reports = known_reports(self.batch.session)
        self.numbers = known_recommendations(self.batch.session)

    def report_of(self, known: KnownFollowUp) -> KnownReport:
        return self.reports[fold(known.symbol)]

    def claim(self, entry: Entry, known: KnownFollowUp) -> None:
        """Say that an identity of the file is this recommendation, because one of its rows was seen as such."""
        place = Place(known.recommendation_id, self.report_of(known), known.number)
        self.identities.setdefault((entry.key, entry.own), place)
        self.claimed.add(known.recommendation_id)

    def place(self, entry: Entry) -> Place:
        """The recommendation of an entry; made where there is none yet."""
        identity = (entry.key, entry.own)
        found = self.identities.get(identity)
        if found is None:
            report = self.report(entry)
            number = self.free_number(entry, report)
            known = self.numbers.get((report.id, fold(number))) or self.add(entry, report, number)
            found = self.identities[identity] = Place(known.id, report, known.number)
            self.claimed.add(known.id)
        return found

    def free_number(self, entry: Entry, report: KnownReport) -> str:
        """Its own number; where that is another recommendation's, or several bear it, with a counter behind it."""
        count = 1 if entry.own is not None else 0
        while True:
            number = f"{entry.number}.{count}" if count else entry.number
            known = self.numbers.get((report.id, fold(number)))
            if known is None or known.id not in self.claimed:
                return number
            count += 1

    def add(self, entry: Entry, report: KnownReport, number: str) -> KnownRecommendation:
        known = KnownRecommendation(next_recommendation_id(self.batch), number)
        self.numbers[report.id, fold(number)] = known
        self.new_recommendations.append(
            {
                "id": known.id,
                "report_id": report.id,
                "number": number,
                "position": known.id,
                "text": entry.text,
                "addressee": entry.addressee,
                "impact": entry.impact,
                "stance": None,
            }
        )
        return known

    def report(self, entry: Entry) -> KnownReport:
        folded = fold(entry.report)
        if folded not in self.reports:
            report = KnownReport(next_report_id(self.batch), entry.report, asks_verification=False)
            issued = self.issued.get(folded)
            self.new_reports.append(
                {"id": report.id, "title": entry.title, "issued_on": issued, "asks_verification": False}
            )
            self.new_symbols.append(
                {"report_id": report.id, "symbol": entry.report, "folded": folded, "role": SymbolRole.MAIN}
            )
            self.reports[folded] = report
        return self.reports[folded]

    def write(self) -> None:
        """Write what is new since the last time."""
        insert_documents(self.batch, self.new_reports, self.new_symbols, self.new_recommendations)
        self.new_reports, self.new_symbols, self.new_recommendations = [], [], []


def issued_days(entries: Sequence[Entry]) -> dict[str, date]:
    """Folded symbol → the day of issue: the earliest on which one of the report's recommendations was made."""
    days: dict[str, date] = {}
    for entry in entries:
        if entry.made is not None:
            folded = fold(entry.report)
            days[folded] = min(entry.made, days.get(folded, entry.made))
    return days


class FollowUps:
    """The follow-ups of our register, by id and by recommendation and organization."""

    def __init__(self, batch: Batch) -> None:
        self.by_id = known_follow_ups(batch.session)
        self.by_place = {(item.recommendation_id, item.code): item for item in self.by_id.values()}
