"""Full-text search: SQLite's FTS5 and PostgreSQL's own, asked the same way.

Every word typed must begin a word of the recommendation's text, or of one of the follow-up's notes, or of
the report's title. Upper and lower case are alike.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, Connection, Subquery, and_, false, func, or_, select, text

from tracker.store.tables import journal_table, recommendation_table, report_table

_WORD = re.compile(r"\w+")


def mentions(session: Connection, at: Subquery, typed: str) -> ColumnElement[bool]:
    """The condition that a follow-up's recommendation, report or notes mention what was typed."""
    words = _WORD.findall(typed)
    if not words:
        return false()
    title = and_(*(report_table.c.title.ilike(f"%{word}%") for word in words))
    of_title = (
        select(recommendation_table.c.id)
        .join(report_table, report_table.c.id == recommendation_table.c.report_id)
        .where(title)
    )
    in_text, in_notes = _fts5(words) if session.dialect.name == "sqlite" else _tsquery(words)
    return or_(at.c.recommendation_id.in_(in_text), at.c.recommendation_id.in_(of_title), at.c.id.in_(in_notes))


def _fts5(words: list[str]) -> tuple[Any, Any]:
    # Quoted, so that a word such as NOT or a hyphen is searched for instead of obeyed.
    query = " ".join(f'"{word}"*' for word in words)
    in_text = text("SELECT rowid FROM search_text WHERE search_text MATCH :words").bindparams(words=query)
    found = text("SELECT rowid FROM search_note WHERE search_note MATCH :words").bindparams(words=query)
    notes = select(journal_table.c.follow_up_id).where(journal_table.c.id.in_(found))
    return in_text, notes


def _tsquery(words: list[str]) -> tuple[Any, Any]:
    query = func.to_tsquery("simple", " & ".join(f"{word}:*" for word in words))
    in_text = select(recommendation_table.c.id).where(
        func.to_tsvector(text("'simple'"), recommendation_table.c.text).op("@@")(query)
    )
    notes = select(journal_table.c.follow_up_id).where(
        journal_table.c.note.is_not(None), func.to_tsvector(text("'simple'"), journal_table.c.note).op("@@")(query)
    )
    return in_text, notes
