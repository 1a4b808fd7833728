"""The chain of hashes: a changed, removed, inserted or reordered entry is found, on both databases."""

from datetime import UTC, datetime

import builders as b
import pytest
from sqlalchemy import text

from tracker.domain.vocabulary import Acceptance
from tracker.services import audit


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
