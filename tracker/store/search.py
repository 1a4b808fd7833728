"""Full-text search: SQLite's FTS5 and PostgreSQL's own, asked the same way.

Every word typed must begin a word of the recommendation's text, or of one of the follow-up's notes, or of
the report's title; in a script that sets no blanks between words, it may stand anywhere. Upper and lower case are
alike, and so are Latin letters with and without accents.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
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

from tracker.domain.search_words import are_mentioned, has_no_beginning, words_of
from tracker.store.columns import among
from tracker.store.tables import journal_table, recommendation_table, report_table
from tracker.store.viewpoint import Viewpoint

_VECTOR = r"""to_tsvector('simple', regexp_replace(
    CASE WHEN octet_length({0}) = length({0}) THEN {0}
    ELSE normalize(regexp_replace(normalize({0}, NFD), '([A-Za-z])[\u0300-\u036f]+', '\1', 'g'), NFC) END,
    '[\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007e]+', ' ', 'g'))"""
"""The words of a column as PostgreSQL's index has them: it is found by this expression (migration 0009)."""

_FEW = 10_000
"""So many places in which words were found are named to what comes next."""

_Place = tuple[Any, Select[Any], ColumnElement[bool]]
"""A column of the standing, which of its values mention the words, and the same as a condition on one row."""


def mentions(seen: Viewpoint, at: Subquery, typed: str) -> ColumnElement[bool]:
    """The condition that a follow-up's recommendation, report or notes mention what was typed."""
    return or_(false(), *(column.in_(found) for column, found, _ in _places(seen, at, typed)))


def ways_to_mention(seen: Viewpoint, at: Subquery, typed: str) -> list[ColumnElement[bool]]:
    """Conditions of which one must hold, each for itself quick to give the first rows of a list.

    For all at once, by `OR`, both databases read and sort whatever mentions the words anywhere. Words that are found
    in few places are looked up there; frequent ones are looked for row by row, until there are enough rows.
    """
    ways = []
    for column, found, in_row in _places(seen, at, typed):
        few = seen.session.scalars(found.limit(_FEW + 1)).all()
        ways.append(among(seen.session, column, few) if len(few) <= _FEW else in_row)
    return ways


def _places(seen: Viewpoint, at: Subquery, typed: str) -> list[_Place]:
    words = words_of(typed)
    if not words:
        return []
    indexed, noted = _found(seen, words)
    in_text, noted = _in_text(seen, indexed, words), and_(noted, *_written(seen))
    in_title = select(recommendation_table.c.id).where(
        among(seen.session, recommendation_table.c.report_id, _titled(seen, words))
    )
    own = journal_table.c.follow_up_id == at.c.id
    about = at.c.recommendation_id
    return [
        (about, in_text, about.in_(in_text)),
        (about, in_title, about.in_(in_title)),
        (at.c.id, select(journal_table.c.follow_up_id).where(noted), exists().where(own, noted)),
    ]


def _written(seen: Viewpoint) -> list[ColumnElement[bool]]:
    """What holds of every note of the day and the instant; one that was taken back is found too."""
    conditions: list[ColumnElement[bool]] = []
    if seen.as_of is not None:
        conditions.append(journal_table.c.effective_on <= seen.as_of)
    if seen.known_at is not None:
        conditions.append(journal_table.c.recorded_at <= seen.known_at)
    return conditions


def _titled(seen: Viewpoint, words: list[str]) -> list[int]:
    """The reports whose titles mention the words: they are few enough to be read."""
    rows = seen.session.execute(select(report_table.c.id, report_table.c.title))
    titles = {row.id: row.title for row in rows} | seen.said("report", "title")
    return [report_id for report_id, title in titles.items() if are_mentioned(words, title)]


def _in_text(seen: Viewpoint, indexed: Select[Any], words: list[str]) -> Select[Any]:
    """The recommendations whose texts mention the words; the index knows them as they are now."""
    before = seen.said("recommendation", "text")
    if not before:
        return indexed
    found = [recommendation_id for recommendation_id, said in before.items() if are_mentioned(words, said)]
    own = recommendation_table.c.id
    as_now = and_(own.in_(indexed), ~among(seen.session, own, list(before)))
    return select(own).where(or_(as_now, among(seen.session, own, found)))


def _found(seen: Viewpoint, words: list[str]) -> tuple[Select[Any], ColumnElement[bool]]:
    """The recommendations and the notes that mention the words, by the index as far as it goes.

    It knows words by their beginnings. Of a script without blanks it has whole runs; what stands within one is read.
    """
    begun = [word for word in words if not has_no_beginning(word)]
    within = [word for word in words if has_no_beginning(word)]
    own = recommendation_table.c.id
    in_text: Select[Any] = select(own)
    noted: ColumnElement[bool] = journal_table.c.note.is_not(None)
    if begun:
        in_text, noted = _fts5(begun) if seen.session.dialect.name == "sqlite" else _tsquery(begun)
    if within:
        held = [_holding(recommendation_table.c.text, word) for word in within]
        in_text = select(own).where(*held, *([own.in_(in_text)] if begun else []))
        noted = and_(noted, *(_holding(journal_table.c.note, word) for word in within))
    return in_text, noted


def _holding(column: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    is_cased = word.upper() != word
    return (func.lower(column) if is_cased else column).contains(word, autoescape=True)


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

    def mentioning(column: ColumnElement[Any]) -> ColumnElement[bool]:
        return and_(column.is_not(None), literal_column(_VECTOR.format(column)).op("@@")(query))

    in_text = select(recommendation_table.c.id).where(mentioning(recommendation_table.c.text))
    return in_text, mentioning(journal_table.c.note)
