"""What the evidence store should hold: the files that entries name, and the returns and letters that wait."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from tracker.domain.references import reference_to
from tracker.records import record
from tracker.store.database.tables import evidence_table, follow_up_table
from tracker.store.mails.returns import list_waiting
from tracker.store.names import NAMES, with_names


@record
class KeptFile:
    """The content of a file that entries name; `location` is what the first of them calls it.

    Or of a return or a letter that waits for a person: `received` is its number, and `ref` is None.
    """

    sha256: str
    location: str
    ref: str | None
    organization: str | None
    received: int | None = None

    def __str__(self) -> str:
        whose = f"{self.ref} {self.organization}" if self.received is None else f"number {self.received} of return list"
        return f"{self.location} ({whose})"


def kept_files(session: Connection) -> list[KeptFile]:
    """Every file that should be in the evidence store, once, with the first follow-up for which it was given.

    Last come the returns and letters that wait: nothing else has what they say.
    """
    table = evidence_table.c
    first = select(func.min(table.id)).where(table.sha256.is_not(None)).group_by(table.sha256)
    query = (
        select(table.sha256, table.location, *NAMES)
        .select_from(evidence_table)
        .join(follow_up_table, follow_up_table.c.id == table.follow_up_id)
        .where(table.id.in_(first))
        .order_by(table.id)
    )
    rows = session.execute(with_names(query))
    given = [KeptFile(row.sha256, row.location, reference_to(row.symbol, row.number), row.code) for row in rows]
    known = {file.sha256 for file in given}
    came = [KeptFile(each.sha256, each.name, None, each.organization, each.id) for each in list_waiting(session)]
    return [*given, *(file for file in came if file.sha256 not in known)]
