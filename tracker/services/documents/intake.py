"""Taking documents in: a consolidated note, or the report itself, makes a report, its recommendations, follow-ups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from tracker.domain.actions import actions_text, usual_addressee
from tracker.domain.references import fold
from tracker.domain.rows import Recommendation, Report, Symbol
from tracker.domain.undo import with_file
from tracker.domain.vocabulary import Stance, SymbolRole
from tracker.domain.who import Who
from tracker.errors import BadDataError
from tracker.files import checksum_of
from tracker.ingest.folding import fold_text
from tracker.ingest.notes.reading import SAYS_NO_REPORT, DocumentKind, Note, NoteRecommendation, read_note
from tracker.ingest.problems import Problem
from tracker.limits import Limits
from tracker.progress import OnStep, begun, counted
from tracker.records import record
from tracker.services.documents.addressing import against_text, resolve
from tracker.services.documents.asking import Asking
from tracker.store.aliases import all_aliases
from tracker.store.batches import Batch
from tracker.store.documents import (
    RecommendationText,
    add_report,
    add_symbols,
    find_report,
    known_by_tail,
    recommendations_of,
    save_recommendation,
)
from tracker.store.organizations import all_organizations, days_left, organization_ids
from tracker.store.unit import Register


@record
class NoteOptions:
    """What the user adds to what the note says: organizations, the note's own symbol, the report's symbols."""

    organizations: tuple[str, ...] = ()
    symbol: str | None = None
    report: str | None = None
    also: tuple[str, ...] = ()


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do. The counts are of follow-ups.

    `withdrawn` were asked before and are not by the report's annex of actions, and had said nothing yet.
    """

    kind: DocumentKind
    symbol: str | None
    report: str
    title: str
    recommendations: list[NoteRecommendation]
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    withdrawn: int = 0
    problems: list[Problem] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The JSON of an import, as DESIGN section 5 fixes it; a report has impacts and withdrawals beside."""
        of_report = {"withdrawn": self.withdrawn} if self.kind is DocumentKind.REPORT else {}
        return {
            "kind": self.kind.value,
            "symbol": self.symbol,
            "report": self.report,
            "title": self.title,
            "recommendations": [_recommendation_json(item, self.kind) for item in self.recommendations],
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "refused": self.refused,
            **of_report,
            "problems": [problem.as_json() for problem in self.problems],
        }


def import_notes(
    register: Register,
    paths: Sequence[Path],
    options: NoteOptions,
    who: Who,
    *,
    dry_run: bool = False,
    limits: Limits | None = None,
    on_step: OnStep | None = None,
) -> Iterator[ImportReport]:
    """Read notes and bring the register to what they say; nothing changes where they say nothing new.

    All of them are read before the first is written, so that a file which cannot be read changes nothing.
    Each is a batch of its own, written as its report is asked for. A note never sets any organization's acceptance:
    its stance is the organizations' together.
    """
    # Of several files the files are counted, of one its pages.
    of_files, of_pages = (on_step, None) if len(paths) > 1 else (None, on_step)
    if of_pages is not None:
        begun(of_pages, paths[0].name)
    notes = []
    for path in counted(paths, of_files, lambda path: path.name):
        note = read_note(path, symbol=options.symbol, limits=limits, on_page=of_pages)
        notes.append((path, _completed(note, options, path.name)))
    for path, note in notes:
        traced = with_file(who, path.name, checksum_of(path))
        yield apply_note(register, note, path.name, options, traced, dry_run=dry_run)


def apply_note(
    register: Register, note: Note, name: str, options: NoteOptions, who: Who, *, dry_run: bool = False
) -> ImportReport:
    """Bring the register to what a note says, already read; `name` is how problems call the file."""
    with register.batch(who, dry_run=dry_run) as batch:
        known = known_by_tail(batch.session, options.report) if options.report else None
        named = options if known is None else replace(options, report=known.symbol)
        return _Import(batch, _completed(note, named, name), name, named, who.today).run()


def _completed(note: Note, options: NoteOptions, name: str) -> Note:
    report = options.report or note.report
    if report is None and note.kind is DocumentKind.REPORT:
        raise BadDataError(
            "the report does not say its own symbol.", where=name, remedy="Give it with --report, as in JIU/REP/2030/1."
        )
    if report is None:
        raise BadDataError(
            "the note does not say on which report it comments.",
            where=name,
            remedy="Give the report's symbol with --report.",
        )
    problems = tuple(problem for problem in note.problems if options.report is None or problem.what != SAYS_NO_REPORT)
    return replace(note, report=report, also=(*note.also, *options.also), problems=problems)


class _Import:
    """One note on its way into one batch."""

    def __init__(self, batch: Batch, note: Note, name: str, options: NoteOptions, today: date) -> None:
        self.batch = batch
        self.note = note
        self.name = name
        self.today = today
        self.kept = 0
        self.is_narrowed = bool(options.organizations)
        self.codes = organization_ids(batch.session, options.organizations or None, there_on=today)
        self.annex = resolve(note.annex, all_organizations(batch.session), all_aliases(batch.session))
        self.result = ImportReport(
            kind=note.kind,
            symbol=note.symbol,
            report=note.report or "",
            title=note.title or note.report or "",
            recommendations=list(note.recommendations),
            problems=[*note.problems, *self.annex.problems],
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
        asking = Asking(self.batch, report, self.codes, self.today, tell=self._tell_of_chair)
        asking.bring(changed, withdraws=self.note.annex is not None)
        self._count(asking)
        if self.kept:
            self._problem(
                f"the note was composed from a register; for {self.kept} recommendations the collective position of "
                "the published note was kept.",
                "To change that, import the note that was published.",
            )
        if self.annex.unregistered and not self.is_narrowed:
            codes = ", ".join(self.annex.unregistered)
            what = f"the annex asks organizations that are not registered: {codes}; nobody follows them up."
            self._problem(what, _ADD_THEM)
        self._tell_of_those_that_left()
        if not self.codes:
            self._problem("no organization is registered, so nobody follows it up.", _ADD_THEM)
        return self.result

    def _tell_of_those_that_left(self) -> None:
        """Of a report from before an organization left, whether it is to be followed up there is for the office."""
        issued_on = self.note.issued_on
        if self.is_narrowed or issued_on is None:
            return
        left = [code for code, day in days_left(self.batch.session).items() if issued_on < day <= self.today]
        if left:
            self._problem(
                f"{', '.join(left)} left after it was issued; no follow-up is made for them.",
                "Name with --org those for which it is to be followed up all the same.",
            )

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
        self._compare(known, said)
        text = _said_of(self.note.kind, known, said, self.annex.rows.get(said.number))
        if self.note.is_composed and known is not None and known.stance is not None:
            text = _beside_note(text, known)
            self.kept += 1
        if known is not None and _as_known(known) == text:
            return known.id, False
        # Whom else an annex asks is no news for those who are asked already.
        is_changed = known is not None and _as_known(known) != replace(text, actions=known.actions)
        return save_recommendation(self.batch, report, known, text), is_changed

    def _compare(self, known: Recommendation | None, said: NoteRecommendation) -> None:
        """Tell where annex and text, or report and note, contradict each other."""
        actions = self.annex.rows.get(said.number)
        if actions and self.note.annex is not None:
            found = against_text(self.note.annex, said.number, actions, said.addressee)
            self.result.problems += [found] if found else []
        is_report = self.note.kind is DocumentKind.REPORT
        if is_report and known is not None and known.stance is not None and _differs(known, said):
            self._problem(
                f"recommendation {said.number} reads differently in the report and in the note; the text of the note "
                "was kept.",
                "Compare them; a corrected note changes the text.",
            )

    def _tell_of_chair(self, what: str, remedy: str) -> None:
        """Where only some organizations are wanted, who else is asked is not at issue."""
        if self.codes and not self.is_narrowed:
            self._problem(what, remedy)

    def _count(self, asking: Asking) -> None:
        self.result.created, self.result.updated = asking.created, asking.updated
        self.result.unchanged, self.result.withdrawn = asking.unchanged, asking.withdrawn
        for name in asking.left:
            self._problem(f"{name} is not asked by the annex, but its follow-up has entries; it stays.", _LOOK_AT_IT)
        for number, codes in asking.beside.items():
            what = (
                f"recommendation {number} is for the Chair of CEB; already asked, and still asked: {', '.join(codes)}."
            )
            self._problem(what, _LOOK_AT_IT)

    def _problem(self, what: str, remedy: str) -> None:
        self.result.problems.append(Problem(self.name, what, remedy))


_ADD_THEM = "Add them with: tracker org import --preset jiu, or tracker org add; then import again."
_LOOK_AT_IT = "See: tracker history; if it is wrong, take it back with: tracker correct."


def _said_of(
    kind: DocumentKind, known: Recommendation | None, said: NoteRecommendation, actions: dict[str, str] | None
) -> RecommendationText:
    """What is known of a recommendation after a document has spoken: each kind of document says only its part."""
    addressee = usual_addressee(actions, said.addressee) if actions else said.addressee
    text = RecommendationText(
        number=known.number if known else said.number,
        text=said.text,
        addressee=addressee,
        impact=said.impact,
        stance=said.stance,
        paragraphs=tuple((item.number, item.text) for item in said.paragraphs),
        actions=actions_text(actions) if actions else None,
    )
    if known is None:
        return text
    by_annex = known.actions is not None and not actions
    # What a person read out of the comments holds as long as the comments are the same.
    is_read = said.stance is Stance.UNCLEAR and known.paragraphs == text.paragraphs
    text = replace(
        text,
        addressee=known.addressee if by_annex else addressee or known.addressee,
        impact=said.impact or known.impact,
        stance=known.stance if is_read else said.stance,
        actions=text.actions or known.actions,
    )
    return text if kind is DocumentKind.NOTE else _beside_note(text, known)


def _beside_note(text: RecommendationText, known: Recommendation) -> RecommendationText:
    """What a published note says goes before the text of the report, and before a note composed from a register."""
    is_kept = known.stance is not None or fold_text(known.text) == fold_text(text.text)
    return replace(text, text=known.text if is_kept else text.text, stance=known.stance, paragraphs=known.paragraphs)


def _differs(known: Recommendation, said: NoteRecommendation) -> bool:
    """In its letters and figures; another dash or quotation mark makes no other text."""
    return fold_text(known.text) != fold_text(said.text)


def _as_known(known: Recommendation) -> RecommendationText:
    return RecommendationText(
        known.number, known.text, known.addressee, known.impact, known.stance, known.paragraphs, known.actions
    )


def _recommendation_json(item: NoteRecommendation, kind: DocumentKind) -> dict[str, Any]:
    return {
        "number": item.number,
        "text": item.text,
        "addressee": item.addressee.value if item.addressee else None,
        "stance": item.stance.value if item.stance else None,
        "paragraphs": [paragraph.number for paragraph in item.paragraphs],
        **({"impact": item.impact} if kind is DocumentKind.REPORT else {}),
    }
