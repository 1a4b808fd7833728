"""Reports, their symbols, their recommendations and the comments of the consolidated note."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from tracker.domain.references import Reference, fold, is_tail, reference_to, suggest
from tracker.domain.rows import Recommendation, Report, Symbol
from tracker.domain.vocabulary import Addressee, Stance, SymbolRole
from tracker.errors import BadDataError, UnknownNameError
from tracker.store.batches import Batch
from tracker.store.tables import CommentTable, RecommendationTable, ReportTable, SymbolTable


@dataclass(frozen=True, slots=True)
class RecommendationText:
    """What a document says of one recommendation."""

    number: str
    text: str
    addressee: Addressee | None
    impact: str | None
    stance: Stance | None
    paragraphs: tuple[tuple[int, str], ...]
    actions: str | None = None


def all_reports(session: Session) -> list[Report]:
    """Every report with all its symbols, by main symbol."""
    symbols: dict[int, list[Symbol]] = defaultdict(list)
    for row in session.scalars(select(SymbolTable).order_by(SymbolTable.id)):
        symbols[row.report_id].append(Symbol(row.symbol, row.role))
    reports = [_report(row, symbols[row.id]) for row in session.scalars(select(ReportTable))]
    return sorted(reports, key=lambda report: fold(report.symbol))


def find_report(session: Session, symbol: str) -> Report | None:
    """The report that bears a symbol, whichever of its symbols it is."""
    report_id = session.scalar(select(SymbolTable.report_id).where(SymbolTable.folded == fold(symbol)))
    return None if report_id is None else _load_report(session, report_id)


def report_by_tail(session: Session, tail: str) -> Report:
    """The one report a symbol or its tail names. Raises UnknownNameError for none, BadDataError for several."""
    exact = find_report(session, tail)
    if exact is not None:
        return exact
    symbols = session.execute(select(SymbolTable.symbol, SymbolTable.report_id)).all()
    matching = {report_id: symbol for symbol, report_id in symbols if is_tail(tail, symbol)}
    if not matching:
        known = [symbol for symbol, _ in symbols]
        raise UnknownNameError(
            f"there is no report {tail} in the register.",
            remedy=suggest(tail, known, "See: tracker list, or import it."),
        )
    if len(matching) > 1:
        raise BadDataError(
            f"{tail} could be {' or '.join(sorted(matching.values()))}.", remedy="Write more of the symbol."
        )
    return _load_report(session, next(iter(matching)))


def find_recommendation(session: Session, reference: Reference) -> Recommendation:
    """The one recommendation that a reference names; raises what `report_by_tail` raises, or its like."""
    if reference.tail is not None:
        report = report_by_tail(session, reference.tail)
        return _numbered(session, report, reference)
    holding = set(
        session.scalars(
            select(RecommendationTable.report_id).where(
                func.upper(RecommendationTable.number) == fold(reference.number)
            )
        )
    )
    if not holding:
        raise UnknownNameError(f"no report has a recommendation {reference.number}.", remedy="See: tracker list.")
    reports = [_load_report(session, report_id) for report_id in holding]
    if len(reports) > 1:
        choices = " or ".join(sorted(reference_to(report.symbol, reference.number) for report in reports)[:5])
        raise BadDataError(f"{reference} could be {choices}.", remedy="Write the symbol of the report before it.")
    return _numbered(session, reports[0], reference)


def recommendations_of(session: Session, report: Report) -> list[Recommendation]:
    """The recommendations of a report in its order, with their comments."""
    rows = session.scalars(
        select(RecommendationTable)
        .where(RecommendationTable.report_id == report.id)
        .order_by(RecommendationTable.position)
    ).all()
    comments: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for comment in session.scalars(
        select(CommentTable)
        .join(RecommendationTable, RecommendationTable.id == CommentTable.recommendation_id)
        .where(RecommendationTable.report_id == report.id)
        .order_by(CommentTable.paragraph)
    ):
        comments[comment.recommendation_id].append((comment.paragraph, comment.text))
    return [_recommendation(row, report, comments[row.id]) for row in rows]


def add_report(batch: Batch, *, title: str, issued_on: date | None, symbols: Sequence[Symbol]) -> Report:
    """Register a report under its symbols."""
    report_id = batch.next_id(ReportTable)
    batch.session.add(ReportTable(id=report_id, title=title, issued_on=issued_on, asks_verification=False))
    batch.session.flush()
    add_symbols(batch, report_id, symbols)
    return _load_report(batch.session, report_id)


def save_report(batch: Batch, report: Report) -> None:
    """Write a report's title, day of issue and whether it asks for verification."""
    row = batch.session.get_one(ReportTable, report.id)
    row.title, row.issued_on, row.asks_verification = report.title, report.issued_on, report.asks_verification
    batch.session.flush()
    batch.touch()


def add_symbols(batch: Batch, report_id: int, symbols: Sequence[Symbol]) -> int:
    """Add the symbols that a report does not have yet; how many were new. A symbol names one report only."""
    added = 0
    for symbol in symbols:
        holder = batch.session.scalar(select(SymbolTable.report_id).where(SymbolTable.folded == fold(symbol.symbol)))
        if holder == report_id:
            continue
        if holder is not None:
            other = _load_report(batch.session, holder).symbol
            raise BadDataError(f"the symbol {symbol.symbol} belongs to {other} already.", remedy="Check the symbol.")
        batch.session.add(
            SymbolTable(report_id=report_id, symbol=symbol.symbol, folded=fold(symbol.symbol), role=symbol.role)
        )
        batch.session.flush()
        batch.touch()
        added += 1
    return added


def save_recommendation(batch: Batch, report: Report, known: Recommendation | None, said: RecommendationText) -> int:
    """Write what a document says of a recommendation, over what was known of it; returns its id."""
    session = batch.session
    if known is None:
        row = RecommendationTable(id=batch.next_id(RecommendationTable), report_id=report.id, number=said.number)
        row.position = row.id
        session.add(row)
    else:
        row = session.get_one(RecommendationTable, known.id)
    row.text, row.addressee, row.impact, row.stance = said.text, said.addressee, said.impact, said.stance
    row.actions = said.actions
    session.flush()
    _save_comments(session, row.id, said.paragraphs)
    batch.touch()
    return row.id


def _save_comments(session: Session, recommendation_id: int, paragraphs: Sequence[tuple[int, str]]) -> None:
    known = {
        row.paragraph: row
        for row in session.scalars(select(CommentTable).where(CommentTable.recommendation_id == recommendation_id))
    }
    for paragraph, words in paragraphs:
        if paragraph in known:
            known[paragraph].text = words
    for paragraph in known.keys() - {paragraph for paragraph, _ in paragraphs}:
        session.delete(known[paragraph])
    new = [
        {"recommendation_id": recommendation_id, "paragraph": paragraph, "text": words}
        for paragraph, words in paragraphs
        if paragraph not in known
    ]
    if new:
        session.execute(insert(CommentTable), new)


def _load_report(session: Session, report_id: int) -> Report:
    symbols = session.scalars(select(SymbolTable).where(SymbolTable.report_id == report_id).order_by(SymbolTable.id))
    return _report(session.get_one(ReportTable, report_id), [Symbol(row.symbol, row.role) for row in symbols])


def _numbered(session: Session, report: Report, reference: Reference) -> Recommendation:
    known = recommendations_of(session, report)
    for recommendation in known:
        if fold(recommendation.number) == fold(reference.number):
            return recommendation
    numbers = ", ".join(recommendation.number for recommendation in known[:12]) or "none"
    raise UnknownNameError(
        f"{report.symbol} has no recommendation {reference.number}.",
        remedy=f"It has {len(known)}: {numbers}{', …' if len(known) > 12 else ''}.",
    )


def _report(row: ReportTable, symbols: Sequence[Symbol]) -> Report:
    main = next(symbol.symbol for symbol in symbols if symbol.role is SymbolRole.MAIN)
    return Report(row.id, main, row.title, row.issued_on, row.asks_verification, tuple(symbols))


def _recommendation(row: RecommendationTable, report: Report, comments: Sequence[tuple[int, str]]) -> Recommendation:
    return Recommendation(
        row.id,
        report.symbol,
        report.title,
        row.number,
        row.text,
        row.addressee,
        row.impact,
        row.stance,
        tuple(comments),
        row.actions,
    )
