"""Numbered answers to numbered recommendations."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.vocabulary import Acceptance, Implementation
from tracker.errors import BadDataError
from tracker.ingest.notes.answers import numbers_in, read_answers
from tracker.services.documents.answers import put_together

REPORT = """A/HRC/99/7

Report of the Working Group on the Universal Periodic Review

Ruritania

51. The recommendations listed below enjoy the support of Ruritania:

51.1 Plant trees along the roads (Graustark);

51.2 Count the trees that were planted (Zenda, Strelsau).

52. The following recommendations will be examined by Ruritania, which will provide responses in due time:

52.1 Open the archives of the old court (Graustark);

52.2 Close the mine in the north
(Zenda);

52.3 Pay the miners (Strelsau);

52.4 Repaint the bridges (Graustark);

52.5 Number the bridges (Graustark).

53. All conclusions reflect the position of the submitting States.
"""

ADDENDUM = """A/HRC/99/7/Add.1

4 March 2025

Views on conclusions and recommendations

1. The report contains 7 recommendations. Ruritania accepts 3 recommendations and notes 1 recommendation. One is accepted
in part.

Accepted recommendations

2. The Government accepts recommendations 52.1, 52.3–
52.4 and, for the time being, notes recommendation 52.2.

3. Recommendation 52.5 is accepted in part.

52.1 Ruritania considers this recommendation implemented. The archives are open.

52.3-4 The activities for the implementation of this recommendation have already started. See recommendation 52.1.

Noted recommendations

52.2 The mine feeds the valley.
"""


@pytest.fixture
def read(write):
    def _read(report=REPORT, addendum=ADDENDUM):
        return [
            read_answers(write(report, "A_HRC_99_7.txt")),
            read_answers(write(addendum, "A_HRC_99_7_Add1.txt")),
        ]

    return _read


def test_what_was_asked_is_read_once_each_with_its_first_position(read):
    asked = read()[0].asked
    assert [item.number for item in asked] == ["51.1", "51.2", "52.1", "52.2", "52.3", "52.4", "52.5"]
    assert asked[3].text == "Close the mine in the north (Zenda);"
    assert [item.answer is not None for item in asked] == [True, True, False, False, False, False, False]


def test_groups_ranges_and_parts_are_answers(read):
    answers = {answer.number: answer for answer in read()[1].answers}
    assert {number: answer.acceptance for number, answer in answers.items()} == {
        "52.1": Acceptance.ACCEPTED,
        "52.2": Acceptance.NOT_ACCEPTED,
        "52.3": Acceptance.ACCEPTED,
        "52.4": Acceptance.ACCEPTED,
        "52.5": Acceptance.PARTIALLY_ACCEPTED,
    }
    assert answers["52.1"].implementation is Implementation.IMPLEMENTED
    assert answers["52.4"].implementation is Implementation.IN_PROGRESS
    assert answers["52.2"].note == "The mine feeds the valley."
    assert "paragraph 2" in answers["52.3"].place


def test_the_documents_together_give_every_number_once_and_right_sums(read):
    review = put_together(read())
    assert review.report == "A/HRC/99/7"
    assert list(review.positions) == ["51.1", "51.2", "52.1", "52.3", "52.4", "52.2", "52.5"]
    assert review.open == []
    assert review.problems == ()


def test_a_wrong_sum_is_told_with_both_places(read):
    review = put_together(read(addendum=ADDENDUM.replace("accepts 3 rec", "accepts 4 rec")))
    assert len(review.problems) == 1
    assert "declares 4 recommendations (accepted); read were 3" in review.problems[0].what
    assert "paragraph 1" in review.problems[0].where
    assert "paragraph 2" in review.problems[0].what


def test_a_number_answered_twice_differently_is_left_open_with_both_places(read):
    review = put_together(
        read(addendum=ADDENDUM.replace("notes recommendation 52.2", "notes recommendations 52.2 and 52.3"))
    )
    said = " ".join(problem.what for problem in review.problems)
    assert "recommendation 52.3 is answered twice" in said
    assert review.open == ["52.3"]


def test_a_missing_answer_and_an_unknown_number_are_told(read):
    review = put_together(read(addendum=ADDENDUM.replace("52.5 is accepted", "52.9 is accepted")))
    said = " ".join(problem.what for problem in review.problems)
    assert "recommendation 52.9 is answered, and the report has none" in said
    assert "1 recommendation has no answer: 52.5" in said


def test_bare_numbers_count_within_the_one_paragraph_that_asks(read):
    report = REPORT[: REPORT.index("51. The")] + REPORT[REPORT.index("52. The") :]
    bare = re.sub(r"52\.(\d)", r"\1", ADDENDUM).replace("contains 7", "contains 5")
    review = put_together(read(report, bare))
    assert sorted(review.positions) == ["52.1", "52.2", "52.3", "52.4", "52.5"]


def test_a_document_without_answers_is_refused(read):
    with pytest.raises(BadDataError, match="answers no numbered recommendation"):
        put_together(read(addendum="A/HRC/99/7/Add.1\n\nNothing here.\n")[1:])


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("52.3–52.7 and 52.9", ["52.3", "52.4", "52.5", "52.6", "52.7", "52.9"]),
        ("122.17-18, 122.22", ["122.17", "122.18", "122.22"]),
        ("80– 93", [str(number) for number in range(80, 94)]),
        ("1 to 3; 7", ["1", "2", "3", "7"]),
        ("9–3", ["9", "3"]),
    ],
)
def test_lists_of_numbers(words, numbers):
    assert numbers_in(words) == numbers


@given(st.integers(1, 200), st.integers(1, 90), st.integers(0, 30), st.sampled_from(["–", "-", " – ", "– ", " to "]))
def test_a_range_has_all_its_numbers(group, first, length, dash):
    last = first + length
    expected = [f"{group}.{number}" for number in range(first, last + 1)]
    for end in (f"{group}.{last}", str(last)):
        words = f"{group}.{first}{dash}{end}" if length else f"{group}.{first}"
        assert numbers_in(words) == expected


THEIRS = re.compile(
    r"^(1\d\d\.\d+)\b(?:(?!^1\d\d\.\d+).)*?^Source of [Pp]osition:[^\n]*\n(Supported|Noted)", re.DOTALL | re.MULTILINE
)


@pytest.mark.parametrize(
    ("report", "cycle", "supported", "noted"), [("A_HRC_28_15", 2, 142, 21), ("A_HRC_43_15", 3, 182, 33)]
)
def test_the_real_addenda_give_what_the_independent_lists_give(shared_documents, report, cycle, supported, noted):
    notes = shared_documents / "notes"
    review = put_together([read_answers(notes / f"SVN_{report}{end}.txt") for end in ("", "_Add1")])
    assert review.problems == ()
    positions = {number: answer.acceptance for number, answer in review.positions.items()}
    assert Counter(positions.values()) == {Acceptance.ACCEPTED: supported, Acceptance.NOT_ACCEPTED: noted}
    listed = THEIRS.findall((notes / f"SVN_thematic_list_cycle{cycle}.txt").read_text())
    words = {"Supported": Acceptance.ACCEPTED, "Noted": Acceptance.NOT_ACCEPTED}
    assert positions == {number: words[word] for number, word in listed}
