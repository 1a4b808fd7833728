"""Many mails as one HTML page, to look through before they are sent."""

from __future__ import annotations

from collections.abc import Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import escape
from typing import Any

from tracker.mail.reading import read_mail
from tracker.resources import templates


def preview_page(messages: Sequence[bytes]) -> str:
    """A page that shows each mail in a frame of its own, so that none can reach the page or the others."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(loader=FileSystemLoader(templates() / "mail"), autoescape=True, undefined=StrictUndefined)
    page: str = environment.get_template("preview.html").render(mails=[_mail(each) for each in messages])
    return page


def _mail(message: bytes) -> dict[str, Any]:
    reading = read_mail(message)
    headers = dict(reading.headers)
    mail = message_from_bytes(message, policy=default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("html",))
    return {
        "to": headers.get("To", ""),
        "subject": headers.get("Subject", ""),
        "attachments": reading.attachments,
        "html": escape(reading.text) if body is None else body.get_content(),
    }
