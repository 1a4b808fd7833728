"""Links between recommendations, and what a follow-up waits for because of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.references import reference_to
from tracker.domain.rows import Link
from tracker.domain.vocabulary import LinkKind, SymbolRole
from tracker.store.batches import Batch
from tracker.store.names import MAIN_SYMBOL
from tracker.store.tables import FollowUpTable, LinkTable, RecommendationTable, SymbolTable


def all_links(session: Session) -> list[Link]:
    """Every link, by reference."""
    links = [Link(row[0], row[1], row[2], row[3]) for row in session.execute(_links())]
    return sorted(links, key=lambda link: (link.ref, link.kind.value, link.other))


def add_link(batch: Batch, recommendation_id: int, other_id: int, kind: LinkKind, note: str | None) -> bool:
    """Write a link; False where it is there already."""
    same = (
        LinkTable.recommendation_id == recommendation_id,
        LinkTable.other_id == other_id,
        LinkTable.kind == kind,
    )
    if batch.session.scalar(select(LinkTable.id).where(*same)) is not None:
        return False
    batch.session.add(LinkTable(recommendation_id=recommendation_id, other_id=other_id, kind=kind, note=note))
    batch.touch()
    return True


def remove_link(batch: Batch, recommendation_id: int, other_id: int) -> int:
    """Remove every link from one recommendation to another; how many there were."""
    gone = batch.session.execute(
        delete(LinkTable)
        .where(LinkTable.recommendation_id == recommendation_id, LinkTable.other_id == other_id)
        .returning(LinkTable.id)
    ).all()
    if gone:
        batch.touch()
    return len(gone)


def reaches(session: Session, start: int, goal: int) -> bool:
    """Whether waiting leads from one recommendation to another, over any number of links."""
    waits: dict[int, list[int]] = defaultdict(list)
    for link in session.scalars(select(LinkTable).where(LinkTable.kind == LinkKind.WAITS_FOR)):
        waits[link.recommendation_id].append(link.other_id)
    seen, todo = {start}, [start]
    while todo:
        for other in waits[todo.pop()]:
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return goal in seen


def awaited(session: Session, follow_up_ids: Sequence[int] | Select[int]) -> dict[int, tuple[str, ...]]:
    """Follow-up → what it waits for now: the same organization's follow-ups that are open, by reference."""
    waiting, other = aliased(FollowUpTable), aliased(FollowUpTable)
    query = (
        select(waiting.id, SymbolTable.symbol, RecommendationTable.number)
        .join(LinkTable, LinkTable.recommendation_id == waiting.recommendation_id)
        .join(
            other,
            (other.recommendation_id == LinkTable.other_id) & (other.organization_id == waiting.organization_id),
        )
        .join(RecommendationTable, RecommendationTable.id == LinkTable.other_id)
        .join(SymbolTable, MAIN_SYMBOL)
        .where(
            LinkTable.kind == LinkKind.WAITS_FOR,
            waiting.id.in_(follow_up_ids),
            waiting.open,
            other.open,
            ~other.withdrawn,
        )
    )
    found: dict[int, list[str]] = defaultdict(list)
    for follow_up_id, symbol, number in session.execute(query):
        found[follow_up_id].append(reference_to(symbol, number))
    return {follow_up_id: tuple(sorted(refs)) for follow_up_id, refs in found.items()}


def _links() -> Select[str, LinkKind, str, str | None]:
    one, other = aliased(RecommendationTable), aliased(RecommendationTable)
    symbol, other_symbol = aliased(SymbolTable), aliased(SymbolTable)
    return (
        select(
            symbol.symbol + "/R" + one.number,
            LinkTable.kind,
            other_symbol.symbol + "/R" + other.number,
            LinkTable.note,
        )
        .join(one, one.id == LinkTable.recommendation_id)
        .join(other, other.id == LinkTable.other_id)
        .join(symbol, (symbol.report_id == one.report_id) & (symbol.role == SymbolRole.MAIN))
        .join(other_symbol, (other_symbol.report_id == other.report_id) & (other_symbol.role == SymbolRole.MAIN))
    )
