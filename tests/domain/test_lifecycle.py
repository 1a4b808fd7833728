"""The state machine against a literal restatement of its rules, every state × every move; and as a machine."""

from itertools import product

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tracker.domain import lifecycle
from tracker.domain.journal import after_changes
from tracker.domain.lifecycle import Attempt, Move, Positions, decide, is_settled
from tracker.domain.vocabulary import INITIAL, TARGETS, Acceptance, Axis, Implementation, Verification, axis_of
from tracker.errors import RefusedError

A, I, V = Acceptance, Implementation, Verification  # noqa: E741 - read as tables

EVERY_POSITION = [Positions(a, i, v, reported_by="ana") for a, i, v in product(A, I, V)]
EVERY_TARGET = [*A, *I, *V]
GIVEN = [(note, evidence) for note in (None, "because") for evidence in (False, True)]

FORWARD = {
    I.NO_INFORMATION: {I.NOT_STARTED, I.IN_PROGRESS, I.IMPLEMENTED, I.OVERTAKEN},
    I.NOT_STARTED: {I.IN_PROGRESS, I.IMPLEMENTED, I.OVERTAKEN},
    I.IN_PROGRESS: {I.IMPLEMENTED, I.OVERTAKEN},
    I.IMPLEMENTED: set(),
    I.OVERTAKEN: set(),
}
BACKWARD = {(I.IMPLEMENTED, I.IN_PROGRESS), (I.OVERTAKEN, I.IN_PROGRESS), (I.IN_PROGRESS, I.NOT_STARTED)}


def allowed(at, to, *, note, evidence, actor):
    """The rules said once more, in other words than the table's."""
    if isinstance(to, Acceptance):
        return _acceptance_allowed(at.acceptance, to, note)
    if isinstance(to, Implementation):
        return _implementation_allowed(at, to, note, evidence)
    if to is V.NOT_VERIFIED or to is at.verification or at.implementation is not I.IMPLEMENTED:
        return False
    return actor != at.reported_by if to is V.VERIFIED else bool(note)


def _acceptance_allowed(now, to, note):
    if to is A.NO_INFORMATION:
        return False
    if to is now:
        return True
    retreats = now is A.ACCEPTED
    return bool(note) or not (retreats or to in {A.NOT_ACCEPTED, A.NOT_RELEVANT, A.PARTIALLY_ACCEPTED})


def _implementation_allowed(at, to, note, evidence):
    now = at.implementation
    if to is now:
        return now is not I.NO_INFORMATION
    accepts = at.acceptance in {A.ACCEPTED, A.PARTIALLY_ACCEPTED}
    if (now, to) in BACKWARD:
        return accepts and bool(note)
    if to not in FORWARD[now]:
        return False
    if to is I.IMPLEMENTED:
        return (accepts and (bool(note) or evidence)) or (at.acceptance is A.NOT_ACCEPTED and bool(note))
    return accepts and (to is not I.OVERTAKEN or bool(note))


@pytest.mark.parametrize("to", EVERY_TARGET, ids=lambda status: f"{axis_of(status).value}-{status.value}")
def test_every_state_and_every_move(to):
    for at, (note, evidence), actor in product(EVERY_POSITION, GIVEN, ("ana", "bo")):
        attempt = Attempt(to, actor, note=note, has_evidence=evidence)
        wanted = allowed(at, to, note=note, evidence=evidence, actor=actor)
        changes = ()
        try:
            changes = decide(at, attempt)
        except RefusedError as refusal:
            refused = refusal
        else:
            refused = None
        assert (refused is None) == wanted, f"{at} {attempt}: {refused or changes}"
        if refused is None:
            _check_changes(at, to, changes)
        else:
            _check_sentence(at, attempt, refused)


def _check_changes(at, to, changes):
    """The axis moved as asked, nothing else; only verification is set back, and only by a real move."""
    first, *rest = changes
    assert (first.axis, first.source, first.target) == (axis_of(to), at.on(axis_of(to)), to)
    moves_on = isinstance(to, Implementation) and to is not at.implementation
    if moves_on and at.verification is not V.NOT_VERIFIED:
        assert [(change.axis, change.target) for change in rest] == [(Axis.VERIFICATION, V.NOT_VERIFIED)]
    else:
        assert rest == []


def _check_sentence(at, attempt, refusal):
    """What is the case, why it is refused, what is possible."""
    axis = axis_of(attempt.to)
    assert refusal.what.startswith(f"{axis.value} is {at.on(axis).value}")
    assert attempt.to.value in refusal.what
    assert "cannot move" in refusal.what or " needs " in refusal.what
    assert refusal.remedy
    assert "\n" not in str(refusal)


@pytest.mark.parametrize("actor", ["ana", "bo"])
def test_a_refusal_calls_possible_what_is_possible_and_nothing_else(actor):
    for at, to in product(EVERY_POSITION, EVERY_TARGET):
        remedy = _remedy(at, Attempt(to, actor))
        if remedy is None:
            continue
        possible = ", ".join(_possible(at, axis_of(to), actor))
        if possible:
            assert remedy == f"Possible from here: {possible}.", f"{at} {to}"
        else:
            assert "Possible from here" not in remedy, f"{at} {to}"


@pytest.mark.parametrize("acceptance", [A.NO_INFORMATION, A.UNDER_CONSIDERATION, A.NOT_RELEVANT])
def test_what_is_to_be_recorded_first_is_named_with_what_it_needs(acceptance):
    remedy = _remedy(Positions(acceptance), Attempt(I.IN_PROGRESS, "ana"))
    for to in (A.ACCEPTED, A.PARTIALLY_ACCEPTED):
        needs_note = not allowed(Positions(acceptance), to, note=None, evidence=False, actor="ana")
        assert (f"--to {to.value} (with a note)" in remedy) is needs_note


def _remedy(at, attempt):
    try:
        decide(at, attempt)
    except RefusedError as refusal:
        return refusal.remedy or ""
    return None


def _possible(at, axis, actor):
    """The other positions of the axis, in the order of its words and forward before back, each with what it needs."""
    found = []
    for to in type(at.on(axis)):
        given = {note for note in (None, "why") if allowed(at, to, note=note, evidence=False, actor=actor)}
        if given and to is not at.on(axis):
            found.append((_is_back(at.on(axis), to), f"{to.value}{'' if None in given else ' (with a note)'}"))
    return [words for _, words in sorted(found, key=lambda each: each[0])]


def _is_back(now, to):
    return (now, to) in BACKWARD


def test_settled_is_declined_overtaken_or_implemented_and_where_asked_verified():
    for at, asks in product(EVERY_POSITION, (False, True)):
        wanted = at.acceptance in {A.NOT_ACCEPTED, A.NOT_RELEVANT} or at.implementation is I.OVERTAKEN
        if at.implementation is I.IMPLEMENTED:
            wanted |= at.verification is V.VERIFIED or (at.verification is V.NOT_VERIFIED and not asks)
        assert is_settled(at, asks_verification=asks) == wanted, at


def test_a_refusal_names_the_way_out():
    at = Positions(A.NO_INFORMATION, I.NO_INFORMATION)
    with pytest.raises(RefusedError, match="Record first that the organization accepts: --to accepted"):
        decide(at, Attempt(I.IN_PROGRESS, "ana"))
    implemented = Positions(A.ACCEPTED, I.IMPLEMENTED, reported_by="ana")
    with pytest.raises(RefusedError, match="ana reported it implemented; moving it to verified needs someone other"):
        decide(implemented, Attempt(V.VERIFIED, "ana"))
    with pytest.raises(RefusedError, match="moving it to not-accepted needs a note"):
        decide(Positions(A.ACCEPTED), Attempt(A.NOT_ACCEPTED, "ana"))


@pytest.mark.parametrize("note", [" ", "\u200b", "\ufeff\xa0"])
def test_a_note_in_which_nothing_is_to_be_seen_is_no_reason(note):
    with pytest.raises(RefusedError, match="needs a note that says why"):
        decide(Positions(A.ACCEPTED), Attempt(A.NOT_ACCEPTED, "ana", note=note))


@pytest.mark.parametrize(
    ("at", "to", "what", "remedy"),
    [
        (
            Positions(A.UNDER_CONSIDERATION),
            I.IMPLEMENTED,
            "implementation is no-information and acceptance is under-consideration; moving it to implemented needs",
            "Record first that the organization accepts",
        ),
        (
            Positions(A.UNDER_CONSIDERATION, I.IN_PROGRESS),
            V.VERIFIED,
            "verification is not-verified and implementation is in-progress; moving it to verified needs",
            "Nothing is possible on this axis for now.",
        ),
    ],
    ids=["implemented", "verified"],
)
def test_a_refusal_names_the_other_axis_that_stands_in_the_way(at, to, what, remedy):
    with pytest.raises(RefusedError) as refused:
        decide(at, Attempt(to, "ana", note="because"))
    assert refused.value.what.startswith(what)
    assert (refused.value.remedy or "").startswith(remedy)


@pytest.mark.parametrize("actor", ["ana", "ANA", " Ana ", "aNa"])
def test_upper_and_lower_case_make_no_other_person(actor):
    implemented = Positions(A.ACCEPTED, I.IMPLEMENTED, reported_by="ana")
    with pytest.raises(RefusedError, match="four eyes"):
        decide(implemented, Attempt(V.VERIFIED, actor))
    decide(implemented, Attempt(V.VERIFIED, "anna"))


@pytest.mark.parametrize(
    "actor",
    [
        "Jose\N{COMBINING ACUTE ACCENT} Müller",
        "JOSÉ MU\N{COMBINING DIAERESIS}LLER",
        "José\N{NO-BREAK SPACE}Müller",
        "\N{FULLWIDTH LATIN CAPITAL LETTER J}osé Müller",
        "José Müller\N{ZERO WIDTH SPACE}",
        "Jo\N{SOFT HYPHEN}sé Müller",
    ],
    ids=ascii,
)
def test_another_spelling_of_the_same_letters_makes_no_other_person(actor):
    at = Positions(A.ACCEPTED, I.IMPLEMENTED, reported_by="José Müller")
    with pytest.raises(RefusedError, match="four eyes"):
        decide(at, Attempt(V.VERIFIED, actor))
    with pytest.raises(RefusedError, match="four eyes"):
        decide(Positions(A.ACCEPTED, I.IMPLEMENTED, reported_by=actor), Attempt(V.VERIFIED, "José Müller"))
    decide(at, Attempt(V.VERIFIED, "Jose Müller"))


def test_who_reported_it_may_dispute_it_with_a_note():
    implemented = Positions(A.ACCEPTED, I.IMPLEMENTED, reported_by="ana")
    assert decide(implemented, Attempt(V.DISPUTED, "ana", note="it fell apart"))[0].target is V.DISPUTED
    with pytest.raises(RefusedError, match=r"needs a note .*Possible from here: disputed \(with a note\)"):
        decide(implemented, Attempt(V.DISPUTED, "ana"))


@pytest.mark.parametrize("note", ["", " ", "\t\n"])
def test_blanks_are_no_reason(note):
    for at, to in (
        (Positions(A.ACCEPTED), A.NOT_ACCEPTED),
        (Positions(A.ACCEPTED), I.IMPLEMENTED),
        (Positions(A.NOT_ACCEPTED), I.IMPLEMENTED),
        (Positions(A.ACCEPTED, I.IMPLEMENTED), V.DISPUTED),
    ):
        with pytest.raises(RefusedError, match="needs"):
            decide(at, Attempt(to, "bo", note=note))


def test_no_word_stands_on_two_axes():
    assert set(TARGETS.values()) == {*EVERY_TARGET} - {*INITIAL.values()}
    assert len(TARGETS) == len(EVERY_TARGET) - len(INITIAL)


def broken_tables():
    """A table with one fault each, and what the check calls it."""
    table = lifecycle.TABLE
    nothing = frozenset()
    return {
        "doubled": (*table, table[0]),
        "crossing": (*table, Move(Axis.ACCEPTANCE, A.ACCEPTED, I.IN_PROGRESS, nothing)),
        "to initial": (*table, Move(Axis.ACCEPTANCE, A.ACCEPTED, A.NO_INFORMATION, nothing)),
        "unreached": tuple(m for m in table if m.target is not I.OVERTAKEN),
        "dead ends": tuple(m for m in table if m.source is not I.NOT_STARTED or m.target is I.NOT_STARTED),
    }


def test_the_table_as_it_is_passes_its_check():
    lifecycle._check_table()


@pytest.mark.parametrize("fault", sorted(broken_tables()))
def test_a_broken_table_is_found_at_import(fault, monkeypatch):
    table = broken_tables()[fault]
    monkeypatch.setattr(lifecycle, "TABLE", table)
    monkeypatch.setattr(lifecycle, "_MOVES", {(m.source, m.target): m for m in table})
    with pytest.raises(AssertionError, match=fault):
        lifecycle._check_table()


class FollowUpMachine(RuleBasedStateMachine):
    """Any attempts in any order; what must hold whatever was tried."""

    def __init__(self):
        super().__init__()
        self.at = Positions()
        self.left = set()
        self.reporter = None

    @rule(
        to=st.sampled_from(EVERY_TARGET),
        actor=st.sampled_from(["ana", "bo"]),
        note=st.sampled_from([None, "because"]),
        evidence=st.booleans(),
    )
    def attempt(self, to, actor, note, evidence):
        before = self.at
        try:
            changes = decide(before, Attempt(to, actor, note=note, has_evidence=evidence))
        except RefusedError:
            assert self.at == before
            return
        self.at = after_changes(before, changes, actor)
        assert self.at.on(axis_of(to)) is to
        if self.at.implementation is not before.implementation:
            self.reporter = actor if self.at.implementation is I.IMPLEMENTED else None
        if to is V.VERIFIED:
            assert actor != self.reporter

    @invariant()
    def nothing_returns_to_no_information(self):
        for axis in (Axis.ACCEPTANCE, Axis.IMPLEMENTATION):
            if self.at.on(axis) is not INITIAL[axis]:
                self.left.add(axis)
            assert axis not in self.left or self.at.on(axis) is not INITIAL[axis]

    @invariant()
    def only_what_is_implemented_is_verified_or_disputed(self):
        assert self.at.verification is V.NOT_VERIFIED or self.at.implementation is I.IMPLEMENTED
        assert self.at.reported_by == self.reporter

    @invariant()
    def asking_for_verification_settles_no_more(self):
        if is_settled(self.at, asks_verification=True):
            assert is_settled(self.at, asks_verification=False)

    @precondition(lambda self: self.at.acceptance not in {A.NOT_ACCEPTED, A.NOT_RELEVANT})
    @invariant()
    def a_disputed_claim_is_open(self):
        if self.at.verification is V.DISPUTED:
            assert not is_settled(self.at, asks_verification=False)


TestFollowUpMachine = FollowUpMachine.TestCase
