"""Taking back: what rests on something keeps it in place, what was taken back already is no obstacle."""

from datetime import UTC, date, datetime

import builders as b
import pytest

from tracker.domain.filters import Filters
from tracker.domain.periods import DueDate
from tracker.domain.vocabulary import Acceptance, Implementation, Verification
from tracker.errors import RefusedError
from tracker.ingest.notes.reading import Note
from tracker.services import corrections, extensions
from tracker.services.documents import intake
from tracker.services.listing import At, list_follow_ups, read_beside, read_history
from tracker.services.upkeep import audit


@pytest.fixture
def filled(register):
    b.organizations(register, "WHO", "FAO")
    b.report(register, now=datetime(2026, 1, 5, tzinfo=UTC))
    return register


def entries(register, code="WHO"):
    return [line.entry for line in read_history(register, "501/R1", code)]


def test_an_import_that_others_have_built_on_cannot_be_taken_back(filled):
    b.move(filled, "501/R1", "WHO", to=Acceptance.ACCEPTED, actor="bo")
    with pytest.raises(RefusedError, match=r"A/80/501/R1 WHO: entry \d+ \(accepted .* would no longer hold"):
        corrections.undo(filled, b.who("officer"))
    assert len(list_follow_ups(filled, Filters(), At(b.TODAY))) == 4


def test_undo_takes_back_what_a_correction_has_left(filled):
    b.move(filled, "501/R1", "WHO", "FAO", to=Acceptance.ACCEPTED, actor="ana")
    corrections.correct(filled, "501/R1", "WHO", entries(filled)[-1].id, "wrong row", b.who("bo"))
    changed = corrections.undo(filled, b.who("ana")).changed
    assert [item.before.organization for item in changed] == ["FAO"]
    assert b.follow_up(filled, "501/R1", "FAO").acceptance is Acceptance.NO_INFORMATION


def test_undo_takes_back_an_import_of_several_files_between_which_somebody_else_wrote(filled):
    for name, symbol in (("a", "A/80/1"), ("b", "A/80/2")):
        asked = f"import a.txt b.txt [{name}.txt sha256:{name * 64}]"
        note = Note(
            symbol=None, report=symbol, also=(), title=symbol, issued_on=b.ISSUED,
            recommendations=(b.recommendation("1"),), problems=(),
        )  # fmt: skip
        intake.apply_note(filled, note, name, intake.NoteOptions(), b.who("ana", asked=asked))
        b.move(filled, "501/R1", "WHO", note=f"a call before {name}", actor="bo")
    assert corrections.undo(filled, b.who("ana")).asked == "import a.txt b.txt"
    assert {row.report for row in list_follow_ups(filled, Filters(), At(b.TODAY))} == {b.SYMBOL}


def test_what_a_move_set_back_cannot_be_restored_without_the_move(filled):
    b.move(filled, "501/R1", "WHO", to=Acceptance.ACCEPTED)
    b.move(filled, "501/R1", "WHO", to=Implementation.IMPLEMENTED, note="done", actor="ana")
    b.move(filled, "501/R1", "WHO", to=Verification.VERIFIED, actor="bo")
    b.move(filled, "501/R1", "WHO", to=Implementation.IN_PROGRESS, note="fell apart", actor="ana")
    reset, reopening = entries(filled)[-2:]
    assert (reset.target, reopening.target) == ("not-verified", "in-progress")
    with pytest.raises(RefusedError, match=f"Correct entry {reopening.id} first"):
        corrections.correct(filled, "501/R1", "WHO", reset.id, "wrong", b.who())
    corrections.correct(filled, "501/R1", "WHO", reopening.id, "wrong", b.who())
    row = b.follow_up(filled, "501/R1", "WHO")
    assert (row.implementation, row.verification) == (Implementation.IMPLEMENTED, Verification.VERIFIED)
    assert row.reported_by == "ana", "four eyes survive a correction"


def test_a_whole_story_of_corrections_still_fits_its_journal(filled):
    b.move(filled, "501/R1", "WHO", to=Acceptance.ACCEPTED, on=date(2026, 5, 4))
    b.move(filled, "501/R1", "WHO", to=Acceptance.UNDER_CONSIDERATION, on=date(2026, 3, 1))
    corrections.correct(filled, "501/R1", "WHO", entries(filled)[-1].id, "wrong", b.who("bo"))
    corrections.undo(filled, b.who())
    b.move(filled, "501/R2", "FAO", due=date(2027, 1, 1))
    assert audit.verify(filled, b.TODAY).findings == []


ONE = ("501/R1", "WHO")


def ask(register, to, actor="ana"):
    extensions.request(register, *ONE, DueDate(to), "budget", b.who(actor))


def decide(register, actor="head", *, granted):
    extensions.decide(register, *ONE, b.who(actor), granted=granted, to=None, note="so decided")


def asked(register):
    """What `show` says of the extensions, and the due date."""
    row = b.follow_up(register, *ONE)
    return [item.granted for item in read_beside(register, row, At(b.TODAY)).details.extensions], row.due_on


def test_a_request_that_was_decided_cannot_be_taken_back_before_the_decision(filled):
    b.move(filled, *ONE, due=date(2027, 3, 31))
    ask(filled, date(2027, 6, 30))
    decide(filled, granted=False)
    ask(filled, date(2027, 9, 30))
    decide(filled, granted=True)
    granted = entries(filled)[-1]
    with pytest.raises(
        RefusedError, match=f"entry {granted.id} .* there is no request for an extension that it could decide"
    ) as caught:
        corrections.undo(filled, b.who("ana"))
    assert f"Correct entry {granted.id} first" in str(caught.value)
    assert asked(filled) == ([False, True], date(2027, 9, 30))
    corrections.undo(filled, b.who("head"))
    corrections.undo(filled, b.who("ana"))
    assert asked(filled) == ([False], date(2027, 3, 31))


def test_a_decision_cannot_be_taken_back_under_a_later_request(filled):
    b.move(filled, *ONE, due=date(2027, 3, 31))
    ask(filled, date(2027, 6, 30))
    decide(filled, granted=False)
    ask(filled, date(2027, 9, 30))
    with pytest.raises(RefusedError, match="the request before it, until 2027-06-30, is not decided"):
        corrections.undo(filled, b.who("head"))
    assert [item.requested_to for item in extensions.undecided(filled, At(b.TODAY))] == [date(2027, 9, 30)]


@pytest.mark.parametrize("half", [-1, -2], ids=["granted", "due"])
def test_a_granted_extension_is_corrected_with_the_due_date_that_it_moved(filled, half):
    b.move(filled, *ONE, due=date(2027, 3, 31))
    ask(filled, date(2027, 6, 30))
    decide(filled, granted=True)
    changed = corrections.correct(filled, *ONE, entries(filled)[half].id, "wrong row", b.who())
    assert len(changed.drafts) == 2
    assert asked(filled) == ([None], date(2027, 3, 31))
    decide(filled, granted=True)
    assert asked(filled) == ([True], date(2027, 6, 30))


def test_the_first_due_date_is_not_taken_back_under_an_extension_of_it(filled):
    b.move(filled, *ONE, due=date(2027, 3, 31))
    ask(filled, date(2027, 6, 30))
    decide(filled, granted=True)
    first, _, moved, granted = entries(filled)[1:]
    with pytest.raises(
        RefusedError, match=f"entry {granted.id} .* the due date that it extended would be gone"
    ) as caught:
        corrections.correct(filled, *ONE, first.id, "it was May", b.who())
    assert f"Correct entry {granted.id} first" in str(caught.value)
    corrections.correct(filled, *ONE, moved.id, "the date was wrong", b.who())
    corrections.correct(filled, *ONE, first.id, "it was May", b.who())
    with pytest.raises(RefusedError, match="has no due date"):
        decide(filled, granted=True)
    b.move(filled, *ONE, due=date(2027, 5, 31))
    decide(filled, granted=True)
    row = b.follow_up(filled, *ONE)
    assert (row.due_on, row.original_due_on) == (date(2027, 6, 30), date(2027, 5, 31))
    assert audit.verify(filled, b.TODAY).findings == []


def test_who_reported_it_may_not_verify_though_another_logged_an_earlier_day(filled):
    b.move(filled, *ONE, to=Acceptance.ACCEPTED, on=date(2026, 3, 1))
    b.move(filled, *ONE, to=Implementation.IMPLEMENTED, note="done", on=date(2026, 11, 20), actor="ana")
    b.move(filled, *ONE, to=Implementation.IMPLEMENTED, note="done", on=date(2026, 11, 10), actor="bo")
    for actor in ("ana", "bo", "Ana"):
        with pytest.raises(RefusedError, match="bo and ana reported it implemented"):
            b.move(filled, *ONE, to=Verification.VERIFIED, actor=actor)
    b.move(filled, *ONE, to=Implementation.IMPLEMENTED, note="still so", actor="cy")
    b.move(filled, *ONE, to=Verification.VERIFIED, actor="cy")
    assert b.follow_up(filled, *ONE).verification is Verification.VERIFIED, "to confirm is not to report"
