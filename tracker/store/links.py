"""Links between recommendations, and what a follow-up waits for because of them, now or as of a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from tracker.domain.links import Span
from tracker.domain.rows import Link
from tracker.domain.vocabulary import LinkKind, SymbolRole
from tracker.records import record
from tracker.store.batches import Batch
from tracker.store.database.tables import follow_up_table, link_table, recommendation_table, symbol_table
from tracker.store.database.writing import insert_row, save_rows
from tracker.store.viewpoint import Viewpoint


def all_links(session: Connection, as_of: date | None = None, known_at: datetime | None = None) -> list[Link]:
    """Every link that stands, now or as of a day, by reference."""
    query = _links().where(_stands(as_of, known_at))
    links = [Link(*row) for row in session.execute(query)]
    return sorted(links, key=lambda link: (link.ref, link.kind.value, link.other))


def links_since(session: Connection, kind: LinkKind, day: date) -> list[Span]:
    """Every link of a kind that stands on a day or on any after it, by reference."""
    table = link_table.c
    stood = and_(table.removed_on > day, table.removed_on > table.linked_on)
    query = _links().add_columns(table.removed_on).where(table.kind == kind, or_(_stands(None, None), stood))
    spans = [Span(Link(*columns), ended_on) for *columns, ended_on in session.execute(query)]
    return sorted(spans, key=lambda span: (span.link.ref, span.link.other, span.link.linked_on))


def add_link(
    batch: Batch, recommendation_id: int, other_id: int, kind: LinkKind, note: str | None, linked_on: date
) -> None:
    """Write a link; whether it may be written is for the caller to see."""
    insert_row(
        batch.session,
        link_table,
        recommendation_id=recommendation_id,
        other_id=other_id,
        kind=kind,
        note=note,
        linked_on=linked_on,
        recorded_at=batch.now,
    )
    batch.touch()


def remove_link(
    batch: Batch, recommendation_id: int, other_id: int, removed_on: date, kind: LinkKind | None = None
) -> int:
    """End every link (of one kind, else of any) from one recommendation to another, from a day on; how many there were.

    The rows stay: reports on earlier days still show them.
    """
    standing_links = batch.session.scalars(
        select(link_table.c.id).where(
            link_table.c.recommendation_id == recommendation_id,
            link_table.c.other_id == other_id,
            link_table.c.kind.in_([kind] if kind else list(LinkKind)),
            _stands(None, None),
        )
    ).all()
    ended = {"removed_on": removed_on, "removed_at": batch.now}
    save_rows(batch.session, link_table, [{"id": key, **ended} for key in standing_links])
    if standing_links:
        batch.touch()
    return len(standing_links)


@record
class Linked:
    """What a follow-up waits for, by its id; what supersedes a recommendation and what it repeats, by reference."""

    waits_for: dict[int, tuple[str, ...]]
    superseded_by: dict[str, tuple[str, ...]]
    repeats: dict[str, tuple[str, ...]]

    def __bool__(self) -> bool:
        return bool(self.waits_for or self.superseded_by or self.repeats)


def linked(seen: Viewpoint, follow_up_ids: Sequence[int] | Select[Any]) -> Linked:
    """What stands beside follow-ups because of links, on the day, as was known at the instant.

    Whoever has settled a follow-up waits for nothing, and need not know what supersedes it; that is for the caller
    to see.
    """
    stands = _stands(seen.as_of, seen.known_at)
    if seen.session.scalar(select(link_table.c.id).where(stands).limit(1)) is None:
        return Linked({}, {}, {})  # as in most registers, and quickly asked
    query = _links().add_columns(link_table.c.recommendation_id, link_table.c.other_id).where(stands)
    links = [_Lead(*row) for row in seen.session.execute(query)]
    waits = [link for link in links if link.kind is LinkKind.WAITS_FOR]
    return Linked(
        _awaited(seen, waits, follow_up_ids) if waits else {},
        _by_reference((link.other, link.ref) for link in links if link.kind is LinkKind.SUPERSEDES),
        _by_reference((link.ref, link.other) for link in links if link.kind is LinkKind.REPEATS),
    )


@record
class _Lead:
    """A link with the ids of both ends."""

    ref: str
    kind: LinkKind
    other: str
    note: str | None
    linked_on: date
    recommendation_id: int
    other_id: int


def _by_reference(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for ref, other in pairs:
        found[ref].append(other)
    return {ref: tuple(sorted(others)) for ref, others in found.items()}


def _awaited(
    seen: Viewpoint, links: Sequence[_Lead], follow_up_ids: Sequence[int] | Select[Any]
) -> dict[int, tuple[str, ...]]:
    """The same organization's follow-ups that are open."""
    still_open = _open_organizations(seen, {link.other_id for link in links})
    waiting = select(
        follow_up_table.c.id, follow_up_table.c.recommendation_id, follow_up_table.c.organization_id
    ).where(
        follow_up_table.c.recommendation_id.in_({link.recommendation_id for link in links}),
        follow_up_table.c.id.in_(follow_up_ids),
    )
    found: dict[int, list[str]] = defaultdict(list)
    for follow_up_id, recommendation_id, organization_id in seen.session.execute(waiting):
        for link in links:
            if link.recommendation_id == recommendation_id and organization_id in still_open[link.other_id]:
                found[follow_up_id].append(link.other)
    return {follow_up_id: tuple(sorted(refs)) for follow_up_id, refs in found.items()}


def _open_organizations(seen: Viewpoint, recommendation_ids: Collection[int]) -> dict[int, set[int]]:
    at = seen.standing()
    query = select(at.c.recommendation_id, at.c.organization_id).where(
        at.c.recommendation_id.in_(recommendation_ids), at.c.open
    )
    found: dict[int, set[int]] = defaultdict(set)
    for recommendation_id, organization_id in seen.session.execute(query):
        found[recommendation_id].add(organization_id)
    return found


def _stands(as_of: date | None, known_at: datetime | None) -> ColumnElement[bool]:
    """The condition that a link counts on a day, from what was known at an instant; None, None means now."""
    table = link_table.c
    if as_of is None and known_at is None:
        return table.removed_at.is_(None)
    day = as_of or date.max
    begun, gone = [table.linked_on <= day], [table.removed_at.is_not(None), table.removed_on <= day]
    if known_at is not None:
        begun.append(table.recorded_at <= known_at)
        gone.append(table.removed_at <= known_at)
    return and_(*begun, or_(table.removed_at.is_(None), ~and_(*gone)))


def _links() -> Select[Any]:
    one, other = recommendation_table.alias(), recommendation_table.alias()
    symbol, other_symbol = symbol_table.alias(), symbol_table.alias()
    return (
        select(
            symbol.c.symbol + "/R" + one.c.number,
            link_table.c.kind,
            other_symbol.c.symbol + "/R" + other.c.number,
            link_table.c.note,
            link_table.c.linked_on,
        )
        .join(one, one.c.id == link_table.c.recommendation_id)
        .join(other, other.c.id == link_table.c.other_id)
        .join(symbol, (symbol.c.report_id == one.c.report_id) & (symbol.c.role == SymbolRole.MAIN))
        .join(other_symbol, (other_symbol.c.report_id == other.c.report_id) & (other_symbol.c.role == SymbolRole.MAIN))
    )
