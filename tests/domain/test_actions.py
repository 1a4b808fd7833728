"""The codes of an annex of actions, and the letters of impact."""

import pytest

from tracker.domain.actions import actions_of, actions_text, addressee_in, contradiction, usual_addressee
from tracker.domain.impacts import SERIES, as_kept, impact_word, is_named, meaning_of, parse_impact, series_of
from tracker.domain.vocabulary import Addressee
from tracker.errors import BadDataError

HEAD, BODY, CHAIR = Addressee.EXECUTIVE_HEAD, Addressee.LEGISLATIVE_BODY, Addressee.CEB_CHAIR


def test_kept_in_one_order():
    assert actions_text({"WHO": "E", "FAO": "L"}) == '{"FAO":"L","WHO":"E"}'
    assert actions_of(actions_text({"WHO": "E"})) == {"WHO": "E"}
    assert actions_of(None) is None


@pytest.mark.parametrize(
    ("code", "letters", "usual", "expected"),
    [
        ("WHO", "E", HEAD, HEAD),
        ("WHO", "L", HEAD, BODY),
        ("WHO", "E", None, HEAD),
        ("WHO", "E,L", HEAD, HEAD),
        ("WHO", "E,L", BODY, BODY),
        ("WHO", "E,L", None, HEAD),
        ("CEB", "E", HEAD, CHAIR),
        ("CEB", "L", HEAD, BODY),
        ("UN", "E", CHAIR, CHAIR),
        ("UN", "L", CHAIR, BODY),
    ],
)
def test_whom_a_cell_addresses(code, letters, usual, expected):
    assert addressee_in(code, letters, usual) is expected


@pytest.mark.parametrize(
    ("actions", "text", "expected"),
    [
        ({}, HEAD, HEAD),
        ({"CEB": "E"}, HEAD, CHAIR),
        ({"UN": "E"}, CHAIR, CHAIR),
        ({"CEB": "E", "UN": "E"}, CHAIR, CHAIR),
        ({"UN": "E", "WHO": "E"}, CHAIR, HEAD),
        ({"WHO": "L", "FAO": "L"}, HEAD, BODY),
        ({"WHO": "L", "FAO": "L", "UN": "E"}, HEAD, HEAD),
        ({"WHO": "L", "FAO": "L", "UN": "E"}, None, BODY),
        ({"WHO": "L", "UN": "E"}, None, HEAD),
    ],
)
def test_whom_a_recommendation_addresses(actions, text, expected):
    assert usual_addressee(actions, text) is expected


@pytest.mark.parametrize(
    ("actions", "text", "expected"),
    [
        ({}, HEAD, None),
        ({"WHO": "E", "CEB": "E"}, HEAD, None),
        ({"WHO": "E"}, None, None),
        ({"WHO": "E,L"}, BODY, None),
        ({"UN": "E"}, CHAIR, None),
        ({"WHO": "L", "UN": "E"}, HEAD, "it gives L to WHO"),
        ({"WHO": "E"}, BODY, "it gives E to WHO"),
        ({"CEB": "E"}, HEAD, "it addresses the Chair of CEB alone"),
        ({"CEB": "E", "WHO": "E"}, CHAIR, "it addresses E to WHO too"),
        (dict.fromkeys("ABCDEFG", "L"), HEAD, "it gives L to A, B, C, D and 3 more"),
    ],
)
def test_what_contradicts_the_text(actions, text, expected):
    assert contradiction(actions, text) == expected


def test_the_two_series_of_letters():
    assert [series_of(meanings) for meanings in SERIES.values()] == list(SERIES)
    assert series_of({}) is None
    assert series_of({**SERIES["a-i"], "j": "more"}) is None
    assert (
        meaning_of(impact_word("ag", "a-i"))
        == "enhanced transparency and accountability; significant financial savings"
    )
    assert meaning_of(impact_word("g", "a-o")) == "enhanced efficiency"
    assert [meaning_of(word) for word in ("e", "z/a-i", "a/x")] == [None, None, None]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a/A-I", "a/a-i"),
        ("A, f / a-i", "a,f/a-i"),
        ("f,a/a-i", "a,f/a-i"),
        ("a,a/a-i", "a/a-i"),
        ("J", "j"),
        ("b,a", "a,b"),
        ("o/a-o", "o/a-o"),
    ],
)
def test_an_impact_is_letters_best_with_their_series_and_the_same_however_it_is_typed(typed, kept):
    assert parse_impact(typed) == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [("F,A", "a,f"), ("a, f/A-I", "a,f/a-i"), ("High", "High"), ("", ""), ("Savings; other", "Savings; other")],
)
def test_an_impact_of_another_register_is_put_in_our_order_where_it_is_letters(written, kept):
    assert as_kept(written) == kept


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("zz top", "no impact"),
        ("", "no impact"),
        ("a/", "no impact"),
        ("a/b-c", "b-c is no series"),
        ("o/a-i", "no letter o"),
    ],
)
def test_what_is_no_impact_is_refused(typed, what):
    with pytest.raises(BadDataError, match=what):
        parse_impact(typed)


@pytest.mark.parametrize("typed", ["a", "F", "a/a-i", "f/A-I", "a,f/a-i", "a, f"])
def test_an_impact_is_named_by_any_of_its_letters(typed):
    assert is_named("a,f/a-i", typed)


@pytest.mark.parametrize("typed", ["i", "a/a-o", "b", "", "a,", "a-i"])
def test_an_impact_is_not_named_by_others(typed):
    assert not is_named("a,f/a-i", typed)
