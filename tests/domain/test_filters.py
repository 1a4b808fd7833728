"""What narrows a list: as it is kept in a view, as it is typed, and two of them at once."""

from dataclasses import fields
from datetime import date

import pytest

from tracker.domain.filters import EVERYTHING, Filters, as_options, as_words, from_words, merged
from tracker.domain.vocabulary import Acceptance, Addressee, Implementation, Verification
from tracker.errors import BadDataError

EACH = Filters(
    text="travel policy",
    organizations=("WHO", "FAO"),
    reports=("809",),
    numbers=("3",),
    acceptance=(Acceptance.ACCEPTED, Acceptance.PARTIALLY_ACCEPTED),
    implementation=(Implementation.NOT_STARTED,),
    verification=(Verification.DISPUTED,),
    addressees=(Addressee.LEGISLATIVE_BODY,),
    impacts=("a/a-i",),
    years=(2017, 2018),
    only_open=True,
    only_overdue=True,
    due_before=date(2026, 9, 30),
    silent_for=0,
)


def test_a_filter_is_kept_in_words_and_read_again():
    words = as_words(EACH)
    assert words == {
        "text": "travel policy",
        "organizations": ["WHO", "FAO"],
        "reports": ["809"],
        "numbers": ["3"],
        "acceptance": ["accepted", "partially-accepted"],
        "implementation": ["not-started"],
        "verification": ["disputed"],
        "addressees": ["legislative-body"],
        "impacts": ["a/a-i"],
        "years": [2017, 2018],
        "only_open": True,
        "only_overdue": True,
        "due_before": "2026-09-30",
        "silent_for": 0,
    }
    assert list(words) == [item.name for item in fields(Filters)]
    assert from_words(words) == EACH
    assert (as_words(EVERYTHING), from_words({})) == ({}, EVERYTHING)


@pytest.mark.parametrize(
    "words",
    [
        {"colour": "red"},
        {"acceptance": ["agreed"]},
        {"due_before": "soon"},
        {"due_before": 20260930},
        {"acceptance": 3},
    ],
)
def test_a_filter_of_other_words_is_refused_with_what_to_do(words):
    with pytest.raises(BadDataError, match="the view cannot be read") as refused:
        from_words(words)
    assert "tracker view save" in refused.value.remedy


def test_a_filter_is_said_as_it_is_typed():
    assert as_options(EACH) == [
        *("travel policy", "--org", "WHO", "--org", "FAO", "--report", "809"),
        *("--acceptance", "accepted", "--acceptance", "partially-accepted", "--status", "not-started"),
        *("--verification", "disputed", "--addressee", "legislative-body", "--impact", "a/a-i"),
        *("--year", "2017", "--year", "2018", "--open", "--overdue"),
        *("--due-before", "2026-09-30", "--silent-for", "0"),
    ]
    assert as_options(EVERYTHING) == []


def test_of_two_filters_the_second_says_more_and_takes_nothing_away():
    kept = Filters(organizations=("WHO",), only_open=True, silent_for=90)
    assert merged(kept, Filters(organizations=("FAO",), years=(2018,), silent_for=0)) == Filters(
        organizations=("FAO",), years=(2018,), only_open=True, silent_for=0
    )
    assert merged(kept, EVERYTHING) == merged(EVERYTHING, kept) == kept
