"""Reading the journal: the history of follow-ups, the batches, and the whole chain for checking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, case, select

from tracker.domain.journal import BatchFacts, Draft, Entry
from tracker.domain.references import fold_person
from tracker.domain.returns_read_again import is_return
from tracker.domain.undo import is_one_command, is_passed_over
from tracker.domain.vocabulary import Topic
from tracker.errors import UnknownNameError
from tracker.store.database.tables import (
    batch_table,
    follow_up_table,
    journal_table,
)
from tracker.store.names import NAMES, name_in, with_names

_CHUNK = 5_000
_AT_ONCE = 50


def history(session: Connection, follow_up_ids: Sequence[int]) -> dict[int, list[Entry]]:
    """All entries of the follow-ups given, voided ones too, in the order in which they were written."""
    found: dict[int, list[Entry]] = defaultdict(list)
    for start in range(0, len(follow_up_ids), _CHUNK):
        chunk = follow_up_ids[start : start + _CHUNK]
        for row in session.execute(_entries().where(journal_table.c.follow_up_id.in_(chunk))):
            found[row.follow_up_id].append(_entry(row))
    return dict(found)


def batch_entries(session: Connection, numbers: Sequence[int]) -> dict[int, list[Entry]]:
    """The entries of some batches, by follow-up."""
    found: dict[int, list[Entry]] = defaultdict(list)
    for row in session.execute(_entries().where(journal_table.c.batch.in_(numbers))):
        found[row.follow_up_id].append(_entry(row))
    return dict(found)


Command = tuple[list[BatchFacts], bool]
"""The batches of a command, the newest first, and whether anything that they wrote still stands."""


def commands_of(session: Connection, actor: str) -> Generator[Command]:
    """An actor's own commands that `undo` does not pass over, the newest first.

    A command that read several files is several batches; others may have written between them.
    """
    found: list[BatchFacts] = []
    stands = False
    with session.execute(_newest_batches()) as rows:
        for row in rows:
            if fold_person(row.actor) != fold_person(actor):
                continue
            facts = BatchFacts(row.number, row.actor, row.recorded_at, row.asked)
            if found and not is_one_command(found, facts):
                yield found, stands
                found, stands = [], False
            passed = is_passed_over(
                row.asked,
                is_journaled=row.is_journaled,
                says_something=row.says_something,
                is_standing=row.is_standing,
            )
            if not passed:
                found.append(facts)
                stands = stands or bool(row.is_standing)
    if found:
        yield found, stands


def batch_facts(session: Connection, number: int) -> BatchFacts:
    """Who wrote a batch, when, and what was asked. Raises UnknownNameError."""
    row = session.execute(select(batch_table).where(batch_table.c.number == number)).one_or_none()
    if row is None:
        raise UnknownNameError(f"there is no batch {number}.", remedy="Their numbers are in: tracker audit export.")
    return BatchFacts(row.number, row.actor, row.recorded_at, row.asked)


def _newest_batches() -> Select[*tuple[Any, ...]]:
    """Every batch, the newest first, with whether it wrote entries, other than voiding ones, and any that still stand.

    They are read as they are asked for: all but the newest few are never looked at.
    """
    entry, voiding = journal_table.alias(), journal_table.alias()
    own = select(entry.c.id).where(entry.c.batch == batch_table.c.number)
    taken_back = select(voiding.c.id).where(voiding.c.voids == entry.c.id).exists()
    saying = own.where(entry.c.voids.is_(None))
    batches = select(
        batch_table,
        own.exists().label("is_journaled"),
        saying.exists().label("says_something"),
        saying.where(~taken_back).exists().label("is_standing"),
    )
    return batches.order_by(batch_table.c.number.desc()).execution_options(yield_per=_AT_ONCE)


def chain(session: Connection) -> Iterator[tuple[BatchFacts, str, str, list[tuple[str, Draft, str | None]]]]:
    """Every batch in order with the hash before it, its own, and its lines: what `batch_hash` was made from."""
    lines = _lines_by_batch(session)
    pending = next(lines, None)
    for row in session.execute(select(batch_table).order_by(batch_table.c.number).execution_options(yield_per=_CHUNK)):
        own: list[tuple[str, Draft, str | None]] = []
        while pending is not None and pending[0] <= row.number:
            if pending[0] == row.number:
                own.append(pending[1])
            pending = next(lines, None)
        facts = BatchFacts(row.number, row.actor, row.recorded_at, row.asked, row.database_user)
        yield facts, row.previous, row.hash, own


def _lines_by_batch(session: Connection) -> Iterator[tuple[int, tuple[str, Draft, str | None]]]:
    voided = journal_table.alias()
    query = (
        select(
            journal_table,
            *NAMES,
            voided.c.batch.label("voided_batch"),
            voided.c.ordinal.label("voided_ordinal"),
        )
        .join(follow_up_table, follow_up_table.c.id == journal_table.c.follow_up_id)
        .outerjoin(voided, voided.c.id == journal_table.c.voids)
        .order_by(journal_table.c.batch, journal_table.c.ordinal)
        .execution_options(yield_per=_CHUNK)
    )
    for row in session.execute(with_names(query)):
        draft = Draft(row.topic, row.source, row.target, row.effective_on, row.voice, row.note, row.voids, row.given)
        voided_entry = f"{row.voided_batch}.{row.voided_ordinal}" if row.voids else None
        yield row.batch, (name_in(row), draft, voided_entry)


def _entries() -> Select[*tuple[Any, ...]]:
    asked = case((journal_table.c.topic == Topic.EVIDENCE, batch_table.c.asked)).label("asked")
    return (
        select(journal_table, batch_table.c.actor, batch_table.c.database_user, asked)
        .join(batch_table, batch_table.c.number == journal_table.c.batch)
        .order_by(journal_table.c.id)
    )


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        id=row.id,
        batch=row.batch,
        ordinal=row.ordinal,
        topic=row.topic,
        source=row.source,
        target=row.target,
        effective_on=row.effective_on,
        recorded_at=row.recorded_at,
        actor=row.actor,
        voice=row.voice,
        note=row.note,
        voids=row.voids,
        given=row.given,
        database_user=row.database_user,
        is_return=row.asked is not None and is_return(row.target, row.asked),
    )
