"""A mail as a person reads it: the headers decoded, the text, the names of what is attached."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default

from tracker.records import record

_SHOWN_HEADERS = ("Date", "From", "Reply-To", "To", "Cc", "Subject", "Message-ID")


@record
class Reading:
    """What a mail says. `text` is its plain part, or its HTML source where there is no other."""

    headers: tuple[tuple[str, str], ...]
    text: str
    attachments: tuple[str, ...]


def read_mail(message: bytes) -> Reading:
    """Open a mail; what cannot be decoded is shown as replacement signs, never refused."""
    mail = message_from_bytes(message, policy=default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain", "html"))
    return Reading(
        headers=tuple((name, str(mail[name])) for name in _SHOWN_HEADERS if mail[name] is not None),
        text="" if body is None else _text(body).replace("\r\n", "\n"),
        attachments=tuple(part.get_filename() or part.get_content_type() for part in mail.iter_attachments()),
    )


def _text(body: MIMEPart) -> str:
    try:
        return str(body.get_content())
    except LookupError:  # a character set that Python does not know
        raw = body.get_payload(decode=True)
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
