"""Full-text search: SQLite's FTS5 and PostgreSQL's own, asked the same way.

Every word typed must begin a word of the recommendation's text, or of one of the follow-up's notes, or of
the report's title; in a script that sets no blanks between words, it may stand anywhere. Upper and lower case are
alike, and so are Latin letters with and without accents.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    true,
)

from tracker.domain.search_words import are_mentioned, has_no_beginning, words_of
from tracker.records import record
from tracker.store.database.columns import among
from tracker.store.database.tables import follow_up_table, journal_table, recommendation_table, report_table
from tracker.store.viewpoint import Viewpoint

_VECTOR = r"""to_tsvector('simple', regexp_replace(
    CASE WHEN octet_length({0}) = length({0}) THEN {0}
    ELSE normalize(regexp_replace(normalize({0}, NFD), '([A-Za-z])[\u0300-\u036f]+', '\1', 'g'), NFC) END,
    '[\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007e]+', ' ', 'g'))"""
"""The words of a column as PostgreSQL's index has them: it is found by this expression (migration 0009)."""

_FEW_DOCUMENTS, _FEW_NOTES = 1_000, 10_000
"""So many of what mentions the words are looked up and named. Many recommendations are soon met row by row, many notes
later: each is of one row."""

_NEAR, _NEARER, _NARROWED = 1_000, 500, 5
"""So many follow-ups are the beginning of a list; so many where their notes are read too; so many times as many where a
filter passes over most."""


@record
class Place:
    """Where words may be: a column of the standing, which of its values mention them, the same said of one row."""

    column: ColumnElement[Any]
    found: Select[Any]
    in_row: ColumnElement[bool]
    few: int

    @property
    def mentions(self) -> ColumnElement[bool]:
        """The condition that a row mentions them here, whichever way the database takes."""
        return self.column.in_(self.found)


def mentions(seen: Viewpoint, at: Subquery, typed: str) -> ColumnElement[bool]:
    """The condition that a follow-up's recommendation, report or notes mention what was typed."""
    return or_(false(), *(place.mentions for place in places(seen, at, typed)))


def ways_to_mention(session: Connection, places: Sequence[Place]) -> list[ColumnElement[bool]]:
    """Conditions of which one must hold, each for itself quick to give the first rows of a list.

    For all at once, by `OR`, both databases read and sort whatever mentions the words anywhere. Words that are found
    in few places are looked up there; frequent ones are looked for row by row, until there are enough rows.
    """
    ways = []
    for place in places:
        few = session.scalars(place.found.limit(place.few + 1)).all()
        if few:
            ways.append(among(session, place.column, few) if len(few) <= place.few else place.in_row)
    return ways


def near_the_beginning(session: Connection, query: Select[Any], places: Sequence[Place], limit: int) -> list[int]:
    """The first ids of a list by reference, where enough rows of its beginning mention the words; else none.

    `query` asks for the first ids, whatever they mention. Before this, what mentions the words anywhere was looked up:
    of a million follow-ups, ten thousand notes for 25 lines.
    """
    if not places:
        return []
    documents, notes = places
    end = _end_of_beginning(session, query, documents, limit)
    rows = query.where(_before(documents.column, end), or_(_within(documents, end), notes.in_row))
    found = session.scalars(rows).all()
    return list(found) if len(found) == limit else []


def _end_of_beginning(session: Connection, query: Select[Any], documents: Place, limit: int) -> int | None:
    """Before which recommendation the first rows are.

    Where documents alone give enough of them, notes can add some before the last of those only. None means the whole.
    """
    times = 1 if query.whereclause is None else _NARROWED
    nearer, near = session.execute(select(*(_recommendation_after(times * many) for many in (_NEARER, _NEAR)))).one()
    about = documents.column
    described = query.with_only_columns(about).where(_within(documents, near)).order_by(None).order_by(about)
    last: int | None = session.scalar(described.offset(limit - 1).limit(1))
    return nearer if last is None else last + 1


def _recommendation_after(follow_ups: int) -> Any:
    """That of the follow-up after so many, in the order of references; nothing where there are no more."""
    about = follow_up_table.c.recommendation_id
    return select(about).order_by(about).offset(follow_ups).limit(1).scalar_subquery()


def _within(documents: Place, end: int | None) -> ColumnElement[bool]:
    """That they mention the words; asked of those before an end only, which PostgreSQL would not see by itself."""
    found = documents.found.where(_before(recommendation_table.c.id, end))
    return and_(_before(documents.column, end), documents.column.in_(found))


def _before(column: ColumnElement[int], end: int | None) -> ColumnElement[bool]:
    return true() if end is None else column < end


def places(seen: Viewpoint, at: Subquery, typed: str) -> list[Place]:
    """The documents and the notes, in this order; none for what has no words."""
    words = words_of(typed)
    if not words:
        return []
    in_text, noted, noted_in_row = _found(seen, words)
    described = _described(seen, in_text, words)
    written = select(journal_table.c.follow_up_id).where(noted, *_written(seen))
    in_row = exists().where(journal_table.c.follow_up_id == at.c.id, noted_in_row, *_written(seen))
    about = at.c.recommendation_id
    return [
        Place(about, described, about.in_(described), _FEW_DOCUMENTS),
        Place(at.c.id, written, in_row, _FEW_NOTES),
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


def _described(seen: Viewpoint, in_text: ColumnElement[bool], words: list[str]) -> Select[Any]:
    """The recommendations whose texts or titles mention the words; the index knows texts as they are now."""
    own, before = recommendation_table.c.id, seen.said("recommendation", "text")
    titled = _titled(seen, words)
    found = [in_text]
    if before:
        then = [recommendation_id for recommendation_id, said in before.items() if are_mentioned(words, said)]
        found = [and_(in_text, ~among(seen.session, own, list(before))), among(seen.session, own, then)]
    if titled:
        found.append(among(seen.session, recommendation_table.c.report_id, titled))
    return select(own).where(or_(*found))


_Conditions = tuple[ColumnElement[bool], ColumnElement[bool], ColumnElement[bool]]
"""That a recommendation's text mentions the words, that a note does, and the latter for notes read one by one."""


def _found(seen: Viewpoint, words: list[str]) -> _Conditions:
    """By the index as far as it goes: it knows words by their beginnings.

    Of a script without blanks it has whole runs; what stands within one is read.
    """
    begun = [word for word in words if not has_no_beginning(word)]
    within = [word for word in words if has_no_beginning(word)]
    any_note: ColumnElement[bool] = journal_table.c.note.is_not(None)
    found: _Conditions = (true(), any_note, any_note)
    if begun:
        found = _fts5(begun) if seen.session.dialect.name == "sqlite" else _tsquery(begun)
    in_text, noted, noted_in_row = found
    text_holds = (_holding(recommendation_table.c.text, word) for word in within)
    note_holds = [_holding(journal_table.c.note, word) for word in within]
    return and_(in_text, *text_holds), and_(noted, *note_holds), and_(noted_in_row, *note_holds)


def _holding(column: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    is_cased = word.upper() != word
    return (func.lower(column) if is_cased else column).contains(word, autoescape=True)


def _fts5(words: list[str]) -> _Conditions:
    # Quoted, so that a word such as NOT or a hyphen is searched for instead of obeyed.
    query = " ".join(f'"{word}"*' for word in words)

    def rows(index: str) -> Select[Any]:
        found: Select[Any] = select(literal_column("rowid")).select_from(table(index))
        return found.where(text(f"{index} MATCH :{index}").bindparams(**{index: query}))

    noted = and_(journal_table.c.note.is_not(None), journal_table.c.id.in_(rows("search_note")))
    return recommendation_table.c.id.in_(rows("search_text")), noted, noted


def _tsquery(words: list[str]) -> _Conditions:
    query = func.to_tsquery("simple", " & ".join(f"{word}:*" for word in words))

    def mentioning(column: ColumnElement[Any], vector: str = "{0}") -> ColumnElement[bool]:
        return and_(column.is_not(None), literal_column(_VECTOR.format(vector.format(column))).op("@@")(query))

    note = journal_table.c.note
    # What is not the index's own expression is not looked up there, which takes all notes that mention the words.
    return mentioning(recommendation_table.c.text), mentioning(note), mentioning(note, "coalesce({0}, '')")
