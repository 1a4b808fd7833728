"""Organizations and the officers who hold their posts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from tracker.domain.addresses import folded
from tracker.domain.references import fold, suggest
from tracker.domain.rows import Officer, Organization
from tracker.domain.vocabulary import Post
from tracker.errors import BadDataError, UnknownNameError
from tracker.store.amendments import Before, amend, keep_before, said_before
from tracker.store.batches import Batch
from tracker.store.database.tables import amendment_table, follow_up_table, officer_table, organization_table
from tracker.store.database.writing import insert_row, save_rows


def all_organizations(session: Connection, known_at: datetime | None = None) -> list[Organization]:
    """Every organization, by code; named as it was known at an instant, else as now."""
    before = said_before(session, known_at)
    rows = session.execute(select(organization_table).order_by(organization_table.c.folded))
    return [_as_named(_organization(row), row.id, before) for row in rows]


_NAMED = ("name", "group", "timezone", "language")


def _as_named(organization: Organization, row_id: int, before: Before) -> Organization:
    said = before.get((organization_table.name, row_id), {})
    return replace(organization, **{name: value for name, value in said.items() if name in _NAMED})


def organization_ids(
    session: Connection, codes: Sequence[str] | None = None, *, there_on: date | None = None
) -> dict[str, int]:
    """Code → id for the codes given, or for all; with `there_on`, all but those that have left by that day.

    Raises UnknownNameError for a code the register does not hold.
    """
    columns = organization_table.c
    query = select(columns.folded, columns.code, columns.id)
    if codes is None and there_on is not None:
        query = query.where(columns.left_on.is_(None) | (columns.left_on > there_on))
    known = {row.folded: (row.code, row.id) for row in session.execute(query)}
    if codes is None:
        return dict(known[folded] for folded in sorted(known))
    for code in codes:
        if fold(code) not in known:
            raise _unknown(code, [name for name, _ in known.values()])
    return dict(known[fold(code)] for code in codes)


def get_organization(session: Connection, code: str, known_at: datetime | None = None) -> Organization:
    """One organization by code, upper and lower case alike; named as it was known at an instant, else as now."""
    row = _row(session, code)
    return _as_named(_organization(row), row.id, said_before(session, known_at))


def days_left(session: Connection, known_at: datetime | None = None) -> dict[str, date]:
    """Code → the day from which an organization is no longer one of them; only those for which there is one."""
    before = said_before(session, known_at)
    columns = organization_table.c
    found = {}
    for row in session.execute(select(columns.id, columns.code, columns.left_on).order_by(columns.folded)):
        day = before.get((organization_table.name, row.id), {}).get("left_on", row.left_on)
        if day is not None:
            found[row.code] = day
    return found


def save_day_left(batch: Batch, code: str, left_on: date | None) -> None:
    """Write from which day an organization is no longer one of them; None for one that stays."""
    amend(batch, organization_table, [{"id": _row(batch.session, code).id, "left_on": left_on}])


def add_organization(batch: Batch, organization: Organization) -> None:
    """Register an organization; raises BadDataError where its code is taken."""
    taken = batch.session.scalar(
        select(organization_table.c.name).where(organization_table.c.folded == fold(organization.code))
    )
    if taken is not None:
        raise BadDataError(
            f"{organization.code} is registered already ({taken}).",
            remedy=f"Change it with: tracker org edit {organization.code}.",
        )
    insert_row(batch.session, organization_table, folded=fold(organization.code), **_columns(organization))
    batch.touch()


def save_organization(batch: Batch, organization: Organization) -> None:
    """Overwrite what is known of an organization; its code cannot change, because the journal's hashes name it."""
    row = _row(batch.session, organization.code)
    amend(batch, organization_table, [{"id": row.id, **_columns(organization), "code": row.code}])


def idle_organizations(session: Connection, codes: Sequence[str]) -> list[str]:
    """Of some organizations those still there of which no follow-up stands, and where nobody holds or held a post."""
    own = organization_table.c.id
    followed = select(follow_up_table.c.id).where(
        follow_up_table.c.organization_id == own, ~follow_up_table.c.withdrawn
    )
    held = select(officer_table.c.id).where(officer_table.c.organization_id == own)
    query = select(organization_table.c.code).where(organization_table.c.code.in_(codes), ~followed.exists())
    there = organization_table.c.left_on.is_(None)
    return list(session.scalars(query.where(there, ~held.exists()).order_by(organization_table.c.folded)))


def all_officers(session: Connection, code: str | None = None) -> list[Officer]:
    """Every holder of a post, past ones too, by organization, post and day."""
    query = _holders().order_by(
        organization_table.c.folded, officer_table.c.post, officer_table.c.from_on, officer_table.c.id
    )
    if code is not None:
        query = query.where(organization_table.c.id == _row(session, code).id)
    return [_officer(row) for row in session.execute(query)]


def add_officer(batch: Batch, code: str, *, post: Post, name: str, email: str, from_on: date) -> Officer:
    """Put a person into a post from a day on; who held it until then ends the day before.

    When it was put down is kept as well: a day of the past does not make it known in the past.
    """
    organization = _row(batch.session, code)
    _end_predecessor(batch.session, organization.id, post, from_on, name)
    columns = {"organization_id": organization.id, "post": post, "name": name, "email": email, "from_on": from_on}
    number = insert_row(batch.session, officer_table, **columns)
    keep_before(batch, officer_table.c.email, number, None)
    return Officer(number, organization.code, post, name, email, from_on, None)


def edit_officer(batch: Batch, officer_id: int, **changes: str) -> Officer:
    """Mend the name or the address of one who holds a post; what it was before is kept."""
    _holder(batch.session, officer_id)
    amend(batch, officer_table, [{"id": officer_id, **changes}])
    return _officer(_holder(batch.session, officer_id))


_MENDED = (amendment_table.c.table_name == officer_table.name) & (amendment_table.c.column_name == "email")


def former_addresses(session: Connection) -> set[str]:
    """The addresses, folded, that were mended since."""
    found = map(json.loads, session.scalars(select(amendment_table.c.before).where(_MENDED)))
    return {folded(address) for address in found if address}


def addresses_known(session: Connection, known_at: datetime, by: date) -> set[str]:
    """Every address of who held a post by a day, as was known at an instant, and those mended before it; folded."""
    mended = amendment_table.c
    query = select(mended.row_id, mended.before, mended.recorded_at).where(_MENDED).order_by(mended.id)
    earlier: dict[int, list[tuple[str | None, datetime]]] = defaultdict(list)
    for row in session.execute(query):
        earlier[row.row_id].append((json.loads(row.before), row.recorded_at))
    holders = select(officer_table.c.id, officer_table.c.email).where(officer_table.c.from_on <= by)
    found: set[str] = set()
    for number, email in session.execute(holders):
        until = [address for address, recorded_at in earlier[number] if recorded_at <= known_at]
        after = [address for address, recorded_at in earlier[number] if recorded_at > known_at]
        found |= {folded(address) for address in (*until, next(iter(after), email)) if address}
    return found


def end_officer(batch: Batch, officer_id: int, *, until_on: date) -> Officer:
    """Let a person leave a post after a day."""
    row = _holder(batch.session, officer_id)
    if until_on < row.from_on:
        raise BadDataError(f"{row.name} holds the post from {row.from_on}.", remedy="Give that day or a later one.")
    successor = _successor(batch.session, row)
    if successor is not None and successor.from_on <= until_on:
        raise BadDataError(
            f"{successor.name} holds that post from {successor.from_on}.",
            remedy=f"Let {row.name} leave before that day.",
        )
    save_rows(batch.session, officer_table, [{"id": officer_id, "until_on": until_on}])
    batch.touch()
    return replace(_officer(row), until_on=until_on)


def _end_predecessor(session: Connection, organization_id: int, post: Post, from_on: date, name: str) -> None:
    holder = _last_holder(session, organization_id, post, from_on)
    if holder is None:
        return
    if holder.from_on >= from_on:
        raise BadDataError(
            f"{holder.name} holds that post from {holder.from_on}, which is not before {from_on}.",
            remedy=f"Give {name} a later --from, or correct a name or an address with: tracker officer edit "
            f"{holder.id}.",
        )
    save_rows(session, officer_table, [{"id": holder.id, "until_on": from_on - timedelta(days=1)}])


def _last_holder(session: Connection, organization_id: int, post: Post, since: date) -> Row[Any] | None:
    """Of those who hold a post on a day or later, the one who came last."""
    return session.execute(
        select(officer_table)
        .where(
            officer_table.c.organization_id == organization_id,
            officer_table.c.post == post,
            officer_table.c.until_on.is_(None) | (officer_table.c.until_on >= since),
        )
        .order_by(officer_table.c.from_on.desc())
        .limit(1)
    ).one_or_none()


def _successor(session: Connection, holder: Row[Any]) -> Row[Any] | None:
    """Who came next into the same post."""
    officer = officer_table.c
    query = select(officer_table).where(
        officer.organization_id == holder.organization_id, officer.post == holder.post, officer.from_on > holder.from_on
    )
    return session.execute(query.order_by(officer.from_on).limit(1)).one_or_none()


def _row(session: Connection, code: str) -> Row[Any]:
    row = session.execute(select(organization_table).where(organization_table.c.folded == fold(code))).one_or_none()
    if row is None:
        raise _unknown(code, session.scalars(select(organization_table.c.code)))
    return row


def _unknown(code: str, known: object) -> UnknownNameError:
    if "," in code:
        return UnknownNameError(
            f"there is no organization {code} in the register.",
            remedy="Give each code by itself, as in WHO FAO or --org WHO --org FAO.",
        )
    codes = list(known)  # type: ignore[call-overload]
    return UnknownNameError(
        f"there is no organization {code} in the register.", remedy=suggest(code, codes, "See: tracker org list.")
    )


def _organization(row: Row[Any]) -> Organization:
    return Organization(row.code, row.name, row.group, row.timezone, row.language)


def _holders() -> Select[*tuple[Any, ...]]:
    """Officers, each with its organization's code."""
    return select(officer_table, organization_table.c.code).join(
        organization_table, organization_table.c.id == officer_table.c.organization_id
    )


def _holder(session: Connection, officer_id: int) -> Row[Any]:
    row = session.execute(_holders().where(officer_table.c.id == officer_id)).one_or_none()
    if row is None:
        raise UnknownNameError(
            f"there is no officer number {officer_id}.", remedy="The numbers are in: tracker officer list."
        )
    return row


def _officer(row: Row[Any]) -> Officer:
    return Officer(row.id, row.code, row.post, row.name, row.email, row.from_on, row.until_on)


def _columns(organization: Organization) -> dict[str, str | None]:
    return {
        "code": organization.code,
        "name": organization.name,
        "group": organization.group,
        "timezone": organization.timezone,
        "language": organization.language,
    }
