"""Editions: publish a report, list what was published, check that it still holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tracker import __version__
from tracker.domain.figures.editions import Edition, differing_parts, says_the_same
from tracker.domain.figures.material import Scope
from tracker.domain.figures.quarterly import quarterly
from tracker.domain.filters import EVERYTHING
from tracker.domain.references import fold, suggest
from tracker.domain.rows import Organization, instant
from tracker.domain.who import Who
from tracker.errors import RefusedError, UnknownNameError
from tracker.progress import OnStep, counted
from tracker.records import record
from tracker.services.reports.reporting import Drawn, Prepared, Request, check_formats, file_name, prepare, templates_of
from tracker.store.batches import SLOW, last_number, written_since
from tracker.store.editions import add_edition, all_editions, edition_figures, edition_files
from tracker.store.figures import read_material
from tracker.store.unit import Register


@record
class Verdict:
    """Whether an edition still holds: nothing in `problems` means that it comes out the same, byte for byte."""

    edition: Edition
    problems: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {**edition_json(self.edition), "holds": not self.problems, "problems": list(self.problems)}


def edition_json(edition: Edition) -> dict[str, Any]:
    return {
        "edition": edition.name,
        "scope": edition.scope,
        "quarter": str(edition.quarter),
        "number": edition.number,
        "as_of": edition.as_of.isoformat(),
        "known_at": instant(edition.known_at),
        "published_at": instant(edition.published_at),
        "published_by": edition.published_by,
        "sha256": edition.sha256,
    }


def publish(
    register: Register,
    request: Request,
    formats: Sequence[str],
    out: Path,
    who: Who,
    on_step: OnStep | None = None,
) -> tuple[Edition, list[Path]]:
    """Store the report as the next edition of its quarter, as known now, and write its files.

    Raises RefusedError where the last edition says the same, or where the figures do not close.
    """
    from tracker.reports.files import once, write_all

    writers = check_formats(formats)
    if request.selection != EVERYTHING:
        raise RefusedError(
            "an edition is of the whole register, or of one organization.", remedy="Leave the filters out but --org."
        )
    with register.read() as session:
        head = last_number(session)
    prepared = _as_known_now(register, request)
    figures = prepared.figures.canonical()
    edition = _next_edition(register, prepared, figures, who)
    drawn = Drawn(replace(prepared, edition=edition), templates_of(request))
    name = f"{file_name(prepared.figures.scope)}-edition-{edition.number}"
    files = {
        f"{name}.{kind}": b"".join(write(drawn))
        for kind, write in counted(writers.items(), on_step, lambda item: f"{name}.{item[0]}")
    }
    with register.batch(who) as batch:
        taken = [item for item in all_editions(batch.session) if item.name == edition.name]
        if taken:
            raise RefusedError(f"edition {edition.name} has just been published by {taken[0].published_by}.")
        if written_since(batch.session, head, edition.known_at):
            raise RefusedError(
                "the register was changed while the report was being made, so that it could not be reproduced.",
                remedy="Publish it again.",
            )
        add_edition(batch, prepared.figures.scope, edition.number, figures, files)
    return edition, write_all(out, [(file, once(_kept(content))) for file, content in files.items()])


def _as_known_now(register: Register, request: Request) -> Prepared:
    """The report as known now; by the clock where a wrong one recorded something in a far future.

    For after an edition of that future nothing could be written until then. Raises RefusedError where the report
    would lack what was recorded there.
    """
    prepared = prepare(register, replace(request, known_at=None))
    known_at = prepared.figures.scope.known_at
    if known_at - request.now <= SLOW:
        return prepared
    by_the_clock = prepare(register, replace(request, known_at=request.now))
    if not says_the_same(by_the_clock.figures.as_json(), prepared.figures.as_json()):
        raise RefusedError(
            f"the report rests on entries recorded up to {instant(known_at)}, which is in the future.",
            remedy="Correct this machine's clock; if it was another machine's clock that was wrong, take back what "
            "was recorded there "
            "(tracker history, tracker correct), and record it again.",
        )
    return by_the_clock


def _kept(content: bytes) -> Any:
    return lambda: content


def _next_edition(register: Register, prepared: Prepared, figures: bytes, who: Who) -> Edition:
    scope = prepared.figures.scope
    balance = prepared.figures.roll_forward
    if not balance.closes:
        raise RefusedError(
            f"the roll-forward is out by {balance.difference}.", remedy="Check the journal: tracker audit verify."
        )
    with register.read() as session:
        known = [e for e in all_editions(session) if (e.scope, e.quarter) == (scope.name, scope.quarter)]
        last = max(known, key=lambda item: item.number, default=None)
        if last is not None and says_the_same(json.loads(edition_figures(session, last)), json.loads(figures)):
            raise RefusedError(f"edition {last.name} says the same.", remedy="There is nothing to restate.")
    return Edition(
        id=0,
        scope=scope.name,
        quarter=scope.quarter,
        number=1 if last is None else last.number + 1,
        as_of=scope.as_of,
        known_at=scope.known_at,
        published_at=who.now,
        published_by=who.actor,
        sha256=hashlib.sha256(figures).hexdigest(),
    )


def list_editions(register: Register, until: datetime | None = None) -> list[Edition]:
    """Every edition, or every one that had been published by an instant, by quarter, scope and number."""
    with register.read() as session:
        return all_editions(session, until)


def write_files(register: Register, name: str, out: Path) -> list[Path]:
    """Write an edition's files as they were published. Raises RefusedError for one that has lost its checksum."""
    from tracker.reports.files import once, write_all

    with register.read() as session:
        (edition,) = chosen(all_editions(session), name)
        files = edition_files(session, edition)
    broken = list(_checksums_of(files))
    if broken:
        raise RefusedError(f"{edition.name}: {'; '.join(broken)}.", remedy="Restore a backup: tracker db restore.")
    return write_all(out, [(file, once(_kept(content))) for file, _, content in files])


def verify(register: Register, name: str | None = None) -> list[Verdict]:
    """Check checksums of one edition or all, and compute their figures again from the journal as known then."""
    with register.read() as session:
        verdicts = []
        for edition in chosen(all_editions(session), name):
            content = edition_figures(session, edition)
            problems = list(_checksums(edition, content, edition_files(session, edition)))
            published = json.loads(content) if not problems else None
            if published is not None:
                again = quarterly(read_material(session, _scope_of(edition, published))).canonical()
                parts = differing_parts(published, json.loads(again))
                problems += [f"{part} would come out differently today{_by_another(published)}" for part in parts]
            verdicts.append(Verdict(edition, tuple(problems)))
    return verdicts


def _by_another(published: Mapping[str, Any]) -> str:
    """Said of what differs where another version of the program published it: its rules may be what has changed."""
    program = published["scope"].get("program")
    return "" if program in {None, __version__} else f" (published by tracker {program}; this is {__version__})"


def chosen(editions: Sequence[Edition], name: str | None) -> list[Edition]:
    """All editions, or the one of that name. Raises UnknownNameError."""
    if name is None:
        return list(editions)
    found = [edition for edition in editions if fold(edition.name) == fold(name)]
    if not found:
        known = [edition.name for edition in editions]
        raise UnknownNameError(f"there is no edition {name}.", remedy=suggest(name, known, "See: tracker report list."))
    return found


def _checksums(edition: Edition, figures: bytes, files: Sequence[tuple[str, str, bytes]]) -> Iterator[str]:
    if hashlib.sha256(figures).hexdigest() != edition.sha256:
        yield "the stored figures do not have their checksum"
    yield from _checksums_of(files)


def _checksums_of(files: Sequence[tuple[str, str, bytes]]) -> Iterator[str]:
    for name, checksum, content in files:
        if hashlib.sha256(content).hexdigest() != checksum:
            yield f"the stored file {name} does not have its checksum"


def _scope_of(edition: Edition, published: Mapping[str, Any]) -> Scope:
    """The scope as it was asked for then, with the names of then."""
    said = published["scope"]
    organization = Organization(**said["organization"]) if said["organization"] else None
    return Scope(
        edition.quarter,
        _day(said["as_of"]),
        edition.known_at,
        organization,
        office=said["office"],
        prepared_by=said["prepared_by"],
        program=said.get("program", ""),
    )


def _day(text: str) -> date:
    return datetime.fromisoformat(text).date()
