"""The codes of an annex of actions."""

import pytest

from tracker.domain.actions import actions_of, actions_text, addressee_in, contradiction, usual_addressee
from tracker.domain.vocabulary import Addressee

HEAD, BODY, CHAIR = Addressee.EXECUTIVE_HEAD, Addressee.LEGISLATIVE_BODY, Addressee.CEB_CHAIR


def test_kept_in_one_order():
    assert actions_text({"WHO": "E", "FAO": "L"}) == '{"FAO":"L","WHO":"E"}'
    assert actions_of(actions_text({"WHO": "E"})) == {"WHO": "E"}
    assert actions_of(None) is None


@pytest.mark.parametrize(
    ("code", "letters", "usual", "expected"),
    [
        ("WHO", "E", HEAD, HEAD),
        ("WHO", "L", HEAD, BODY),
        ("WHO", "E", None, HEAD),
        ("WHO", "E,L", HEAD, HEAD),
        ("WHO", "E,L", BODY, BODY),
        ("WHO", "E,L", None, HEAD),
        ("CEB", "E", HEAD, CHAIR),
        ("CEB", "L", HEAD, BODY),
        ("UN", "E", CHAIR, CHAIR),
        ("UN", "L", CHAIR, BODY),
    ],
)
def test_whom_a_cell_addresses(code, letters, usual, expected):
    assert addressee_in(code, letters, usual) is expected


@pytest.mark.parametrize(
    ("actions", "text", "expected"),
    [
        ({}, HEAD, HEAD),
        ({"CEB": "E"}, HEAD, CHAIR),
        ({"UN": "E"}, CHAIR, CHAIR),
        ({"CEB": "E", "UN": "E"}, CHAIR, CHAIR),
        ({"UN": "E", "WHO": "E"}, CHAIR, HEAD),
        ({"WHO": "L", "FAO": "L"}, HEAD, BODY),
        ({"WHO": "L", "FAO": "L", "UN": "E"}, HEAD, HEAD),
        ({"WHO": "L", "FAO": "L", "UN": "E"}, None, BODY),
        ({"WHO": "L", "UN": "E"}, None, HEAD),
    ],
)
def test_whom_a_recommendation_addresses(actions, text, expected):
    assert usual_addressee(actions, text) is expected


@pytest.mark.parametrize(
    ("actions", "text", "expected"),
    [
        ({}, HEAD, None),
        ({"WHO": "E", "CEB": "E"}, HEAD, None),
        ({"WHO": "E"}, None, None),
        ({"WHO": "E,L"}, BODY, None),
        ({"UN": "E"}, CHAIR, None),
        ({"WHO": "L", "UN": "E"}, HEAD, "it gives L to WHO"),
        ({"WHO": "E"}, BODY, "it gives E to WHO"),
        ({"CEB": "E"}, HEAD, "it addresses the Chair of CEB alone"),
        ({"CEB": "E", "WHO": "E"}, CHAIR, "it addresses E to WHO too"),
        (dict.fromkeys("ABCDEFG", "L"), HEAD, "it gives L to A, B, C, D and 3 more"),
    ],
)
def test_what_contradicts_the_text(actions, text, expected):
    assert contradiction(actions, text) == expected
