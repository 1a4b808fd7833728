"""Replies to a digest as the mail programs of organizations write them: what they put above it, and how they quote it."""

import re
import textwrap
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser

from asking import ALL_POSTS, DAY, addressed, case

from tracker.config import OfficeSettings, Settings
from tracker.domain.reminders.bands import asked
from tracker.domain.reminders.cadence import current_cycle
from tracker.domain.reminders.digest import Digest, DigestLine
from tracker.domain.reminders.ladder import Part, Recipient
from tracker.domain.vocabulary import Post
from tracker.mail.message import compose

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
OFFICE = "office@jro.example.org"
SETTINGS = Settings(None, "x", OfficeSettings(name="Joint Review Office", email=OFFICE))
NOTE = "The plan is before the committee; see https://who.example.org/plan."


def digest_mail(language="en"):
    """The bytes of a digest about three recommendations that are overdue."""
    each = addressed("WHO", ALL_POSTS, language=language)
    lines = []
    for number in (1, 2, 3):
        due = DAY - timedelta(days=12 * number)
        late = case(number=str(number), id=number, due_on=due, original_due_on=due, note=NOTE)
        lines.append(DigestLine(asked(late, each.policy, DAY), Part.YOURS, Post.EXECUTIVE_HEAD, DAY))
    cycle = current_cycle(each.policy, each.zone, NOW)
    recipient = Recipient("Ana Lima", "ana@who.example.org")
    ordered = tuple(sorted(lines, key=lambda line: line.order))
    found = Digest(recipient, cycle, DAY, DAY + timedelta(days=14), (each.organization,), ordered)
    return compose(found, SETTINGS, now=NOW).message


def _opened(digest):
    return message_from_bytes(digest, policy=default)


def subject_of(digest):
    return str(_opened(digest)["Subject"])


def page_of(digest):
    """What stands in the body of its page."""
    page = _opened(digest).get_body(("html",)).get_content()
    return re.search(r"<body[^>]*>(.*)</body>", page, re.DOTALL)[1]


def text_of(digest):
    return _opened(digest).get_body(("plain",)).get_content().replace("\r\n", "\n")


class _Plain(HTMLParser):
    """A page made plain as mail programs do: what is seen, paragraphs parted by blank lines, links behind their words."""

    def __init__(self, link, bold):
        super().__init__()
        self.link, self.bold, self.href, self.said = link, bold, "", ""
        self.is_unseen = False

    def handle_starttag(self, tag, attrs):
        self.is_unseen = "display: none" in (dict(attrs).get("style") or "")
        if tag == "a":
            self.href = dict(attrs)["href"]
        self.said += {"br": "\n", "strong": self.bold, "h1": "\n\n", "h2": "\n\n", "p": "\n\n", "div": "\n"}.get(
            tag, ""
        )

    def handle_endtag(self, tag):
        self.is_unseen = False
        self.said += {"a": self.link(self.href), "strong": self.bold, "p": "\n", "div": "\n"}.get(tag, "")

    def handle_data(self, data):
        self.said += "" if self.is_unseen else re.sub(r"\s+", " ", data)


def made_plain(page, link=lambda href: f"<{href}>", bold=""):
    writer = _Plain(link, bold)
    writer.feed(page)
    lines = (line.strip() for line in writer.said.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def wrapped(text, width):
    return "\n".join(
        "\n".join(textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False))
        for line in text.split("\n")
    )


def behind_marks(text):
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


_HEADS = {
    "en": ("From", "Sent", "To", "Subject", "Tuesday, November 24, 2026 10:00 AM"),
    "fr": ("De\xa0", "Envoyé\xa0", "À\xa0", "Objet\xa0", "mardi 24 novembre 2026 10:00"),
    "es": ("De", "Enviado", "Para", "Asunto", "martes, 24 de noviembre de 2026 10:00"),
}


def _heads(digest, language, sender=f"Joint Review Office <{OFFICE}>"):
    of, sent, to, about, day = _HEADS[language]
    return [
        f"{of}: {sender}",
        f"{sent}: {day}",
        f"{to}: LIMA, Ana <ana@who.example.org>",
        f"{about}: {subject_of(digest)}",
    ]


def _as_page(text):
    return "".join(f'<p class="MsoNormal">{line or "&nbsp;"}<o:p></o:p></p>\n' for line in text.split("\n"))


def _bold_heads(heads):
    named = (head.replace("<", "&lt;").replace(">", "&gt;").partition(":") for head in heads)
    return "<br>\n".join(f"<b>{name}:</b>{said}" for name, _, said in named)


_WORD = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns="http://www.w3.org/TR/REC-html40"><head>'
    '<meta name="Generator" content="Microsoft Word 15 (filtered medium)"><style><!--\n/* Font Definitions */\n'
    "@font-face\n\t{font-family:Calibri;}\n--></style><!--[if gte mso 9]><xml>\n"
    "<w:WordDocument><w:View>Normal</w:View></w:WordDocument>\n</xml><![endif]--></head>"
    '<body lang="EN-US" link="blue"><div class="WordSection1">'
)


def outlook(words, digest, language="en"):
    """Outlook on a desk; since 2010 no line stands above the heads."""
    heads, page = _heads(digest, language), page_of(digest)
    plain = "\n".join([words, "", *heads, "", made_plain(page)])
    page = (
        f'{_WORD}{_as_page(words)}<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in">'
        f'<p class="MsoNormal">{_bold_heads(heads)}<o:p></o:p></p></div></div>'
        f'<p class="MsoNormal"><o:p>&nbsp;</o:p></p>{page}</div></body></html>'
    )
    return plain, page


def old_outlook(words, digest, language="en"):
    """Outlook 2003, and programs that write as it did."""
    rule = {"en": "Original Message", "fr": "Message d'origine", "es": "Mensaje original"}[language]
    heads = _heads(digest, language, f"Joint Review Office [mailto:{OFFICE}] ")
    return "\n".join([words, "", f"-----{rule}-----", *heads, "", text_of(digest)]), None


def outlook_web(words, digest, language="en"):
    heads, page = _heads(digest, language), page_of(digest)
    plain = "\n".join([words, "_" * 32, *heads, "", made_plain(page)])
    renamed = page.replace('class="', 'class="x_')
    said = "".join(f'<div class="elementToProof">{line or "<br>"}</div>' for line in words.split("\n"))
    page = (
        f'<html><head><style type="text/css" style="display:none;"> P {{margin-top:0;}} </style></head><body dir="ltr">'
        f'{said}<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1">'
        f'<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif">{_bold_heads(heads)}</font>'
        f"<div>&nbsp;</div></div>{renamed}</body></html>"
    )
    return plain, page


def outlook_phone(words, digest, language="en"):
    line = {"en": "Get Outlook for iOS", "fr": "Télécharger Outlook pour iOS", "es": "Obtener Outlook para iOS"}
    said = f"{words}\n\n{line[language]}<https://aka.ms/o0ukef>"
    return outlook_web(said, digest, language)[0], outlook_web(said.partition("<")[0], digest, language)[1]


_WROTE = {
    "en": "On Tue, Nov 24, 2026 at 10:00 AM Joint Review Office <\n{0}> wrote:",
    "fr": "Le mar. 24 nov. 2026 à 10:00, Joint Review Office <{0}> a\nécrit :",
    "es": "El mar, 24 nov 2026 a las 10:00, Joint Review Office (<{0}>)\nescribió:",
}


def gmail(words, digest, language="en"):
    page, wrote = page_of(digest), _WROTE[language].format(OFFICE)
    quoted = made_plain(page, lambda href: f"\n<{href.removeprefix('mailto:')}>", "*")
    plain = "\n".join([words, "", wrote, "", behind_marks(wrapped(quoted, 76))])
    said = wrote.replace("\n", " ").replace(f"<{OFFICE}>", f'&lt;<a href="mailto:{OFFICE}">{OFFICE}</a>&gt;')
    page = (
        f'<div dir="ltr">{words.replace(chr(10), "<br>")}</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{said}<br></div>'
        f'<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex">{page}</blockquote></div>'
    )
    return plain, page


def iphone(words, digest, language="en"):
    """Apple's program puts who wrote behind the marks as well."""
    line = {"en": "Sent from my iPhone", "fr": "Envoyé de mon iPhone", "es": "Enviado desde mi iPhone"}[language]
    page, wrote = page_of(digest), _WROTE[language].format(OFFICE).replace("\n", "")
    quoted = made_plain(page, lambda href: f" <{href}>")
    plain = "\n".join([words, "", line, "", behind_marks(f"{wrote}\n\n{quoted}")])
    written = wrote.replace("<", "&lt;").replace(">", "&gt;")
    page = (
        f'<html><body dir="auto">{words.replace(chr(10), "<br>")}<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">'
        f'{line}</div><div dir="ltr"><br><blockquote type="cite">{written}<br><br></blockquote></div>'
        f'<blockquote type="cite"><div dir="ltr">\ufeff{page}</div></blockquote></body></html>'
    )
    return plain, page


def thunderbird(words, digest, language="en"):
    wrote = {
        "en": "On 24/11/2026 10:00, {0} wrote:",
        "fr": "Le 24/11/2026 à 10:00, {0} a écrit :",
        "es": "El 24/11/26 a las 10:00, {0} escribió:",
    }
    quoted = made_plain(page_of(digest), lambda href: f" <{href}>", "*")
    return "\n".join(
        [wrote[language].format("Joint Review Office"), behind_marks(wrapped(quoted, 72)), "", words]
    ), None


def notes(words, digest, language="en"):
    of, _, to, about, _ = _HEADS[language]
    heads = [
        f'{of}:\t"Joint Review Office" <{OFFICE}>',
        f"{to}:\t<ana@who.example.org>",
        "Date:\t24/11/2026 10:00",
        f"{about}:\t{subject_of(digest)}",
        "_" * 32,
    ]
    return "\n".join([words, "", *heads, "", "", "", wrapped(text_of(digest), 80)]), None


PROGRAMS = (outlook, old_outlook, outlook_web, outlook_phone, gmail, iphone, thunderbird, notes)


def as_mail(plain, page=None, *, only_page=False):
    """The bytes of a mail with these forms of one text."""
    message = EmailMessage()
    message["From"] = "LIMA, Ana <ana@who.example.org>"
    if only_page:
        message.set_content(page, subtype="html")
    else:
        message.set_content(plain)
    if page is not None and not only_page:
        message.add_alternative(page, subtype="html")
    return message.as_bytes()
