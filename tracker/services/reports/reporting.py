"""Status reports: read once, compute once, write every format from the same figures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from tracker import __version__, resources
from tracker.domain.figures.editions import Edition, Restatement, differing_parts, restate
from tracker.domain.figures.material import Scope, resolve_scope, usual_day
from tracker.domain.figures.quarterly import Figures, quarterly
from tracker.domain.filters import EVERYTHING, Filters
from tracker.domain.journal import canonical_json
from tracker.domain.periods import Quarter
from tracker.domain.references import suggest
from tracker.errors import BadDataError, RefusedError
from tracker.progress import OnStep, counted
from tracker.records import record
from tracker.reports.document import Document
from tracker.reports.template_files import Templates
from tracker.store.batches import known_now
from tracker.store.editions import all_editions, edition_figures, late_entries
from tracker.store.figures import count_moved_after, read_material
from tracker.store.organizations import get_organization
from tracker.store.unit import Register


@record
class Request:
    """What is asked for: the quarter, for one organization or all, as of a day (else its last), as known (else now).

    `selection` narrows it further, to what a filter finds. `templates` is the office's own folder of templates, asked
    before the program's.
    """

    quarter: Quarter
    today: date
    now: datetime
    organization: str | None = None
    selection: Filters = EVERYTHING
    as_of: date | None = None
    known_at: datetime | None = None
    prepared_by: str = ""
    office: str = "Oversight Office"
    templates: Path | None = None


@record
class Prepared:
    """Figures, the edition that was published of exactly these, and what an earlier edition would say otherwise."""

    figures: Figures
    edition: Edition | None = None
    restatement: Restatement | None = None


@record
class Written:
    """The files of a report, in the order of the formats, and the instant as known at which it is."""

    paths: list[Path]
    known_at: datetime


def knowledge_of(register: Register, request: Request) -> datetime:
    """The instant as known at which everything is read: the one that was asked for, else now."""
    with register.read() as session:
        return (request.known_at or known_now(session, request.now)).astimezone(UTC)


def compute(register: Register, request: Request) -> Figures:
    """The figures that were asked for, of one consistent state of the register; nothing is written."""
    return prepare(register, request).figures


def prepare(register: Register, request: Request) -> Prepared:
    """Everything that a report says; asked again with an edition's own day and instant, that edition again.

    Raises RefusedError where that edition would come out differently today: nothing may bear its number but itself.
    """
    with register.read() as session:
        scope = _scope_of(session, request)
        if scope.is_selected:
            return Prepared(quarterly(read_material(session, scope)))
        editions = [edition for edition in all_editions(session) if edition.scope == scope.name]
        edition = next((item for item in editions if _is_of(item, scope)), None)
        published = {} if edition is None else json.loads(edition_figures(session, edition))
        if published:
            signed = published["scope"]
            scope = replace(scope, **{name: signed.get(name, "") for name in ("office", "prepared_by", "program")})
        figures = quarterly(read_material(session, scope))
        if edition is not None:
            _check_as_published(edition, published, figures)
        earlier = previous_edition(editions, scope)
        return Prepared(figures, edition, None if earlier is None else _restated(session, earlier, scope))


def moved_after(register: Register, request: Request) -> int:
    """How many follow-ups moved on a day after that of the report, so that it does not count them so."""
    with register.read() as session:
        return count_moved_after(session, _scope_of(session, request))


def _scope_of(session: Any, request: Request) -> Scope:
    code = request.organization
    return resolve_scope(
        request.quarter,
        today=request.today,
        now=known_now(session, request.now),
        as_of=request.as_of,
        known_at=request.known_at,
        organization=None if code is None else get_organization(session, code, request.known_at),
        office=request.office,
        prepared_by=request.prepared_by,
        program=__version__,
        selection=request.selection,
    )


def _restated(session: Any, earlier: Edition, scope: Scope) -> Restatement | None:
    """What an earlier edition would say of its own day, as known at the instant of the scope."""
    of_its_day = replace(scope, quarter=earlier.quarter, as_of=earlier.as_of)
    again = quarterly(read_material(session, of_its_day)).as_json()
    late = late_entries(session, earlier, scope.known_at)
    return restate(earlier, json.loads(edition_figures(session, earlier)), again, late)


def _check_as_published(edition: Edition, published: Mapping[str, Any], figures: Figures) -> None:
    if differing_parts(published, json.loads(figures.canonical())):
        raise RefusedError(
            f"edition {edition.name} was published of this day and instant, and would come out differently today.",
            remedy=f"See what differs: tracker report verify {edition.name}. Its files as they were published: "
            f"tracker report files {edition.name}.",
        )


def _is_of(edition: Edition, scope: Scope) -> bool:
    wanted = (scope.quarter, scope.as_of, scope.known_at)
    return (edition.quarter, edition.as_of, edition.known_at) == wanted


def previous_edition(editions: Iterable[Edition], scope: Scope) -> Edition | None:
    """Of the editions of the same scope before this report, the last of this quarter; else of the nearest before it."""
    before = [item for item in editions if item.known_at < scope.known_at and item.quarter <= scope.quarter]
    return max(before, key=lambda item: (item.quarter, item.known_at), default=None)


def write_quarterly(
    register: Register, request: Request, formats: Sequence[str], out: Path, on_step: OnStep | None = None
) -> Written:
    """Write the report in every format asked for; all files or none."""
    from tracker.reports.files import write_all

    writers = check_formats(formats)
    drawn = Drawn(prepare(register, request), templates_of(request))
    name = file_name(drawn.figures.scope) + looking_back(request, usual_day(request.quarter, request.today))
    files = [(f"{name}.{kind}", _content(write, drawn)) for kind, write in writers.items()]
    paths = write_all(out, counted(files, on_step, lambda file: file[0]))
    return Written(paths, drawn.figures.scope.known_at)


def file_name(scope: Scope) -> str:
    """The name of a report's files without the ending: `quarterly-2026Q3`, `quarterly-2026Q3-WHO`.

    A selection has `-selection` behind it, so that it never takes the place of the whole.
    """
    organization = "" if scope.organization is None else f"-{scope.organization.code}"
    safe = "".join(char if char.isalnum() or char in "-_." else "-" for char in organization)
    return f"quarterly-{scope.quarter}{safe}{'-selection' if scope.is_selected else ''}"


def looking_back(request: Request, usual: date) -> str:
    """What the name of a file ends with where another day than the usual one was asked for, or an instant.

    So that the answer to “what did we say in March” never takes the place of the report of today.
    """
    day = f"-as-of-{request.as_of}" if request.as_of not in (None, usual) else ""
    known = f"{request.known_at.astimezone(UTC):%Y-%m-%dT%H%M%SZ}" if request.known_at else ""
    return f"{day}-known-at-{known}" if known else day


def templates_of(request: Request) -> Templates:
    """The office's templates before the program's."""
    own = () if request.templates is None else (request.templates,)
    return Templates((*own, resources.templates() / "report"))


class Drawn:
    """A report as a document, composed once and only where a format needs it."""

    def __init__(self, prepared: Prepared, templates: Templates) -> None:
        self.prepared = prepared
        self.figures = prepared.figures
        self.templates = templates
        self._document: Document | None = None

    @property
    def document(self) -> Document:
        if self._document is None:
            from tracker.reports.contents import compose

            prepared = self.prepared
            self._document = compose(self.figures, self.templates, prepared.edition, prepared.restatement)
        return self._document


Paper = Callable[[Document, Templates], Iterable[bytes]]
"""Draws a document with templates."""


def _html(document: Document, templates: Templates) -> Iterable[bytes]:
    from tracker.reports.html import html_chunks

    return html_chunks(document, templates)


def _docx(document: Document, templates: Templates) -> Iterator[bytes]:
    from tracker.reports.word import docx_bytes

    yield docx_bytes(document, templates)


def _pdf(document: Document, templates: Templates) -> Iterator[bytes]:
    from tracker.reports.pdf import pdf_bytes

    yield pdf_bytes(document, templates)


def _xlsx(document: Document, _: Templates) -> Iterator[bytes]:
    from tracker.reports.workbook import xlsx_bytes

    yield xlsx_bytes(document)


def _markdown(document: Document, _: Templates) -> Iterable[bytes]:
    from tracker.reports.markdown import markdown_chunks

    return markdown_chunks(document)


PAPERS: dict[str, Paper] = {"html": _html, "docx": _docx, "pdf": _pdf, "xlsx": _xlsx, "md": _markdown}
"""Every format that a document can be drawn in, by the ending of its file."""

Writer = Callable[[Drawn], Iterable[bytes]]


def _drawn(paper: Paper) -> Writer:
    return lambda drawn: paper(drawn.document, drawn.templates)


def _json(drawn: Drawn) -> Iterator[bytes]:
    yield canonical_json(drawn.figures.as_json()) + b"\n"


WRITERS: dict[str, Writer] = {**{kind: _drawn(paper) for kind, paper in PAPERS.items()}, "json": _json}
"""Every format of a quarterly report; JSON is of the figures, not of the document."""

Kind = TypeVar("Kind")


def check_formats(names: Sequence[str]) -> dict[str, Writer]:
    """The writers of the formats named, each once, in that order. Raises BadDataError for an unknown one."""
    return _chosen(names, WRITERS)


def check_papers(names: Sequence[str]) -> dict[str, Paper]:
    """The same for papers that are documents only."""
    return _chosen(names, PAPERS)


def _chosen(names: Sequence[str], known: Mapping[str, Kind]) -> dict[str, Kind]:
    for name in names:
        if name not in known:
            listed = f"Use one of {', '.join(known)}."
            raise BadDataError(f"“{name}” is not a format of reports.", remedy=suggest(name, known, listed))
    return {name: known[name] for name in dict.fromkeys(names)}


def _content(write: Writer, drawn: Drawn) -> Callable[[], Iterable[bytes]]:
    return lambda: write(drawn)
