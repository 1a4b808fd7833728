"""Full-text search: SQLite's FTS5 and PostgreSQL's own, asked the same way.

Every word typed must begin a word of the recommendation's text, or of one of the follow-up's notes, or of
the report's title. Upper and lower case are alike.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
)

from tracker.domain.filters import words_of
from tracker.store.columns import among
from tracker.store.tables import journal_table, recommendation_table, report_table

_FEW = 10_000
"""So many places in which words were found are named to what comes next."""

_Place = tuple[Any, Select[Any], ColumnElement[bool]]
"""A column of the standing, which of its values mention the words, and the same as a condition on one row."""


def mentions(session: Connection, at: Subquery, typed: str) -> ColumnElement[bool]:
    """The condition that a follow-up's recommendation, report or notes mention what was typed."""
    return or_(false(), *(column.in_(found) for column, found, _ in _places(session, at, typed)))


def ways_to_mention(session: Connection, at: Subquery, typed: str) -> list[ColumnElement[bool]]:
    """Conditions of which one must hold, each for itself quick to give the first rows of a list.

    For all at once, by `OR`, both databases read and sort whatever mentions the words anywhere. Words that are found
    in few places are looked up there; frequent ones are looked for row by row, until there are enough rows.
    """
    ways = []
    for column, found, in_row in _places(session, at, typed):
        few = session.scalars(found.limit(_FEW + 1)).all()
        ways.append(among(session, column, few) if len(few) <= _FEW else in_row)
    return ways


def _places(session: Connection, at: Subquery, typed: str) -> list[_Place]:
    words = words_of(typed)
    if not words:
        return []
    in_text, noted = _fts5(words) if session.dialect.name == "sqlite" else _tsquery(words)
    in_title = (
        select(recommendation_table.c.id)
        .join(report_table, report_table.c.id == recommendation_table.c.report_id)
        .where(and_(*(report_table.c.title.ilike(f"%{word}%") for word in words)))
    )
    own = journal_table.c.follow_up_id == at.c.id
    about = at.c.recommendation_id
    return [
        (about, in_text, about.in_(in_text)),
        (about, in_title, about.in_(in_title)),
        (at.c.id, select(journal_table.c.follow_up_id).where(noted), exists().where(own, noted)),
    ]


def _fts5(words: list[str]) -> tuple[Select[Any], ColumnElement[bool]]:
    # Quoted, so that a word such as NOT or a hyphen is searched for instead of obeyed.
    query = " ".join(f'"{word}"*' for word in words)

    def rows(index: str) -> Select[Any]:
        return select(literal_column("rowid")).select_from(table(index)).where(text(f"{index} MATCH :{index}"))

    in_notes = rows("search_note").params(search_note=query)
    noted = and_(journal_table.c.note.is_not(None), journal_table.c.id.in_(in_notes))
    return rows("search_text").params(search_text=query), noted


def _tsquery(words: list[str]) -> tuple[Select[Any], ColumnElement[bool]]:
    query = func.to_tsquery("simple", " & ".join(f"{word}:*" for word in words))

    def mentioning(column: Any) -> ColumnElement[bool]:
        return and_(column.is_not(None), func.to_tsvector(text("'simple'"), column).op("@@")(query))

    in_text = select(recommendation_table.c.id).where(mentioning(recommendation_table.c.text))
    return in_text, mentioning(journal_table.c.note)
