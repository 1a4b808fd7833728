"""The words of a letter: what a mail says in which no return came."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default

_HEADS = ("From", "To", "Date", "Subject")
_MOST = 200_000
"""Octets of a text that are shown; nobody reads a longer letter in a terminal."""
_TAG = re.compile(r"<(/?)(\w+)?[^<>]{0,2000}>")
_SILENT = {"script", "style", "head", "title"}
_ENDING = {"br", "p", "div", "tr", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"}
_UNSHOWN = "(The text cannot be shown; open it in the mailbox.)"


def words_of(raw: bytes) -> str:
    """Who wrote when, and the text; of HTML its words. What cannot be decoded is shown as signs, never an error."""
    try:
        message = message_from_bytes(raw, policy=default)
        parts = [part for part in message.walk() if not part.is_multipart()]
    except RecursionError:  # parts within parts within parts, as no mail program makes them
        return _UNSHOWN
    assert isinstance(message, EmailMessage)
    heads = [f"{name}: {said}" for name in _HEADS if (said := head_of(message, name))]
    return "\n\n".join(filter(None, ("\n".join(heads), _text(parts))))


def head_of(message: EmailMessage, name: str) -> str:
    """A head as text; Python's parser stumbles over some that only an attacker or an old program writes."""
    try:
        return " ".join(str(message.get(name, "")).split())
    except (ValueError, IndexError, AttributeError, LookupError, TypeError):
        return ""


def _text(parts: Sequence[Message]) -> str:
    """The plain text, or where there is none the words of the page that stands in its place."""
    plain = next(filter(None, (_decoded(part) for part in parts if part.get_content_type() == "text/plain")), "")
    if plain:
        return plain
    return next(filter(None, (_words(_decoded(part)) for part in parts if part.get_content_type() == "text/html")), "")


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        text = content[:_MOST].decode(part.get_content_charset() or "utf-8", "replace")
    except (LookupError, ValueError):  # letters that no program knows, or that are no letters
        text = content[:_MOST].decode("utf-8", "replace")
    return text.replace("\r\n", "\n").strip()


def _words(page: str) -> str:
    """The text of a page, a line for each paragraph; one that is no page in the end gives what it can."""
    page = " ".join(page.split())
    spoken = "".join(_spoken(page)).strip() or _TAG.sub(" ", page)
    lines = (" ".join(line.split()) for line in html.unescape(spoken).split("\n"))
    return "\n".join(line for line in lines if line)


def _spoken(page: str) -> Iterator[str]:
    """The pieces between the tags, but for scripts and the like."""
    silent, after = "", 0
    for tag in _TAG.finditer(page):
        name = (tag[2] or "").lower()
        if not silent:
            yield page[after : tag.start()]
            yield "\n" if name in _ENDING else ""
        after = tag.end()
        if name in _SILENT and name == (silent or name):
            silent = "" if tag[1] else name
    if not silent:
        yield page[after:]
