"""The other papers of the year, from the same figures: the consolidated note, scorecards, the annual table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

from tracker.domain.figures.annual import annual
from tracker.domain.figures.material import Scope
from tracker.domain.figures.note import NotePaper, PositionWords, compose_note
from tracker.domain.figures.scorecard import Scorecard, scorecard
from tracker.domain.filters import Filters
from tracker.domain.periods import Quarter
from tracker.domain.vocabulary import Voice
from tracker.errors import BadDataError
from tracker.progress import OnStep, counted
from tracker.records import record
from tracker.reports.document import Document
from tracker.services.registers.state import told_by_registers
from tracker.services.reports.reporting import Paper, Request, check_papers, knowledge_of, looking_back, templates_of
from tracker.store.amendments import said_before
from tracker.store.described import recommendation_as_known, report_as_known
from tracker.store.documents import recommendations_of, report_by_tail
from tracker.store.figures import read_positions, read_year
from tracker.store.follow_ups import list_follow_ups
from tracker.store.organizations import all_organizations, get_organization
from tracker.store.register_rows import rows_about
from tracker.store.unit import Register


@record
class Moment:
    """The day and the knowledge that a paper is made from."""

    as_of: date
    known_at: datetime

    @property
    def scope(self) -> Scope:
        return Scope(Quarter.of(self.as_of), self.as_of, self.known_at)


def moment_of(register: Register, request: Request) -> Moment:
    """By default today, as known now."""
    return Moment(request.as_of or request.today, knowledge_of(register, request))


def read_note_paper(register: Register, symbol: str, moment: Moment) -> NotePaper:
    """The consolidated note on a report, named by any symbol or its tail."""
    with register.read() as session:
        before = said_before(session, moment.known_at)
        report = report_as_known(report_by_tail(session, symbol), before)
        rows = list_follow_ups(
            session,
            Filters(reports=(report.symbol,)),
            today=moment.as_of,
            as_of=moment.as_of,
            known_at=moment.known_at,
        )
        names = {item.code: item.name for item in all_organizations(session, moment.known_at)}
        positions = read_positions(session, moment.scope)
        told = told_by_registers(rows_about(session, [row.id for row in rows if row.id in positions]))
        words = {key: step.note for key, step in positions.items() if step.note and step.voice is Voice.ORGANIZATION}
        said = {key: note for key, note in words.items() if (key, note) not in told}
        others = {key: step.voice for key, step in positions.items() if step.voice is not Voice.ORGANIZATION}
        found = [recommendation_as_known(each, before) for each in recommendations_of(session, report)]
        return compose_note(report, found, rows, names, PositionWords(said, others), moment.as_of)


def write_note(
    register: Register, symbol: str, request: Request, out: Path, on_step: OnStep | None = None
) -> list[Path]:
    """Write the note as a Word document named after its symbol, so that it can be read in again."""
    from tracker.reports.files import once, write_all
    from tracker.reports.note_paper import note_docx

    moment = moment_of(register, request)
    note = read_note_paper(register, symbol, moment)
    name = (note.symbol or f"note-{note.report}").replace("/", "_")
    templates = templates_of(request)
    name += looking_back(request, request.today)
    files = [(f"{name}.docx", once(lambda: note_docx(note, templates, request.office, moment.known_at)))]
    return write_all(out, counted(files, on_step))


def end_of_year(register: Register, year: int, request: Request) -> Moment:
    """The last day of a year, or today while it runs, or the day asked for.

    Raises BadDataError for a year to come, and for a day that is not of the year.
    """
    if year > request.today.year:
        raise BadDataError(f"{year} has not begun yet.", remedy=f"Give a year up to {request.today.year}.")
    last = _last_day(year, request)
    if request.as_of is not None and not date(year, 1, 1) <= request.as_of <= last:
        raise BadDataError(
            f"{request.as_of} is not a day of {year} that has come.", remedy=f"Give one from {year}-01-01 to {last}."
        )
    return Moment(request.as_of or last, knowledge_of(register, request))


def _last_day(year: int, request: Request) -> date:
    return min(date(year, 12, 31), request.today)


def read_scorecard(register: Register, code: str, year: int, moment: Moment) -> Scorecard:
    """One organization's scorecard of a year."""
    with register.read() as session:
        organization = get_organization(session, code, moment.known_at)
        return scorecard(read_year(session, moment.scope, year), organization)


def write_scorecard(
    register: Register,
    code: str,
    year: int,
    request: Request,
    formats: Sequence[str],
    out: Path,
    on_step: OnStep | None = None,
) -> list[Path]:
    """Write a scorecard in every format asked for."""
    from tracker.reports.scorecards import scorecard_document

    moment = end_of_year(register, year, request)
    card = read_scorecard(register, code, year, moment)
    document = scorecard_document(card, request.office, moment.known_at)
    name = f"scorecard-{year}-{card.organization.code}{looking_back(request, _last_day(year, request))}"
    return _write(document, name, request, formats, out, on_step)


def write_annual(
    register: Register,
    year: int,
    since: int | None,
    request: Request,
    formats: Sequence[str],
    out: Path,
    on_step: OnStep | None = None,
) -> list[Path]:
    """Write the paper of a year: acceptance and implementation, of the reports issued in some years."""
    from tracker.reports.annual_paper import annual_document

    moment, first = end_of_year(register, year, request), since or year
    if first > year:
        raise BadDataError(f"{first} comes after {year}.", remedy=f"Give --since a year up to {year}.")
    with register.read() as session:
        rows = read_year(session, moment.scope, year).rows
        names = {item.code: item.name for item in all_organizations(session, moment.known_at)}
    figures = annual(rows, names, (first, year), moment.as_of)
    document = annual_document(figures, request.office, moment.known_at)
    name = f"annual-{year}{looking_back(request, _last_day(year, request))}"
    return _write(document, name, request, formats, out, on_step)


def _write(
    document: Document, name: str, request: Request, formats: Sequence[str], out: Path, on_step: OnStep | None
) -> list[Path]:
    from tracker.reports.files import write_all

    templates = templates_of(request)
    writers = check_papers(formats)

    def content(paper: Paper) -> Callable[[], Iterable[bytes]]:
        return lambda: paper(document, templates)

    files = [(f"{name}.{kind}", content(paper)) for kind, paper in writers.items()]
    return write_all(out, counted(files, on_step))
