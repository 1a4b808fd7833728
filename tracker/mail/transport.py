"""Where mails go: a mail server, or a folder of files where no server is configured.

A transport says of one mail what became of it. It raises MailServerError only where no mail could be
delivered at all: then all of them wait. Before it transmits a mail it asks whether it may; what it asks
writes that into the register first, so that a crash between there and the answer is known.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from typing import Protocol

from tracker.config import Settings
from tracker.domain.outbox import Answer, Event, Mail
from tracker.errors import BadDataError, WorldError
from tracker.records import record

PORTS = {"starttls": 587, "tls": 465, "none": 25}
"""The usual port of each kind of security."""

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


def open_transport(settings: Settings) -> Transport:
    """The transport that the settings ask for. Nothing is connected yet. Raises BadDataError, WorldError."""
    mail = settings.mail
    if mail.host is None:
        return Folder(settings.outgoing)
    from tracker.certificates import trusting
    from tracker.mail.smtp import Login, Smtp

    if mail.ca_file is not None and mail.security != "none":
        trusting(mail.ca_file, "mail")  # a file that is away is told before a mail is composed
    return Smtp(
        host=mail.host,
        port=mail.port or PORTS[mail.security],
        security=mail.security,
        sender=envelope_sender(settings),
        login=None if mail.username is None else Login(mail.username, _password(settings)),
        ca_file=mail.ca_file,
        timeout=mail.timeout,
    )


def envelope_sender(settings: Settings) -> str:
    """The bare address that undeliverable mail comes back to: [mail] from, else the office's."""
    return parseaddr(settings.mail.sender or settings.office.email)[1]


def _password(settings: Settings) -> str:
    if settings.mail.security == "none":
        raise BadDataError(
            "[mail] a login without encryption would expose the password.",
            where=None if settings.path is None else str(settings.path),
            remedy='Set security = "starttls" or "tls", or remove username.',
        )
    password = settings.mail.secret()
    if not password:
        raise BadDataError(
            "[mail] has a username and no password.",
            where=None if settings.path is None else str(settings.path),
            remedy="Give password_file or password_command.",
        )
    return password


@record
class Folder:
    """Writes each mail as an `.eml` file. The name comes from the key, so that writing again is no second mail."""

    path: Path

    def describe(self) -> str:
        """The folder."""
        return f"no mail server is configured, so emails are written as files into {self.path}"

    def send(self, mail: Mail, may_transmit: Permission) -> Answer:  # noqa: ARG002 - there is no window to mark
        """Write the file whole or not at all. Raises MailServerError where the folder takes none."""
        target = self.path / file_name(mail.key)
        try:
            self._write(target, mail.message)
        except OSError as error:
            raise MailServerError(
                f"the emails cannot be written: {(error.strerror or str(error)).lower()}.",
                where=str(self.path),
                remedy="Correct the cause and try again; the emails stay in the outbox.",
            ) from None
        return Answer(Event.ACCEPT, f"written to {target.name}")

    def _write(self, target: Path, message: bytes) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = target.with_suffix(f".{os.getpid()}.tmp")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(message)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        _sync_folder(self.path)

    def close(self) -> None:
        """Nothing is held open."""


def file_name(key: str) -> str:
    """A file name for a key: readable, safe on every file system, and different for different keys."""
    readable = re.sub(r"[^A-Za-z0-9@._-]+", "_", key).strip("._")[:100]
    return f"{readable}-{hashlib.sha256(key.encode()).hexdigest()[:8]}.eml"


def _sync_folder(path: Path) -> None:
    """Make a rename last through a power cut, where folders can be synced."""
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
