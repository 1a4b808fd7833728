"""References as people type them: any tail, any case; and the nearest word."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.references import (
    Reference,
    as_typed,
    fold,
    fold_person,
    is_tail,
    nearest,
    parse_reference,
    person_as_written,
    reference_to,
    suggest,
)
from tracker.errors import BadDataError

PARTS = st.lists(st.from_regex(r"[A-Z0-9.]{1,6}", fullmatch=True), min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("text", "tail", "number"),
    [
        ("A/72/809/R3", "A/72/809", "3"),
        ("809/R3", "809", "3"),
        ("r3", None, "3"),
        (" 809/r12 ", "809", "12"),
        ("JIU/REP/2017/6/R3", "JIU/REP/2017/6", "3"),
        ("jiu/rep/2017/6/r3a", "jiu/rep/2017/6", "3a"),
        ("A/72/809/Add.1/R3", "A/72/809/Add.1", "3"),
        ("CIRCULAR 14/R2", "CIRCULAR 14", "2"),
    ],
)
def test_a_reference_is_a_tail_and_a_number(text, tail, number):
    found = parse_reference(text)
    assert found == Reference(tail, number)
    assert parse_reference(str(found)) == found


@pytest.mark.parametrize("text", ["", "3", "A/72/809", "A/72/809/3", "/R3", "R", "809/R", "JIU/REP/2017/6", "R3 WHO"])
def test_what_is_no_reference_is_refused_with_the_form(text):
    with pytest.raises(BadDataError, match="is not a reference") as caught:
        parse_reference(text)
    assert "A/72/809/R3" in caught.value.remedy


@given(PARTS, st.integers(1, 99), st.booleans())
def test_a_full_reference_is_read_as_it_is_printed(parts, number, lower):
    symbol = "/".join(parts)
    text = reference_to(symbol, str(number))
    found = parse_reference(text.lower() if lower else text)
    assert fold(found.tail) == symbol
    assert found.number == str(number)


@given(PARTS, st.data())
def test_every_tail_of_whole_parts_names_the_symbol(parts, data):
    tail = "/".join(parts[data.draw(st.integers(0, len(parts) - 1)) :])
    assert is_tail(tail.lower(), "/".join(parts))


def test_part_of_a_part_is_no_tail():
    assert not is_tail("09", "A/72/809")
    assert not is_tail("1/A/72/809", "A/72/809")
    assert not is_tail("72", "A/72/809")


def test_a_word_is_begun_by_a_known_one_of_three_letters_or_more():
    assert nearest("orgxyz", ["org", "zz"]) == "org"
    assert nearest("idxyz", ["id", "zz"]) is None
    assert nearest("notesxyz", ["not", "notes", "note"]) == "notes"


def test_in_a_long_word_two_slips_are_nearer_than_a_word_that_begins_it():
    assert nearest("organizatxxn", ["org", "organization"]) == "organization"


def test_two_letters_are_no_end_of_a_known_word():
    assert nearest("st", ["list", "zz"]) is None


def test_of_words_as_many_slips_away_the_one_that_goes_on_as_typed_is_meant():
    assert nearest("rep", ["rip", "reps", "repo"]) == "reps"


def test_words_to_be_typed_are_in_quotes_where_a_shell_would_take_them_apart():
    said = as_typed("A/72/809/R3", "ÉNA", "Report No. 3/R4(a)", "O'Brien")
    assert said == """A/72/809/R3 ÉNA 'Report No. 3/R4(a)' 'O'"'"'Brien'"""
    assert shlex.split(said) == ["A/72/809/R3", "ÉNA", "Report No. 3/R4(a)", "O'Brien"]


def test_the_nearest_word_is_proposed_as_it_is_written():
    assert nearest("unessco", ["UNESCO", "UNODC", "WHO"]) == "UNESCO"
    assert suggest("who", ["WHO"], "otherwise") == "Did you mean WHO?"
    assert suggest("xyzzy", ["WHO"], "otherwise") == "otherwise"


@pytest.mark.parametrize(
    ("typed", "known", "meant"),
    [
        ("exec", ["executive-head", "legislative-body"], "executive-head"),
        ("--organization", ["--org", "--verification"], "--org"),
        ("UNICEE", ["UNICEF", "UNI"], "UNICEF"),
        ("UNESCOS", ["UNE", "UNESCO-IBE", "WHO"], "UNE"),
        ("i", ["implemented", "overtaken"], None),
        ("in", ["in-progress", "in-part"], None),
    ],
)
def test_a_word_that_goes_on_or_begins_is_nearer_than_one_that_is_alike(typed, known, meant):
    assert nearest(typed, known) == meant


CODES = ("FAO", "ITC", "ITU", "UNDP", "UNEP", "UNESCO", "UNFPA", "UNHCR", "UNOPS", "UNWTO", "UPU", "WHO", "WIPO", "WMO")
"""Alike enough, as those of the United Nations are."""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("UPS", "UPU"),
        ("WOH", "WHO"),
        ("UNCHR", "UNHCR"),
        ("TIU", "ITU"),
        ("UNOP", "UNOPS"),
        ("WTO", "UNWTO"),
        ("ITCC", "ITC"),
        ("XYZ", None),
    ],
)
def test_the_fewest_slips_away_is_meant_and_two_neighbours_swapped_are_one(typed, meant):
    assert nearest(typed.lower(), CODES) == meant


WORDS = st.text("ABCDE", min_size=4, max_size=6)


def one_slip_from(word):
    """Everything that one slip makes of a word: a letter left out, put in or wrong, two neighbours swapped."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    wrong = {head + letter + tail[kept:] for head, tail in cuts for letter in "ABCDEX" for kept in (0, 1)}
    return wrong | {head + tail[1:] for head, tail in cuts} | {h + t[1:2] + t[:1] + t[2:] for h, t in cuts}


@given(st.lists(WORDS, min_size=1, max_size=6, unique=True), st.data())
def test_after_one_slip_nothing_is_proposed_that_is_further_away(known, data):
    typed = data.draw(st.sampled_from(sorted(one_slip_from(known[0]))))
    proposed = nearest(typed, known)
    goes_on = [name for name in known if typed in (name[: len(typed)], name[-len(typed) :])]
    assert proposed in goes_on or typed in one_slip_from(proposed)


@given(st.text("ABCDE", min_size=2, max_size=5), st.data())
def test_of_words_one_wrong_letter_away_the_one_that_begins_alike_is_proposed(rest, data):
    first, other = data.draw(st.permutations("VWXYZ"))[:2]
    begun_wrong, ended_wrong = other + rest, first + rest[:-1] + "Q"
    assert nearest(first + rest, [begun_wrong, ended_wrong]) == ended_wrong


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (" Ana  Quist ", "Ana Quist"),
        ("Jose\N{COMBINING ACUTE ACCENT}", "José"),
        ("Jo\N{SOFT HYPHEN}sé\N{ZERO WIDTH SPACE}", "José"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}ana", "ana"),
        ("ana\nbo", "ana bo"),
        ("Jose\N{ZERO WIDTH SPACE}\N{COMBINING ACUTE ACCENT}", "José"),
        ("علی\N{ZERO WIDTH NON-JOINER}رضا", "علی\N{ZERO WIDTH NON-JOINER}رضا"),
    ],
    ids=ascii,
)
def test_a_person_is_written_in_one_spelling_that_is_theirs(typed, written):
    assert person_as_written(typed) == written
    assert fold_person(typed) == fold_person(written)


@given(st.text())
def test_what_is_written_of_a_person_is_written_the_same_again(name):
    written = person_as_written(name)
    assert person_as_written(written) == written
    assert fold_person(written) == fold_person(name)
