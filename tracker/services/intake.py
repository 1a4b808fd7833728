"""Taking documents in: a consolidated note makes a report, its recommendations, and their follow-ups."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from tracker.domain.journal import Draft, Standing, standing
from tracker.domain.references import fold, reference_to
from tracker.domain.rows import Recommendation, Report, Symbol
from tracker.domain.updates import as_entries
from tracker.domain.vocabulary import Addressee, SymbolRole, Topic, Voice
from tracker.errors import BadDataError
from tracker.ingest.notes import Note, NoteRecommendation, read_note
from tracker.ingest.problems import Problem
from tracker.services.steps import OnStep, counted
from tracker.services.who import Who
from tracker.store.batches import Batch
from tracker.store.documents import (
    RecommendationText,
    add_report,
    add_symbols,
    find_report,
    recommendations_of,
    save_recommendation,
)
from tracker.store.follow_ups import (
    addressed_pairs,
    insert_follow_ups,
    next_follow_up_id,
    save_standings,
    standing_columns,
)
from tracker.store.journal import history
from tracker.store.organizations import organization_ids
from tracker.store.unit import Register

_CEB_CODES = ("CEB", "UN")
"""Who answers for the Chair of CEB, in this order."""


@dataclass(frozen=True, slots=True)
class NoteOptions:
    """What the user adds to what the note says: organizations, the note's own symbol, the report's symbols."""

    organizations: tuple[str, ...] = ()
    symbol: str | None = None
    report: str | None = None
    also: tuple[str, ...] = ()


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do. The counts are of follow-ups."""

    symbol: str | None
    report: str
    title: str
    recommendations: list[NoteRecommendation]
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The JSON of an import, as DESIGN section 5 fixes it."""
        return {
            "kind": "note",
            "symbol": self.symbol,
            "report": self.report,
            "title": self.title,
            "recommendations": [_recommendation_json(item) for item in self.recommendations],
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "refused": self.refused,
            "problems": [problem.as_json() for problem in self.problems],
        }


def import_notes(
    register: Register,
    paths: Sequence[Path],
    options: NoteOptions,
    who: Who,
    *,
    dry_run: bool = False,
    on_step: OnStep | None = None,
) -> list[ImportReport]:
    """Read notes and bring the register to what they say; nothing changes where they say nothing new.

    All of them are read before the first is written, so that a file which cannot be read changes nothing.
    Each is a batch of its own. A note never sets any organization's acceptance: its stance is the
    organizations' together.
    """
    files = counted(paths, on_step)
    notes = [(path, _completed(read_note(path, symbol=options.symbol), options, path.name)) for path in files]
    return [apply_note(register, note, path.name, options, _traced(who, path), dry_run=dry_run) for path, note in notes]


def _traced(who: Who, path: Path) -> Who:
    """The command with the checksum of the file that it read, so that the journal says which file it was."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return replace(who, asked=f"{who.asked} [{path.name} sha256:{digest}]")


def apply_note(
    register: Register, note: Note, name: str, options: NoteOptions, who: Who, *, dry_run: bool = False
) -> ImportReport:
    """Bring the register to what a note says, already read; `name` is how problems call the file."""
    completed = _completed(note, options, name)
    with register.batch(actor=who.actor, asked=who.asked, now=who.now, dry_run=dry_run) as batch:
        return _Import(batch, completed, name, options, who.today).run()


def _completed(note: Note, options: NoteOptions, name: str) -> Note:
    report = options.report or note.report
    if report is None:
        raise BadDataError(
            "the note does not say on which report it comments.",
            where=name,
            remedy="Give the report's symbol with --report.",
        )
    return replace(note, report=report, also=(*note.also, *options.also))


class _Import:
    """One note on its way into one batch."""

    def __init__(self, batch: Batch, note: Note, name: str, options: NoteOptions, today: date) -> None:
        self.batch = batch
        self.note = note
        self.name = name
        self.today = today
        self.codes = organization_ids(batch.session, options.organizations or None, there_on=today)
        self.names = {organization_id: code for code, organization_id in self.codes.items()}
        self.result = ImportReport(
            symbol=note.symbol,
            report=note.report or "",
            title=note.title or note.report or "",
            recommendations=list(note.recommendations),
            problems=list(note.problems),
        )

    def run(self) -> ImportReport:
        report = self._report()
        self.result.report = report.symbol
        known = {fold(item.number): item for item in recommendations_of(self.batch.session, report)}
        changed: set[int] = set()
        for said in self.note.recommendations:
            recommendation_id, is_changed = self._recommendation(report, known.get(fold(said.number)), said)
            if is_changed:
                changed.add(recommendation_id)
        self._follow_ups(report, changed)
        if not self.codes:
            self._problem(
                "no organization is registered, so that nobody follows it up.", "Add them with: tracker org add."
            )
        return self.result

    def _report(self) -> Report:
        """The report that the note comments on, found under any symbol or made, with all its symbols."""
        note = self.note
        assert note.report is not None
        symbols = [Symbol(note.report, SymbolRole.MAIN), *(Symbol(item, SymbolRole.ALSO) for item in note.also)]
        if note.symbol is not None and fold(note.symbol) != fold(note.report):
            symbols.append(Symbol(note.symbol, SymbolRole.COMMENTS))
        known = next(filter(None, (find_report(self.batch.session, item.symbol) for item in symbols)), None)
        if known is None:
            return add_report(self.batch, title=note.title or note.report, issued_on=note.issued_on, symbols=symbols)
        added = [replace(item, role=SymbolRole.ALSO) if item.role is SymbolRole.MAIN else item for item in symbols]
        add_symbols(self.batch, known.id, added)
        return known

    def _recommendation(
        self, report: Report, known: Recommendation | None, said: NoteRecommendation
    ) -> tuple[int, bool]:
        text = RecommendationText(
            number=said.number,
            text=said.text,
            addressee=said.addressee or (known.addressee if known else None),
            impact=known.impact if known else None,
            stance=said.stance,
            paragraphs=tuple((paragraph.number, paragraph.text) for paragraph in said.paragraphs),
        )
        if known is not None and _as_known(known) == text:
            return known.id, False
        return save_recommendation(self.batch, report, known, text), known is not None

    def _follow_ups(self, report: Report, changed: set[int]) -> None:
        """Address every recommendation to whom it is for; those already addressed stay as they are."""
        known = addressed_pairs(self.batch.session, report.id)
        new: list[tuple[Recommendation, int]] = []
        again: list[tuple[Recommendation, int, int]] = []
        for recommendation in recommendations_of(self.batch.session, report):
            for organization_id in self._addressed_to(recommendation):
                follow_up_id, withdrawn = known.get((recommendation.id, organization_id), (None, False))
                if follow_up_id is None:
                    new.append((recommendation, organization_id))
                elif withdrawn:
                    again.append((recommendation, organization_id, follow_up_id))
                elif recommendation.id in changed:
                    self.result.updated += 1
                else:
                    self.result.unchanged += 1
        self._create(report, new)
        self._readdress(report, again)

    def _addressed_to(self, recommendation: Recommendation) -> list[int]:
        if recommendation.addressee is not Addressee.CEB_CHAIR:
            return list(self.codes.values())
        folded = {fold(code): organization_id for code, organization_id in self.codes.items()}
        chair = next((folded[code] for code in _CEB_CODES if code in folded), None)
        if chair is None and self.codes:
            self._problem(
                f"recommendation {recommendation.number} is for the Chair of CEB, and no organization is coded "
                f"{' or '.join(_CEB_CODES)}; nobody follows it up.",
                "Add one with: tracker org add CEB --name NAME, and import again.",
            )
        return [] if chair is None else [chair]

    def _create(self, report: Report, new: Sequence[tuple[Recommendation, int]]) -> None:
        draft = self._addressing(report)
        rows = []
        for recommendation, organization_id in new:
            follow_up_id = next_follow_up_id(self.batch)
            after = self._enter(follow_up_id, recommendation, organization_id, draft)
            columns = standing_columns(after, asks_verification=report.asks_verification)
            rows.append(
                {
                    "id": follow_up_id,
                    "recommendation_id": recommendation.id,
                    "organization_id": organization_id,
                    "version": 1,
                    **columns,
                }
            )
        insert_follow_ups(self.batch.session, rows)
        self.result.created += len(rows)

    def _readdress(self, report: Report, again: Sequence[tuple[Recommendation, int, int]]) -> None:
        """Address again what an `undo` had withdrawn."""
        histories = history(self.batch.session, [follow_up_id for _, _, follow_up_id in again])
        rows = []
        for recommendation, organization_id, follow_up_id in again:
            past = standing(histories[follow_up_id])
            after = self._enter(follow_up_id, recommendation, organization_id, self._addressing(report), past)
            rows.append({"id": follow_up_id, **standing_columns(after, asks_verification=report.asks_verification)})
        save_standings(self.batch.session, rows)
        self.result.created += len(rows)

    def _addressing(self, report: Report) -> Draft:
        day = min(report.issued_on or self.today, self.today)
        return Draft(Topic.ADDRESSED, None, None, day, Voice.OFFICE)

    def _enter(
        self,
        follow_up_id: int,
        recommendation: Recommendation,
        organization_id: int,
        draft: Draft,
        start: Standing | None = None,
    ) -> Standing:
        name = f"{reference_to(recommendation.report, recommendation.number)} {self.names[organization_id]}"
        entry_id = self.batch.enter(follow_up_id, name, draft)
        batch = self.batch
        entries = as_entries(
            [draft], first_id=entry_id, batch=batch.facts.number, actor=batch.actor, recorded_at=batch.now
        )
        return standing(entries, start=start)

    def _problem(self, what: str, remedy: str) -> None:
        self.result.problems.append(Problem(self.name, what, remedy))


def _as_known(known: Recommendation) -> RecommendationText:
    return RecommendationText(known.number, known.text, known.addressee, known.impact, known.stance, known.paragraphs)


def _recommendation_json(item: NoteRecommendation) -> dict[str, Any]:
    return {
        "number": item.number,
        "text": item.text,
        "addressee": item.addressee.value if item.addressee else None,
        "stance": item.stance.value,
        "paragraphs": [paragraph.number for paragraph in item.paragraphs],
    }
