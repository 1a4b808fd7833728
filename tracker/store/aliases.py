"""Names that a person has decided are the same organization."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.references import fold
from tracker.errors import BadDataError, UnknownNameError
from tracker.store.batches import Batch
from tracker.store.organizations import get_organization
from tracker.store.tables import AliasTable, OrganizationTable


@dataclass(frozen=True, slots=True)
class Alias:
    """A further name of an organization; `folded` is how it is compared."""

    name: str
    folded: str
    code: str


def all_aliases(session: Session) -> list[Alias]:
    """Every alias, by organization and name."""
    rows = session.execute(
        select(AliasTable.name, AliasTable.folded, OrganizationTable.code)
        .join(OrganizationTable, OrganizationTable.id == AliasTable.organization_id)
        .order_by(OrganizationTable.folded, AliasTable.folded)
    )
    return [Alias(row.name, row.folded, row.code) for row in rows]


def add_alias(batch: Batch, code: str, name: str, folded: str) -> bool:
    """Keep a name for an organization; False where it has it already. Raises where another one has it."""
    organization = get_organization(batch.session, code)
    holder = batch.session.execute(
        select(OrganizationTable.code)
        .join(AliasTable, AliasTable.organization_id == OrganizationTable.id)
        .where(AliasTable.folded == folded)
    ).scalar_one_or_none()
    if holder == organization.code:
        return False
    if holder is not None:
        raise BadDataError(
            f"“{name}” is a name of {holder} already.", remedy=f"Drop it first: tracker org alias drop “{name}”."
        )
    organization_id = batch.session.scalar(
        select(OrganizationTable.id).where(OrganizationTable.folded == fold(organization.code))
    )
    batch.session.add(AliasTable(name=name, folded=folded, organization_id=organization_id))
    batch.touch()
    return True


def drop_alias(batch: Batch, name: str, folded: str) -> str:
    """Forget a name; returns whose it was. Raises UnknownNameError where nobody has it."""
    row = batch.session.scalar(select(AliasTable).where(AliasTable.folded == folded))
    if row is None:
        raise UnknownNameError(f"no organization has the alias “{name}”.", remedy="See: tracker org alias list.")
    code = batch.session.get_one(OrganizationTable, row.organization_id).code
    batch.session.delete(row)
    batch.touch()
    return code
