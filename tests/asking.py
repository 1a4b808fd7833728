"""Follow-ups, officers and organizations as the policy of reminders sees them, made without a register."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from tracker.domain.reminders.bands import Case
from tracker.domain.reminders.digest import Addressed
from tracker.domain.reminders.ladder import Recipient
from tracker.domain.reminders.policy import Policy
from tracker.domain.rows import FollowUp, Officer, Organization
from tracker.domain.vocabulary import Acceptance, Addressee, Implementation, Post, Verification

DAY = date(2026, 11, 24)
OFFICE = Recipient("", "office@jro.example.org")


def follow_up(**changes):
    """An accepted, started recommendation without a due date, heard of a week ago."""
    said = {
        "id": 1,
        "version": 3,
        "report": "A/80/501",
        "report_title": "Management of things",
        "issued_on": date(2026, 1, 15),
        "asks_verification": True,
        "number": "1",
        "text": "Executive heads should do the thing.",
        "addressee": Addressee.EXECUTIVE_HEAD,
        "impact": None,
        "stance": None,
        "organization": "WHO",
        "acceptance": Acceptance.ACCEPTED,
        "implementation": Implementation.IN_PROGRESS,
        "verification": Verification.NOT_VERIFIED,
        "reported_by": None,
        "due_on": None,
        "original_due_on": None,
        "addressed_on": date(2026, 1, 15),
        "heard_on": date(2026, 11, 17),
        "effective_on": date(2026, 11, 17),
        "recorded_at": datetime(2026, 11, 17, 9, 0, tzinfo=UTC),
        "actor": "officer",
        "note": "A draft exists.",
        "left_on": None,
    }
    return FollowUp(**(said | changes))


def case(addressees=3, requested_to=None, refused_on=None, heard_since=False, **changes):
    return Case(follow_up(**changes), addressees, requested_to, refused_on, heard_since)


def officer(post, name="Ada Holder", email=None, from_on=date(2020, 1, 1), until_on=None, organization="WHO"):
    return Officer(1, organization, post, name, email or f"{post.value}@who.example.org", from_on, until_on)


def addressed(code="WHO", officers=(), zone="UTC", policy=None, language="en"):
    organization = Organization(code, f"The {code} organization", timezone=zone, language=language)
    return Addressed(organization, policy or Policy(), ZoneInfo(zone), tuple(officers))


ALL_POSTS = tuple(officer(post) for post in Post)
