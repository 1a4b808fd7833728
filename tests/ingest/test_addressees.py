"""To whom a recommendation speaks, and whom it only mentions."""

from __future__ import annotations

import pytest

from tracker.domain.vocabulary import Addressee
from tracker.ingest.notes.addressees import addressee_of

E, L, C = Addressee.EXECUTIVE_HEAD, Addressee.LEGISLATIVE_BODY, Addressee.CEB_CHAIR
TEXTS = [
    (E, "Executive heads should act."),
    (E, "The executive heads of the organizations should act."),
    (E, "All executive heads who have not already done so should act."),
    (E, "Executive heads, including the Secretary-General in his capacity as Chair of CEB, should act."),
    (E, "Executive heads, in consultation with their governing bodies, should act."),
    (E, "By the end of 2027, the executive heads should act."),
    (E, "In the light of what the General Assembly decided, executive heads should act."),
    (E, "The heads of United Nations system organizations are encouraged to act."),
    (E, "Heads of organizations must act."),
    (E, "The Director-General of UNESCO should act."),
    (E, "The United Nations High Commissioner for Refugees should act."),
    (E, "The Executive Director of UNICEF should report to the Executive Board."),
    (E, "The Secretary-General should act."),
    (E, "The Secretary-General and the executive heads of the funds should act."),
    (E, "It is recommended that the executive heads should act."),
    (E, "The Inspectors recommend that the executive heads should ask the General Assembly."),
    (L, "Legislative bodies may wish to work with heads of organizations."),
    (L, "The governing bodies of the organizations should request executive heads to act."),
    (L, "The legislative/governing bodies should act."),
    (L, "Legislative and governing bodies should act."),
    (L, "The General Assembly should request the Secretary-General to act."),
    (L, "The Executive Board of WFP may wish to act."),
    (L, "The General Assembly and the governing bodies of the organizations should act."),
    (L, "Member States should act."),
    (C, "The Secretary-General, in his capacity as Chair of CEB, should act."),
    (
        C,
        "The Secretary-General, in her capacity as the Chair of the United Nations System Chief Executives Board for Coordination, should act.",
    ),
    (C, "The Secretary-General as Chair of the Chief Executives Board should act."),
    (C, "The Chair of CEB should act."),
    (None, "Legislative bodies and executive heads should act."),
    (None, "Executive heads, as well as the governing bodies, should act."),
    (None, "The Secretary-General, as Chair of CEB, and the governing bodies should act."),
    (None, "Interested parties should act."),
    (None, "The President of the General Assembly should act."),
    (None, "Records are kept by executive heads."),
    (None, ""),
]


@pytest.mark.parametrize(("addressee", "text"), TEXTS, ids=[text for _, text in TEXTS])
def test_addressee(addressee, text):
    assert addressee_of(text) is addressee


def test_every_addressee_is_tried():
    assert {addressee for addressee, _ in TEXTS} == {*Addressee, None}
