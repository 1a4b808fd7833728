"""Reading follow-ups by any filter, now or as of a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Subquery,
    case,
    func,
    nulls_last,
    select,
    true,
)

from tracker.domain.filters import Filters, Sort
from tracker.domain.references import fold
from tracker.domain.returns_read_again import is_return
from tracker.domain.rows import Evidence, FollowUp, FollowUpLine
from tracker.domain.vocabulary import Acceptance, Implementation, SymbolRole, Topic
from tracker.store.conditions import conditions
from tracker.store.database.tables import (
    batch_table,
    evidence_table,
    follow_up_table,
    journal_table,
    organization_table,
    recommendation_table,
    report_table,
    symbol_table,
)
from tracker.store.described import Line, as_described
from tracker.store.links import Linked, linked
from tracker.store.search import mentions, near_the_beginning, places, ways_to_mention
from tracker.store.standing import in_force, standing
from tracker.store.viewpoint import Viewpoint

Query = Select[*tuple[Any, ...]]

_FEW = 500
"""So many rows are named one by one to what is asked about them; for more, the question itself is repeated."""


def list_follow_ups(
    session: Connection,
    filters: Filters,
    *,
    today: date,
    as_of: date | None = None,
    known_at: datetime | None = None,
    sort: Sort = Sort.REF,
    limit: int | None = None,
) -> list[FollowUp]:
    """The follow-ups that a filter finds, in a few queries however many there are.

    `today` (or `as_of`, where given) is the day against which overdue and silent are measured.
    """
    seen = Viewpoint(session, as_of, known_at)
    query = _listed(seen, select_rows, filters, as_of or today, sort, limit)
    return _with_more(seen, query, all_there_is=limit is None and filters == Filters())


def list_lines(
    seen: Viewpoint, filters: Filters, *, today: date, sort: Sort = Sort.REF, limit: int | None = None
) -> list[FollowUpLine]:
    """The same, as far as a list says it: half of what is kept, and read in half the time."""
    query = _listed(seen, select_lines, filters, seen.as_of or today, sort, limit)
    rows = seen.session.execute(query).all()
    return _as_seen(seen, [FollowUpLine(*row) for row in rows], query) if rows else []


def _listed(
    seen: Viewpoint,
    selected: Callable[[Subquery], Query],
    filters: Filters,
    day: date,
    sort: Sort,
    limit: int | None,
) -> Query:
    at = seen.standing()
    query = selected(at)
    if limit is None or limit > _FEW:
        query = narrowed(seen, query, at, filters, day)
    else:
        query = query.where(at.c.id.in_(_first(seen, at, filters, day, sort, limit)))
    return query.order_by(*_order(at, sort)).limit(limit)


def follow_ups_of(
    session: Connection,
    recommendation_id: int,
    codes: Sequence[str] | None = None,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> list[FollowUp]:
    """The follow-ups of one recommendation; only those of some organizations where codes are given."""
    seen = Viewpoint(session, as_of, known_at)
    at = seen.standing()
    query = select_rows(at).where(at.c.recommendation_id == recommendation_id)
    if codes is not None:
        query = query.where(organization_table.c.folded.in_([fold(code) for code in codes]))
    return _with_more(seen, query.order_by(*_order(at, Sort.ORG)))


def organizations_of(session: Connection, recommendation_id: int, codes: Sequence[str] | None = None) -> dict[int, str]:
    """Follow-up → its organization's code, of one recommendation; withdrawn ones too."""
    query = (
        select(follow_up_table.c.id, organization_table.c.code)
        .join(organization_table, organization_table.c.id == follow_up_table.c.organization_id)
        .where(follow_up_table.c.recommendation_id == recommendation_id)
    )
    if codes is not None:
        query = query.where(organization_table.c.folded.in_([fold(code) for code in codes]))
    return {row.id: row.code for row in session.execute(query)}


def followed_reports(session: Connection, as_of: date, known_at: datetime | None) -> set[int]:
    """The reports of which anything had been addressed to anybody by a day, as was known at an instant."""
    query = (
        select(recommendation_table.c.report_id)
        .distinct()
        .join(follow_up_table, follow_up_table.c.recommendation_id == recommendation_table.c.id)
        .join(journal_table, journal_table.c.follow_up_id == follow_up_table.c.id)
        .where(journal_table.c.topic == Topic.ADDRESSED, in_force(journal_table, as_of, known_at))
    )
    return set(session.scalars(query))


def follow_ups_of_batches(session: Connection, numbers: Sequence[int]) -> list[FollowUp]:
    """The follow-ups, now, about which some batches wrote."""
    at = standing()
    written = select(journal_table.c.follow_up_id).where(journal_table.c.batch.in_(numbers))
    query = select_rows(at).where(at.c.id.in_(written)).order_by(at.c.id)
    return [_follow_up(row) for row in session.execute(query)]


def select_lines(at: Subquery) -> Query:
    """Every follow-up of a standing with its recommendation, report and organization, as far as a list says it.

    The columns are the fields of `FollowUpLine` in their order, by which it is made; a test compares them.
    """
    return (
        select(
            at.c.id,
            symbol_table.c.symbol.label("report"),
            recommendation_table.c.number,
            recommendation_table.c.text,
            organization_table.c.code.label("organization"),
            report_table.c.asks_verification,
            at.c.acceptance,
            at.c.implementation,
            at.c.verification,
            at.c.due_on,
            organization_table.c.left_on,
        )
        .join(recommendation_table, recommendation_table.c.id == at.c.recommendation_id)
        .join(report_table, report_table.c.id == recommendation_table.c.report_id)
        .join(symbol_table, (symbol_table.c.report_id == report_table.c.id) & (symbol_table.c.role == SymbolRole.MAIN))
        .join(organization_table, organization_table.c.id == at.c.organization_id)
    )


def select_rows(at: Subquery) -> Query:
    """The same with all that is kept: the fields of `FollowUp` in their order."""
    return select_lines(at).add_columns(
        at.c.version,
        report_table.c.title.label("report_title"),
        report_table.c.issued_on,
        addressee_of(at).label("addressee"),
        recommendation_table.c.impact,
        recommendation_table.c.stance,
        at.c.reported_by,
        at.c.original_due_on,
        at.c.addressed_on,
        at.c.heard_on,
        at.c.effective_on,
        at.c.recorded_at,
        at.c.actor,
        at.c.note,
    )


def addressee_of(at: Subquery, usual: ColumnElement[Any] = recommendation_table.c.addressee) -> Any:
    """To whom a row is addressed: its own addressee, where an annex gives it one, else the recommendation's."""
    return func.coalesce(at.c.addressee, usual)


def narrowed(seen: Viewpoint, query: Query, at: Subquery, filters: Filters, day: date) -> Query:
    """The query with every condition of the filters; `day` is what overdue and silent are measured against."""
    query = query.where(*conditions(seen, at, filters, day))
    return query if filters.text is None else query.where(mentions(seen, at, filters.text))


def _first(seen: Viewpoint, at: Subquery, filters: Filters, day: date, sort: Sort, limit: int) -> list[int]:
    """Ids among which the first rows of a list are.

    Which rows is asked before what they hold: in one question, PostgreSQL works out where everything stood before it
    takes a few. Those of each position are asked for alone, where positions give the order: within one, an index does.
    """
    parts = _parts(at, sort)
    order = _order(at, sort if len(parts) == 1 else Sort.REF, _code_of(at))
    query = select(at.c.id).where(*conditions(seen, at, filters, day)).order_by(*order).limit(limit)
    if sort is Sort.ORG:  # two indexes give this order, which PostgreSQL sees in a join only
        # SQLite begins with the organizations where they cannot be looked up by id, and then need not sort.
        own = organization_table.c.id + 0 if seen.session.dialect.name == "sqlite" else organization_table.c.id
        query = query.join(organization_table, own == at.c.organization_id)
    if filters.text is None:
        return _by_ways(seen.session, query, parts, [true()], limit)
    where = places(seen, at, filters.text)
    near = near_the_beginning(seen.session, query, where, limit) if sort is Sort.REF else []
    return near or _by_ways(seen.session, query, parts, ways_to_mention(seen.session, where), limit)


def _by_ways(
    session: Connection,
    query: Select[Any],
    parts: list[ColumnElement[bool]],
    ways: list[ColumnElement[bool]],
    limit: int,
) -> list[int]:
    found: list[int] = []
    for part in parts:
        found += [row for way in ways for row in session.scalars(query.where(part, way))]
        if len(set(found)) >= limit:
            break
    return found


def _parts(at: Subquery, sort: Sort) -> list[ColumnElement[bool]]:
    """What a list consists of, one part after the other, each by reference."""
    if sort is Sort.ACCEPTANCE:
        return [at.c.acceptance == value for value in Acceptance]
    if sort is Sort.STATUS:
        return [at.c.implementation == value for value in Implementation]
    return [true()]


def _order(at: Subquery, sort: Sort, code: Any = organization_table.c.folded) -> tuple[Any, ...]:
    """`code` is the organization's, where there is no join with the organizations."""
    # Recommendations are numbered as their documents came in: an order that an index gives, so that the first
    # lines of a million are found without sorting them.
    by_ref = (at.c.recommendation_id, code)
    first: dict[Sort, tuple[Any, ...]] = {
        Sort.REF: (),
        Sort.ORG: (organization_table.c.folded, at.c.recommendation_id),
        Sort.DUE: (nulls_last(at.c.due_on.asc()),),
        Sort.RECORDED: (at.c.recorded_at.desc(),),
        Sort.ACCEPTANCE: (_place(at.c.acceptance, Acceptance),),
        Sort.STATUS: (_place(at.c.implementation, Implementation),),
    }
    return first[sort] if sort is Sort.ORG else (*first[sort], *by_ref)


def _code_of(at: Subquery) -> Any:
    organization = organization_table.alias()
    return select(organization.c.folded).where(organization.c.id == at.c.organization_id).scalar_subquery()


def _place(column: ColumnElement[Any], words: type[Enum]) -> ColumnElement[int]:
    """Which word of the vocabulary it is, in the vocabulary's order."""
    return case(*((column == word, place) for place, word in enumerate(words)))


def _with_more(seen: Viewpoint, query: Query, *, all_there_is: bool = False) -> list[FollowUp]:
    """The rows with their evidence, and as they are seen from there."""
    rows = seen.session.execute(query).all()
    if not rows:
        return []
    asked_for = true() if all_there_is else evidence_table.c.follow_up_id.in_(_ids(rows, query))
    evidence = _evidence(seen.session, asked_for, seen.as_of or date.max, seen.known_at)
    return _as_seen(seen, [_follow_up(row, evidence.get(row.id, ())) for row in rows], query)


def _as_seen(seen: Viewpoint, found: list[Line], query: Query) -> list[Line]:
    """As their documents were described at the instant, on which it rests what is open, and with what they wait for."""
    if seen.before:
        found = as_described(seen.session, found, seen.before)
    beside = linked(seen, _ids(found, query))
    return [_with_links(row, beside) for row in found] if beside else found


def _ids(rows: Sequence[Row[Any] | FollowUpLine], query: Query) -> Sequence[int] | Query:
    """What names the rows of a query to another one."""
    if len(rows) <= _FEW:
        return [row.id for row in rows]
    return query.with_only_columns(query.selected_columns.id).order_by(None).limit(None)


def _with_links(row: Line, beside: Linked) -> Line:
    """The row with what it repeats, whatever became of it, and what concerns an open one only."""
    repeats = beside.repeats.get(row.ref, ())
    if not row.is_open:
        return replace(row, repeats=repeats) if repeats else row
    waits_for, superseded_by = beside.waits_for.get(row.id, ()), beside.superseded_by.get(row.ref, ())
    return replace(row, waits_for=waits_for, superseded_by=superseded_by, repeats=repeats)


def _evidence(
    session: Connection, asked_for: ColumnElement[bool], as_of: date, known_at: datetime | None
) -> dict[int, tuple[Evidence, ...]]:
    found: dict[int, list[Evidence]] = defaultdict(list)
    rows = session.execute(
        select(
            evidence_table.c.follow_up_id, evidence_table.c.location, evidence_table.c.sha256, journal_table.c.target,
            batch_table.c.asked,
        )
        .join(journal_table, journal_table.c.id == evidence_table.c.entry_id)
        .join(batch_table, batch_table.c.number == journal_table.c.batch)
        .where(asked_for, in_force(journal_table, as_of, known_at))
        .order_by(evidence_table.c.id)
    )  # fmt: skip
    for row in rows:
        found[row.follow_up_id].append(Evidence(row.location, row.sha256, is_return(row.target or "", row.asked)))
    return {follow_up_id: tuple(items) for follow_up_id, items in found.items()}


def _follow_up(row: Row[Any], evidence: tuple[Evidence, ...] = ()) -> FollowUp:
    values: tuple[Any, ...] = (*row, evidence)
    return FollowUp(*values)
