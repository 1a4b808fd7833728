"""What came in, by mail or from files: returns, and letters in the place of one, with how far they have got. Pure."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any

from tracker.domain.plurals import plural
from tracker.domain.rows import instant
from tracker.records import record


class ReturnState(Enum):
    """How far a return that came in has got. Only a person's `return read` takes it to `read`."""

    QUEUED = "queued"
    HELD = "held"
    READ = "read"
    DROPPED = "dropped"


class MailVerdict(Enum):
    """What became of a mail that was fetched."""

    QUEUED = "queued"
    HELD = "held"
    IGNORED = "ignored"


LETTER = "letter.eml"
"""The name under which a mail is kept that a person has to read, and that holds no return, or none that is new."""


@record
class Received:
    """A return that came in, or a letter in the place of one; its bytes are kept with the evidence.

    `batch` is the one that reading it wrote last. `taken_back` counts the rows of that batch of which nothing counts
    any more. `has_words` where the mail that brought it says something beside it.
    """

    id: int
    sha256: str
    name: str
    size: int
    received_at: datetime
    state: ReturnState
    why: str | None
    organization: str | None
    sender: str | None
    subject: str | None
    batch: int | None
    taken_back: int = 0
    has_words: bool = False

    @property
    def is_letter(self) -> bool:
        return self.name == LETTER

    @property
    def remark(self) -> str | None:
        """Why it is held or was dropped; of one that was read, what of it is not in the register."""
        said = (self.why, f"{plural(self.taken_back, 'row')} taken back" if self.taken_back else None)
        return "; ".join(filter(None, said)) or None

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "sha256": self.sha256,
            "size": self.size,
            "received_at": instant(self.received_at),
            "state": self.state.value,
            "why": self.remark,
            "organization": self.organization,
            "sender": self.sender,
            "subject": self.subject,
            "batch": self.batch,
            "has_words": self.is_letter or self.has_words,
        }
