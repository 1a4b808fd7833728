"""Full-text search answers alike on both databases."""

import builders as b
import pytest

from tracker.domain.filters import Filters, Sort
from tracker.domain.vocabulary import Acceptance
from tracker.services.listing import At, list_follow_ups
from tracker.store import follow_ups, search


@pytest.fixture
def filled(register):
    b.organizations(register, "WHO", "FAO")
    b.report(register)
    b.move(register, "501/R2", "FAO", to=Acceptance.NOT_ACCEPTED, note="Conseil d’administration; coût élevé")
    b.move(register, "501/R2", "FAO", to=Acceptance.ACCEPTED, note="agreed after all")
    b.move(register, "501/R1", "WHO", to=Acceptance.ACCEPTED, note="the boardroom is ready")
    return register


def found(register, text, **asked):
    rows = list_follow_ups(register, Filters(text=text), At(b.TODAY), **asked)
    return [(row.number, row.organization) for row in rows]


SEARCHES = pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("numbered 2", {("2", "WHO"), ("2", "FAO")}),
        ("coût", {("2", "FAO")}),
        ("ÉLEVÉ conseil", {("2", "FAO")}),
        ("agreed élevé", set()),
        ("board", {("1", "WHO")}),
        ("room", set()),
        ("management THINGS", {("1", "WHO"), ("2", "WHO"), ("1", "FAO"), ("2", "FAO")}),
        ("not", set()),
        ("!!! &", set()),
        ("executive:* | '", {("1", "WHO"), ("2", "WHO"), ("1", "FAO"), ("2", "FAO")}),
    ],
)


@SEARCHES
def test_words_are_found_at_their_beginnings(filled, typed, expected):
    assert set(found(filled, typed)) == expected


@SEARCHES
@pytest.mark.parametrize("few", [0, 10_000], ids=["row by row", "named"])
def test_the_first_lines_are_those_of_the_whole_list(filled, monkeypatch, typed, expected, few):
    monkeypatch.setattr(search, "_FEW", few)
    for sort in Sort:
        whole = found(filled, typed, sort=sort)
        for limit in (1, 2, 3, 5):
            assert found(filled, typed, sort=sort, limit=limit) == whole[:limit]
    assert len(whole) == len(expected)


def test_a_long_list_that_is_cut_is_the_same_list(filled, monkeypatch):
    whole = list_follow_ups(filled, Filters(text="thing"), At(b.TODAY))
    monkeypatch.setattr(follow_ups, "_FEW", 1)
    for limit in (1, 2, 3, 5):
        assert list_follow_ups(filled, Filters(text="thing"), At(b.TODAY), limit=limit) == whole[:limit]
