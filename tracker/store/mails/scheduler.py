"""The one row that says which scheduler ticks. It saves work; that no mail goes out twice does not depend on it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tracker.records import record
from tracker.store.database.mail_tables import scheduler_table

_ROW = 1


@record
class Heartbeat:
    """Who ticks, until when without a further sign, and when it last ticked and last composed."""

    holder: str | None = None
    lease_until: datetime | None = None
    ticked_at: datetime | None = None
    composed_at: datetime | None = None


def hold(session: Connection, *, owner: str, now: datetime, lease: timedelta) -> bool:
    """Take the row, or renew it; False while another holds it.

    Nobody whose clock differs by less than a lease can hold it for more than two: who does had a clock that was wrong.
    """
    dialect = postgresql if session.dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(scheduler_table).values(id=_ROW).on_conflict_do_nothing(index_elements=["id"]))
    held = update(scheduler_table).where(
        scheduler_table.c.id == _ROW,
        or_(
            scheduler_table.c.holder.is_(None),
            scheduler_table.c.holder == owner,
            scheduler_table.c.lease_until.is_(None),
            scheduler_table.c.lease_until < now,
            scheduler_table.c.lease_until > now + 2 * lease,
        ),
    )
    result: Any = session.execute(held.values(holder=owner, lease_until=now + lease))
    return bool(result.rowcount)


def let_go(session: Connection, *, owner: str) -> None:
    """Leave the row to whoever comes next; nothing happens where another holds it."""
    _write(session, owner, holder=None, lease_until=None)


def beat(session: Connection, *, owner: str, ticked_at: datetime, composed_at: datetime | None = None) -> None:
    """Write the heartbeat; `composed_at` is left as it is where nothing was composed."""
    composed = {} if composed_at is None else {"composed_at": composed_at}
    _write(session, owner, ticked_at=ticked_at, **composed)


def _write(session: Connection, owner: str, **values: datetime | None) -> None:
    session.execute(
        update(scheduler_table).where(scheduler_table.c.id == _ROW, scheduler_table.c.holder == owner).values(**values)
    )


def heartbeat(session: Connection) -> Heartbeat:
    """What the row says; all empty where no scheduler ever ran."""
    columns = (
        scheduler_table.c.holder,
        scheduler_table.c.lease_until,
        scheduler_table.c.ticked_at,
        scheduler_table.c.composed_at,
    )
    row = session.execute(select(*columns).where(scheduler_table.c.id == _ROW)).one_or_none()
    return Heartbeat() if row is None else Heartbeat(*row)
