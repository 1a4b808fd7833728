"""Links between recommendations, and what a follow-up waits for because of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, Select, delete, select

from tracker.domain.references import reference_to
from tracker.domain.rows import Link
from tracker.domain.vocabulary import LinkKind, SymbolRole
from tracker.store.batches import Batch
from tracker.store.names import MAIN_SYMBOL
from tracker.store.tables import follow_up_table, link_table, recommendation_table, symbol_table
from tracker.store.writing import insert_row


def all_links(session: Connection) -> list[Link]:
    """Every link, by reference."""
    links = [Link(row[0], row[1], row[2], row[3]) for row in session.execute(_links())]
    return sorted(links, key=lambda link: (link.ref, link.kind.value, link.other))


def add_link(batch: Batch, recommendation_id: int, other_id: int, kind: LinkKind, note: str | None) -> bool:
    """Write a link; False where it is there already."""
    same = (
        link_table.c.recommendation_id == recommendation_id,
        link_table.c.other_id == other_id,
        link_table.c.kind == kind,
    )
    if batch.session.scalar(select(link_table.c.id).where(*same)) is not None:
        return False
    columns = {"recommendation_id": recommendation_id, "other_id": other_id, "kind": kind, "note": note}
    insert_row(batch.session, link_table, **columns)
    batch.touch()
    return True


def remove_link(batch: Batch, recommendation_id: int, other_id: int) -> int:
    """Remove every link from one recommendation to another; how many there were."""
    gone = batch.session.execute(
        delete(link_table)
        .where(link_table.c.recommendation_id == recommendation_id, link_table.c.other_id == other_id)
        .returning(link_table.c.id)
    ).all()
    if gone:
        batch.touch()
    return len(gone)


def reaches(session: Connection, start: int, goal: int) -> bool:
    """Whether waiting leads from one recommendation to another, over any number of links."""
    waits: dict[int, list[int]] = defaultdict(list)
    for link in session.execute(select(link_table).where(link_table.c.kind == LinkKind.WAITS_FOR)):
        waits[link.recommendation_id].append(link.other_id)
    seen, todo = {start}, [start]
    while todo:
        for other in waits[todo.pop()]:
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return goal in seen


def awaited(session: Connection, follow_up_ids: Sequence[int] | Select[int]) -> dict[int, tuple[str, ...]]:
    """Follow-up → what it waits for now: the same organization's follow-ups that are open, by reference."""
    waiting, other = follow_up_table.alias(), follow_up_table.alias()
    query = (
        select(waiting.c.id, symbol_table.c.symbol, recommendation_table.c.number)
        .join(link_table, link_table.c.recommendation_id == waiting.c.recommendation_id)
        .join(
            other,
            (other.c.recommendation_id == link_table.c.other_id)
            & (other.c.organization_id == waiting.c.organization_id),
        )
        .join(recommendation_table, recommendation_table.c.id == link_table.c.other_id)
        .join(symbol_table, MAIN_SYMBOL)
        .where(
            link_table.c.kind == LinkKind.WAITS_FOR,
            waiting.c.id.in_(follow_up_ids),
            waiting.c.open,
            other.c.open,
            ~other.c.withdrawn,
        )
    )
    found: dict[int, list[str]] = defaultdict(list)
    for follow_up_id, symbol, number in session.execute(query):
        found[follow_up_id].append(reference_to(symbol, number))
    return {follow_up_id: tuple(sorted(refs)) for follow_up_id, refs in found.items()}


def _links() -> Select[str, LinkKind, str, str | None]:
    one, other = recommendation_table.alias(), recommendation_table.alias()
    symbol, other_symbol = symbol_table.alias(), symbol_table.alias()
    return (
        select(
            symbol.c.symbol + "/R" + one.c.number,
            link_table.c.kind,
            other_symbol.c.symbol + "/R" + other.c.number,
            link_table.c.note,
        )
        .join(one, one.c.id == link_table.c.recommendation_id)
        .join(other, other.c.id == link_table.c.other_id)
        .join(symbol, (symbol.c.report_id == one.c.report_id) & (symbol.c.role == SymbolRole.MAIN))
        .join(other_symbol, (other_symbol.c.report_id == other.c.report_id) & (other_symbol.c.role == SymbolRole.MAIN))
    )
