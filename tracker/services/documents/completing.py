"""Reports as the office keeps them: what a document did not say, said by the office."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from tracker.domain.filters import Filters
from tracker.domain.lifecycle import is_settled
from tracker.domain.references import parse_reference
from tracker.domain.rows import Recommendation, Report, Symbol
from tracker.domain.vocabulary import Addressee, Stance, SymbolRole
from tracker.domain.who import Who
from tracker.records import record
from tracker.services.listing import At
from tracker.store.amendments import said_before
from tracker.store.described import report_as_known
from tracker.store.documents import (
    RecommendationText,
    add_symbols,
    all_reports,
    find_recommendation,
    report_by_tail,
    save_recommendation,
    save_report,
)
from tracker.store.follow_up_writing import save_standings
from tracker.store.follow_ups import followed_reports, list_follow_ups
from tracker.store.unit import Register


@record
class ReportChange:
    """What to change of a report; None stays as it is.

    With `asks_verification`, implemented is settled only once it is verified.
    """

    title: str | None = None
    issued_on: date | None = None
    asks_verification: bool | None = None
    also: tuple[str, ...] = ()


def list_reports(register: Register, at: At) -> list[Report]:
    """Every report, by main symbol; of a day or an instant, those that were followed up then, as they were known."""
    with register.read() as session:
        found = all_reports(session)
        if at.as_of is None and at.known_at is None:
            return found
        followed = followed_reports(session, at.as_of or date.max, at.known_at)
        before = said_before(session, at.known_at)
    return [report_as_known(report, before) for report in found if report.id in followed]


def change_report(register: Register, symbol: str, change: ReportChange, who: Who) -> Report:
    """Change a report; what is open follows from whether it asks for verification, and is computed anew."""
    with register.batch(who) as batch:
        before = report_by_tail(batch.session, symbol)
        after = replace(
            before,
            title=change.title or before.title,
            issued_on=change.issued_on or before.issued_on,
            asks_verification=before.asks_verification
            if change.asks_verification is None
            else change.asks_verification,
        )
        if after != before:
            save_report(batch, after)
        if after.asks_verification != before.asks_verification:
            found = list_follow_ups(batch.session, Filters(reports=(before.symbol,)), today=who.today)
            asks = after.asks_verification
            rows = [{"id": i.id, "open": not is_settled(i.positions, asks_verification=asks)} for i in found]
            save_standings(batch.session, rows)
        add_symbols(batch, before.id, [Symbol(item, SymbolRole.ALSO) for item in change.also])
        return report_by_tail(batch.session, before.symbol)


def change_recommendation(
    register: Register,
    reference: str,
    who: Who,
    *,
    addressee: Addressee | None = None,
    impact: str | None = None,
    stance: Stance | None = None,
) -> Recommendation:
    """Say to whom a recommendation is addressed, its impact, or the stance on it, where the document left it open."""
    with register.batch(who) as batch:
        known = find_recommendation(batch.session, parse_reference(reference))
        said = RecommendationText(
            number=known.number,
            text=known.text,
            addressee=addressee or known.addressee,
            impact=impact or known.impact,
            stance=stance or known.stance,
            paragraphs=known.paragraphs,
            actions=known.actions,
        )
        save_recommendation(batch, report_by_tail(batch.session, known.report), known, said)
        return find_recommendation(batch.session, parse_reference(known.ref))


def report_json(report: Report) -> dict[str, Any]:
    """A report as JSON."""
    return {
        "report": report.symbol,
        "title": report.title,
        "issued_on": report.issued_on.isoformat() if report.issued_on else None,
        "asks_verification": report.asks_verification,
        "symbols": [{"symbol": item.symbol, "role": item.role.value} for item in report.symbols],
    }
