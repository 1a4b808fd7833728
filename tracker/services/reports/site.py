"""The static dashboard: a folder of pages, replaced as a whole or left as it was."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from tracker.domain.figures.material import Scope
from tracker.domain.figures.quarterly import Figures, quarterly
from tracker.domain.periods import Quarter
from tracker.errors import BadDataError, WorldError
from tracker.progress import OnStep
from tracker.services.reports.reporting import Request, knowledge_of, templates_of
from tracker.store.figures import read_material
from tracker.store.journal import history
from tracker.store.links import all_links
from tracker.store.unit import Register

_WITNESS = "site.css"
_OTHERS = 7


def write_site(register: Register, request: Request, out: Path, on_step: OnStep | None = None) -> int:
    """Write the pages as of a day (else today); returns how many files. An older site in the folder is replaced.

    Raises BadDataError where the folder holds anything else.
    """
    from tracker.reports.site import site_files

    if out.exists() and any(out.iterdir()) and not (out / _WITNESS).exists():
        raise BadDataError(
            "the folder is not empty, and is not a site.", where=str(out), remedy="Give another folder with --out."
        )
    day, known_at = request.as_of or request.today, knowledge_of(register, request)
    scope = Scope(Quarter.of(day), day, known_at, office=request.office, prepared_by=request.prepared_by)
    with register.read() as session:
        figures = quarterly(read_material(session, scope))
        entries = history(session, [row.id for row in figures.annex])
        links = all_links(session, day, known_at)
    known = {key: [entry for entry in found if entry.recorded_at <= known_at] for key, found in entries.items()}
    files = site_files(figures, known, templates_of(request), links)
    return _replace(out, _told(files, _number(figures), on_step))


def _number(figures: Figures) -> int:
    """How many files there will be: lists, search, looks; a page for each organization, report, recommendation."""
    return _OTHERS + len(figures.organizations) + len(figures.reports) + len({row.ref for row in figures.annex})


def _told(files: Iterable[tuple[str, bytes]], total: int, on_step: OnStep | None) -> Iterator[tuple[str, bytes]]:
    for done, file in enumerate(files, start=1):
        yield file
        if on_step is not None:
            on_step(done, total)


def _replace(out: Path, files: Iterable[tuple[str, bytes]]) -> int:
    part, old = out.with_name(f".{out.name}.part"), out.with_name(f".{out.name}.old")
    written = 0
    try:
        shutil.rmtree(part, ignore_errors=True)
        for name, content in files:
            target = part / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            written += 1
        shutil.rmtree(old, ignore_errors=True)
        if out.exists():
            out.replace(old)
        part.replace(out)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise WorldError(
            f"the site cannot be written: {(error.strerror or str(error)).lower()}.",
            where=str(out),
            remedy="Give a folder that can be written, with room on its disk (--out DIR).",
        ) from error
    return written
