"""Mails written as files into a folder, where no mail server is configured."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from tracker.domain.outbox import Answer, Event, Mail
from tracker.mail.transport import MailServerError, Permission
from tracker.records import record


@record
class Folder:
    """Writes each mail as an `.eml` file. The name comes from the key, so that writing again is no second mail."""

    path: Path

    def describe(self) -> str:
        """The folder."""
        return f"no mail server is configured, so emails are written as files into {self.path}"

    def send(self, mail: Mail, may_transmit: Permission) -> Answer:  # noqa: ARG002 - there is no window to mark
        """Write the file whole or not at all. Raises MailServerError where the folder takes none."""
        target = self.path / file_name(mail.key)
        try:
            self._write(target, mail.message)
        except OSError as error:
            raise MailServerError(
                f"the emails cannot be written: {(error.strerror or str(error)).lower()}.",
                where=str(self.path),
                remedy="Correct the cause and try again; the emails stay in the outbox.",
            ) from None
        return Answer(Event.ACCEPT, f"written to {target.name}")

    def _write(self, target: Path, message: bytes) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = target.with_suffix(f".{os.getpid()}.tmp")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(message)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        _sync_folder(self.path)

    def close(self) -> None:
        """Nothing is held open."""


def file_name(key: str) -> str:
    """A file name for a key: readable, safe on every file system, and different for different keys."""
    readable = re.sub(r"[^A-Za-z0-9@._-]+", "_", key).strip("._")[:100]
    return f"{readable}-{hashlib.sha256(key.encode()).hexdigest()[:8]}.eml"


def _sync_folder(path: Path) -> None:
    """Make a rename last through a power cut, where folders can be synced."""
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
