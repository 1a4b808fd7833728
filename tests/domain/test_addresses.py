"""What a mail address may be."""

import pytest

from tracker.domain.addresses import check_email, folded
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
    with pytest.raises(BadDataError, match="is not an email address") as caught:
        check_email(address)
    assert caught.value.remedy


def test_a_domain_that_would_become_another_on_the_way_is_refused_and_its_registered_form_is_taken():
    with pytest.raises(BadDataError, match="would lose the letter “ß” on the way") as caught:
        check_email("head@straße.example.org")
    assert "xn--" in (caught.value.remedy or "")
    check_email("head@xn--strae-oqa.example.org")
    check_email("großmann@example.org")


def test_addresses_are_compared_in_one_form():
    assert folded(" Head@MÜLLER.example.org ") == folded("head@müller.example.org")
