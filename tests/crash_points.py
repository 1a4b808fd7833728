"""Places at which a program can die between the register and the mail server, and dying there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import event, insert

from tracker.mail.smtp import Smtp
from tracker.store.database.mail_tables import reminder_table
from tracker.store.mails import outbox
from tracker.store.unit import Register


class Crash(BaseException):
    """The program's death: no handler of errors catches it."""


class Fuse:
    """Counts the steps and dies at one of them; from then on every step is a death, as for the dead."""

    def __init__(self, at: int | None = None) -> None:
        self.at = at
        self.steps: list[str] = []

    def __call__(self, step: str) -> None:
        if self.at is not None and len(self.steps) >= self.at:
            raise Crash(step)
        self.steps.append(step)


def watched(register: Register, transport: Smtp, step: Callable[[str], None]) -> None:
    """Call `step` before every statement, every commit and every SMTP verb."""

    def before_statement(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        step(statement.split(maxsplit=1)[0])

    def before_commit(_connection: Any) -> None:
        step("COMMIT")

    event.listen(register.engine, "before_cursor_execute", before_statement)
    event.listen(register.engine, "commit", before_commit)
    transport.before_verb = step


def compose(register: Register, mails: int, now: datetime) -> None:
    """Queue mails as the digests are: the ledger and the outbox in one transaction, once by key."""
    for number in range(1, mails + 1):
        recipient = f"head{number}@example.org"
        with register.write() as session:
            outbox_id = outbox.put(
                session,
                key=f"digest:2026-W48:{recipient}",
                recipient=recipient,
                subject=f"Email {number}",
                message=f"Subject: Email {number}\n\nPlease answer.\n".encode(),
                now=now,
            )
            if outbox_id is not None:
                row = {"recipient": recipient, "cycle": "2026-W48", "composed_at": now, "outbox_id": outbox_id}
                session.execute(insert(reminder_table).values(row))
