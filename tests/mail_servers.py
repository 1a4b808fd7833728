"""Real mail servers for tests: aiosmtpd in a thread, with the bad habits that real ones have."""

# ruff: noqa: N802, ARG002 - aiosmtpd names its hooks and gives them what they may need

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tracker.domain.outbox import Mail
from tracker.mail.smtp import Login, Smtp

USER, PASSWORD = "tracker", "correct horse"
OK = "250 OK"


@dataclass
class Habits:
    """How a server behaves, changeable while it runs, and what it has received.

    `at_rcpt` and `at_data` give a reply for an address, or None for a plain yes. `vanish` names the steps at
    which the connection is cut: MAIL, RCPT, BODY (the mail is taken, and no answer comes).
    """

    at_mail: Callable[[str], str | None] = lambda _: None
    at_rcpt: Callable[[str], str | None] = lambda _: None
    at_data: Callable[[str], str | None] = lambda _: None
    vanish: Callable[[str, str], bool] = lambda _step, _address: False
    seconds: float = 0
    received: list[tuple[str, bytes]] = field(default_factory=list)
    connections: int = 0
    verbs: list[str] = field(default_factory=list)

    @property
    def recipients(self) -> list[str]:
        return [recipient for recipient, _ in self.received]

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: Any) -> Any:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self.verbs.append("MAIL")
        await asyncio.sleep(self.seconds)
        if self.vanish("MAIL", address):
            return await _cut(server)
        reply = self.at_mail(address)
        if reply is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return reply or OK

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self.verbs.append("RCPT")
        if self.vanish("RCPT", address):
            return await _cut(server)
        reply = self.at_rcpt(address)
        if reply is None:
            envelope.rcpt_tos.append(address)
        return reply or OK

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.verbs.append("DATA")
        address = envelope.rcpt_tos[0]
        await asyncio.sleep(self.seconds)
        reply = self.at_data(address)
        if reply is None:
            self.received.append((address, envelope.original_content))
        if self.vanish("BODY", address):
            return await _cut(server)
        return reply or OK


async def _cut(server: Any) -> str:
    """Cut the line without a word; what is returned is never heard."""
    server.transport.abort()
    await asyncio.sleep(0)
    return "451 cut"


def free_port() -> int:
    """A port on which nobody listens at this moment."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def mail_server(
    habits: Habits,
    *,
    port: int = 0,
    certificate: tuple[Path, Path] | None = None,
    tls: str | None = None,
    with_login: bool = False,
    **options: Any,
) -> Iterator[int]:
    """A server on this machine; gives its port, and is stopped whatever happens."""
    context = None
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)
    controller = Controller(
        habits,
        hostname="127.0.0.1",
        port=port or free_port(),
        ssl_context=context if tls == "tls" else None,
        tls_context=context if tls == "starttls" else None,
        require_starttls=tls == "starttls",
        auth_required=with_login,
        authenticator=_check_login if with_login else None,
        auth_require_tls=tls == "starttls",
        ready_timeout=10,
        **options,
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def _check_login(server: Any, session: Any, envelope: Any, mechanism: str, auth_data: Any) -> AuthResult:
    wanted = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=auth_data == wanted, handled=False)


def smtp(port: int, **changes: Any) -> Smtp:
    """A transport to a server on this machine."""
    plain: dict[str, Any] = {
        "host": "127.0.0.1",
        "security": "none",
        "sender": "office@example.org",
        "timeout": 5,
        "answer_timeout": 5,
    }
    return Smtp(port=port, **plain | changes)


def login(password: str = PASSWORD) -> Login:
    return Login(USER, password)


def a_mail(number: int = 1, recipient: str | None = None, message: bytes | None = None) -> Mail:
    """A claimed mail, as the store would hand it over."""
    address = recipient or f"head{number}@example.org"
    text = f"Subject: Email {number}\r\n\r\nPlease answer.\r\n".encode()
    return Mail(number, f"digest:2026-W47:{address}", address, message or text, 0)


def make_certificate(folder: Path, name: str = "localhost") -> tuple[Path, Path]:
    """A certificate for this machine and its key, signed by itself, made with the openssl command."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    words = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        f"-subj /CN={name} -addext subjectAltName=DNS:{name},IP:127.0.0.1"
    )
    subprocess.run([*words.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key
