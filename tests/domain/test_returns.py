"""What a return offers is what the state machine allows, in every language."""

from __future__ import annotations

from datetime import date
from itertools import product
from unicodedata import combining, normalize

import asking
import pytest

from tracker.domain.lifecycle import Attempt, Positions, decide
from tracker.domain.return_words import WORDS, label, read_label
from tracker.domain.returns import (
    ANSWERS,
    COLUMNS,
    GIVEN,
    Field,
    Question,
    ReturnAnswer,
    Then,
    acceptance_choices,
    answer_drafts,
    ask_of,
    implementation_choices,
)
from tracker.domain.vocabulary import Acceptance, Addressee, Axis, Implementation, Topic, Verification, Voice, axis_of
from tracker.errors import RefusedError

POSITIONS = [Positions(a, i) for a, i in product(Acceptance, Implementation)]
A, I, V = Acceptance, Implementation, Verification  # noqa: E741


def allowed(
    at: Positions, status: Acceptance | Implementation, note: str | None, *, has_evidence: bool = False
) -> bool:
    try:
        decide(at, Attempt(status, "someone", note=note, has_evidence=has_evidence))
    except RefusedError:
        return False
    return True


@pytest.mark.parametrize("at", POSITIONS, ids=lambda at: f"{at.acceptance.value}+{at.implementation.value}")
def test_exactly_the_moves_that_the_table_allows_are_offered(at):
    offered = {
        choice.status: choice for choice in [*acceptance_choices(at), *implementation_choices(at, at.acceptance)]
    }
    for status in (*Acceptance, *Implementation):
        assert (status in offered) == allowed(at, status, "a reason"), status
        if status in offered:
            assert (offered[status].wants_note or offered[status].wants_proof) == (not allowed(at, status, None)), (
                status
            )
            assert offered[status].wants_note == (not allowed(at, status, None, has_evidence=True)), status
            assert offered[status].confirms == (status in (at.acceptance, at.implementation))


def test_once_accepted_the_moves_of_implementation_are_those_of_an_accepted_one():
    at = Positions(A.NO_INFORMATION, I.NO_INFORMATION)
    assert implementation_choices(at, at.acceptance) == []
    assert [choice.status for choice in implementation_choices(at, A.ACCEPTED)] == [
        I.NOT_STARTED,
        I.IN_PROGRESS,
        I.IMPLEMENTED,
        I.OVERTAKEN,
    ]


@pytest.mark.parametrize(
    ("at", "ask"),
    [
        (Positions(), Question.POSITION),
        (Positions(A.UNDER_CONSIDERATION), Question.POSITION),
        (Positions(A.ACCEPTED), Question.START),
        (Positions(A.PARTIALLY_ACCEPTED, I.NOT_STARTED), Question.START),
        (Positions(A.ACCEPTED, I.IN_PROGRESS), Question.PROGRESS),
        (Positions(A.ACCEPTED, I.IMPLEMENTED), Question.WITH_OFFICE),
        (Positions(A.ACCEPTED, I.IMPLEMENTED, V.DISPUTED), Question.DISPUTED),
    ],
)
def test_one_thing_is_asked(at, ask):
    assert ask_of(at) is ask


@pytest.mark.parametrize("language", WORDS)
def test_every_language_is_complete(language):
    words = WORDS[language]
    assert set(words.headings) == set(Field)
    assert len(set(words.headings.values())) == len(Field)
    assert set(words.prompts) == set(ANSWERS)
    assert set(words.asks) == set(Question)
    assert set(words.addressees) == set(Addressee)
    assert set(words.statuses) == {*Acceptance, *Implementation}
    assert "{reply_to}" in words.steps[-1][1]
    assert words.answers_sheet in words.steps[0][0]


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize(
    "status", [*Acceptance, *Implementation], ids=lambda status: f"{type(status).__name__}.{status.name}"
)
def test_every_label_is_read_back_however_it_is_typed(language, status):
    words, axis = WORDS[language], axis_of(status)
    for text in (label(words, status), label(words, status, confirms=True), status.value):
        bare = "".join(letter for letter in normalize("NFD", text) if not combining(letter))
        for typed in (
            text,
            text.upper(),
            bare.upper(),
            f"  {text} ",
            text.replace(" ", "\u00a0"),
            text.replace("–", "-"),
        ):
            assert read_label(typed, axis, language) is status


def test_a_word_of_the_other_axis_is_not_read():
    with pytest.raises(KeyError):
        read_label("In progress", Axis.ACCEPTANCE, "en")
    assert read_label(WORDS["fr"].accept_first, Axis.IMPLEMENTATION, "fr") is None


def test_what_is_compared_is_locked_and_what_is_answered_is_not():
    assert {column.field for column in COLUMNS if column.is_answer} == set(ANSWERS)
    assert not set(GIVEN) & set(ANSWERS)


def test_a_note_alone_is_written_of_the_day_of_which_it_speaks_beside_the_file_of_today():
    row, today, since = asking.follow_up(due_on=None), date(2026, 11, 24), date(2026, 11, 20)
    then = Then(row.version, row.acceptance, row.implementation, row.due_on)
    drafts = answer_drafts(
        row,
        ReturnAnswer(row.ref, "a.xlsx, row 5", then, note="We are on it"),
        since,
        actor="ana",
        today=today,
        history=None,
        file="evidence/1",
    )
    assert [(draft.topic, draft.target, draft.effective_on) for draft in drafts] == [
        (Topic.EVIDENCE, "evidence/1", today),
        (Topic.NOTE, None, since),
    ]
    assert {(draft.voice, draft.note) for draft in drafts} == {(Voice.ORGANIZATION, "We are on it")}
