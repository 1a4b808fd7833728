"""From where the register is looked at: a day, an instant, and what was said of documents then."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Subquery, case, literal

from tracker.store.amendments import said_before
from tracker.store.database.columns import among
from tracker.store.standing import standing


class Viewpoint:
    """A day and an instant to look from; None, None means now, all known."""

    def __init__(self, session: Connection, as_of: date | None = None, known_at: datetime | None = None) -> None:
        """Ask what has been amended since the instant, if there is one; now, nothing is asked."""
        self.session, self.as_of, self.known_at = session, as_of, known_at
        self.before = said_before(session, known_at)

    def standing(self) -> Subquery:
        """Where every follow-up stood."""
        return standing(self.as_of, self.known_at, self.described)

    def described(self, column: Column[Any]) -> ColumnElement[Any]:
        """A column as it was known: in rows that have been amended since, what they said then.

        It is for columns of few values, each of which takes a comparison.
        """
        saying: dict[Any, list[int]] = defaultdict(list)
        for row_id, value in self.said(column.table.name, column.name).items():
            saying[value].append(row_id)
        if not saying:
            return column
        row_id_of = column.table.c.id
        then = [(among(self.session, row_id_of, rows), literal(value, column.type)) for value, rows in saying.items()]
        return case(*then, else_=column)

    def said(self, table: str, column: str) -> dict[int, Any]:
        """Row → what a column said in it then; only rows in which it has been amended since."""
        return {
            row_id: said[column] for (name, row_id), said in self.before.items() if name == table and column in said
        }
