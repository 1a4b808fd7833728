"""A small real IMAP server on the loopback interface: what `return fetch` says to one, and what it answers.

It keeps one folder, INBOX, and notes every command, so that a test can see that nothing was marked.
"""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_FETCH = re.compile(r"UID FETCH (\S+) \((.+)\)", re.IGNORECASE)


class ImapServer(socketserver.ThreadingTCPServer):
    """Serves mails to one user; `hangs_up_on` closes the connection when a command begins with that word."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self,
        mails: Sequence[bytes],
        *,
        password: str = "secret",
        hangs_up_on: str | None = None,
        certificate: tuple[Path, Path] | None = None,
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.context = None if certificate is None else ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        if self.context is not None and certificate is not None:
            self.context.load_cert_chain(*certificate)
        self.mails = list(mails)
        self.password = password
        self.hangs_up_on = hangs_up_on
        self.commands: list[str] = []

    @property
    def address(self) -> str:
        scheme, host = ("imap", "127.0.0.1") if self.context is None else ("imaps", "localhost")
        return f"{scheme}://office%40example.org@{host}:{self.server_address[1]}/INBOX"

    def get_request(self) -> tuple[Any, Any]:
        """Take a connection, encrypted from its first octet where there is a certificate."""
        plain, address = super().get_request()
        if self.context is None:
            return plain, address
        try:
            return self.context.wrap_socket(plain, server_side=True), address
        except OSError:
            plain.close()
            raise


class _Session(socketserver.StreamRequestHandler):
    server: ImapServer

    def handle(self) -> None:
        self._send(b"* OK ready")
        while line := self.rfile.readline():
            tag, _, command = line.decode().strip().partition(" ")
            self.server.commands.append(command)
            word = command.split(" ")[0].upper()
            if word == self.server.hangs_up_on:
                return
            if not self._answer(tag, word, command):
                return

    def _answer(self, tag: str, word: str, command: str) -> bool:
        said = {"CAPABILITY": self._capability, "LOGIN": self._login, "EXAMINE": self._examine, "UID": self._uid}
        if word == "LOGOUT":
            self._send(b"* BYE", f"{tag} OK bye".encode())
            return False
        answer = said[word](command) if word in said else "BAD unknown"
        self._send(f"{tag} {answer}".encode())
        return True

    def _capability(self, _: str) -> str:
        self._send(b"* CAPABILITY IMAP4rev1")
        return "OK done"

    def _login(self, command: str) -> str:
        return "OK in" if command.endswith(f'"{self.server.password}"') else "NO [AUTHENTICATIONFAILED] wrong"

    def _examine(self, command: str) -> str:
        if '"INBOX"' not in command:
            return "NO no such folder"
        self._send(f"* {len(self.server.mails)} EXISTS".encode(), b"* OK [UIDVALIDITY 1] ok")
        return "OK [READ-ONLY] done"

    def _uid(self, command: str) -> str:
        if command.upper().startswith("UID SEARCH"):
            uids = " ".join(str(100 + place) for place in range(len(self.server.mails)))
            self._send(f"* SEARCH {uids}".encode())
            return "OK done"
        found = _FETCH.fullmatch(command)
        assert found is not None
        for uid in found[1].split(","):
            self._fetch(int(uid) - 100, found[2])
        return "OK done"

    def _fetch(self, place: int, wanted: str) -> None:
        raw = self.server.mails[place]
        head = re.search(rb"^Message-ID:.*\r?\n", raw.partition(b"\r\n\r\n")[0] + b"\r\n", re.IGNORECASE | re.MULTILINE)
        part = (head[0] if head else b"") + b"\r\n" if "HEADER" in wanted else raw
        name = "BODY[HEADER.FIELDS (MESSAGE-ID)]" if "HEADER" in wanted else "BODY[]"
        line = f"* {place + 1} FETCH (UID {100 + place} RFC822.SIZE {len(raw)} {name} {{{len(part)}}}\r\n"
        self.wfile.write(line.encode() + part + b")\r\n")

    def _send(self, *lines: bytes) -> None:
        for line in lines:
            self.wfile.write(line + b"\r\n")


@contextmanager
def serving(mails: Sequence[bytes], **options: Any) -> Iterator[ImapServer]:
    """Run a server for the length of a test; it is closed however the test ends."""
    server = ImapServer(mails, **options)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
