"""Full-text search: SQLite's FTS5 and PostgreSQL's own, asked the same way.

Every word typed must begin a word of the recommendation's text, or of one of the follow-up's notes, or of
the report's title. Upper and lower case are alike.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, false, func, or_, select, text
from sqlalchemy.orm import Session

from tracker.store.tables import JournalTable, RecommendationTable, ReportTable

_WORD = re.compile(r"\w+")


def mentions(session: Session, at: Subquery, typed: str) -> ColumnElement[bool]:
    """The condition that a follow-up's recommendation, report or notes mention what was typed."""
    words = _WORD.findall(typed)
    if not words:
        return false()
    title = and_(*(ReportTable.title.ilike(f"%{word}%") for word in words))
    of_title = (
        select(RecommendationTable.id).join(ReportTable, ReportTable.id == RecommendationTable.report_id).where(title)
    )
    in_text, in_notes = _fts5(words) if session.get_bind().dialect.name == "sqlite" else _tsquery(words)
    return or_(at.c.recommendation_id.in_(in_text), at.c.recommendation_id.in_(of_title), at.c.id.in_(in_notes))


def _fts5(words: list[str]) -> tuple[Any, Any]:
    # Quoted, so that a word such as NOT or a hyphen is searched for instead of obeyed.
    query = " ".join(f'"{word}"*' for word in words)
    in_text = text("SELECT rowid FROM search_text WHERE search_text MATCH :words").bindparams(words=query)
    found = text("SELECT rowid FROM search_note WHERE search_note MATCH :words").bindparams(words=query)
    notes = select(JournalTable.follow_up_id).where(JournalTable.id.in_(found))
    return in_text, notes


def _tsquery(words: list[str]) -> tuple[Any, Any]:
    query = func.to_tsquery("simple", " & ".join(f"{word}:*" for word in words))
    in_text = select(RecommendationTable.id).where(
        func.to_tsvector(text("'simple'"), RecommendationTable.text).op("@@")(query)
    )
    notes = select(JournalTable.follow_up_id).where(
        JournalTable.note.is_not(None), func.to_tsvector(text("'simple'"), JournalTable.note).op("@@")(query)
    )
    return in_text, notes
