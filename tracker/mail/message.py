"""From a digest to the bytes of a mail: headers, text, HTML, calendar and return. The same in, the same bytes out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from tracker.config import Settings
from tracker.domain.addresses import in_headers
from tracker.domain.reminders.digest import Digest, DigestLine
from tracker.domain.reminders.ladder import Part
from tracker.errors import BadDataError
from tracker.mail.calendar import due_dates
from tracker.mail.languages import Language, language
from tracker.mail.wording import ItemWords, heading, item_words, opening, organizations_words, summary
from tracker.records import record
from tracker.resources import templates

_WIRE = policy.SMTP.clone(max_line_length=998, cte_type="7bit")
"""Long headers stay on one line: the standard folding loses blanks between encoded words on Python 3.11."""
_BODY = policy.SMTP.clone(cte_type="7bit")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@record
class Attachment:
    """A file that goes with a mail; `kind` is its media type."""

    name: str
    kind: str
    content: bytes


@record
class Letter:
    """A composed digest: what the outbox takes."""

    subject: str
    message: bytes


@record
class Section:
    """Lines under one heading: those in full, and those for which there is room in brief alone."""

    title: str
    is_copy: bool
    items: tuple[ItemWords, ...]
    brief: tuple[ItemWords, ...]


def compose(
    digest: Digest, settings: Settings, *, now: datetime, attachments: Sequence[Attachment] = (), calendar: bool = True
) -> Letter:
    """Write the mail of a digest. Raises BadDataError where an address cannot stand in a mail."""
    code = digest.language if digest.recipient.name else settings.office.language
    words = _Words(digest, settings, language(code))
    words.context["has_return"] = any(each.kind == XLSX for each in attachments)
    subject = one_line(_render("subject.txt", words.context))
    mail = EmailMessage(policy=_BODY)
    for name, value in _headers(words, subject, now):
        mail[name] = value
    mail.set_content(_render("body.txt", words.context), cte="quoted-printable")
    mail.add_alternative(_inlined(_render("body.html", words.context)), subtype="html", cte="quoted-printable")
    for attachment in [*(_calendar(words, now) if calendar else ()), *attachments]:
        maintype, _, subtype = attachment.kind.partition("/")
        charset = {"charset": "utf-8"} if maintype == "text" else None  # else text is read as ASCII
        mail.add_attachment(
            attachment.content, maintype=maintype, subtype=subtype, filename=attachment.name, params=charset
        )
    _fix_boundaries(mail, digest.key)
    return Letter(subject, mail.as_bytes(policy=_WIRE))


class _Words:
    """What the templates may use."""

    def __init__(self, digest: Digest, settings: Settings, said: Language) -> None:
        self.digest, self.settings, self.language = digest, settings, said
        self.reply_to = settings.office.answers_to
        codes = [organization.code for organization in digest.organizations]
        self.who = organizations_words(said, codes)
        self.summary = summary(said, digest.counts())
        self.headline = said.say("%(who)s: %(what)s", who=self.who, what=self.summary)
        self.context: dict[str, Any] = {
            "who": self.who,
            "headline": self.headline,
            "summary": self.summary,
            "lang": said.code,
            "dir": said.direction,
            "office": settings.office.name,
            "recipient": one_line(digest.recipient.name),
            "opening": opening(said, digest),
            "answer_by": said.date(digest.answer_by),
            "is_asked": is_asked(digest),
            "reply_to": parseaddr(self.reply_to)[1],
            "answer_link": self.link(self.headline),
            "sections": self.sections(),
            "many": len(codes) > 1,
            "say": said.say,
            "count": said.count,
        }

    def link(self, subject: str) -> str:
        """A link that starts an answer with its subject filled in."""
        return f"mailto:{quote(parseaddr(self.reply_to)[1], safe='@')}?subject={quote('Re: ' + subject, safe='')}"

    def sections(self) -> list[Section]:
        sections = (
            Section(
                heading(self.language, part),
                part is Part.COPY,
                self.items(part, self.digest.in_full),
                self.items(part, self.digest.in_brief),
            )
            for part in Part
        )
        return [section for section in sections if section.items or section.brief]

    def items(self, part: Part, lines: Sequence[DigestLine]) -> tuple[ItemWords, ...]:
        return tuple(
            item_words(self.language, line, self.link(line.ask.follow_up.name)) for line in lines if line.part is part
        )


def is_asked(digest: Digest) -> bool:
    """Whether the recipient is asked for more than to take note, so that a return goes along."""
    return any(line.part in (Part.YOURS, Part.BODY) for line in digest.lines)


def _headers(words: _Words, subject: str, now: datetime) -> list[tuple[str, Any]]:
    digest, office = words.digest, words.settings.office
    sender_name, sender = parseaddr(words.settings.mail.sender or office.email)
    domain = domain_of(office.email)
    threads = " ".join(_thread(organization.code, domain) for organization in digest.organizations[:20])
    return [
        ("Message-ID", message_id(digest, office.email)),
        ("Date", format_datetime(now)),
        ("From", address(sender_name or office.name, sender)),
        ("To", address(digest.recipient.name, digest.recipient.email)),
        ("Reply-To", address(office.name, parseaddr(words.reply_to)[1])),
        ("Subject", subject),
        ("In-Reply-To", _thread(digest.organizations[0].code, domain)),
        ("References", threads),
        ("Auto-Submitted", "auto-generated"),
        ("Content-Language", words.language.code),
    ]


def message_id(digest: Digest, office_email: str) -> str:
    """Derived from the ledger key, so that a repeat is recognized; the recipient's address stays out of it."""
    mark = hashlib.sha256(digest.key.encode()).hexdigest()[:32]
    return f"<digest.{digest.cycle}.{mark}@{domain_of(office_email)}>"


def _thread(code: str, domain: str) -> str:
    """A message that never was, under which mail programs gather all digests about an organization."""
    return f"<thread.{hashlib.sha256(code.encode()).hexdigest()[:24]}@{domain}>"


def address(name: str, email: str) -> Address:
    """A header address of any name at all. Raises BadDataError for an address that no mail can carry."""
    try:
        return Address(one_line(name), *in_headers(email))
    except (BadDataError, ValueError, IndexError):
        raise BadDataError(
            f"an email cannot be sent to “{one_line(email)}”.", remedy="Correct the address with: tracker officer edit."
        ) from None


def domain_of(email: str) -> str:
    """The domain of an address, as identifiers use it."""
    try:
        return parseaddr(email)[1].rpartition("@")[2].encode("idna").decode() or "localhost"
    except UnicodeError:
        return "localhost"


def one_line(text: str) -> str:
    """Text that may stand in a header: without control characters and line ends, which could start another header."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _calendar(words: _Words, now: datetime) -> list[Attachment]:
    office = words.settings.office
    content = due_dates(words.digest.lines, words.language, office=office.name, domain=domain_of(office.email), now=now)
    return [] if content is None else [Attachment("due-dates.ics", "text/calendar", content)]


def _fix_boundaries(mail: EmailMessage, key: str) -> None:
    """Boundaries from the key instead of from chance, so that a preview is the mail to the last byte."""
    for place, part in enumerate(each for each in mail.walk() if each.is_multipart()):
        part.set_boundary(f"=_{hashlib.sha256(f'{key} {place}'.encode()).hexdigest()[:40]}")


@lru_cache(maxsize=1)
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=FileSystemLoader(templates() / "mail" / "digest"),
        autoescape=select_autoescape(("html",)),  # and never the text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _render(name: str, context: dict[str, Any]) -> str:
    text: str = _environment().get_template(name).render(context)
    return text


@lru_cache(maxsize=1)
def _inliner() -> Any:
    from css_inline import CSSInliner

    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def _inlined(html: str) -> str:
    text: str = _inliner().inline(html)
    return text
