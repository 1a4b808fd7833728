"""Updates through the service, on both databases: all or nothing, backdating, corrections, undo."""

from datetime import UTC, date, datetime, timedelta

import builders as b
import pytest

from tracker.domain.filters import Filters
from tracker.domain.journal import GENESIS, batch_hash
from tracker.domain.vocabulary import Acceptance, Implementation, Verification
from tracker.errors import RefusedError, UnknownNameError
from tracker.services import corrections, updates
from tracker.services.listing import At, list_follow_ups, read_history
from tracker.store.journal import chain


@pytest.fixture
def filled(register):
    b.organizations(register, "WHO", "FAO", "ILO")
    b.report(register, now=datetime(2026, 1, 5, tzinfo=UTC))
    return register


def test_a_status_is_logged(filled):
    b.move(filled, "501/R1", "WHO", to=Acceptance.ACCEPTED, on=date(2026, 5, 4), note="by letter")
    row = b.follow_up(filled, "501/R1", "WHO")
    assert (row.acceptance, row.effective_on, row.note, row.actor) == (
        Acceptance.ACCEPTED,
        date(2026, 5, 4),
        "by letter",
        "officer",
    )
    assert row.version == 2
    assert b.follow_up(filled, "501/R1", "FAO").version == 1


def test_all_or_nothing(filled):
    b.move(filled, "501/R1", "WHO", to=Acceptance.ACCEPTED)
    with pytest.raises(RefusedError, match="FAO: implementation is no-information and acceptance is no-information"):
        b.move(filled, "501/R1", "WHO", "FAO", to=Implementation.IN_PROGRESS)
    assert b.follow_up(filled, "501/R1", "WHO").implementation is Implementation.NO_INFORMATION


def test_keep_going_writes_the_rest(filled):
    b.move(filled, "501/R1", "WHO", to=Acceptance.ACCEPTED)
    report = b.move(filled, "501/R1", "WHO", "FAO", to=Implementation.IN_PROGRESS, keep_going=True)
    assert [item.before.organization for item in report.changed] == ["WHO"]
    assert [name for name, _ in report.refused] == ["A/80/501/R1 FAO"]
    assert b.follow_up(filled, "501/R1", "WHO").implementation is Implementation.IN_PROGRESS


def test_a_backdated_entry_does_not_overtake_a_later_one(filled):
    b.move(filled, "501/R1", "WHO", to=Acceptance.ACCEPTED, on=date(2026, 5, 4))
    b.move(filled, "501/R1", "WHO", to=Acceptance.UNDER_CONSIDERATION, on=date(2026, 3, 1))
    assert b.follow_up(filled, "501/R1", "WHO").acceptance is Acceptance.ACCEPTED
    then = list_follow_ups(filled, Filters(organizations=("WHO",)), At(b.TODAY, as_of=date(2026, 3, 31)))
    assert then[0].acceptance is Acceptance.UNDER_CONSIDERATION


def test_a_backdated_entry_that_breaks_a_later_one_is_refused(filled):
    b.move(filled, "501/R1", "WHO", to=Acceptance.ACCEPTED, on=date(2026, 3, 1))
    b.move(filled, "501/R1", "WHO", to=Implementation.IN_PROGRESS, on=date(2026, 5, 1))
    with pytest.raises(RefusedError, match=r"entry \d+ \(in-progress on 2026-05-01\) would no longer hold"):
        b.move(filled, "501/R1", "WHO", to=Acceptance.NOT_ACCEPTED, on=date(2026, 4, 1), note="late letter")


def test_what_we_said_then_and_what_was_so_then(filled):
    spring = datetime(2026, 4, 2, tzinfo=UTC)
    b.move(filled, "501/R1", "WHO", to=Acceptance.ACCEPTED, on=date(2026, 2, 1), now=spring)
    b.move(filled, "501/R1", "WHO", to=Implementation.IN_PROGRESS, on=date(2026, 3, 1), now=b.NOW)

    def march(**known):
        return list_follow_ups(
            filled, Filters(organizations=("WHO",), numbers=("1",)), At(b.TODAY, as_of=date(2026, 3, 31), **known)
        )[0]

    assert march().implementation is Implementation.IN_PROGRESS
    assert march(known_at=spring + timedelta(days=1)).implementation is Implementation.NO_INFORMATION
    assert march(known_at=spring + timedelta(days=1)).acceptance is Acceptance.ACCEPTED


def test_moving_implementation_on_takes_verification_back(filled):
    b.move(filled, "501/R1", "WHO", to=Acceptance.ACCEPTED)
    b.move(filled, "501/R1", "WHO", to=Implementation.IMPLEMENTED, note="policy issued", actor="ana")
    with pytest.raises(RefusedError, match="four eyes"):
        b.move(filled, "501/R1", "WHO", to=Verification.VERIFIED, actor="ana")
    b.move(filled, "501/R1", "WHO", to=Verification.VERIFIED, actor="bo")
    b.move(filled, "501/R1", "WHO", to=Implementation.IN_PROGRESS, note="fell apart", actor="ana")
    row = b.follow_up(filled, "501/R1", "WHO")
    assert (row.verification, row.is_open) == (Verification.NOT_VERIFIED, True)


def test_a_due_date_is_kept_beside_the_original_one(filled):
    b.move(filled, "501/R1", "WHO", due=date(2026, 6, 30))
    with pytest.raises(RefusedError, match="due on 2026-06-30 already"):
        b.move(filled, "501/R1", "WHO", due=date(2026, 9, 30))
    b.move(filled, "501/R1", "WHO", due=date(2026, 9, 30), note="agreed by telephone")
    row = b.follow_up(filled, "501/R1", "WHO")
    assert (row.due_on, row.original_due_on) == (date(2026, 9, 30), date(2026, 6, 30))
    assert row.is_overdue(b.TODAY)
    assert not row.is_overdue(date(2026, 9, 30))


def test_correcting_an_entry_voids_it_and_keeps_it(filled):
    b.move(filled, "501/R1", "WHO", to=Acceptance.ACCEPTED)
    entry = read_history(filled, "501/R1", "WHO")[-1].entry
    corrections.correct(filled, "501/R1", "WHO", entry.id, "wrong row", b.who("bo"))
    assert b.follow_up(filled, "501/R1", "WHO").acceptance is Acceptance.NO_INFORMATION
    lines = read_history(filled, "501/R1", "WHO")
    assert [line.voided_by for line in lines] == [None, lines[-1].entry.id, None]
    with pytest.raises(RefusedError, match="corrected already"):
        corrections.correct(filled, "501/R1", "WHO", entry.id, "again", b.who())


def test_correcting_what_later_entries_rest_on_is_refused(filled):
    b.move(filled, "501/R1", "WHO", to=Acceptance.ACCEPTED)
    entry = read_history(filled, "501/R1", "WHO")[-1].entry
    b.move(filled, "501/R1", "WHO", to=Implementation.IN_PROGRESS)
    with pytest.raises(RefusedError, match=r"in-progress .* would no longer hold.*Correct entry"):
        corrections.correct(filled, "501/R1", "WHO", entry.id, "wrong", b.who())


def test_undo_takes_back_ones_own_last_command_and_then_the_one_before(filled):
    b.move(filled, "501/R1", "WHO", "FAO", to=Acceptance.ACCEPTED, actor="ana")
    b.move(filled, "501/R2", "WHO", to=Acceptance.NOT_RELEVANT, note="no field offices", actor="ana")
    b.move(filled, "501/R2", "ILO", to=Acceptance.ACCEPTED, actor="bo")
    corrections.undo(filled, b.who("ana"))
    assert b.follow_up(filled, "501/R2", "WHO").acceptance is Acceptance.NO_INFORMATION
    assert b.follow_up(filled, "501/R1", "WHO").acceptance is Acceptance.ACCEPTED
    corrections.undo(filled, b.who("ana"))
    assert b.follow_up(filled, "501/R1", "FAO").acceptance is Acceptance.NO_INFORMATION
    assert b.follow_up(filled, "501/R2", "ILO").acceptance is Acceptance.ACCEPTED
    with pytest.raises(RefusedError, match="nothing that could be taken back"):
        corrections.undo(filled, b.who("ana"))


def test_undoing_an_import_withdraws_and_importing_again_addresses_again(filled):
    corrections.undo(filled, b.who())
    assert list_follow_ups(filled, Filters(), At(b.TODAY)) == []
    assert b.report(filled).created == 6
    assert len(list_follow_ups(filled, Filters(), At(b.TODAY))) == 6


def test_every_batch_is_chained_to_the_one_before(filled):
    b.move(filled, "501/R1", "WHO", to=Acceptance.ACCEPTED)
    with filled.read() as session:
        previous = GENESIS
        for facts, before, own, lines in chain(session):
            assert before == previous
            assert own == batch_hash(before, facts, lines)
            previous = own


def test_a_dry_run_writes_nothing(filled):
    report = updates.update(
        filled,
        updates.Selection("501/R1", ("WHO",)),
        updates.Update(b.TODAY, Acceptance.ACCEPTED),
        b.who(),
        evidence_store=None,
        dry_run=True,
    )
    assert len(report.changed) == 1
    assert b.follow_up(filled, "501/R1", "WHO").acceptance is Acceptance.NO_INFORMATION


def test_a_day_to_come_and_a_day_before_the_report_are_refused(filled):
    with pytest.raises(RefusedError, match="in the future"):
        b.move(filled, "501/R1", "WHO", to=Acceptance.ACCEPTED, on=date(2027, 1, 1))
    with pytest.raises(RefusedError, match="the day it was addressed"):
        b.move(filled, "501/R1", "WHO", to=Acceptance.ACCEPTED, on=date(2024, 1, 1))


def test_unknown_names_are_answered_with_the_nearest(filled):
    with pytest.raises(UnknownNameError, match="Did you mean WHO"):
        b.move(filled, "501/R1", "WHOO", to=Acceptance.ACCEPTED)
    with pytest.raises(UnknownNameError, match=r"has no recommendation 9\. It has 2: 1, 2\."):
        b.move(filled, "501/R9", "WHO", to=Acceptance.ACCEPTED)
    with pytest.raises(UnknownNameError, match="there is no report 999"):
        b.move(filled, "999/R1", "WHO", to=Acceptance.ACCEPTED)


def test_a_command_that_is_proposed_can_be_typed_as_it_stands(register):
    b.organizations(register, "WHO")
    b.report(register, symbol="Report No. 3 of 2024")
    with pytest.raises(UnknownNameError) as refused:
        corrections.correct(register, "Report No. 3 of 2024/R1", "WHO", 999, "wrong", b.who())
    assert refused.value.remedy == "Its entries are in: tracker history 'Report No. 3 of 2024/R1' WHO."
