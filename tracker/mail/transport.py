"""A way out for mails, whatever it is.

A transport says of one mail what became of it. It raises MailServerError only where no mail could be
delivered at all: then all of them wait. Before it transmits a mail it asks whether it may; what it asks
writes that into the register first, so that a crash between there and the answer is known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from tracker.domain.outbox import Answer, Mail
from tracker.errors import WorldError

Permission = Callable[[], bool]


class MailServerError(WorldError):
    """No mail can be delivered at present: the server is away, refuses the login, or the folder is full."""


class Transport(Protocol):
    """A way out. Not for several threads at once."""

    def describe(self) -> str:
        """Where mails go, as a command says it."""

    def send(self, mail: Mail, may_transmit: Permission) -> Answer | None:
        """Deliver one mail; None when `may_transmit` said no. Raises MailServerError."""

    def close(self) -> None:
        """Say good-bye to the server; never raises."""
