"""What columns and tables have in common: instants in UTC, words of the vocabulary, named constraints."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    String,
    TypeDecorator,
    any_,
    bindparam,
    literal,
    text,
)
from sqlalchemy import Enum as SqlEnum


class UtcInstant(TypeDecorator[datetime]):
    """An aware instant. SQLite keeps no zone, so that it is written as UTC and read back as UTC.

    It is turned into SQLite's text here: on the way through SQLAlchemy's own types, a bulk change spent a tenth of its
    time on instants.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """Refuse naive instants: their zone would be a guess."""
        if dialect.name == "sqlite":
            return lambda value: None if value is None else _utc(value).isoformat(" ", "microseconds")[:-6]
        return lambda value: None if value is None else _utc(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002
        """Give every instant back aware."""
        if dialect.name == "sqlite":
            return lambda value: None if value is None else datetime.fromisoformat(f"{value}+00:00")
        return lambda value: None if value is None else value.astimezone(UTC)


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


class Word(SqlEnum):
    """A word of the vocabulary, looked up in one dictionary: lists read five of them in every row."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:  # noqa: ARG002
        """Raise KeyError for what is no word, which the database's own condition keeps out."""
        members: dict[Any, Enum | None] = {None: None}
        members |= {member.value: member for member in self.enum_class or ()}
        return members.__getitem__


def word(enum: type[Enum]) -> Word:
    """A column of the vocabulary's words, checked by the database too."""
    return Word(
        enum,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda values: [value.value for value in values],
        name=enum.__name__.lower(),
    )


def in_order(kind: String) -> String:
    """Text that rows are put in order by: by code point on PostgreSQL too, whatever the locale of its database.

    SQLite and Python always do so. Else the same register would give a report in another order elsewhere.
    """
    return kind.with_variant(type(kind)(kind.length, collation="C"), "postgresql")


def required(name: str, kind: Any, *more: Any, **options: Any) -> Column[Any]:
    """A column that is never empty; `more` and `options` are those of `Column`."""
    return Column(name, kind, *more, nullable=False, **options)


def among(session: Connection, column: ColumnElement[int], numbers: Sequence[int]) -> ColumnElement[bool]:
    """The condition that a column holds one of some numbers, of which there may be thousands.

    They go to the database as one parameter: with one for each, reading the statement takes longer than answering it.
    """
    if session.dialect.name == "sqlite":
        named: BindParameter[str] = bindparam("numbers", json.dumps(list(numbers)), unique=True)
        listed = text("SELECT value FROM json_each(:numbers)").bindparams(named)
        return column.in_(listed)
    return column == any_(literal(list(numbers), ARRAY(Integer)))


METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""The set of tables. Constraints are named, because SQLite's batch migrations need the names."""
