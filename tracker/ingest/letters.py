"""The words of a letter: what a mail says in which no return came."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser

_HEADS = ("From", "To", "Date", "Subject")
_SILENT = ("script", "style", "head", "title")
_ENDING = ("br", "p", "div", "tr", "li", "h1", "h2", "h3", "blockquote")


def words_of(raw: bytes) -> str:
    """Who wrote when, and the text; of HTML its words. What cannot be decoded is shown as signs, never an error."""
    try:
        message = message_from_bytes(raw, policy=default)
        assert isinstance(message, EmailMessage)
        return "\n\n".join(filter(None, (_heads(message), _text(message))))
    except (RecursionError, ValueError, IndexError, AttributeError, LookupError, TypeError):
        return "(The mail cannot be shown; open it in the mailbox.)"


def _heads(message: EmailMessage) -> str:
    return "\n".join(f"{name}: {' '.join(str(message[name]).split())}" for name in _HEADS if message[name])


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    content = body.get_payload(decode=True)
    assert isinstance(content, bytes)
    text = content.decode(body.get_content_charset() or "utf-8", "replace").replace("\r\n", "\n")
    return (_Words.of(text) if body.get_content_subtype() == "html" else text).strip()


class _Words(HTMLParser):
    """The text of a page, a line for each paragraph."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.silent = 0

    @classmethod
    def of(cls, page: str) -> str:
        words = cls()
        words.feed(page)
        words.close()
        lines = (" ".join(line.split()) for line in "".join(words.parts).split("\n"))
        return "\n".join(line for line in lines if line)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as it is called
        self.silent += tag in _SILENT
        if tag in _ENDING:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in _SILENT and self.silent > 0
        if tag in _ENDING:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data.replace("\n", " "))
