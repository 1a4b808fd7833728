"""The chain of hashes: a changed, removed, inserted or reordered entry is found, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime

import builders as b
import pytest
from sqlalchemy import text

from tracker.domain.journal import batch_hash
from tracker.domain.periods import DueDate
from tracker.domain.vocabulary import Acceptance, Implementation
from tracker.services import extensions
from tracker.services.corrections import undo
from tracker.services.upkeep import audit
from tracker.store.journal import chain


@pytest.fixture
def filled(register):
    b.organizations(register, "WHO", "FAO")
    b.report(register, b.recommendation("1"), now=datetime(2026, 1, 5, tzinfo=UTC))
    b.move(register, "501/R1", "WHO", "FAO", to=Acceptance.UNDER_CONSIDERATION, note="by letter")
    b.move(register, "501/R1", "WHO", to=Acceptance.ACCEPTED, note="by telephone")
    assert audit.verify(register, b.TODAY).findings == []
    return register


TAMPERING = {
    "a note changed": "UPDATE journal SET note = 'by post' WHERE note = 'by telephone'",
    "a day changed": "UPDATE journal SET effective_on = '2026-02-02' WHERE note = 'by telephone'",
    "a source changed": "UPDATE journal SET source = 'no-information' WHERE note = 'by telephone'",
    "an actor changed": "UPDATE batch SET actor = 'somebody' WHERE number = 3",
    "a database user changed": "UPDATE batch SET database_user = 'mallory' WHERE number = 3",
    "a command changed": "UPDATE batch SET asked = 'something' WHERE number = 3",
    "an entry removed": "DELETE FROM journal WHERE note = 'by telephone'",
    "an entry moved to another follow-up": (
        "UPDATE journal SET follow_up_id = (SELECT min(id) FROM follow_up) WHERE note = 'by telephone'"
    ),
    "entries swapped": "UPDATE journal SET ordinal = 90 - ordinal WHERE note = 'by letter'",
    "an entry inserted": (
        "INSERT INTO journal (id, batch, ordinal, follow_up_id, topic, target, effective_on, recorded_at, voice) "
        "SELECT 99, 3, 3, follow_up_id, topic, target, effective_on, recorded_at, voice FROM journal WHERE note = 'by telephone'"
    ),
    "the last batch removed and its entries": "DELETE FROM journal WHERE batch = 4; DELETE FROM batch WHERE number = 4",
    "a batch in between removed": "DELETE FROM journal WHERE batch = 3; DELETE FROM batch WHERE number = 3",
    "a hash changed": "UPDATE batch SET hash = previous WHERE number = 3",
    "a kept position changed": "UPDATE follow_up SET acceptance = 'not-accepted' WHERE acceptance = 'accepted'",
    "a kept due date changed": "UPDATE follow_up SET due_on = '2027-01-01'",
}


@pytest.mark.parametrize("how", sorted(TAMPERING))
def test_tampering_is_found(filled, how):
    with filled.engine.begin() as connection:
        for statement in TAMPERING[how].split("; "):
            connection.execute(text(statement))
    assert audit.verify(filled, b.TODAY).findings, how


_ANOTHER = "(SELECT f.id FROM follow_up f WHERE f.id <> {0}.follow_up_id)"
_TAKEN_BACK = "(SELECT voids FROM journal WHERE topic = 'void')"

BESIDE = {
    "evidence removed": ("DELETE FROM evidence", "gives https://example.org/1, of which nothing is kept"),
    "a link of evidence changed": (
        "UPDATE evidence SET location = 'https://example.org/2'",
        "gives https://example.org/1, and https://example.org/2 is kept for it",
    ),
    "evidence moved to another follow-up": (
        f"UPDATE evidence SET follow_up_id = {_ANOTHER.format('evidence')}",
        "gives https://example.org/1, and https://example.org/1 is kept for it",
    ),
    "evidence of another entry": (
        "UPDATE evidence SET entry_id = (SELECT max(id) FROM journal)",
        "says nothing of the evidence that is kept for it",
    ),
    "extensions removed": ("DELETE FROM extension", "asks for 2027-03-31, and the request is not kept so"),
    "a day that was asked for changed": (
        "UPDATE extension SET requested_to = '2029-01-01'",
        "asks for 2027-03-31, and the request is not kept so",
    ),
    "a reason changed": ("UPDATE extension SET reason = 'none'", "the request is not kept so"),
    "a request moved to another follow-up": (
        f"UPDATE extension SET follow_up_id = {_ANOTHER.format('extension')}",
        "the request is not kept so",
    ),
    "a decision moved to another follow-up": (
        f"UPDATE extension SET follow_up_id = {_ANOTHER.format('extension')}",
        "says granted, and the decision is not kept so",
    ),
    "a decision changed": (
        "UPDATE extension SET granted = false WHERE decision_entry IS NOT NULL",
        "says granted, and the decision is not kept so",
    ),
    "a decision removed": (
        "UPDATE extension SET granted = NULL, decision_entry = NULL",
        "says granted, and the decision is not kept so",
    ),
    "a decision without an entry": (
        "UPDATE extension SET granted = true, decision_entry = NULL",
        "is kept as decided, and no entry decides it",
    ),
    "a decision that was taken back": (
        f"UPDATE extension SET decision_entry = {_TAKEN_BACK}",
        "says refused, and the decision is not kept so",
    ),
    "a decision of another entry": (
        "UPDATE extension SET decision_entry = (SELECT min(id) FROM journal)",
        "says nothing of the extension that is kept for it",
    ),
    "a request of another entry": (
        "UPDATE extension SET request_entry = (SELECT min(id) FROM journal)",
        "says nothing of the extension that is kept for it",
    ),
    "who reported it changed": (
        "UPDATE follow_up SET reported_by = 'somebody' WHERE reported_by IS NOT NULL",
        "it is kept as reported by somebody, the journal says officer",
    ),
    "who reported it removed": (
        "UPDATE follow_up SET reported_by = NULL",
        "it is kept as reported by nobody, the journal says officer",
    ),
    "who reported it added": (
        "UPDATE follow_up SET reported_by = 'somebody' WHERE implementation = 'no-information'",
        "it is kept as reported by somebody, the journal says nobody",
    ),
    "a kept acceptance changed": (
        "UPDATE follow_up SET acceptance = 'partially-accepted' WHERE implementation = 'implemented'",
        "A/80/501/R1 WHO: acceptance is kept as partially-accepted, the journal says accepted",
    ),
    "a kept implementation changed": (
        "UPDATE follow_up SET implementation = 'in-progress' WHERE implementation = 'implemented'",
        "A/80/501/R1 WHO: implementation is kept as in-progress, the journal says implemented.",
    ),
    "a kept verification changed": (
        "UPDATE follow_up SET verification = 'verified' WHERE implementation = 'implemented'",
        "A/80/501/R1 WHO: verification is kept as verified, the journal says not-verified.",
    ),
    "what is settled kept as open": (
        "UPDATE follow_up SET open = NOT open WHERE implementation = 'implemented'",
        "A/80/501/R1 WHO: kept as open or settled against its own positions",
    ),
    "an original due date removed": (
        "UPDATE follow_up SET original_due_on = NULL",
        "A/80/501/R1 FAO: original_due_on is kept as nothing, the journal says 2026-12-31.",
    ),
    "an original due date changed": (
        "UPDATE follow_up SET original_due_on = '2027-01-01' WHERE original_due_on IS NOT NULL",
        "A/80/501/R1 FAO: original_due_on is kept as 2027-01-01, the journal says 2026-12-31",
    ),
}


@pytest.fixture
def attached(filled):
    """With evidence, a claim, and a request that was granted at the second decision."""
    one, link = ("501/R1", "FAO"), "https://example.org/1"
    b.move(filled, "501/R1", "WHO", to=Implementation.IMPLEMENTED, evidence=(link,))
    b.move(filled, *one, to=Acceptance.ACCEPTED, due=date(2026, 12, 31))
    extensions.request(filled, *one, DueDate(date(2027, 3, 31)), "the budget", b.who())
    assert audit.verify(filled, b.TODAY).findings == [], "a request that waits is in order"
    extensions.decide(filled, *one, b.who(), granted=False, to=None, note="no")
    undo(filled, b.who())
    extensions.decide(filled, *one, b.who(), granted=True, to=None, note="yes")
    b.move(filled, *one, to=Acceptance.UNDER_CONSIDERATION, note="again")
    assert audit.verify(filled, b.TODAY).findings == []
    return filled


@pytest.mark.parametrize("how", sorted(BESIDE))
def test_tampering_with_what_stands_beside_the_journal_is_found(attached, how):
    with attached.engine.begin() as connection:
        statement, words = BESIDE[how]
        connection.execute(text(statement))
    findings = audit.verify(attached, b.TODAY).findings
    assert any(words in finding for finding in findings), findings


def test_a_batch_that_is_gone_is_named_though_no_entry_went_with_it(filled):
    with filled.engine.begin() as connection:
        connection.execute(text("DELETE FROM batch WHERE number = 1"))
    assert audit.verify(filled, b.TODAY).findings == ["batch 1 is missing."]


def test_a_batch_that_was_rewritten_with_its_own_hash_breaks_the_link_of_the_next(filled):
    with filled.read() as session:
        facts, previous, _, lines = list(chain(session))[2]
    rewritten = replace(facts, asked="something else")
    with filled.engine.begin() as connection:
        connection.execute(
            text("UPDATE batch SET asked = :asked, hash = :hash WHERE number = 3"),
            {"asked": rewritten.asked, "hash": batch_hash(previous, rewritten, lines)},
        )
    assert audit.verify(filled, b.TODAY).findings == ["batch 4 does not follow from the one before it."]


def test_a_database_user_is_covered_where_there_is_one(filled):
    with filled.engine.begin() as connection:
        connection.execute(text("UPDATE batch SET database_user = NULL WHERE number = 3"))
    found = audit.verify(filled, b.TODAY).findings
    assert len(found) == (filled.engine.dialect.name == "postgresql")


def test_a_database_user_that_no_hash_covers_is_named(sqlite_register):
    """As versions before it was covered wrote it, and as somebody may add it."""
    b.organizations(sqlite_register, "WHO")
    with sqlite_register.engine.begin() as connection:
        connection.execute(text("UPDATE batch SET database_user = 'mallory'"))
    (finding,) = audit.verify(sqlite_register, b.TODAY).findings
    assert "its hash does not cover the database user mallory" in finding
