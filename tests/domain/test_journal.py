"""The fold over the journal: as of a day, known at an instant, voids, backdating; and the chain of hashes."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.journal import (
    GENESIS,
    BatchFacts,
    Draft,
    Entry,
    Standing,
    after_changes,
    batch_hash,
    belongs_with,
    canonical_json,
    check_history,
    in_force,
    only_addressed,
    standing,
    with_sources,
)
from tracker.domain.lifecycle import Change, Positions
from tracker.domain.vocabulary import Acceptance, Axis, Implementation, Topic, Verification, Voice
from tracker.errors import RefusedError

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = date(2026, 1, 5)


def entry(number, topic, target=None, *, on=DAY, at=None, actor="ana", note="why", voids=None, voice=None):
    said_by = (
        Voice.OFFICE if topic in (Topic.ADDRESSED, Topic.VERIFICATION, Topic.VOID, Topic.DUE) else Voice.ORGANIZATION
    )
    return Entry(
        id=number,
        batch=number,
        ordinal=1,
        topic=topic,
        source=None,
        target=target.value if hasattr(target, "value") else target,
        effective_on=on,
        recorded_at=at or START + timedelta(days=number),
        actor=actor,
        voice=voice or said_by,
        note=note,
        voids=voids,
    )


ADDRESSED = entry(1, Topic.ADDRESSED)
ACCEPTED = entry(2, Topic.ACCEPTANCE, Acceptance.ACCEPTED, on=date(2026, 3, 1))
STARTED = entry(3, Topic.IMPLEMENTATION, Implementation.IN_PROGRESS, on=date(2026, 4, 1))
STORY = [ADDRESSED, ACCEPTED, STARTED]

WORDS = [
    (Topic.ACCEPTANCE, Acceptance.ACCEPTED),
    (Topic.ACCEPTANCE, Acceptance.NOT_ACCEPTED),
    (Topic.IMPLEMENTATION, Implementation.IN_PROGRESS),
    (Topic.IMPLEMENTATION, Implementation.IMPLEMENTED),
    (Topic.VERIFICATION, Verification.VERIFIED),
    (Topic.DUE, "2026-09-30"),
    (Topic.DUE, "2027-03-31"),
    (Topic.NOTE, None),
]


@st.composite
def histories(draw):
    """Entries with any effective days, some voiding earlier ones: not all of them lawful, all of them foldable."""
    entries = [ADDRESSED]
    for number in range(2, draw(st.integers(2, 9))):
        if draw(st.integers(0, 4)) == 0:
            voided = draw(st.integers(1, number - 1))
            entries.append(entry(number, Topic.VOID, voids=voided))
        else:
            topic, target = draw(st.sampled_from(WORDS))
            day = DAY + timedelta(days=draw(st.integers(0, 200)))
            entries.append(entry(number, topic, target, on=day, actor=draw(st.sampled_from(["ana", "bo"]))))
    return entries


@pytest.mark.parametrize(("alone", "counts"), [(Topic.NOTE, True), (Topic.VOID, False)])
def test_what_stands_alone_counts_unless_it_voids(alone, counts):
    only = entry(7, alone, voids=3 if alone is Topic.VOID else None)
    assert in_force([only]) == in_force(iter([only])) == ([only] if counts else [])
    assert in_force([only], known_at=START - timedelta(days=1000)) == []


def test_what_was_so_on_a_day():
    assert standing(STORY, as_of=date(2026, 2, 28)).positions == Positions()
    assert standing(STORY, as_of=date(2026, 3, 1)).positions == Positions(Acceptance.ACCEPTED)
    assert standing(STORY).positions == Positions(Acceptance.ACCEPTED, Implementation.IN_PROGRESS)


def test_what_was_known_at_an_instant():
    assert standing(STORY, known_at=ACCEPTED.recorded_at).positions == Positions(Acceptance.ACCEPTED)
    assert standing(STORY, known_at=ACCEPTED.recorded_at - timedelta(seconds=1)).positions == Positions()


def test_before_it_was_addressed_there_is_nothing():
    assert standing(STORY, as_of=DAY - timedelta(days=1)) == Standing()
    assert standing([]) == Standing()


def test_a_voided_entry_counts_until_it_was_known_to_be_wrong():
    void = entry(9, Topic.VOID, voids=STARTED.id)
    assert standing([*STORY, void]).positions.implementation is Implementation.NO_INFORMATION
    before = void.recorded_at - timedelta(seconds=1)
    assert standing([*STORY, void], known_at=before).positions.implementation is Implementation.IN_PROGRESS
    assert standing([*STORY, void], as_of=date(2026, 4, 30)).positions.implementation is Implementation.NO_INFORMATION


def test_the_first_due_date_is_kept_and_silence_is_the_organizations():
    entries = [
        *STORY,
        entry(4, Topic.DUE, "2026-06-30", on=date(2026, 5, 1)),
        entry(5, Topic.DUE, "2026-09-30", on=date(2026, 6, 1)),
        entry(6, Topic.NOTE, on=date(2026, 7, 1), voice=Voice.OFFICE),
    ]
    at = standing(entries)
    assert (at.original_due_on, at.due_on) == (date(2026, 6, 30), date(2026, 9, 30))
    assert at.heard_on == date(2026, 4, 1)
    assert at.last.id == 6


def test_of_two_entries_of_one_day_the_later_written_counts():
    same_day = [ADDRESSED, ACCEPTED, replace(ACCEPTED, id=3, target="under-consideration")]
    assert standing(same_day).positions.acceptance is Acceptance.UNDER_CONSIDERATION


def test_of_two_entries_of_one_day_the_later_written_counts_in_whatever_order_they_are_read():
    again = entry(4, Topic.ACCEPTANCE, Acceptance.NOT_ACCEPTED, on=ACCEPTED.effective_on)
    assert in_force([again, ACCEPTED, ADDRESSED]) == [ADDRESSED, ACCEPTED, again]


def test_who_wrote_an_entry_is_said_with_the_role_where_that_is_somebody_elses_name():
    known_as = (None, "ana", "clerk")
    assert [replace(ACCEPTED, database_user=role).by for role in known_as] == ["ana", "ana", "ana (clerk)"]


def test_only_what_stands_alone_and_addresses_is_merely_addressed():
    void = entry(9, Topic.VOID, voids=2)
    assert only_addressed([ADDRESSED, ACCEPTED, void]) == ADDRESSED
    for said in ([], STORY, [ACCEPTED], [ADDRESSED, entry(9, Topic.VOID, voids=1)]):
        assert only_addressed(said) is None


@pytest.mark.parametrize(
    ("before", "source", "after"),
    [
        (None, Implementation.IN_PROGRESS, "bo"),
        ("ana", Implementation.IN_PROGRESS, "ana\nbo"),
        ("ana", Implementation.IMPLEMENTED, "ana"),
        ("bo", Implementation.IN_PROGRESS, "bo"),
    ],
)
def test_everyone_who_moved_it_to_implemented_is_known_and_who_only_confirms_is_not(before, source, after):
    """An earlier day that is logged later moves what stands implemented already."""
    at = Positions(Acceptance.ACCEPTED, Implementation.IMPLEMENTED, reported_by=before)
    move = Change(Axis.IMPLEMENTATION, source, Implementation.IMPLEMENTED)
    assert after_changes(at, [move], "bo").reported_by == after


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_reading_does_not_matter(entries, random):
    shuffled = random.sample(entries, len(entries))
    assert standing(shuffled) == standing(entries)


@given(histories())
def test_a_day_and_an_instant_beyond_the_last_limit_nothing(entries):
    far, late = date(2100, 1, 1), datetime(2100, 1, 1, tzinfo=UTC)
    assert standing(entries, as_of=far, known_at=late) == standing(entries)


@given(histories(), st.integers(0, 210), st.integers(0, 12))
def test_limits_are_the_same_as_leaving_entries_out(entries, days, written):
    day, instant = DAY + timedelta(days=days), START + timedelta(days=written)
    known = [item for item in entries if item.recorded_at <= instant]
    effective = [item for item in in_force(known) if item.effective_on <= day]
    assert standing(entries, as_of=day, known_at=instant) == standing(effective)


@given(histories(), st.integers(0, 12))
def test_going_on_from_a_standing_is_the_same_as_from_the_start(entries, place):
    ordered = in_force(entries)
    before = standing(ordered[:place])
    assert standing(ordered[place:], start=before) == standing(ordered)


@given(histories())
def test_what_is_voided_is_as_if_never_written(entries):
    voided = {item.voids for item in entries}
    kept = [item for item in entries if item.id not in voided and item.topic is not Topic.VOID]
    assert standing(entries) == standing(kept)


def test_an_entry_moved_from_what_held_before_it_whatever_was_so_when_it_was_written():
    done = entry(4, Topic.IMPLEMENTATION, Implementation.IMPLEMENTED, on=date(2026, 6, 1))
    done = replace(done, source=Implementation.IN_PROGRESS.value)
    letter = replace(done, id=5, effective_on=date(2026, 5, 1))
    due = replace(entry(6, Topic.DUE, "2026-09-30", on=date(2026, 6, 2)), source="2026-08-31")
    found = with_sources(in_force([*STORY, done, letter, due]))
    assert [(moved.id, source, moved.target) for moved, source in found] == [
        (2, "no-information", "accepted"),
        (3, "no-information", "in-progress"),
        (5, "in-progress", "implemented"),
        (4, "implemented", "implemented"),
        (6, None, "2026-09-30"),
    ]


def test_a_lawful_history_passes():
    check_history(STORY)


def test_a_history_of_which_nothing_is_left_passes():
    check_history([ADDRESSED, entry(2, Topic.VOID, voids=1)])


def _extension(number, says, until="2027-03-31"):
    return replace(entry(number, Topic.EXTENSION, until), source=says)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ((_extension(5, "requested"),), None),
        ((_extension(5, "requested"), _extension(6, "refused"), _extension(7, "requested")), None),
        (
            (_extension(5, "granted"),),
            r"entry 5 \(extension granted on .* there is no request for an extension that it could decide",
        ),
        (
            (_extension(5, "requested"), _extension(6, "requested")),
            "entry 6 .* the request before it, until 2027-03-31, is not decided",
        ),
        (
            (_extension(5, "requested"), _extension(6, "refused"), _extension(7, "granted")),
            "entry 7 .* there is no request for an extension that it could decide",
        ),
    ],
)
def test_an_extension_is_asked_for_before_it_is_decided_and_decided_before_the_next(said, why):
    with nullcontext() if why is None else pytest.raises(RefusedError, match=why):
        check_history([*STORY, entry(4, Topic.DUE, "2026-12-31"), *said])


def test_extensions_follow_one_another_as_they_were_written_whatever_day_they_are_of():
    first, refused = (
        replace(_extension(number, says), effective_on=date(2026, 5, 1))
        for number, says in ((5, "requested"), (6, "refused"))
    )
    check_history([*STORY, entry(4, Topic.DUE, "2026-12-31"), first, refused, _extension(7, "requested")])


def test_who_verified_what_was_reopened_since_may_report_it_the_next_time():
    said = (
        (Topic.IMPLEMENTATION, Implementation.IMPLEMENTED, "ana"),
        (Topic.VERIFICATION, Verification.VERIFIED, "bo"),
        (Topic.VERIFICATION, Verification.NOT_VERIFIED, "bo"),
        (Topic.IMPLEMENTATION, Implementation.IN_PROGRESS, "bo"),
        (Topic.IMPLEMENTATION, Implementation.IMPLEMENTED, "bo"),
    )
    on = date(2026, 5, 1)
    story = [entry(number, *what, on=on, actor=actor) for number, (*what, actor) in enumerate(said, 4)]
    check_history([*STORY, *story])
    with pytest.raises(RefusedError, match="four eyes"):
        check_history([*STORY, *story, entry(9, Topic.VERIFICATION, Verification.VERIFIED, on=on, actor="bo")])


def test_the_due_date_that_an_extension_moved_does_not_become_the_first_one():
    granted = [
        _extension(5, "requested"),
        replace(_extension(6, "granted"), batch=6),
        entry(6, Topic.DUE, "2027-03-31"),
    ]
    granted[2] = replace(granted[2], id=7, ordinal=2)
    first = entry(4, Topic.DUE, "2026-12-31")
    check_history([*STORY, first, *granted])
    with pytest.raises(RefusedError, match=r"entry 6 .* the due date that it extended would be gone"):
        check_history([*STORY, first, *granted, entry(8, Topic.VOID, voids=4)])


def test_a_grant_and_the_due_date_that_it_moved_are_halves_of_one_thing_and_a_request_is_not():
    moved = entry(6, Topic.DUE, "2027-03-31")
    grant, request = (replace(_extension(7, says), batch=6) for says in ("granted", "requested"))
    assert belongs_with(grant, moved)
    assert belongs_with(moved, grant)
    assert not belongs_with(moved, request)
    assert not belongs_with(moved, replace(grant, batch=7))


def test_what_rests_on_a_voided_entry_is_named():
    with pytest.raises(RefusedError, match=r"entry 3 \(in-progress on 2026-04-01\) would no longer hold") as caught:
        check_history([*STORY, entry(4, Topic.VOID, voids=ACCEPTED.id)])
    assert caught.value.remedy == "Correct entry 3 first."


def test_nothing_stands_without_an_entry_that_addresses_it():
    with pytest.raises(RefusedError, match=r"entry 2 .* would no longer hold"):
        check_history([*STORY, entry(4, Topic.VOID, voids=ADDRESSED.id)])


IMPLEMENTED = entry(4, Topic.IMPLEMENTATION, Implementation.IMPLEMENTED, on=date(2026, 5, 1))
REOPENED = entry(5, Topic.IMPLEMENTATION, Implementation.IN_PROGRESS, on=date(2026, 7, 1))


def test_a_verification_put_before_a_reopening_is_refused_because_nothing_takes_it_back():
    verified = entry(6, Topic.VERIFICATION, Verification.VERIFIED, on=date(2026, 6, 1), actor="bo")
    check_history([*STORY, IMPLEMENTED, verified])
    with pytest.raises(RefusedError, match=r"entry 5 \(in-progress on 2026-07-01\) would no longer hold"):
        check_history([*STORY, IMPLEMENTED, REOPENED, verified])


def test_evidence_of_the_same_command_counts_in_the_check():
    bare = replace(IMPLEMENTED, note=None)
    evidence = replace(
        entry(7, Topic.EVIDENCE, "https://example.org/report"), batch=bare.batch, effective_on=bare.effective_on
    )
    with pytest.raises(RefusedError, match=r"needs a note or evidence"):
        check_history([*STORY, bare])
    check_history([*STORY, bare, evidence])
    with pytest.raises(RefusedError, match=r"needs a note or evidence"):
        check_history([*STORY, bare, replace(evidence, is_return=True)])


FACTS = BatchFacts(1, "ana", START, "update 809/R3 WHO --to accepted")
DRAFT = Draft(Topic.ACCEPTANCE, "no-information", "accepted", DAY, Voice.ORGANIZATION, "naïve")
LINES = [("A/72/809/R3 WHO", DRAFT, None), ("A/72/809/R3 FAO", replace(DRAFT, note=None), "1.2")]


def test_the_hash_is_what_it_was_when_registers_were_first_written():
    # A changed spelling of the canonical JSON would make every register in use look tampered with.
    assert {times: batch_hash(GENESIS, FACTS, LINES * times)[:16] for times in (0, 1, 500, 1250)} == {
        0: "bb07278748a3df00",
        1: "c3ed8eb9b7f3947c",
        500: "cbae19576fa0d638",
        1250: "a1f592b8a7067083",
    }
    assert batch_hash(GENESIS, FACTS, LINES) == batch_hash(GENESIS, FACTS, list(LINES))
    assert canonical_json({"b": None, "a": ["ü"]}) == '{"a":["ü"],"b":null}'.encode()


@pytest.mark.parametrize(
    "changed",
    [
        (GENESIS, replace(FACTS, actor="bo"), LINES),
        (GENESIS, replace(FACTS, asked="undo"), LINES),
        (GENESIS, replace(FACTS, number=2), LINES),
        (GENESIS, replace(FACTS, recorded_at=START + timedelta(seconds=1)), LINES),
        ("1" * 64, FACTS, LINES),
        (GENESIS, FACTS, LINES[:1]),
        (GENESIS, FACTS, LINES[::-1]),
        (GENESIS, FACTS, [*LINES, LINES[0]]),
        (GENESIS, FACTS, [("A/72/809/R4 WHO", DRAFT, None), LINES[1]]),
        (GENESIS, FACTS, [(LINES[0][0], DRAFT, "1.1"), LINES[1]]),
        *(
            (GENESIS, FACTS, [(LINES[0][0], replace(DRAFT, **{name: value}), None), LINES[1]])
            for name, value in {
                "topic": Topic.IMPLEMENTATION,
                "source": None,
                "target": "not-accepted",
                "effective_on": DAY + timedelta(days=1),
                "voice": Voice.OFFICE,
                "note": "naive",
            }.items()
        ),
    ],
)
def test_any_change_changes_the_hash(changed):
    assert batch_hash(*changed) != batch_hash(GENESIS, FACTS, LINES)


def test_only_what_a_move_set_back_is_a_half_of_it_and_not_what_was_said_of_it_in_the_same_command():
    moved = entry(5, Topic.IMPLEMENTATION, Implementation.IMPLEMENTED)
    for target, is_half in ((Verification.NOT_VERIFIED, True), (Verification.DISPUTED, False)):
        beside = replace(entry(6, Topic.VERIFICATION, target), batch=moved.batch)
        assert belongs_with(moved, beside) == is_half
        assert not belongs_with(moved, replace(beside, batch=6))
    due = replace(entry(7, Topic.DUE, "2026-12-31"), batch=moved.batch)
    assert not belongs_with(moved, due)
