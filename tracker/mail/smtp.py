"""Delivery to a mail server: one connection for many mails, verb by verb.

`smtplib.sendmail` hides where a connection broke, which is the one thing to know: before the mail itself
went out it can be tried again, after that nobody can say whether it arrived. Hence the single verbs here.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tracker.certificates import trusting
from tracker.domain.addresses import on_the_line
from tracker.domain.outbox import Answer, Event, Mail, answer_to
from tracker.errors import WorldError
from tracker.mail.transport import MailServerError, Permission
from tracker.records import record

ANSWER_SECONDS = 600
"""How long to wait for the answer to a whole mail. RFC 5321 4.5.3.2.6 asks for ten minutes: less makes duplicates."""

_LONGEST_ANSWER = 500
_CLOSING = 421
"""The server's "I am closing this connection", allowed as the answer to any verb."""
_TOO_BIG = 552
_LOGIN_WANTED = frozenset({530, 534, 535, 538})
"""What some servers say only at RCPT. It would fail every mail, and is no mail's fault."""
_FORBIDDEN = re.compile(r"[\x00-\x20<>\x7f]")


class _LostError(Exception):
    """The connection broke before the mail itself went out."""


@record
class Login:
    """Name and password; neither appears in messages, logs or reprs."""

    username: str = field(repr=False)
    password: str = field(repr=False)

    def hidden_in(self, text: str) -> str:
        """The text with name and password blanked: some servers repeat them."""
        for secret in (self.password, self.username):
            text = text.replace(secret, "…")
        return text


@dataclass(slots=True)
class Smtp:
    """A mail server. `security` is starttls, tls or none; times are in seconds.

    `before_verb` is called with CONNECT, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, BODY, ANSWER, RSET or QUIT
    before each step: for tests that end the program there.
    """

    host: str
    port: int
    security: str
    sender: str
    login: Login | None = None
    ca_file: str | None = None
    timeout: float = 30
    answer_timeout: float = ANSWER_SECONDS
    before_verb: Callable[[str], None] = lambda _: None
    _line: smtplib.SMTP | None = field(default=None, repr=False)

    def describe(self) -> str:
        """Server, port and security."""
        words = {"starttls": "STARTTLS", "tls": "TLS", "none": "not encrypted"}
        return f"by {self.host}:{self.port} ({words[self.security]})"

    def send(self, mail: Mail, may_transmit: Permission) -> Answer | None:
        """Deliver one mail; see Transport."""
        try:
            refused = _unfit(self.sender, mail) or self._introduce(mail)
            if refused is not None:
                return refused
            if not may_transmit():
                self._reset()
                return None
            return self._transmit(self._connected(), mail.message)
        except _LostError as lost:
            return Answer(Event.POSTPONE, str(lost))
        except BaseException:
            self._hang_up()  # the dialogue stands in the middle of a mail
            raise

    def close(self) -> None:
        """QUIT, where there is a connection."""
        line, self._line = self._line, None
        if line is None:
            return
        try:
            self.before_verb("QUIT")
            line.quit()
        except (smtplib.SMTPException, OSError):
            pass  # whoever hangs up on a good-bye has everything
        finally:
            line.close()

    def _introduce(self, mail: Mail) -> Answer | None:
        """Everything before the mail itself; None when the server accepted sender and recipient.

        A connection that the server dropped or closed since the last mail is opened anew, once.
        """
        kept_open = self._line is not None
        try:
            refused = self._envelope(self._connected(), mail)
        except _LostError:
            if not kept_open:
                raise
            return self._envelope(self._connected(), mail)
        if kept_open and self._line is None:
            return self._envelope(self._connected(), mail)
        return refused

    def _connected(self) -> smtplib.SMTP:
        if self._line is None:
            self._line = self._connect()
        return self._line

    def _envelope(self, line: smtplib.SMTP, mail: Mail) -> Answer | None:
        """MAIL and RCPT; None when both were accepted."""
        sender, mail = on_the_line(self.sender), replace(mail, recipient=on_the_line(mail.recipient))
        options = _mail_options(line, sender, mail)
        if options is None:
            return Answer(Event.REFUSE, "the address is not plain ASCII, and the mail server knows no other")
        code, text = self._verb("MAIL", lambda: line.mail(sender, options))
        if code // 100 == 5 and code != _TOO_BIG and "SMTPUTF8" not in options:
            raise self._trouble(f"refuses mail from {self.sender}: {code} {text}", "Check [mail] from.")
        if code // 100 == 2:
            code, text = self._verb("RCPT", lambda: line.rcpt(mail.recipient))
        if code in _LOGIN_WANTED:
            raise self._trouble(f"requires a login: {code} {text}", "Check [mail] username and password.")
        if code // 100 == 2:
            return None
        self._reset(after=code)
        return answer_to(code, text)

    def _transmit(self, line: smtplib.SMTP, message: bytes) -> Answer:
        """DATA, the mail, and the answer. From the mail's first octet on, silence means that nobody knows."""
        code, text = self._verb("DATA", lambda: line.docmd("DATA"))
        if code != 354:
            self._reset(after=code)
            # Whatever was answered, the mail was not sent: a 2xx here is nonsense, not success.
            return answer_to(code if code // 100 in (4, 5) else 451, text)
        try:
            self.before_verb("BODY")
            assert line.sock is not None
            line.sock.settimeout(max(self.timeout, self.answer_timeout))
            line.send(_on_the_wire(message))
            self.before_verb("ANSWER")
            code, text = _reply(line.getreply())
            line.sock.settimeout(self.timeout)
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            return Answer(Event.LOSE, f"the connection broke before the answer to the email: {_said(error)}")
        if code == _CLOSING:
            self._hang_up()
        if code // 100 not in (2, 4, 5):
            return Answer(Event.LOSE, f"the answer to the email was not SMTP: {code} {text}".strip())
        return answer_to(code, text)

    def _verb(self, name: str, step: Callable[[], tuple[int, bytes]]) -> tuple[int, str]:
        self.before_verb(name)
        try:
            return _reply(step())
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise _LostError(f"the connection broke at {name}: {_said(error)}") from None

    def _reset(self, after: int = 0) -> None:
        """Back to where a new mail can begin; a connection that cannot is closed."""
        line = self._line
        if line is None:
            return
        if after == _CLOSING:
            self._hang_up()
            return
        self.before_verb("RSET")
        try:
            code, _ = line.rset()
        except (smtplib.SMTPException, OSError):
            code = 0
        if code // 100 != 2:
            self._hang_up()

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _connect(self) -> smtplib.SMTP:
        line: smtplib.SMTP | None = None
        try:
            self.before_verb("CONNECT")
            line = self._call()
            self._greet(line)
        except BaseException as error:
            if line is not None:
                line.close()
            trouble = self._explained(error)
            if trouble is None:
                raise
            raise trouble from None  # the chained error may hold the password
        return line

    def _call(self) -> smtplib.SMTP:
        try:
            if self.security == "tls":
                return smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=self._tls())
            return smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        except UnicodeError as error:  # about the host's name; Python 3.13 has for it what a login has for a password
            raise ValueError(str(error)) from None

    def _greet(self, line: smtplib.SMTP) -> None:
        self.before_verb("EHLO")
        line.ehlo_or_helo_if_needed()
        if self.security == "starttls":
            self.before_verb("STARTTLS")
            line.starttls(context=self._tls())
            line.ehlo_or_helo_if_needed()
        if self.login is not None:
            self.before_verb("AUTH")
            line.login(self.login.username, self.login.password)

    def _tls(self) -> ssl.SSLContext:
        try:
            return trusting(self.ca_file, "mail")
        except WorldError as error:
            raise MailServerError(
                error.what, where=error.where, remedy=f"{error.remedy} The emails stay queued."
            ) from None

    def _explained(self, error: BaseException) -> MailServerError | None:
        """What kept us from a working connection, as a sentence; None for what is no trouble of the server."""
        for kind, sentence, remedy in _TROUBLES:
            if isinstance(error, kind):
                said = _said(error)
                text = sentence.format(said=said if self.login is None else self.login.hidden_in(said))
                return self._trouble(text, remedy)
        return None

    def _trouble(self, what: str, remedy: str) -> MailServerError:
        return MailServerError(
            f"the mail server {self.host}:{self.port} {what.rstrip('.')}.", remedy=f"{remedy} The emails stay queued."
        )


_TROUBLES: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str, str], ...] = (
    (smtplib.SMTPAuthenticationError, "refuses the login: {said}", "Check [mail] username and password."),
    (smtplib.SMTPNotSupportedError, "does not offer what [mail] asks for: {said}", "Check [mail] security and port."),
    (
        UnicodeEncodeError,
        "cannot be logged in to with characters beyond ASCII in the username or password",
        "Use an app password.",
    ),
    (
        smtplib.SMTPServerDisconnected,
        "broke off the connection: {said}",
        "Check [mail] host, port and security, or wait.",
    ),
    (smtplib.SMTPException, "does not respond as a mail server: {said}", "Check [mail] host, port and security."),
    (
        ssl.SSLCertVerificationError,
        "shows a certificate that is not trusted: {said}",
        "Check [mail] host, or name the authority's file in [mail] ca_file.",
    ),
    (ssl.SSLError, "does not speak TLS as expected: {said}", "Check [mail] security and port."),
    (socket.gaierror, "cannot be found: {said}", "Check [mail] host."),
    (TimeoutError, "does not answer", "Check [mail] host and port, or wait."),
    (OSError, "cannot be reached: {said}", "Check [mail] host and port, or wait."),
    # What a name or a number does that no network takes: it would fail every mail, and is no mail's fault.
    ((ValueError, OverflowError), "cannot be reached as it is set: {said}", "Check [mail] host, port and timeout."),
)
"""Kind of error → what the server does, and the remedy; the first that fits counts."""


def _unfit(sender: str, mail: Mail) -> Answer | None:
    """What can never be sent: an address that would end the command, lines that another server reads otherwise."""
    for address in (sender, mail.recipient):
        if not address or _FORBIDDEN.search(address):
            return Answer(Event.REFUSE, f"{address!r} is not an email address")
    ends = mail.message.count(b"\r\n")  # counting is twenty times as fast as a pattern
    if not ends == mail.message.count(b"\r") == mail.message.count(b"\n"):
        return Answer(Event.REFUSE, "the email contains a line end that is not CRLF")
    return None


def _mail_options(line: smtplib.SMTP, sender: str, mail: Mail) -> list[str] | None:
    """The parameters of MAIL; None when an address needs SMTPUTF8 and the server has it not."""
    line.command_encoding = "ascii"  # smtplib leaves UTF-8 on after a mail that needed it
    options = []
    if line.has_extn("size"):
        options.append(f"SIZE={len(mail.message)}")
    if not mail.message.isascii() and line.has_extn("8bitmime"):
        options.append("BODY=8BITMIME")
    if sender.isascii() and mail.recipient.isascii():
        return options
    return [*options, "SMTPUTF8"] if line.has_extn("smtputf8") else None


def _on_the_wire(message: bytes) -> bytes:
    """The mail with its leading dots doubled and the end marked."""
    lines = message if message.endswith(b"\r\n") or not message else message + b"\r\n"
    quoted = lines.replace(b"\r\n.", b"\r\n..")
    return (b"." if message.startswith(b".") else b"") + quoted + b".\r\n"


def _reply(reply: tuple[int, bytes]) -> tuple[int, str]:
    code, text = reply
    return code, _plain(text.decode("utf-8", "replace"))


def _said(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        said = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
        return _plain(f"{error.smtp_code} {said}")
    if isinstance(error, ssl.SSLCertVerificationError):
        return _plain(error.verify_message)
    return _plain(str(getattr(error, "strerror", None) or error) or type(error).__name__)


def _plain(text: str) -> str:
    """One line without control characters, and not endless: servers may say anything."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line[:_LONGEST_ANSWER]
