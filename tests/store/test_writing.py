"""Rows written over: whatever changes alike and whatever does not, each row gets its own values."""

import builders as b
import pytest
from sqlalchemy import select

from tracker.store import writing
from tracker.store.tables import comment_table, recommendation_table


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
