"""What an update writes for one follow-up, and any run of updates as the journal sees it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tracker.domain.journal import Draft, Entry, check_history, in_force, standing
from tracker.domain.periods import DueDate
from tracker.domain.rows import FollowUp, Lesson
from tracker.domain.updates import Update, as_entries, drafts_for, recomputed, standing_above, standing_of
from tracker.domain.vocabulary import Acceptance, Addressee, Implementation, Topic, Verification, Voice
from tracker.errors import RefusedError

A, I, V = Acceptance, Implementation, Verification  # noqa: E741
ADDRESSED_ON = date(2026, 1, 5)
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
FIRST = Entry(1, 1, 1, Topic.ADDRESSED, None, None, ADDRESSED_ON, NOW, "officer", Voice.OFFICE, None, None)


def follow_up(at=None):
    at = at or standing([FIRST])
    return FollowUp(
        id=1,
        version=1,
        report="A/72/809",
        report_title="Things",
        issued_on=ADDRESSED_ON,
        asks_verification=False,
        number="3",
        text="Do the thing.",
        addressee=Addressee.EXECUTIVE_HEAD,
        impact=None,
        stance=None,
        organization="WHO",
        acceptance=at.positions.acceptance,
        implementation=at.positions.implementation,
        verification=at.positions.verification,
        reported_by=at.positions.reported_by,
        due_on=at.due_on,
        original_due_on=at.original_due_on,
        addressed_on=at.addressed_on,
        heard_on=at.heard_on,
        effective_on=at.last.effective_on,
        recorded_at=at.last.recorded_at,
        actor=at.last.actor,
        note=at.last.note,
        left_on=None,
    )


def test_the_refusal_of_an_earlier_day_names_the_day_on_which_it_stood_otherwise():
    later = as_entries(
        drafts_for(follow_up(), Update(TODAY, A.ACCEPTED), "ana", None),
        first_id=2, batch=2, actor="ana", recorded_at=NOW,
    )  # fmt: skip
    history = [FIRST, *later]
    now = follow_up(standing(history))
    with pytest.raises(RefusedError) as refused:
        drafts_for(now, Update(date(2026, 3, 1), I.IN_PROGRESS), "ana", history)
    assert refused.value.what.startswith("on 2026-03-01, implementation is no-information and acceptance is no-inf")
    assert refused.value.remedy.endswith("Or give a later day.")
    with pytest.raises(RefusedError, match=r"^verification is"):
        drafts_for(now, Update(TODAY, V.VERIFIED), "ana", history)


def test_one_update_may_say_several_things():
    wanted = Update(
        TODAY, A.ACCEPTED, DueDate(date(2026, 12, 31)), ("https://example.org/a",), "by letter", then=(I.IN_PROGRESS,)
    )
    drafts = drafts_for(follow_up(), wanted, "ana", None)
    assert [(draft.topic, draft.source, draft.target) for draft in drafts] == [
        (Topic.DUE, None, "2026-12-31"),
        (Topic.EVIDENCE, None, "https://example.org/a"),
        (Topic.ACCEPTANCE, "no-information", "accepted"),
        (Topic.IMPLEMENTATION, "no-information", "in-progress"),
    ]
    assert {draft.note for draft in drafts} == {"by letter"}


def test_a_note_alone_is_an_entry_of_the_office():
    (draft,) = drafts_for(follow_up(), Update(TODAY, note="telephoned"), "ana", None)
    assert (draft.topic, draft.voice, draft.note) == (Topic.NOTE, Voice.OFFICE, "telephoned")


def test_the_same_due_date_again_is_nothing_to_write():
    at = standing([FIRST])
    due = as_entries(
        drafts_for(follow_up(at), Update(TODAY, due=DueDate(TODAY)), "ana", None),
        first_id=2,
        batch=2,
        actor="ana",
        recorded_at=NOW,
    )
    with pytest.raises(RefusedError, match="due on 2026-11-24 already"):
        drafts_for(follow_up(standing([FIRST, *due])), Update(TODAY, due=DueDate(TODAY)), "ana", None)


def test_a_due_date_is_put_neither_before_the_first_nor_under_the_last():
    first, last = (
        Entry(number, number, 1, Topic.DUE, None, due, on, NOW, "officer", Voice.OFFICE, "why", None)
        for number, due, on in ((2, "2026-12-31", date(2026, 3, 1)), (3, "2027-12-31", date(2026, 9, 1)))
    )
    known, history = follow_up(standing([FIRST, first, last])), [FIRST, first, last]
    for day, entry in ((date(2026, 2, 1), 2), (date(2026, 6, 1), 3)):
        with pytest.raises(RefusedError, match=f"take it back first: tracker correct A/72/809/R3 WHO {entry} "):
            drafts_for(known, Update(day, due=DueDate(date(2026, 6, 30)), note="n"), "ana", history)
    void = Entry(4, 4, 1, Topic.VOID, "due", None, TODAY, NOW, "officer", Voice.OFFICE, "wrong", 3)
    known = follow_up(standing([*history, void]))
    (draft,) = drafts_for(known, Update(date(2026, 6, 1), due=DueDate(TODAY), note="n"), "ana", [*history, void])
    assert (draft.source, draft.target) == ("2026-12-31", "2026-11-24")


def test_a_due_date_from_before_the_report_was_issued_is_refused():
    with pytest.raises(RefusedError, match="1999-01-31 is before 2026-01-05, the day on which A/72/809 was issued"):
        drafts_for(follow_up(), Update(TODAY, due=DueDate(date(1999, 1, 31))), "ana", None)


def test_a_report_without_a_day_of_issue_sets_no_bound_to_a_due_date():
    (draft,) = drafts_for(
        replace(follow_up(), issued_on=None), Update(TODAY, due=DueDate(date(1999, 1, 31))), "ana", None
    )
    assert (draft.topic, draft.target) == (Topic.DUE, "1999-01-31")


@pytest.mark.parametrize(
    ("said", "since"),
    [
        ((I.IN_PROGRESS, I.IMPLEMENTED, I.IMPLEMENTED), 3),
        ((I.IMPLEMENTED, I.IMPLEMENTED), 2),
        ((I.IMPLEMENTED, I.NOT_STARTED), None),
        ((), None),
    ],
)
def test_what_stands_above_an_earlier_day_is_the_entry_since_which_it_is_otherwise(said, since):
    later = [
        Entry(
            n, n, 1, Topic.IMPLEMENTATION, None, to.value, date(2026, n, 1), NOW, "ana", Voice.ORGANIZATION, "n", None
        )
        for n, to in enumerate(said, 2)
    ]
    draft = Draft(Topic.IMPLEMENTATION, None, I.NOT_STARTED.value, date(2026, 1, 20), Voice.ORGANIZATION)
    assert [entry.id for entry in standing_above([draft], [FIRST, *later])] == ([] if since is None else [since])


@pytest.mark.parametrize(
    ("moves", "voice"),
    [
        ((), Voice.ORGANIZATION),
        ((I.IMPLEMENTED,), Voice.ORGANIZATION),
        ((V.DISPUTED,), Voice.OFFICE),
        ((I.IMPLEMENTED, V.DISPUTED), Voice.ORGANIZATION),
    ],
)
def test_evidence_and_lesson_are_the_offices_where_it_only_looked(moves, voice):
    story = [(Topic.ACCEPTANCE, "accepted"), (Topic.IMPLEMENTATION, "implemented")]
    entries = [
        Entry(n, n, 1, topic, None, to, TODAY, NOW, "ana", Voice.ORGANIZATION, "n", None)
        for n, (topic, to) in enumerate(story, 2)
    ]
    wanted = Update(TODAY, evidence=("https://example.org/a",), note="n", then=moves, lesson=Lesson(worked="w"))
    evidence, lesson, *_ = drafts_for(follow_up(standing([FIRST, *entries])), wanted, "bo", None)
    assert (evidence.topic, evidence.voice, lesson.voice) == (Topic.EVIDENCE, voice, voice)


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (Update(TODAY), "nothing to write"),
        (Update(TODAY, note=""), "nothing to write"),
        (Update(TODAY + timedelta(days=1), A.ACCEPTED), "is in the future"),
    ],
)
def test_an_update_of_nothing_or_of_a_day_to_come_is_refused(wanted, says):
    with pytest.raises(RefusedError, match=says):
        wanted.check(TODAY)


def test_an_update_of_the_day_of_address_is_possible_and_of_the_day_before_not():
    assert drafts_for(follow_up(), Update(ADDRESSED_ON, A.ACCEPTED), "ana", [FIRST])
    with pytest.raises(RefusedError, match="before 2026-01-05, the day it was addressed to WHO"):
        drafts_for(follow_up(), Update(ADDRESSED_ON - timedelta(days=1), A.ACCEPTED), "ana", [FIRST])


def test_who_reported_it_verifies_no_earlier_report_of_another():
    """That would stand under the own report of the later day, which was logged before."""
    story = [(Topic.ACCEPTANCE, "accepted", 1, "ana"), (Topic.IMPLEMENTATION, "implemented", 3, "ana")]
    story += [(Topic.IMPLEMENTATION, "implemented", 2, "bo")]
    past = [FIRST] + [
        Entry(n, n, 1, topic, "no-information", to, date(2026, 3, day), NOW, actor, Voice.ORGANIZATION, "n", None)
        for n, (topic, to, day, actor) in enumerate(story, 2)
    ]
    for actor, is_refused in (("ana", True), ("cy", False)):
        drafts = drafts_for(follow_up(standing(past)), Update(date(2026, 3, 2), V.VERIFIED), actor, past)
        new = as_entries(drafts, first_id=9, batch=9, actor=actor, recorded_at=NOW)
        if is_refused:
            with pytest.raises(RefusedError, match=r"ana has verified it, and cannot have reported it \(four eyes\)"):
                recomputed(past, new)
        else:
            assert recomputed(past, new).positions.verification is V.VERIFIED


class Journal(RuleBasedStateMachine):
    """Updates on any day and corrections of any entry: the kept standing and the journal never part."""

    def __init__(self):
        super().__init__()
        self.entries = [FIRST]
        self.at = standing(self.entries)

    @rule(
        to=st.sampled_from([*A, *I, *V]),
        days=st.sampled_from([0, 0, 1, 2, 3, 5, 8]),
        actor=st.sampled_from(["ana", "bo"]),
        note=st.sampled_from([None, "because", "because"]),
    )
    def update(self, to, days, actor, note):
        known = follow_up(self.at)
        wanted = Update(max(known.effective_on - timedelta(days=days), ADDRESSED_ON), to, note=note)
        if days == 0:
            wanted = Update(known.effective_on + timedelta(days=1), to, note=note)
        past = self.entries if wanted.on < known.effective_on else None
        before = list(self.entries)
        try:
            drafts = drafts_for(known, wanted, actor, past)
            new = self._as_entries(drafts, actor)
            after = standing(new, start=standing_of(known)) if past is None else recomputed(past, new)
        except RefusedError:
            assert self.entries == before
            return
        self.entries += new
        self.at = after

    @rule(place=st.integers(0, 30))
    def correct(self, place):
        from tracker.domain.journal import Draft

        wrong = self.entries[place % len(self.entries)]
        voided = {item.voids for item in self.entries}
        if wrong.topic is Topic.VOID or wrong.id in voided or wrong.topic is Topic.ADDRESSED:
            return
        void = Draft(Topic.VOID, wrong.topic.value, wrong.target, TODAY, Voice.OFFICE, "wrong", wrong.id)
        try:
            after = recomputed(self.entries, self._as_entries([void], "ana"))
        except RefusedError:
            return
        self.entries += self._as_entries([void], "ana")
        self.at = after

    def _as_entries(self, drafts, actor):
        number = self.entries[-1].batch + 1
        return as_entries(drafts, first_id=len(self.entries) + 1, batch=number, actor=actor, recorded_at=NOW)

    @invariant()
    def the_kept_standing_is_what_the_journal_adds_up_to(self):
        assert self.at == standing(self.entries)

    @invariant()
    def the_history_is_lawful(self):
        check_history(self.entries)

    @invariant()
    def only_what_is_implemented_is_verified_or_disputed(self):
        at = self.at.positions
        assert at.verification is V.NOT_VERIFIED or at.implementation is I.IMPLEMENTED

    @invariant()
    def the_one_who_reported_never_verified(self):
        at = self.at.positions
        if at.verification is V.VERIFIED:
            looked = [e for e in in_force(self.entries) if e.topic is Topic.VERIFICATION]
            assert looked[-1].actor not in at.reporters


TestJournal = Journal.TestCase
