"""What a register knows of mails that were sent, carried over into the backup that is about to take its place.

The register is read over the bare connection that holds its file: SQLAlchemy would end the transaction that holds it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, update
from sqlalchemy.dialects.sqlite import dialect

from tracker.domain.outbox import Event, OutboxState, sources, target
from tracker.records import record
from tracker.store.database.mail_tables import delivery_table, outbox_table, reminder_item_table, reminder_table
from tracker.store.database.tables import batch_table, follow_up_table
from tracker.store.database.writing import insert_row, insert_rows
from tracker.store.mails.outbox import keep_attempts
from tracker.store.names import NAMES, with_names

NOT_KNOWN = ", what was sent since is not known"
"""How the batch of a restore ends where no register could say it."""

_RELEASED = dict.fromkeys(sources(Event.RELEASE), target(Event.RELEASE))
_LOST = dict.fromkeys(sources(Event.LOSE), target(Event.LOSE))
_FINAL = (OutboxState.SENT, OutboxState.UNCERTAIN, OutboxState.FAILED)
"""What is written into the restored ledger; of what was not sent yet, its own digests are composed anew."""
_GONE = (OutboxState.SENT, OutboxState.UNCERTAIN)
_DIALECT = dialect()


@record
class Before:
    """The register that is replaced: held by `connection`, read as it stands."""

    connection: sqlite3.Connection

    def rows(self, query: Select[Any]) -> Iterator[dict[str, Any]]:
        """The rows of a query by the names of its columns. Raises sqlite3.Error where the file is damaged."""
        words = str(query.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))
        columns = [
            (str(column.key), column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None))
            for column in query.selected_columns
        ]
        for row in self.connection.execute(words):
            yield {key: value if read is None else read(value) for (key, read), value in zip(columns, row, strict=True)}


def is_unsure(session: Connection) -> bool:
    """Whether this register was restored without knowing what was sent since, and composed nothing afterwards."""
    restored_at = session.scalar(_last_unsure())
    if restored_at is None:
        return False
    composed_at = session.scalar(select(func.max(reminder_table.c.composed_at)))
    return composed_at is None or composed_at < restored_at


def _last_unsure() -> Select[Any]:
    query = select(batch_table.c.recorded_at).where(batch_table.c.asked.like(f"db restore %{NOT_KNOWN}"))
    return query.order_by(batch_table.c.number.desc()).limit(1)


def is_sure(before: Before, session: Connection) -> bool:
    """Whether the register before is a later state of the restored one, and itself knows what was sent."""
    first = select(batch_table.c.hash).where(batch_table.c.number == 1)
    begun = [row["hash"] for row in before.rows(first)]
    if begun != list(session.scalars(first)) or not begun:
        return False
    restored_at = [row["recorded_at"] for row in before.rows(_last_unsure())]
    composed_at = [row["latest"] for row in before.rows(select(func.max(reminder_table.c.composed_at).label("latest")))]
    return not restored_at or (composed_at[0] is not None and composed_at[0] >= restored_at[0])


def carry_over(before: Before, session: Connection) -> list[str]:
    """Write into the restored register what became of mails; returns the recipients of those that were sent since."""
    states = select(outbox_table.c.id, outbox_table.c.key, outbox_table.c.state)
    known = {row.key: row for row in session.execute(states)}
    recipients: list[str] = []
    for found in list(before.rows(states)):
        own, state = known.get(found["key"]), _at_rest(found["state"])
        if not _is_news(None if own is None else own.state, state):
            continue
        (mail,) = before.rows(select(outbox_table).where(outbox_table.c.id == found["id"]))
        number = _enter(before, session, mail, state) if own is None else _settle(before, session, own.id, mail, state)
        _keep_attempts(before, session, mail["id"], number)
        if state in _GONE:
            recipients.append(mail["recipient"])
    return recipients


def _is_news(own: OutboxState | None, state: OutboxState) -> bool:
    """Whether the register before knows more: what was sent stays sent, and what never began need not be known."""
    return state in _FINAL if own is None else own not in (OutboxState.SENT, state)


def _at_rest(state: OutboxState) -> OutboxState:
    """The state in which nobody has the mail in hand, as the one who had it was ended."""
    return (_RELEASED | _LOST).get(state, state)


def _how_far(mail: Mapping[str, Any], state: OutboxState) -> dict[str, Any]:
    names = ("attempts", "next_attempt_at", "claimed_by", "settled_at", "answer")
    return {name: mail[name] for name in names} | {"state": state, "lease_until": None}


def _settle(before: Before, session: Connection, number: int, mail: dict[str, Any], state: OutboxState) -> int:
    """How far a mail of the backup has come since, and whether its digest still stands for its cycle."""
    session.execute(update(outbox_table).where(outbox_table.c.id == number).values(_how_far(mail, state)))
    for digest in before.rows(select(reminder_table.c.lapsed_at).where(reminder_table.c.outbox_id == mail["id"])):
        session.execute(update(reminder_table).where(reminder_table.c.outbox_id == number).values(digest))
    return number


def _enter(before: Before, session: Connection, mail: dict[str, Any], state: OutboxState) -> int:
    """A mail that the backup does not know, with its digest; a line about what it does not know either is left out."""
    columns = {name: value for name, value in mail.items() if name != "id"}
    number = insert_row(session, outbox_table, **columns | _how_far(mail, state))
    for digest in list(before.rows(select(reminder_table).where(reminder_table.c.outbox_id == mail["id"]))):
        kept = {name: digest[name] for name in ("recipient", "cycle", "composed_at", "lapsed_at")}
        reminder = insert_row(session, reminder_table, **kept, outbox_id=number)
        found = ((line, _follow_up(session, line)) for line in before.rows(_lines(digest["id"])))
        items = [
            {"reminder_id": reminder, "follow_up_id": own, "reason": line["reason"], "rung": line["rung"]}
            for line, own in found
            if own is not None
        ]
        insert_rows(session, reminder_item_table, items)
    return number


def _lines(reminder: int) -> Select[Any]:
    item = reminder_item_table.c
    query = select(item.reason, item.rung, *NAMES).join(follow_up_table, follow_up_table.c.id == item.follow_up_id)
    return with_names(query).where(item.reminder_id == reminder).order_by(item.id)


def _follow_up(session: Connection, line: dict[str, Any]) -> int | None:
    names = (name == line[name.key] for name in NAMES)
    found: int | None = session.scalar(with_names(select(follow_up_table.c.id)).where(*names))
    return found


def _keep_attempts(before: Before, session: Connection, mail_id: int, number: int) -> None:
    delivery = delivery_table.c
    kept = session.execute(select(delivery.at, delivery.state, delivery.answer).where(delivery.outbox_id == number))
    known = {tuple(row) for row in kept}
    query = select(delivery.at, delivery.state, delivery.answer).where(delivery.outbox_id == mail_id)
    rows = [row for row in before.rows(query.order_by(delivery.id)) if tuple(row.values()) not in known]
    insert_rows(session, delivery_table, [{"outbox_id": number, **row} for row in rows])


def doubt(session: Connection, *, now: datetime) -> int:
    """Nobody knows whether what waits was sent since: it becomes uncertain, for a person. Returns how many."""
    said = "restored from a backup: whether it was sent since is not known"
    waits = [*sources(Event.CLAIM), *_RELEASED, *_LOST]
    found = session.scalars(
        update(outbox_table)
        .where(outbox_table.c.state.in_(waits))
        .values(state=OutboxState.UNCERTAIN, lease_until=None, settled_at=now, answer=said)
        .returning(outbox_table.c.id)
    ).all()
    keep_attempts(session, found, now, OutboxState.UNCERTAIN, said)
    return len(found)
