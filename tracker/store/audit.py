"""What is kept for quick reading or beside the journal, compared with what it follows from: for `audit verify`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, or_, select

from tracker.domain.journal import GRANTED, REFUSED, REQUESTED, standing
from tracker.domain.rows import EvidenceFile
from tracker.domain.vocabulary import Implementation, Topic
from tracker.store.database.tables import (
    evidence_table,
    extension_table,
    follow_up_table,
    journal_table,
    recommendation_table,
    report_table,
)
from tracker.store.journal import history
from tracker.store.names import NAMES, name_in, with_names
from tracker.store.standing import settled_condition

_CHUNK = 5_000
_Found = tuple[str, str]
"""The follow-up by name, and what is wrong."""


def contradictions(session: Connection) -> Iterator[str]:
    """Every piece of evidence, extension and reporter that is not what the journal says, as a sentence."""
    for check in (_evidence, _requests, _decisions, _strays, _reporters):
        for name, wrong in check(session):
            yield f"{name}: {wrong}"


def wrongly_open(session: Connection) -> list[str]:
    """The follow-ups, as `REF ORG`, whose kept `open` is not what their kept positions say."""
    kept = follow_up_table.c
    settled = settled_condition(kept.acceptance, kept.implementation, kept.verification)
    query = with_names(select(*NAMES).select_from(follow_up_table))
    query = query.join(report_table, report_table.c.id == recommendation_table.c.report_id)
    rows = session.execute(query.where(~kept.withdrawn, kept.open == settled).order_by(kept.id))
    return [name_in(row) for row in rows]


def _evidence(session: Connection) -> Iterator[_Found]:
    kept = evidence_table.c
    query = _entries(kept.id, kept.follow_up_id.label("kept_for"), kept.location, kept.sha256)
    query = query.outerjoin(evidence_table, kept.entry_id == journal_table.c.id)
    giving = journal_table.c.topic == Topic.EVIDENCE
    for row in _rows(session, query.where(giving, journal_table.c.target.is_not(None))):
        if row.id is None:
            yield name_in(row), f"entry {row.entry} gives {row.target}, of which nothing is kept."
        elif (row.kept_for, EvidenceFile(row.location, row.sha256).address) != (row.follow_up_id, row.target):
            yield name_in(row), f"entry {row.entry} gives {row.target}, and {row.location} is kept for it."


def _requests(session: Connection) -> Iterator[_Found]:
    kept = extension_table.c
    query = _entries(kept.follow_up_id.label("kept_for"), kept.requested_to, kept.reason)
    query = query.outerjoin(extension_table, kept.request_entry == journal_table.c.id)
    for row in _rows(session, query.where(_is_extension(REQUESTED))):
        said = (row.follow_up_id, row.target, row.note or "")
        if (row.kept_for, str(row.requested_to), row.reason) != said:
            yield name_in(row), f"entry {row.entry} asks for {row.target}, and the request is not kept so."


def _decisions(session: Connection) -> Iterator[_Found]:
    """A decision that was taken back is replaced by the next, and is kept nowhere."""
    kept, voiding = extension_table.c, journal_table.alias()
    taken_back = select(voiding.c.id).where(voiding.c.voids == journal_table.c.id).exists()
    query = _entries(kept.follow_up_id.label("kept_for"), kept.granted)
    query = query.outerjoin(extension_table, kept.decision_entry == journal_table.c.id)
    for row in _rows(session, query.where(_is_extension(GRANTED, REFUSED), or_(kept.id.is_not(None), ~taken_back))):
        if (row.kept_for, row.granted) != (row.follow_up_id, row.source == GRANTED):
            yield name_in(row), f"entry {row.entry} says {row.source}, and the decision is not kept so."


def _strays(session: Connection) -> Iterator[_Found]:
    """What refers to an entry that says nothing of the kind."""
    kept = extension_table.c
    for table, column, expected in (
        (evidence_table, evidence_table.c.entry_id, journal_table.c.topic == Topic.EVIDENCE),
        (extension_table, kept.request_entry, _is_extension(REQUESTED)),
        (extension_table, kept.decision_entry, _is_extension(GRANTED, REFUSED)),
    ):
        query = _entries().join(table, column == journal_table.c.id).where(~expected)
        for row in _rows(session, query):
            yield name_in(row), f"entry {row.entry} says nothing of the {table.name} that is kept for it."
    undecided = _entries(kept.granted).join(extension_table, kept.request_entry == journal_table.c.id)
    for row in _rows(session, undecided.where(kept.decision_entry.is_(None), kept.granted.is_not(None))):
        yield name_in(row), f"the request of entry {row.entry} is kept as decided, and no entry decides it."


def _reporters(session: Connection) -> Iterator[_Found]:
    """Who reported it implemented may not verify it, so that it is worked out of every history that says so."""
    entry, kept = journal_table.c, follow_up_table.c
    says = select(entry.follow_up_id).where(entry.target == Implementation.IMPLEMENTED.value)
    query = select(kept.id, kept.reported_by, *NAMES).where(
        ~kept.withdrawn, or_(kept.id.in_(says), kept.reported_by.is_not(None))
    )
    rows = session.execute(with_names(query).order_by(kept.id)).all()
    for start in range(0, len(rows), _CHUNK):
        some = rows[start : start + _CHUNK]
        entries = history(session, [row.id for row in some])
        for row in some:
            reporters = standing(entries.get(row.id, ())).positions.reported_by
            if row.reported_by != reporters:
                kept_as, said = _listed(row.reported_by), _listed(reporters)
                yield name_in(row), f"it is kept as reported by {kept_as}, the journal says {said}."


def _listed(reporters: str | None) -> str:
    return ", ".join((reporters or "nobody").splitlines())


def _is_extension(*sources: str) -> Any:
    return and_(journal_table.c.topic == Topic.EXTENSION, journal_table.c.source.in_(sources))


def _entries(*beside: Any) -> Select[*tuple[Any, ...]]:
    entry = journal_table.c
    query = select(entry.id.label("entry"), entry.follow_up_id, entry.source, entry.target, entry.note, *NAMES, *beside)
    return with_names(
        query.select_from(journal_table).join(follow_up_table, follow_up_table.c.id == entry.follow_up_id)
    ).order_by(entry.id)


def _rows(session: Connection, query: Select[*tuple[Any, ...]]) -> Iterator[Row[Any]]:
    yield from session.execute(query.execution_options(yield_per=_CHUNK))
