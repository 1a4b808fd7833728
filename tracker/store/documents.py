"""Reports, their symbols, their recommendations and the comments of the consolidated note."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select

from tracker.domain.references import Reference, fold, is_tail, reference_to, suggest, tails
from tracker.domain.rows import Recommendation, Report, Symbol
from tracker.domain.vocabulary import Addressee, Stance, SymbolRole
from tracker.errors import BadDataError, UnknownNameError
from tracker.records import record
from tracker.store.amendments import amend
from tracker.store.batches import Batch
from tracker.store.database.tables import comment_table, recommendation_table, report_table, symbol_table
from tracker.store.database.writing import insert_row, insert_rows, save_rows


@record
class RecommendationText:
    """What a document says of one recommendation."""

    number: str
    text: str
    addressee: Addressee | None
    impact: str | None
    stance: Stance | None
    paragraphs: tuple[tuple[int, str], ...]
    actions: str | None = None


def all_reports(session: Connection) -> list[Report]:
    """Every report with all its symbols, by main symbol."""
    symbols: dict[int, list[Symbol]] = defaultdict(list)
    for row in session.execute(select(symbol_table).order_by(symbol_table.c.id)):
        symbols[row.report_id].append(Symbol(row.symbol, row.role))
    reports = [_report(row, symbols[row.id]) for row in session.execute(select(report_table))]
    return sorted(reports, key=lambda report: fold(report.symbol))


def find_report(session: Connection, symbol: str) -> Report | None:
    """The report that bears a symbol, whichever of its symbols it is."""
    report_id = session.scalar(select(symbol_table.c.report_id).where(symbol_table.c.folded == fold(symbol)))
    return None if report_id is None else _load_report(session, report_id)


def report_by_tail(session: Connection, tail: str) -> Report:
    """The one report a symbol or its tail names. Raises UnknownNameError for none, BadDataError for several."""
    exact = find_report(session, tail)
    if exact is not None:
        return exact
    symbols = session.execute(select(symbol_table.c.symbol, symbol_table.c.report_id)).all()
    matching = {report_id: symbol for symbol, report_id in symbols if is_tail(tail, symbol)}
    if not matching:
        known = [known for symbol, _ in symbols for known in tails(symbol)]
        raise UnknownNameError(
            f"there is no report {tail} in the register.",
            remedy=suggest(tail, known, "See: tracker document list; or import it."),
        )
    if len(matching) > 1:
        raise BadDataError(
            f"{tail} could be {' or '.join(sorted(matching.values()))}.", remedy="Write more of the symbol."
        )
    return _load_report(session, next(iter(matching)))


def known_by_tail(session: Connection, tail: str) -> Report | None:
    """The report a symbol or its tail names, if there is one. Raises BadDataError for several."""
    try:
        return report_by_tail(session, tail)
    except UnknownNameError:
        return None


def find_recommendation(session: Connection, reference: Reference) -> Recommendation:
    """The one recommendation that a reference names; raises what `report_by_tail` raises, or its like."""
    if reference.tail is not None:
        report = report_by_tail(session, reference.tail)
        return _numbered(session, report, reference)
    holding = set(
        session.scalars(
            select(recommendation_table.c.report_id).where(
                func.upper(recommendation_table.c.number) == fold(reference.number)
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


def recommendations_of(session: Connection, report: Report) -> list[Recommendation]:
    """The recommendations of a report in its order, with their comments."""
    rows = session.execute(
        select(recommendation_table)
        .where(recommendation_table.c.report_id == report.id)
        .order_by(recommendation_table.c.position)
    ).all()
    comments: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for comment in session.execute(
        select(comment_table)
        .join(recommendation_table, recommendation_table.c.id == comment_table.c.recommendation_id)
        .where(recommendation_table.c.report_id == report.id)
        .order_by(comment_table.c.paragraph)
    ):
        comments[comment.recommendation_id].append((comment.paragraph, comment.text))
    return [_recommendation(row, report, comments[row.id]) for row in rows]


def add_report(batch: Batch, *, title: str, issued_on: date | None, symbols: Sequence[Symbol]) -> Report:
    """Register a report under its symbols."""
    report_id = batch.next_id(report_table)
    insert_row(batch.session, report_table, id=report_id, title=title, issued_on=issued_on, asks_verification=False)
    add_symbols(batch, report_id, symbols)
    return _load_report(batch.session, report_id)


def save_report(batch: Batch, report: Report) -> None:
    """Write a report's title, day of issue and whether it asks for verification."""
    row = {
        "id": report.id,
        "title": report.title,
        "issued_on": report.issued_on,
        "asks_verification": report.asks_verification,
    }
    amend(batch, report_table, [row])


def add_symbols(batch: Batch, report_id: int, symbols: Sequence[Symbol]) -> int:
    """Add the symbols that a report does not have yet; how many were new. A symbol names one report only."""
    added = 0
    for symbol in symbols:
        holder = batch.session.scalar(
            select(symbol_table.c.report_id).where(symbol_table.c.folded == fold(symbol.symbol))
        )
        if holder == report_id:
            continue
        if holder is not None:
            other = _load_report(batch.session, holder).symbol
            raise BadDataError(f"the symbol {symbol.symbol} belongs to {other} already.", remedy="Check the symbol.")
        row = {"symbol": symbol.symbol, "folded": fold(symbol.symbol), "role": symbol.role}
        insert_row(batch.session, symbol_table, report_id=report_id, **row)
        batch.touch()
        added += 1
    return added


def save_recommendation(batch: Batch, report: Report, known: Recommendation | None, said: RecommendationText) -> int:
    """Write what a document says of a recommendation, over what was known of it; returns its id."""
    columns = {"text": said.text, "addressee": said.addressee, "impact": said.impact, "stance": said.stance}
    columns["actions"] = said.actions
    if known is None:
        key = batch.next_id(recommendation_table)
        place = {"report_id": report.id, "number": said.number, "position": key}
        insert_row(batch.session, recommendation_table, id=key, **place, **columns)
    else:
        key = known.id
        amend(batch, recommendation_table, [{"id": key, **columns}])
    _save_comments(batch.session, key, said.paragraphs)
    batch.touch()
    return key


def _save_comments(session: Connection, recommendation_id: int, paragraphs: Sequence[tuple[int, str]]) -> None:
    own = comment_table.c.recommendation_id == recommendation_id
    known = {row.paragraph: row for row in session.execute(select(comment_table).where(own))}
    said = dict(paragraphs)
    gone = known.keys() - said
    if gone:
        session.execute(delete(comment_table).where(own, comment_table.c.paragraph.in_(gone)))
    changed = [row for row in known.values() if said.get(row.paragraph, row.text) != row.text]
    save_rows(session, comment_table, [{"id": row.id, "text": said[row.paragraph]} for row in changed])
    new = [
        {"recommendation_id": recommendation_id, "paragraph": paragraph, "text": words}
        for paragraph, words in paragraphs
        if paragraph not in known
    ]
    insert_rows(session, comment_table, new)


def _load_report(session: Connection, report_id: int) -> Report:
    query = select(symbol_table.c.symbol, symbol_table.c.role).where(symbol_table.c.report_id == report_id)
    symbols = [Symbol(row.symbol, row.role) for row in session.execute(query.order_by(symbol_table.c.id))]
    return _report(session.execute(select(report_table).where(report_table.c.id == report_id)).one(), symbols)


def _numbered(session: Connection, report: Report, reference: Reference) -> Recommendation:
    """By its number as it is kept; or else without the full stop of the sentence from which it was copied, or without
    the brackets of 1(a), which a shell does not take as they are.
    """
    known = recommendations_of(session, report)
    by_number = {fold(recommendation.number): recommendation for recommendation in known}
    typed = fold(reference.number)
    found = by_number.get(typed) or by_number.get(typed.rstrip(".,;")) or _without_brackets(by_number, typed)
    if found is not None:
        return found
    numbers = ", ".join(recommendation.number for recommendation in known[:12]) or "none"
    raise UnknownNameError(
        f"{report.symbol} has no recommendation {reference.number.rstrip('.')}.",
        remedy=f"It has {len(known)}: {numbers}{', …' if len(known) > 12 else ''}.",
    )


def _without_brackets(by_number: Mapping[str, Recommendation], typed: str) -> Recommendation | None:
    alike = [found for number, found in by_number.items() if number.replace("(", "").replace(")", "") == typed]
    return alike[0] if len(alike) == 1 else None


def _report(row: Row[Any], symbols: Sequence[Symbol]) -> Report:
    main = next(symbol.symbol for symbol in symbols if symbol.role is SymbolRole.MAIN)
    return Report(row.id, main, row.title, row.issued_on, row.asks_verification, tuple(symbols))


def _recommendation(row: Row[Any], report: Report, comments: Sequence[tuple[int, str]]) -> Recommendation:
    return Recommendation(
        row.id,
        report.symbol,
        row.number,
        row.text,
        row.addressee,
        row.impact,
        row.stance,
        tuple(comments),
        row.actions,
    )
