"""Letters of impact with their series: as they are typed, kept, looked for and read."""

import pytest

from tracker.domain.impacts import SERIES, as_kept, impact_word, is_named, meaning_of, parse_impact, series_of
from tracker.errors import BadDataError


@pytest.mark.parametrize("name", SERIES)
def test_a_legend_is_known_by_its_letters_and_words_however_they_are_set(name):
    legend = SERIES[name]
    letters = list(legend)
    assert series_of(legend) == name
    assert series_of({letter: f" {words.upper()}; " for letter, words in legend.items()}) == name
    assert series_of(legend | dict.fromkeys(letters[:2], "otherwise")) == name
    assert series_of(legend | dict.fromkeys(letters[:3], "otherwise")) is None
    assert series_of({letter: legend[letter] for letter in letters[:-1]}) is None
    assert series_of(legend | {"z": "more"}) is None
    assert series_of({}) is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a/a-i", "a/a-i"),
        ("F, A / A-I", "a,f/a-i"),
        ("c,a,c/a-o", "a,c/a-o"),
        ("o/a-o", "o/a-o"),
        ("b,a", "a,b"),
        ("J", "j"),
        ("a/A-I", "a/a-i"),
    ],
)
def test_an_impact_is_read_as_it_is_kept(typed, kept):
    assert parse_impact(typed) == as_kept(typed) == kept


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("efficiency", "“efficiency” is not an impact. Write the letter with its series, as in a/a-i"),
        ("", "“” is not an impact."),
        ("a/", "“a/” is not an impact."),
        ("a/b-c", "b-c is not a series of impacts. Use one of a-i, a-o."),
        ("a,o/a-i", "the series a-i has no letter o. It has a, b, c, d, e, f, g, h, i."),
        ("h/a-o", "the series a-o has no letter h. It has a, b, c, d, e, f, g, o."),
    ],
)
def test_what_is_no_impact_is_refused_with_what_there_is(typed, sentence):
    with pytest.raises(BadDataError) as refused:
        parse_impact(typed)
    assert sentence in str(refused.value)


def test_another_register_keeps_its_own_words():
    assert [as_kept(words) for words in ("High", "", "Savings; other")] == ["High", "", "Savings; other"]
    assert [as_kept(words) for words in ("F,A", "h/a-o")] == ["a,f", "h/a-o"]


def test_letters_without_a_series_stand_alone():
    assert impact_word("ba", "") == "a,b"


@pytest.mark.parametrize(
    ("impact", "typed", "found"),
    [
        ("a,f/a-i", "a", True),
        ("a,f/a-i", "F/A-I", True),
        ("a,f/a-i", "a, f", True),
        ("a,f/a-i", "a,f/a-i", True),
        ("a,f/a-i", "a/a-o", False),
        ("a,f/a-i", "b", False),
        ("a,f/a-i", "", False),
        ("a,f/a-i", "a,", False),
        ("a,f/a-i", "a-i", False),
        ("a", "a/a-i", False),
        ("Savings", "savings", True),
    ],
)
def test_an_impact_is_found_by_a_letter_of_its_series_or_in_full(impact, typed, found):
    assert is_named(impact, typed) is found


def test_an_impact_is_told_in_words_where_its_series_is_known():
    assert meaning_of("a,h/a-i") == "enhanced transparency and accountability; enhanced efficiency"
    assert meaning_of("g,h/a-o") == "enhanced efficiency"
    assert [meaning_of(impact) for impact in ("a", "a/x-y", "h/a-o", "Savings")] == [None] * 4
