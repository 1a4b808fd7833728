"""Where mails go, as the settings say it: to a mail server, or into a folder of files where none is configured."""

from __future__ import annotations

from email.utils import parseaddr

from tracker.config import Settings
from tracker.errors import BadDataError
from tracker.mail.folder import Folder
from tracker.mail.transport import Transport

PORTS = {"starttls": 587, "tls": 465, "none": 25}
"""The usual port of each kind of security."""


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
