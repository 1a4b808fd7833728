"""Names that a person has decided are the same organization."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from tracker.domain.references import fold
from tracker.errors import BadDataError, UnknownNameError
from tracker.records import record
from tracker.store.batches import Batch
from tracker.store.database.tables import alias_table, organization_table
from tracker.store.database.writing import insert_row
from tracker.store.organizations import get_organization


@record
class Alias:
    """A further name of an organization; `folded` is how it is compared."""

    name: str
    folded: str
    code: str


def all_aliases(session: Connection) -> list[Alias]:
    """Every alias, by organization and name."""
    rows = session.execute(
        select(alias_table.c.name, alias_table.c.folded, organization_table.c.code)
        .join(organization_table, organization_table.c.id == alias_table.c.organization_id)
        .order_by(organization_table.c.folded, alias_table.c.folded)
    )
    return [Alias(row.name, row.folded, row.code) for row in rows]


def add_alias(batch: Batch, code: str, name: str, folded: str) -> bool:
    """Keep a name for an organization; False where it has it already. Raises where another one has it."""
    organization = get_organization(batch.session, code)
    holder = batch.session.execute(
        select(organization_table.c.code)
        .join(alias_table, alias_table.c.organization_id == organization_table.c.id)
        .where(alias_table.c.folded == folded)
    ).scalar_one_or_none()
    if holder == organization.code:
        return False
    if holder is not None:
        raise BadDataError(
            f"“{name}” is a name of {holder} already.", remedy=f"Drop it first: tracker org alias drop “{name}”."
        )
    organization_id = batch.session.scalar(
        select(organization_table.c.id).where(organization_table.c.folded == fold(organization.code))
    )
    insert_row(batch.session, alias_table, name=name, folded=folded, organization_id=organization_id)
    batch.touch()
    return True


def drop_alias(batch: Batch, name: str, folded: str) -> str:
    """Forget a name; returns whose it was. Raises UnknownNameError where nobody has it."""
    code: str | None = batch.session.scalar(
        select(organization_table.c.code)
        .join(alias_table, alias_table.c.organization_id == organization_table.c.id)
        .where(alias_table.c.folded == folded)
    )
    if code is None:
        raise UnknownNameError(f"no organization has the alias “{name}”.", remedy="See: tracker org alias list.")
    batch.session.execute(delete(alias_table).where(alias_table.c.folded == folded))
    batch.touch()
    return code
