"""Returns from making to reading, on both databases: the same road as every update."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import builders as b
import pytest
from filled_returns import A, I, V, edit, fill

from tracker.domain.filters import Filters
from tracker.domain.periods import DueDate
from tracker.domain.received import ReturnState
from tracker.domain.returns import IDENTITY_SHEET, Field
from tracker.domain.updates import Update
from tracker.domain.vocabulary import Topic, Voice
from tracker.errors import BadDataError, RefusedError, UnknownNameError
from tracker.services import corrections, extensions, updates
from tracker.services.listing import At, list_follow_ups, read_history
from tracker.services.returns import files, making, reading, received
from tracker.services.upkeep import audit

R1, R2 = "A/80/501/R1", "A/80/501/R2"


@pytest.fixture
def filled(register):
    b.organizations(register, "WHO", "FAO")
    b.report(register, now=datetime(2026, 1, 5, tzinfo=UTC))
    return register


@pytest.fixture
def store(tmp_path):
    return tmp_path / "evidence"


def make(register, code="WHO", today=b.TODAY) -> bytes:
    return making.make(register, code, office="Office", reply_to="o@example.org", today=today)


def read(register, content: bytes, store: Path, **options):
    return reading.read(register, files.Source("who.xlsx", content), b.who(), evidence_store=store, **options)


def outcomes(report) -> list[tuple[str | None, str]]:
    return [(row.ref, row.outcome.value) for row in report.rows]


def journal_length(register) -> int:
    return audit.verify(register, b.TODAY).entries


def test_a_return_has_a_row_for_everything_that_is_open(filled, store):
    b.move(filled, "501/R1", "WHO", to=A.NOT_RELEVANT, note="no such office")
    report = read(filled, make(filled), store)
    assert (report.organization, report.blank, report.rows) == ("WHO", [R2], [])
    b.move(filled, "501/R2", "WHO", to=A.NOT_RELEVANT, note="no such office")
    with pytest.raises(RefusedError, match="nothing is open for WHO"):
        make(filled)


def test_the_same_register_on_the_same_day_gives_the_same_bytes(filled):
    assert make(filled) == make(filled)
    assert make(filled) != make(filled, today=b.TODAY + timedelta(days=1))


@pytest.mark.parametrize("code", ["WHO", "ÉNA", "\N{CJK UNIFIED IDEOGRAPH-6C34}"])
def test_the_name_of_the_file_holds_the_whole_code(code):
    assert files.file_name(code, date(2026, 11, 24)) == f"return-{code}-2026-11-24.xlsx"


def test_answers_are_written_in_the_organizations_voice_with_the_file_as_evidence(filled, store):
    content = fill(
        make(filled),
        {
            R1: {
                Field.ACCEPTANCE: "Accepted",
                Field.IMPLEMENTATION: "Implemented",
                Field.SINCE: date(2026, 10, 1),
                Field.NOTE: "Policy issued",
                Field.EVIDENCE: "https://example.org/policy",
            }
        },
    )
    report = read(filled, content, store)
    assert outcomes(report) == [(R1, "changed")]
    row = b.follow_up(filled, "501/R1", "WHO")
    assert (row.acceptance, row.implementation, row.effective_on, row.note) == (
        A.ACCEPTED,
        I.IMPLEMENTED,
        b.TODAY,
        "Policy issued",
    )
    digest = hashlib.sha256(content).hexdigest()
    assert [(item.location, item.sha256) for item in row.evidence] == [
        ("who.xlsx", digest),
        ("https://example.org/policy", None),
    ]
    assert (store / digest[:2] / digest).read_bytes() == content
    written = [line.entry for line in read_history(filled, "501/R1", "WHO")][1:]
    assert {entry.voice for entry in written} == {Voice.ORGANIZATION}
    moved = (Topic.ACCEPTANCE, Topic.IMPLEMENTATION)
    assert {entry.effective_on for entry in written if entry.topic in moved} == {date(2026, 10, 1)}
    assert len({entry.batch for entry in written}) == 1
    assert audit.verify(filled, b.TODAY).findings == []


def test_the_file_itself_is_no_evidence_of_implementation(filled, store):
    content = fill(make(filled), {R1: {Field.ACCEPTANCE: "Accepted", Field.IMPLEMENTATION: "Implemented"}})
    report = read(filled, content, store)
    assert outcomes(report) == [(R1, "refused")]
    assert "needs a note or evidence." in report.rows[0].why
    assert "--" not in report.rows[0].why


def test_the_file_itself_is_told_apart_from_the_evidence_that_it_names(filled, store, tmp_path):
    said = {Field.ACCEPTANCE: "Accepted", Field.IMPLEMENTATION: "Implemented", Field.EVIDENCE: "https://example.org/p"}
    content = fill(make(filled), {R1: said})
    read(filled, content, store)
    (tmp_path / "who.xlsx").write_bytes(content)
    updates.update(
        filled, updates.Selection("501/R1", ("WHO",)), Update(b.TODAY), b.who(), evidence=[str(tmp_path / "who.xlsx")],
        evidence_store=store,
    )  # fmt: skip
    row = b.follow_up(filled, "501/R1", "WHO")
    assert [(item.location, item.is_return) for item in row.evidence] == [
        ("who.xlsx", True),
        ("https://example.org/p", False),
        ("who.xlsx", False),
    ]
    assert [set(item) for item in row.as_json(b.TODAY)["evidence"]] == [{"location", "sha256"}] * 3


def test_what_rests_on_a_link_does_not_rest_on_the_file_of_the_return(filled, store):
    said = {Field.ACCEPTANCE: "Accepted", Field.IMPLEMENTATION: "Implemented", Field.EVIDENCE: "https://example.org/no"}
    read(filled, fill(make(filled), {R1: said}), store)
    link = next(
        line.entry for line in read_history(filled, "501/R1", "WHO") if line.entry.target == said[Field.EVIDENCE]
    )
    with pytest.raises(RefusedError, match=r"implemented on .* needs a note or evidence"):
        corrections.correct(filled, "501/R1", "WHO", link.id, "another matter", b.who())
    assert b.follow_up(filled, "501/R1", "WHO").implementation is I.IMPLEMENTED


def test_a_file_read_twice_changes_nothing(filled, store):
    content = fill(make(filled), {R1: {Field.ACCEPTANCE: "Accepted"}})
    read(filled, content, store)
    before = journal_length(filled)
    again = read(filled, content, store)
    assert again.read_before is not None
    assert outcomes(again) == [(R1, "already")]
    assert (again.is_written, journal_length(filled)) == (False, before)


def test_what_was_refused_is_refused_again_and_what_was_written_is_not_written_twice(filled, store):
    content = fill(make(filled), {R1: {Field.ACCEPTANCE: "Not accepted"}, R2: {Field.ACCEPTANCE: "Accepted"}})
    read(filled, content, store, keep_going=True)
    assert [(item.state, item.remark) for item in received.received(filled)] == [(ReturnState.READ, "1 row refused")]
    b.move(filled, "501/R2", "WHO", to=A.UNDER_CONSIDERATION, note="thought again")
    before = journal_length(filled)
    again = read(filled, content, store, keep_going=True)
    assert outcomes(again) == [(R1, "refused"), (R2, "already")]
    assert (again.is_written, journal_length(filled)) == (False, before)


def test_after_undo_everything_is_left_and_is_written_again(filled, store):
    said = {R1: {Field.ACCEPTANCE: "Accepted", Field.NOTE: "Yes"}, R2: {Field.ACCEPTANCE: "Accepted"}}
    content = fill(make(filled), said)
    for _ in range(2):
        assert outcomes(read(filled, content, store)) == [(R1, "changed"), (R2, "changed")]
        assert received.received(filled)[0].remark is None
        corrections.undo(filled, b.who())
        assert received.received(filled)[0].remark == "2 rows taken back"
    b.move(filled, "501/R1", "WHO", to=A.UNDER_CONSIDERATION)
    again = read(filled, content, store, keep_going=True)
    assert outcomes(again) == [(R1, "refused"), (R2, "changed")]
    assert "the register has changed since the return was made" in again.rows[0].why
    assert audit.verify(filled, b.TODAY).findings == []


def test_of_two_returns_on_one_follow_up_the_one_that_was_taken_back_says_so(filled, store):
    for said in (
        {Field.ACCEPTANCE: "Accepted"},
        {Field.ACCEPTANCE: "Under consideration", Field.NOTE: "We look again"},
    ):
        assert outcomes(read(filled, fill(make(filled), {R1: said}), store)) == [(R1, "changed")]
    corrections.undo(filled, b.who())
    assert [item.remark for item in received.received(filled)] == [None, "1 row taken back"]


def test_what_was_taken_back_since_is_no_change_for_a_return_that_was_saved_again(filled, store):
    blank = make(filled)
    read(filled, fill(blank, {R1: {Field.ACCEPTANCE: "Accepted"}}), store)
    corrections.undo(filled, b.who())
    b.move(filled, "501/R2", "WHO", to=A.UNDER_CONSIDERATION)
    corrections.undo(filled, b.who())
    more = fill(blank, {R1: {Field.ACCEPTANCE: "Accepted"}, R2: {Field.ACCEPTANCE: "Accepted"}})
    assert outcomes(read(filled, more, store)) == [(R1, "changed"), (R2, "changed")]


def test_what_was_taken_back_that_the_return_had_seen_is_a_change(filled, store):
    b.move(filled, "501/R1", "WHO", to=A.UNDER_CONSIDERATION)
    blank = make(filled)
    corrections.undo(filled, b.who())
    read_in = read(filled, fill(blank, {R1: {Field.ACCEPTANCE: "Accepted"}}), store, keep_going=True)
    assert outcomes(read_in) == [(R1, "refused")]


def test_one_row_that_was_corrected_is_left_alone(filled, store):
    content = fill(make(filled), {R1: {Field.ACCEPTANCE: "Accepted"}, R2: {Field.ACCEPTANCE: "Accepted"}})
    read(filled, content, store)
    for line in read_history(filled, "501/R2", "WHO")[1:]:
        corrections.correct(filled, "501/R2", "WHO", line.entry.id, "another office", b.who())
    assert outcomes(read(filled, content, store)) == [(R1, "already"), (R2, "changed")]


def test_a_file_that_was_given_as_evidence_by_hand_is_read_all_the_same(filled, store, tmp_path):
    content = fill(make(filled), {R1: {Field.ACCEPTANCE: "Accepted"}, R2: {Field.ACCEPTANCE: "Not accepted"}})
    read(filled, content, store, keep_going=True)
    corrections.undo(filled, b.who())
    (tmp_path / "who.xlsx").write_bytes(content)
    selection = updates.Selection("501/R1", ("WHO",))
    update = Update(b.TODAY, evidence=())
    updates.update(filled, selection, update, b.who(), evidence=[str(tmp_path / "who.xlsx")], evidence_store=store)
    assert outcomes(read(filled, content, store, keep_going=True))[0] == (R1, "refused"), "changed since, not said"


def test_a_return_saved_again_with_more_answers_adds_only_what_is_new(filled, store):
    first = fill(make(filled), {R1: {Field.ACCEPTANCE: "Accepted", Field.NOTE: "Yes"}})
    read(filled, first, store)
    second = fill(first, {R2: {Field.ACCEPTANCE: "Under consideration"}})
    assert outcomes(read(filled, second, store)) == [(R1, "already"), (R2, "changed")]
    assert b.follow_up(filled, "501/R1", "WHO").version == 2


@pytest.mark.parametrize(
    "more",
    [
        {Field.NOTE: "Yes, and more"},
        {Field.ACCEPTANCE: "Under consideration"},
        {Field.SINCE: date(2026, 3, 1)},
        {Field.EVIDENCE: "https://example.org/new"},
        {Field.LATER: date(2028, 1, 1)},
    ],
)
def test_an_answer_that_says_more_than_the_register_is_not_taken_for_said(filled, store, more):
    first = fill(make(filled), {R1: {Field.ACCEPTANCE: "Accepted", Field.NOTE: "Yes", Field.LATER: date(2027, 1, 31)}})
    read(filled, first, store)
    again = fill(first, {R1: {Field.SINCE: b.TODAY}})
    assert outcomes(read(filled, again, store)) == [(R1, "already")]
    assert outcomes(read(filled, fill(first, {R1: more}), store)) == [(R1, "refused")]


def test_a_later_date_that_was_asked_for_already_is_not_asked_for_twice(filled, store):
    b.move(filled, "501/R1", "WHO", due=date(2026, 12, 31))
    first = fill(make(filled), {R1: {Field.LATER: date(2027, 6, 30), Field.NOTE: "staff"}})
    read(filled, first, store)
    second = fill(first, {R2: {Field.ACCEPTANCE: "Accepted"}})
    assert outcomes(read(filled, second, store)) == [(R1, "already"), (R2, "changed")]


def test_a_row_that_changed_in_the_register_is_refused_showing_both(filled, store):
    content = fill(make(filled), {R1: {Field.ACCEPTANCE: "Accepted"}, R2: {Field.ACCEPTANCE: "Accepted"}})
    b.move(filled, "501/R1", "WHO", to=A.UNDER_CONSIDERATION, actor="ana")
    before = journal_length(filled)
    report = read(filled, content, store)
    assert outcomes(report) == [(R1, "refused"), (R2, "changed")]
    why = report.rows[0].why
    assert "then no-information, no-information, no due date" in why
    assert "now under-consideration, no-information, no due date (2026-11-24, by ana)" in why
    assert journal_length(filled) == before, "all or nothing"
    assert not store.exists()


@pytest.fixture
def confirmed(filled):
    """A return of October that says again what was so in January; and what the register holds, in January."""
    b.move(filled, "501/R1", "WHO", to=A.ACCEPTED, due=date(2026, 12, 31), on=JANUARY, now=AT_JANUARY)
    b.move(filled, "501/R1", "WHO", to=I.IN_PROGRESS, on=JANUARY, now=AT_JANUARY)
    return fill(make(filled, today=date(2026, 10, 5)), {R1: {Field.IMPLEMENTATION: "In progress"}})


JANUARY, AT_JANUARY = date(2026, 1, 6), datetime(2026, 1, 6, 9, 0, tzinfo=UTC)


def test_what_is_said_again_is_heard_though_the_office_moved_the_due_date_meanwhile(filled, store, confirmed):
    b.move(filled, "501/R1", "WHO", due=date(2027, 3, 31), note="the board's decision")
    assert outcomes(read(filled, confirmed, store)) == [(R1, "changed")]
    row = b.follow_up(filled, "501/R1", "WHO")
    assert (row.heard_on, row.due_on, row.version) == (b.TODAY, date(2027, 3, 31), 5)
    saved_again = fill(confirmed, {R2: {Field.ACCEPTANCE: "Accepted"}})
    assert outcomes(read(filled, saved_again, store)) == [(R1, "already"), (R2, "changed")]
    assert audit.verify(filled, b.TODAY).findings == []


def test_what_the_organization_said_meanwhile_by_another_way_is_not_written_twice(filled, store, confirmed):
    b.move(filled, "501/R1", "WHO", to=I.IN_PROGRESS, note="telephoned")
    assert outcomes(read(filled, confirmed, store, dry_run=True)) == [(R1, "already")]
    corrections.undo(filled, b.who())
    assert outcomes(read(filled, confirmed, store)) == [(R1, "changed")], "what was taken back was not said"


def test_what_is_said_again_is_no_answer_to_a_date_refused_meanwhile(filled, store):
    b.move(filled, "501/R1", "WHO", to=A.ACCEPTED, due=date(2026, 12, 31), on=JANUARY, now=AT_JANUARY)
    extensions.request(filled, "501/R1", "WHO", DueDate(date(2027, 6, 30)), "staff", b.who(now=AT_JANUARY))
    content = fill(make(filled), {R1: {Field.ACCEPTANCE: "Accepted"}})
    extensions.decide(filled, "501/R1", "WHO", b.who(), granted=False, to=None, note="no")
    assert outcomes(read(filled, content, store)) == [(R1, "refused")]
    assert b.follow_up(filled, "501/R1", "WHO").heard_on == JANUARY


def test_what_is_said_again_is_no_answer_to_a_dispute(filled, store):
    b.move(filled, "501/R1", "WHO", to=A.ACCEPTED, on=JANUARY, now=AT_JANUARY)
    b.move(filled, "501/R1", "WHO", to=I.IMPLEMENTED, note="done", on=JANUARY, now=AT_JANUARY)
    b.move(filled, "501/R1", "WHO", to=V.DISPUTED, note="not seen", on=JANUARY, now=AT_JANUARY, actor="head")
    content = fill(make(filled), {R1: {Field.IMPLEMENTATION: "Implemented"}})
    b.move(filled, "501/R1", "WHO", to=V.VERIFIED, actor="head")
    b.move(filled, "501/R1", "WHO", to=V.DISPUTED, note="gone again", actor="head")
    assert outcomes(read(filled, content, store)) == [(R1, "refused")]


def test_keep_going_writes_the_rest(filled, store):
    content = fill(make(filled), {R1: {Field.ACCEPTANCE: "Not accepted"}, R2: {Field.ACCEPTANCE: "Accepted"}})
    report = read(filled, content, store, keep_going=True)
    assert outcomes(report) == [(R1, "refused"), (R2, "changed")]
    assert b.follow_up(filled, "501/R2", "WHO").acceptance is A.ACCEPTED
    assert b.follow_up(filled, "501/R1", "WHO").acceptance is A.NO_INFORMATION
    assert read(filled, content, store).read_before is not None


def test_a_dry_run_shows_and_writes_nothing(filled, store):
    content = fill(make(filled), {R1: {Field.ACCEPTANCE: "Accepted"}})
    before = journal_length(filled)
    report = read(filled, content, store, dry_run=True)
    assert report.rows[0].changes == (("acceptance", "no-information", "accepted"),)
    assert journal_length(filled) == before
    assert received.received(filled) == []
    assert not store.exists()


def test_a_note_alone_counts_as_hearing_from_the_organization(filled, store):
    read(filled, fill(make(filled), {R1: {Field.NOTE: "We are on it"}}), store)
    row = b.follow_up(filled, "501/R1", "WHO")
    assert (row.heard_on, row.note) == (b.TODAY, "We are on it")


def test_an_answer_of_an_earlier_day_does_not_overtake_a_later_entry(filled, store):
    b.move(filled, "501/R1", "WHO", to=A.UNDER_CONSIDERATION, on=date(2026, 6, 1), note="new head")
    content = fill(make(filled), {R1: {Field.ACCEPTANCE: "Accepted", Field.SINCE: date(2026, 3, 1)}})
    assert outcomes(read(filled, content, store)) == [(R1, "changed")]
    assert b.follow_up(filled, "501/R1", "WHO").acceptance is A.UNDER_CONSIDERATION
    spring = list_follow_ups(filled, Filters(organizations=("WHO",), numbers=("1",)), At(b.TODAY, date(2026, 4, 1)))
    assert spring[0].acceptance is A.ACCEPTED


def test_rows_that_give_no_day_are_of_the_day_that_is_said_for_them(filled, store):
    early, quarter_end = date(2026, 3, 1), date(2026, 9, 30)
    given = {Field.ACCEPTANCE: "Accepted", Field.SINCE: early}
    content = fill(make(filled), {R1: {Field.ACCEPTANCE: "Accepted"}, R2: given})
    read(filled, content, store, on=quarter_end)
    rows = list_follow_ups(filled, Filters(organizations=("WHO",)), At(b.TODAY, quarter_end))
    assert [row.acceptance for row in rows if row.ref in (R1, R2)] == [A.ACCEPTED, A.ACCEPTED]
    assert [b.follow_up(filled, ref, "WHO").heard_on for ref in (R1, R2)] == [b.TODAY, b.TODAY]
    assert outcomes(read(filled, content, store)) == [(R1, "already"), (R2, "already")]
    with pytest.raises(RefusedError, match="is in the future"):
        read(filled, content, store, on=b.TODAY + timedelta(days=1))


def test_what_is_logged_of_a_later_day_is_not_yet_said_of_the_day_that_is_said_for_rows(filled, store):
    content, mended = (fill(make(filled), {R1: {Field.ACCEPTANCE: "Accepted"}, **more}) for more in ({}, NOTED))
    b.move(filled, "501/R1", "WHO", to=A.ACCEPTED, on=date(2026, 11, 1))
    assert outcomes(read(filled, content, store, dry_run=True)) == [(R1, "already")]
    quarter_end = date(2026, 9, 30)
    assert outcomes(read(filled, content, store, on=quarter_end)) == [(R1, "changed")]
    rows = list_follow_ups(filled, Filters(organizations=("WHO",), numbers=("1",)), At(b.TODAY, quarter_end))
    assert [row.acceptance for row in rows] == [A.ACCEPTED]
    assert outcomes(read(filled, mended, store, on=quarter_end)) == [(R1, "already"), (R2, "changed")]
    assert audit.verify(filled, b.TODAY).findings == []


NOTED = {R2: {Field.NOTE: "We are on it"}}


def test_what_came_in_last_is_the_last_word_also_where_it_speaks_of_an_earlier_day(filled, store):
    b.move(filled, "501/R1", "WHO", to=A.ACCEPTED, on=date(2026, 2, 1), note="by letter")
    b.move(filled, "501/R1", "WHO", on=date(2026, 6, 1), note="telephoned: no progress")
    said = {
        R1: {
            Field.IMPLEMENTATION: "In progress",
            Field.SINCE: date(2026, 3, 1),
            Field.NOTE: "A team works on it since the spring",
        }
    }
    content = fill(make(filled), said)
    assert outcomes(read(filled, content, store)) == [(R1, "changed")]
    row = b.follow_up(filled, "501/R1", "WHO")
    assert (row.note, row.last_word_on, row.heard_on) == ("A team works on it since the spring", b.TODAY, b.TODAY)
    assert row.implementation is I.IN_PROGRESS
    in_march, in_june = (
        list_follow_ups(filled, Filters(organizations=("WHO",), numbers=("1",)), At(b.TODAY, day))[0]
        for day in (date(2026, 3, 31), date(2026, 6, 30))
    )
    assert (in_march.implementation, in_march.note) == (I.IN_PROGRESS, "A team works on it since the spring")
    assert (in_june.implementation, in_june.note) == (I.IN_PROGRESS, "telephoned: no progress")
    again = fill(content, {R2: {Field.ACCEPTANCE: "Under consideration"}})
    assert outcomes(read(filled, again, store)) == [(R1, "already"), (R2, "changed")]
    assert audit.verify(filled, b.TODAY).findings == []


@pytest.mark.parametrize("day", [date(2026, 11, 25), date(2024, 1, 1)])
def test_days_to_come_and_before_the_report_are_refused(filled, store, day):
    report = read(
        filled, fill(make(filled), {R1: {Field.NOTE: "x", Field.ACCEPTANCE: "Accepted", Field.SINCE: day}}), store
    )
    assert outcomes(report) == [(R1, "refused")]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            {Field.NOTE: "we study it", Field.SINCE: date(2016, 10, 1)},
            "2016-10-01 is before 2025-01-15, the day it was addressed to WHO. Give a later day.",
        ),
        (
            {Field.LATER: date(2016, 12, 31)},
            "2016-12-31 is before 2025-01-15, the day on which A/80/501 was issued. Give a later date.",
        ),
    ],
    ids=["since", "due"],
)
def test_a_note_and_a_first_due_date_do_not_go_behind_the_report_either(filled, store, said, why):
    (row,) = read(filled, fill(make(filled), {R1: said}), store).rows
    assert (row.outcome.value, row.why) == ("refused", why)


def test_a_later_date_is_asked_for_and_the_office_decides(filled, store):
    b.move(filled, "501/R1", "WHO", due=date(2026, 12, 31))
    said = {R1: {Field.LATER: date(2027, 6, 30), Field.NOTE: "staff"}, R2: {Field.LATER: date(2027, 1, 31)}}
    assert outcomes(read(filled, fill(make(filled), said), store)) == [(R1, "changed"), (R2, "changed")]
    assert b.follow_up(filled, "501/R1", "WHO").due_on == date(2026, 12, 31)
    assert b.follow_up(filled, "501/R2", "WHO").due_on == date(2027, 1, 31)
    extensions.decide(filled, "501/R1", "WHO", b.who("bo"), granted=True, to=None, note="fine")
    assert b.follow_up(filled, "501/R1", "WHO").due_on == date(2027, 6, 30)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({Field.LATER: date(2027, 6, 30)}, "needs a note that says why"),
        ({Field.LATER: date(2026, 6, 30), Field.NOTE: "x"}, "2026-06-30 is earlier"),
    ],
)
def test_a_later_date_needs_a_reason_and_to_be_later(filled, store, said, why):
    b.move(filled, "501/R1", "WHO", due=date(2026, 12, 31))
    report = read(filled, fill(make(filled), {R1: said}), store)
    assert why in report.rows[0].why


def test_a_second_request_waits_for_the_first(filled, store):
    b.move(filled, "501/R1", "WHO", due=date(2026, 12, 31))
    extensions.request(filled, "501/R1", "WHO", DueDate(date(2027, 1, 31)), "staff", b.who())
    report = read(filled, fill(make(filled), {R1: {Field.LATER: date(2027, 6, 30), Field.NOTE: "x"}}), store)
    assert "not decided yet" in report.rows[0].why


def test_a_return_of_another_organization_or_register_is_refused(filled, store):
    with pytest.raises(BadDataError, match="made for FAO, not for WHO"):
        read(filled, make(filled, "FAO"), store, organization="WHO")
    assert read(filled, make(filled, "FAO"), store, organization="fao").organization == "FAO"
    foreign = edit(make(filled), lambda book: book[IDENTITY_SHEET].__setitem__("B3", "f" * 16))
    with pytest.raises(BadDataError, match="made from another register"):
        read(filled, foreign, store)
    unknown = edit(make(filled), lambda book: book[IDENTITY_SHEET].__setitem__("B2", "WHOO"))
    with pytest.raises(UnknownNameError, match="there is no organization WHOO"):
        read(filled, unknown, store)


def test_a_follow_up_that_was_withdrawn_is_refused(filled, store):
    content = fill(make(filled), {R1: {Field.ACCEPTANCE: "Accepted"}})
    corrections.undo(filled, b.who())
    report = read(filled, content, store)
    assert outcomes(report) == [(R1, "refused")]
    assert "is no longer asked" in report.rows[0].why


def test_four_eyes_count_the_one_who_read_the_return(filled, store):
    said = {R1: {Field.ACCEPTANCE: "Accepted", Field.IMPLEMENTATION: "Implemented", Field.NOTE: "done"}}
    read(filled, fill(make(filled), said), store)
    with pytest.raises(RefusedError, match="four eyes"):
        b.move(filled, "501/R1", "WHO", to=V.VERIFIED, actor="officer")
    b.move(filled, "501/R1", "WHO", to=V.VERIFIED, actor="bo")


def test_undo_takes_a_return_back_as_a_whole(filled, store):
    said = {R1: {Field.ACCEPTANCE: "Accepted"}, R2: {Field.ACCEPTANCE: "Accepted"}}
    read(filled, fill(make(filled), said), store)
    corrections.undo(filled, b.who())
    assert {b.follow_up(filled, f"501/R{n}", "WHO").acceptance for n in (1, 2)} == {A.NO_INFORMATION}
    topics = {line.entry.topic for line in read_history(filled, "501/R1", "WHO")}
    assert Topic.VOID in topics


def test_what_was_read_is_listed_and_cannot_be_dropped(filled, store):
    read(filled, fill(make(filled), {R1: {Field.ACCEPTANCE: "Accepted"}}), store)
    listed = received.received(filled)
    assert [(item.name, item.state, item.organization) for item in listed] == [("who.xlsx", ReturnState.READ, "WHO")]
    with pytest.raises(RefusedError, match="is read and cannot become dropped"):
        received.settle(filled, listed[0].id, ReturnState.DROPPED, b.who(), why="x")
