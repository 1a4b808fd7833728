"""What a mail address may be."""

import pytest

from tracker.domain.addresses import check_email
from tracker.errors import BadDataError


@pytest.mark.parametrize(
    "address",
    ["head@who.example.org", "o'neill+jiu@who.example.org", "élise@exämple.org", " head@who.example.org ", "a@b.c"],
)
def test_an_address_is_taken(address):
    check_email(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "head",
        "head@who",
        "@who.example.org",
        "head@",
        "a@b@c.org",
        "a b@c.org",
        "a@c.org, d@e.org",
        "Head <head@who.example.org>",
        "head@who.example.org\nBcc: all@example.org",
        "head@who.example.org\r\nSubject: x",
        "head@who.example.org.",
        "x" * 250 + "@e.org",
    ],
)
def test_what_is_no_single_plain_address_is_refused(address):
    with pytest.raises(BadDataError, match="is not a mail address") as caught:
        check_email(address)
    assert caught.value.remedy
