"""What decides about a reminder beside the follow-up itself: how many are addressed, and the word on its extension."""

from datetime import UTC, date, datetime

import builders as b
import pytest

from tracker.config import OfficeSettings, Settings
from tracker.domain.periods import DueDate
from tracker.domain.vocabulary import Acceptance, Implementation, Post
from tracker.services import corrections, extensions
from tracker.services.organizations import add_officer
from tracker.services.reminders.composing import compose_due
from tracker.store.mails.ledger import addressees, log, open_cases

DUE, LATER = date(2026, 12, 31), date(2027, 3, 31)


@pytest.fixture
def filled(sqlite_register):
    b.organizations(sqlite_register, "WHO", "FAO")
    b.report(sqlite_register, b.recommendation("1"), now=datetime(2026, 1, 5, tzinfo=UTC))
    b.move(sqlite_register, "501/R1", "WHO", "FAO", to=Acceptance.ACCEPTED, due=DUE)
    return sqlite_register


def case(register, code):
    with register.read() as session:
        (found,) = open_cases(session, code, addressees(session), today=b.TODAY)
    return found


def test_a_refusal_to_one_is_not_answered_by_what_another_says(filled):
    extensions.request(filled, "501/R1", "WHO", DueDate(LATER), "the budget", b.who())
    assert [(case(filled, code).requested_to, case(filled, code).refused_on) for code in ("WHO", "FAO")] == [
        (LATER, None),
        (None, None),
    ]
    extensions.decide(filled, "501/R1", "WHO", b.who(), granted=False, to=None, note="no")
    b.move(filled, "501/R1", "FAO", to=Implementation.IN_PROGRESS)
    asked = case(filled, "WHO")
    assert (asked.requested_to, asked.refused_on, asked.heard_since) == (None, b.TODAY, False)
    b.move(filled, "501/R1", "WHO", to=Implementation.IN_PROGRESS)
    assert case(filled, "WHO").heard_since


def test_an_organization_that_is_asked_no_more_is_not_counted_among_the_addressed(filled):
    b.report(filled, b.recommendation("1"), symbol="A/80/502")
    with filled.read() as session:
        assert addressees(session) == {"A/80/501": 2, "A/80/502": 2}
    corrections.undo(filled, b.who())
    with filled.read() as session:
        assert addressees(session) == {"A/80/501": 2}


def test_the_log_is_of_one_mail_or_as_long_as_is_asked_the_newest_digest_first(filled):
    settings = Settings(None, "x", OfficeSettings(name="Joint Review Office", email="office@jro.example.org"))
    for code in ("WHO", "FAO"):
        words = {
            "post": Post.EXECUTIVE_HEAD,
            "name": "Ada",
            "email": f"head@{code}.example.org".lower(),
            "from_on": date(2024, 1, 1),
        }
        add_officer(filled, code, **words, who=b.who())
        b.move(filled, "501/R1", code, due=date(2026, 11, 3), note="sooner")
        assert compose_due(filled, settings, now=b.NOW, organizations=(code,)).digests == 1
    with filled.read() as session:
        lines = log(session)
        assert [line.organization for line in lines] == ["FAO", "WHO"]
        assert log(session, limit=1) == lines[:1]
        assert [log(session, mail_id=line.mail) for line in lines] == [lines[:1], lines[1:]]
