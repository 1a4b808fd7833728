"""Which keys a review offers, against the table of moves: every position, every key, one's own claim or another's."""

import json
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.lifecycle import Attempt, Positions, decide
from tracker.domain.periods import DueDate
from tracker.domain.review import EVIDENCE, KEYS, MORE_TIME, STILL, Decision, beside, choices, chosen
from tracker.domain.vocabulary import INITIAL, Acceptance, Implementation, Verification, axis_of
from tracker.errors import RefusedError

EVERYWHERE = [
    Positions(acceptance, implementation, verification, reported_by)
    for acceptance, implementation, verification in product(Acceptance, Implementation, Verification)
    for reported_by in ((None,) if implementation is not Implementation.IMPLEMENTED else ("ana", "bo", "ana\nbo"))
    if implementation is Implementation.IMPLEMENTED or verification is Verification.NOT_VERIFIED
]


def is_allowed(at, to, **given):
    try:
        decide(at, Attempt(to, "ana", **given))
    except RefusedError:
        return False
    return True


@pytest.mark.parametrize("has_evidence", [False, True])
def test_a_key_is_offered_for_each_move_that_the_table_allows_and_for_no_other(has_evidence):
    for at in EVERYWHERE:
        offered = {choice.to: choice for choice in choices(at, "ana", has_evidence=has_evidence) if choice.key != STILL}
        moves = [to for to in KEYS if to is not at.on(axis_of(to))]
        assert set(offered) == {to for to in moves if is_allowed(at, to, note="x", has_evidence=has_evidence)}, at
        for to, choice in offered.items():
            assert choice.needs_note != is_allowed(at, to, has_evidence=has_evidence), (at, to)
            assert choice.key == KEYS[to]


def test_what_can_be_said_again_is_how_it_stands_and_the_table_lets_it_be_said():
    for at in EVERYWHERE:
        again = [choice.to for choice in choices(at, "ana") if choice.key == STILL]
        said = [at.on(axis) for axis in INITIAL if at.on(axis) is not INITIAL[axis]]
        assert bool(again) == any(axis_of(status) is not axis_of(Verification.VERIFIED) for status in said), at
        assert all(is_allowed(at, status) and status in said for status in again), at


@given(st.sampled_from(EVERYWHERE), st.lists(st.sampled_from([*KEYS.values(), STILL, EVIDENCE, MORE_TIME]), max_size=4))
def test_several_keys_mean_moves_that_follow_from_each_other(at, keys):
    picked = chosen("".join(keys), at, "ana", beside(may_ask=True))
    if picked is None:
        return
    assert [choice.key for choice in picked] == keys
    assert len({*keys}) == len(keys)
    for choice in picked:
        if choice.to is not None:
            changes = decide(at, Attempt(choice.to, "ana", note="x"))
            assert choice.needs_note or is_allowed(at, choice.to, has_evidence=EVIDENCE in keys)
            for change in changes:
                at = at.moved(change.target)


DAYS = st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1))
WORDS = st.none() | st.text(min_size=1)
DUE_DATES = st.none() | st.builds(DueDate, st.dates(date(2000, 1, 1), date(2100, 1, 1)), WORDS)
DECISIONS = st.builds(
    Decision,
    version=st.integers(1),
    to=st.none() | st.sampled_from([*KEYS]),
    note=WORDS,
    due=DUE_DATES,
    then=st.lists(st.sampled_from([*KEYS])).map(tuple),
    on=DAYS,
    evidence=st.lists(st.text(min_size=1), min_size=1).map(tuple),
    later=DUE_DATES,
)


@given(DECISIONS)
def test_a_decision_that_is_kept_is_read_as_it_was(decision):
    assert Decision.from_json(json.loads(json.dumps(decision.as_json()))) == decision
    assert str(decision.later or "") in str(decision)
