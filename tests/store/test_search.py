"""Full-text search answers alike on both databases."""

import builders as b
import pytest

from tracker.domain.filters import Filters
from tracker.domain.vocabulary import Acceptance
from tracker.services.listing import At, list_follow_ups


@pytest.fixture
def found(register):
    b.organizations(register, "WHO", "FAO")
    b.report(register)
    b.move(register, "501/R2", "FAO", to=Acceptance.NOT_ACCEPTED, note="Conseil d’administration; coût élevé")
    b.move(register, "501/R2", "FAO", to=Acceptance.ACCEPTED, note="agreed after all")
    b.move(register, "501/R1", "WHO", to=Acceptance.ACCEPTED, note="the boardroom is ready")

    def search(text):
        rows = list_follow_ups(register, Filters(text=text), At(b.TODAY))
        return {(row.number, row.organization) for row in rows}

    return search


@pytest.mark.parametrize(
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
def test_words_are_found_at_their_beginnings(found, typed, expected):
    assert found(typed) == expected
