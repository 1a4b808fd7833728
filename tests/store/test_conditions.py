"""Every condition of a filter narrows what is found: none is set and then passed over."""

from dataclasses import fields
from datetime import date

import builders as b
import pytest

from tracker.domain.filters import Filters
from tracker.domain.vocabulary import Acceptance, Addressee, Implementation, Verification
from tracker.services.documents.completing import change_recommendation
from tracker.services.listing import At, list_follow_ups

NOTHING = {
    "text": "absent",
    "organizations": ("FAO",),
    "reports": ("502",),
    "numbers": ("9",),
    "acceptance": (Acceptance.ACCEPTED,),
    "implementation": (Implementation.OVERTAKEN,),
    "verification": (Verification.DISPUTED,),
    "addressees": (Addressee.CEB_CHAIR,),
    "impacts": ("b",),
    "years": (1946,),
    "only_open": True,
    "only_overdue": True,
    "due_before": date(1946, 1, 1),
    "silent_for": 36_500,
}
"""What holds of neither follow-up of report A/80/501, both of which WHO has refused."""


@pytest.fixture
def refused(register):
    b.organizations(register, "WHO", "FAO")
    b.report(register, b.recommendation("1"), b.recommendation("2"), codes=["WHO"])
    b.report(register, b.recommendation("3"), symbol="A/80/502", codes=["FAO"])
    for reference in ("501/R1", "501/R2"):
        b.move(register, reference, "WHO", to=Acceptance.NOT_ACCEPTED, note="too costly")
    for reference, impact in (("501/R1", "a"), ("502/R3", "b")):
        change_recommendation(register, reference, b.who(), impact=impact)
    return register


@pytest.mark.parametrize("name", [item.name for item in fields(Filters)])
def test_a_condition_that_holds_of_nothing_finds_nothing(refused, name):
    kept = {"reports": ("501",)}
    assert len(list_follow_ups(refused, Filters(**kept), At(b.TODAY))) == 2
    among = {"organizations": ("WHO",)} if name == "reports" else kept
    assert list_follow_ups(refused, Filters(**among, **{name: NOTHING[name]}), At(b.TODAY)) == []
