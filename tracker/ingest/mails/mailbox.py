"""Mails from outside: where they lie (a folder of .eml files, an IMAP mailbox), and what each says of itself.

Nothing is marked, moved or deleted there: an IMAP mailbox is only examined, so that what the office does
with its mail is left to the office.
"""

from __future__ import annotations

import hashlib
import imaplib
import re
import ssl
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tracker.certificates import trusting
from tracker.config import LOOPBACK, can_be_looked_up
from tracker.errors import BadDataError, UsageError, WorldError
from tracker.ingest.mails.letters import BOUNDED, file_name, head_of
from tracker.limits import Limits
from tracker.progress import OnStep
from tracker.records import record

_TIMEOUT = 30
SHEETS = (".xlsx", ".xlsm", ".xls", ".ods")
MOST_SHEETS = 10
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+>")
_AUTOMATIC_SUBJECT = re.compile(
    r"\s*(automatic reply|auto[- ]?reply|autoreply|out of (the )?office|réponse automatique|absence du bureau"
    r"|respuesta automática|abwesenheitsnotiz|undeliver|delivery status|mail delivery)",
    re.IGNORECASE,
)


@record
class Attachment:
    """A file that came with a mail; the name is the sender's, without any folder."""

    name: str
    content: bytes


@record
class Mail:
    """A mail as far as returns go. `key` tells it from every other; `automatic` is why no person wrote it.

    Of `sheets` there are up to MOST_SHEETS, and one more where the mail has more. It `answers` the mails to which it
    replies, and those that they answered.
    """

    key: str
    sender: str
    subject: str
    sent_on: str | None
    answers: tuple[str, ...]
    automatic: str | None
    sheets: tuple[Attachment, ...]


def parse_mail(raw: bytes) -> Mail:
    """Read a mail; what cannot be decoded or shown is left out, never an error."""
    try:
        return _parsed(raw)
    except RecursionError:  # parts within parts within parts, as no mail program makes them
        return _closed(raw, "an email nested too deeply to be opened")
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - Python's parser stumbles over what only an attacker writes
        return _closed(raw, "an email that cannot be opened")


def _closed(raw: bytes, why: str) -> Mail:
    return Mail(key_of("", raw), "", "", None, (), why, ())


def _parsed(raw: bytes) -> Mail:
    message = message_from_bytes(raw, policy=BOUNDED)
    assert isinstance(message, EmailMessage)
    senders = [address for _, address in getaddresses([_header(message, "From")]) if address]
    return Mail(
        key=key_of(_header(message, "Message-ID"), raw),
        sender=senders[0].casefold() if len(senders) == 1 else ", ".join(senders),
        subject=" ".join(_header(message, "Subject").split())[:300],
        sent_on=_sent_on(message),
        answers=tuple(_MESSAGE_ID.findall(f"{_header(message, 'In-Reply-To')} {_header(message, 'References')}")),
        automatic=_why_automatic(message, senders),
        sheets=tuple(_sheets(message)),
    )


def key_of(message_id: str, raw: bytes) -> str:
    """A mail's Message-ID, or, where it has none, the checksum of its bytes."""
    found = _MESSAGE_ID.search(message_id)
    return found[0] if found else f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _header(message: EmailMessage, name: str) -> str:
    return _shown(head_of(message, name))


def _shown(text: str) -> str:
    """Without what would steer a terminal, or what a database refuses."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


def _sent_on(message: EmailMessage) -> str | None:
    with suppress(ValueError, TypeError, OverflowError):
        return parsedate_to_datetime(_header(message, "Date")).date().isoformat()
    return None


_AUTOMATIC: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("Auto-Submitted", lambda said: said.split(";")[0].strip().casefold() not in ("", "no")),
    ("X-Autoreply", bool),
    ("X-Autorespond", bool),
    ("X-Auto-Reply", bool),
    ("Precedence", lambda said: said.strip().casefold() in ("auto_reply", "auto-reply", "bulk", "junk")),
    ("Return-Path", lambda said: said.strip() == "<>"),
    ("Content-Type", lambda said: said.casefold().startswith("multipart/report")),
    ("Subject", lambda said: bool(_AUTOMATIC_SUBJECT.match(said))),
)
"""Header → whether what it says means that a machine wrote the mail (RFC 3834, and what programs do instead)."""


def _why_automatic(message: EmailMessage, senders: list[str]) -> str | None:
    for name, tells in _AUTOMATIC:
        said = _header(message, name)
        if tells(said):
            return f"an automatic reply ({name}: {said[:60]})"
    if any(sender.partition("@")[0].casefold() in ("mailer-daemon", "postmaster") for sender in senders):
        return "a mail server's own report"
    return None


def _sheets(message: EmailMessage) -> Iterator[Attachment]:
    found = 0
    for part in message.walk():
        name = _shown(file_name(part)).replace("\\", "/").rpartition("/")[2]
        if not part.is_multipart() and name.casefold().endswith(SHEETS) and found <= MOST_SHEETS:
            content = part.get_payload(decode=True)
            found += 1
            yield Attachment(name[-200:], content if isinstance(content, bytes) else b"")


@record
class ImapAddress:
    """A folder of a mailbox. `security` is `tls`, `starttls`, or `none` for this machine; `timeout` in seconds."""

    host: str
    username: str
    folder: str = "INBOX"
    port: int | None = None
    security: str = "tls"
    ca_file: str | None = None
    timeout: int = _TIMEOUT


def parse_source(source: str) -> Path | ImapAddress:
    """A folder of .eml files, or `imaps://USER@HOST[:PORT]/FOLDER`; `imap://` means STARTTLS.

    On this machine itself `imap://` is plain. Raises UsageError for an address that cannot be meant.
    """
    if "://" not in source:
        return Path(source)
    address = urlsplit(source)
    host = address.hostname or ""
    if address.scheme not in ("imap", "imaps") or not can_be_looked_up(host) or not address.username:
        raise UsageError(f"“{source}” is not a mailbox.", remedy="Write imaps://USER@HOST/FOLDER, or a folder.")
    if address.password is not None:
        raise UsageError("a password in the address is seen by everyone.", remedy=_WHERE_IT_GOES)
    try:
        port = address.port
    except ValueError:
        raise UsageError(f"“{source}” names no port that there is.", remedy="Use a number up to 65535.") from None
    here = "none" if host in LOOPBACK else "starttls"
    return ImapAddress(
        host=host,
        username=unquote(address.username),
        folder=unquote(address.path.strip("/")) or "INBOX",
        port=port,
        security="tls" if address.scheme == "imaps" else here,
    )


_WHERE_IT_GOES = "Give it in TRACKER_MAILBOX_PASSWORD, or in [mailbox] password_file of tracker.toml."


@contextmanager
def open_mailbox(
    source: str | Path | ImapAddress, password: str | None, limits: Limits | None = None
) -> Iterator[Folder | Imap]:
    """The mails of a folder, or of a server's. Raises UsageError for an address that cannot be meant or is without its
    password, WorldError where the server cannot be reached or refuses.
    """
    address = parse_source(source) if isinstance(source, str) else source
    most_bytes = (limits or Limits()).mail_bytes
    if isinstance(address, Path):
        yield Folder(address, most_bytes)
        return
    if not password:
        raise UsageError("the mailbox needs a password.", remedy=_WHERE_IT_GOES)
    host = address.host
    try:
        context = trusting(address.ca_file, "mailbox")
        server = _connect(address, context)
        try:
            if address.security == "starttls":
                server.starttls(context)
            _log_in(server, host, address.username, password)
            yield Imap(server, host, address.folder, most_bytes)
        finally:
            _leave(server)
    except imaplib.IMAP4.error as error:
        raise WorldError(f"the mail server answered: {_said(error)}.", where=host, remedy="Try again later.") from None
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        raise WorldError(
            f"the mail server cannot be used ({reason}).", where=host, remedy="Check the address."
        ) from None


def _connect(address: ImapAddress, context: ssl.SSLContext) -> imaplib.IMAP4:
    if address.security == "tls":
        return imaplib.IMAP4_SSL(address.host, address.port or 993, ssl_context=context, timeout=address.timeout)
    return imaplib.IMAP4(address.host, address.port or 143, timeout=address.timeout)


def _leave(server: imaplib.IMAP4) -> None:
    """Log out where the server still answers; close the connection in any case."""
    with suppress(imaplib.IMAP4.error, OSError):
        server.logout()
    with suppress(OSError):
        server.shutdown()


def _log_in(server: imaplib.IMAP4, host: str, user: str, password: str) -> None:
    try:
        server.login(user, password)
    except imaplib.IMAP4.error:  # its words may repeat what was sent
        raise WorldError("the mail server refuses the login.", where=host, remedy="Check user and password.") from None
    except UnicodeEncodeError:
        raise WorldError(
            "the mail server cannot be logged in to with letters beyond ASCII in user or password.",
            where=host,
            remedy="Use an app password.",
        ) from None


def _said(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


Known = Callable[[Collection[str]], Collection[str]]
"""Which of these mails were seen before."""


def _tell(on_step: OnStep | None, done: int, total: int) -> None:
    if on_step is not None:
        on_step(done, total)


class Folder:
    """A folder in which mails lie as .eml files."""

    def __init__(self, path: Path, most_bytes: int) -> None:
        self.path = path
        self.most_bytes = most_bytes
        self.too_large: list[str] = []
        self.no_mails: list[str] = []

    def mails(self, known: Known, on_step: OnStep | None = None) -> Iterator[bytes]:
        """The mails of which `known` does not say that they were seen, by name of file; other files are named."""
        if not self.path.is_dir():
            raise BadDataError("there is no such folder.", where=str(self.path), remedy="Give a folder of .eml files.")
        found = sorted(path for path in self.path.iterdir() if path.is_file() and not path.name.startswith("."))
        files = [path for path in found if _is_mail(path)]
        self.no_mails = [path.name for path in found if not _is_mail(path)]
        for done, file in enumerate(files, start=1):
            if file.stat().st_size > self.most_bytes:
                self.too_large.append(file.name)
            elif not known([parse_mail(raw := file.read_bytes()).key]):
                yield raw
            _tell(on_step, done, len(files))


_UID = re.compile(rb"UID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_CHUNK = 200


def _is_mail(path: Path) -> bool:
    return path.suffix.casefold() == ".eml"


class Imap:
    """A folder of an IMAP mailbox, looked at without marking anything as read."""

    def __init__(self, server: imaplib.IMAP4, host: str, folder: str, most_bytes: int) -> None:
        self.server = server
        self.most_bytes = most_bytes
        self.host = host
        self.folder = folder
        self.too_large: list[str] = []
        self.no_mails: list[str] = []

    def mails(self, known: Known, on_step: OnStep | None = None) -> Iterator[bytes]:
        """The mails of which `known` does not say that they were seen; only Message-IDs are fetched of the others."""
        if not self.folder.isascii():
            raise UsageError("the folder's name has letters beyond ASCII.", remedy="Use another folder.")
        quoted = '"' + self.folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
        answer, _ = self.server.select(quoted, readonly=True)
        if answer != "OK":
            raise WorldError(f"the mailbox has no folder “{self.folder}”.", where=self.host, remedy="Check its name.")
        _, found = self.server.uid("SEARCH", "ALL")
        uids = (found[0] or b"").split()
        for start in range(0, len(uids), _CHUNK):
            chunk = uids[start : start + _CHUNK]
            for done, raw in self._new_among(chunk, known):
                yield raw
                _tell(on_step, start + done, len(uids))
            _tell(on_step, start + len(chunk), len(uids))

    def _new_among(self, uids: list[bytes], known: Known) -> Iterator[tuple[int, bytes]]:
        """New mails, each with the number of the chunk's mails that are then done."""
        wanted = "(UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
        _, answers = self.server.uid("FETCH", b",".join(uids).decode(), wanted)
        heads = [answer for answer in answers if isinstance(answer, tuple)]
        keys, sizes = {}, {}
        for line, head in heads:
            number, size = _UID.search(line), _SIZE.search(line)
            if number is not None and size is not None:
                keys[number[1]] = key_of(head.decode("ascii", "replace"), head)
                sizes[number[1]] = int(size[1])
        seen = known(list(keys.values()))
        for done, (uid, key) in enumerate(keys.items(), start=1):
            if sizes[uid] > self.most_bytes:
                self.too_large.append(key)
            elif key not in seen:
                raw = self._whole(uid)
                # A mail without a Message-ID is known by all its bytes, of which the head was a part.
                if raw and not (key.startswith("sha256:") and known([key_of("", raw)])):
                    yield done, raw

    def _whole(self, uid: bytes) -> bytes:
        _, answers = self.server.uid("FETCH", uid.decode(), "(UID BODY.PEEK[])")
        return next((bytes(answer[1]) for answer in answers if isinstance(answer, tuple)), b"")
