"""Rows written, new and over: each gets its own values, however many there are."""

from datetime import UTC, date, datetime

import builders as b
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from tracker.domain.vocabulary import LinkKind
from tracker.store.database import writing
from tracker.store.database.tables import comment_table, link_table, recommendation_table


@pytest.fixture
def numbers(register):
    """The ids of seven recommendations."""
    b.organizations(register, "WHO")
    b.report(register, *(b.recommendation(str(number)) for number in range(1, 8)))
    with register.read() as session:
        return list(session.scalars(select(recommendation_table.c.id).order_by(recommendation_table.c.id)))


def impacts_and_texts(session):
    table = recommendation_table
    return {row.id: (row.impact, row.text) for row in session.execute(select(table.c.id, table.c.impact, table.c.text))}


@pytest.mark.parametrize("many", [1, 3, 500], ids=["each", "some", "none"])
def test_many_alike_and_some_that_are_not(register, numbers, monkeypatch, many):
    monkeypatch.setattr(writing, "_MANY", many)
    alike = [{"id": number, "impact": "a"} for number in numbers[:4]]
    others = [{"id": numbers[4], "impact": "b"}, {"id": numbers[5], "text": "anew", "impact": None}]
    with register.write() as session:
        before = impacts_and_texts(session)
        writing.save_alike(session, recommendation_table, [*alike, *others])
        after = impacts_and_texts(session)
    texts = {number: text for number, (_, text) in before.items()} | {numbers[5]: "anew"}
    impacts = dict.fromkeys(numbers[:4], "a") | {numbers[4]: "b", numbers[5]: None, numbers[6]: None}
    assert after == {number: (impacts[number], texts[number]) for number in numbers}


def test_nothing_to_write_asks_nothing(register, numbers):
    with register.write() as session:
        writing.save_alike(session, recommendation_table, [])
        writing.save_rows(session, recommendation_table, [])


def test_a_new_row_gets_a_number_of_its_own(register, numbers):
    with register.write() as session:
        first, second = (
            writing.insert_row(session, comment_table, recommendation_id=numbers[0], paragraph=number, text="x")
            for number in (900, 901)
        )
        assert second > first
        found = session.execute(select(comment_table.c.paragraph).where(comment_table.c.id == second)).scalar_one()
    assert found == 901


NASTY = ["", "\\N", "a\tb", "a\nb\r", "back\\slash", "“quoted”, 'so'", "日本語", "\\.", " blanks "]


@pytest.mark.parametrize("many", [0, 500], ids=["many", "few"])
def test_many_new_rows_hold_what_few_would(register, numbers, monkeypatch, many):
    monkeypatch.setattr(writing, "_MANY", many)
    texts = [
        {"recommendation_id": numbers[0], "paragraph": place, "text": text} for place, text in enumerate(NASTY, 1_000)
    ]
    moment = datetime(2026, 5, 6, 9, 12, 44, tzinfo=UTC)
    link = {"recommendation_id": numbers[0], "kind": LinkKind.REPEATS, "linked_on": date(2026, 5, 6)}
    links = [
        {**link, "other_id": other, "note": note, "recorded_at": moment}
        for other, note in ((numbers[1], "x"), (numbers[2], None))
    ]
    with register.write() as session:
        writing.insert_rows(session, comment_table, texts)
        writing.insert_rows(session, link_table, links)
        writing.insert_rows(session, comment_table, [])
        found = session.execute(select(comment_table).where(comment_table.c.paragraph >= 1_000)).all()
        linked = [row._mapping for row in session.execute(select(link_table))]
    assert sorted((row.paragraph, row.text) for row in found) == list(enumerate(NASTY, 1_000))
    assert sorted(links, key=str) == sorted(({name: row[name] for name in links[0]} for row in linked), key=str)


def test_what_the_database_says_of_many_new_rows_is_a_sentence(register, numbers, monkeypatch):
    monkeypatch.setattr(writing, "_MANY", 0)
    rows = [{"recommendation_id": 10_000, "paragraph": 1, "text": "x"}]
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"), register.write() as session:
        writing.insert_rows(session, comment_table, rows)
    with register.read() as session:
        assert (
            session.scalar(select(func.count()).select_from(comment_table).where(comment_table.c.paragraph == 1)) == 0
        )
