"""What a mail address may be: checked when it is typed, so that a digest never fails for its form."""

from __future__ import annotations

import re

from tracker.errors import BadDataError

_ADDRESS = re.compile(
    r"[^\s@<>(),;:\\\"\[\]\x00-\x1f]+@[^\s@<>(),;:\\\"\[\]\x00-\x1f]+\.[^\s@<>(),;:\\\"\[\].\x00-\x1f]+"
)
_LOST_LETTER = re.compile("[ßẞς\u200c\u200d]")
"""What the older rules for domains (RFC 3490, Python's) turn into other letters or none, and the newer ones keep."""
_LONGEST = 254
"""Octets of an address, RFC 5321 section 4.5.3.1.3 less the angle brackets."""


def check_email(address: str) -> None:
    """Raise BadDataError unless this is one plain address; that it exists, only its server knows."""
    if not _ADDRESS.fullmatch(address.strip()) or len(address.encode()) > _LONGEST:
        raise _none(address)
    lost = _LOST_LETTER.search(address.rpartition("@")[2])
    if lost is not None:
        raise BadDataError(
            f"“{address}” would lose the letter “{lost[0]}” on the way, and go to another domain.",
            remedy="Write the domain as its registry has it, beginning with xn--.",
        )


def folded(address: str) -> str:
    """The form in which addresses are compared: the same person written in other letters is the same person.

    No database has it: SQLite's lower() knows the letters of English only, and neither's makes “ss” of “ß”.
    """
    return address.strip().casefold()


def in_headers(address: str) -> tuple[str, str]:
    """The name and the domain as every mail server reads them. Raises BadDataError where there is no such form."""
    check_email(address)
    name, _, domain = address.strip().rpartition("@")
    try:
        return name.encode("ascii").decode(), domain.encode("idna").decode()
    except UnicodeError:
        raise _none(address) from None


def on_the_line(address: str) -> str:
    """The form of an address that every mail server takes; the address as it is where it has none."""
    if address.isascii():
        return address
    try:
        return "@".join(in_headers(address))
    except BadDataError:
        return address


def _none(address: str) -> BadDataError:
    return BadDataError(f"“{address}” is not an email address.", remedy="Write one, as in head@who.example.org.")
