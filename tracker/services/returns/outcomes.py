"""What reading a return did, or would do: row by row, and on the whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

from tracker.domain.journal import Entry
from tracker.domain.received import Received, ReturnState
from tracker.ingest.returns.margins import Unread
from tracker.records import record


class Outcome(Enum):
    """What became of one row of a return."""

    CHANGED = "changed"
    ALREADY = "already"
    REFUSED = "refused"


@record
class RowReport:
    """One row: what it asks for, and what came of it. `changes` are (topic, from, to).

    A row that is refused for several of its cells has one of these for each.
    `above` are the entries of later days since which it is otherwise than the row says.
    """

    outcome: Outcome
    where: str
    ref: str | None
    changes: tuple[tuple[str, str | None, str | None], ...] = ()
    note: str | None = None
    why: str | None = None
    above: tuple[Entry, ...] = ()

    @property
    def row(self) -> str:
        """Which row it is: the reference; where it is none of ours, its number, which ends the place."""
        return self.ref or re.sub(r".*\D", "", self.where)

    def as_json(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome.value,
            "where": self.where,
            "ref": self.ref,
            "changes": [{"topic": topic, "from": source, "to": target} for topic, source, target in self.changes],
            "note": self.note,
            "why": self.why,
        }


@dataclass(slots=True)
class ReturnReport:
    """What reading a return did, or would do. `known` is this very file where it came in before.

    `mail_says` is what stands in the mail beside it.
    """

    name: str
    sha256: str
    organization: str
    made_on: date
    rows: list[RowReport] = field(default_factory=list)
    blank: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    known: Received | None = None
    mail_says: str | None = None
    is_written: bool = False

    @property
    def read_before(self) -> Received | None:
        """Where this very file was read already; what it wrote and still stands is then said already, and only what is
        left counts as change or refusal.
        """
        return self.known if self.known is not None and self.known.state is ReturnState.READ else None

    @property
    def is_waiting(self) -> bool:
        """Whether it came in by mail and was not read yet."""
        return self.known is not None and self.read_before is None

    @property
    def number(self) -> int | None:
        """That of a file that came in before."""
        return None if self.known is None else self.known.id

    @property
    def is_left(self) -> bool:
        """Whether there is anything to write: rows, or that it was read.

        That is put down in any case of what is read for the first time, but for a file in which nothing is filled in:
        nobody has sent it.
        """
        is_first = self.read_before is None and (bool(self.rows) or self.is_waiting)
        return is_first or bool(self.of(Outcome.CHANGED))

    def of(self, outcome: Outcome) -> list[RowReport]:
        return [row for row in self.rows if row.outcome is outcome]

    def counts(self) -> dict[str, int]:
        """How many rows came to what, by its word; one that is refused for several of its cells counts once."""
        return {outcome.value: len({row.row for row in self.of(outcome)}) for outcome in Outcome}

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": "return",
            "file": self.name,
            "sha256": self.sha256,
            "organization": self.organization,
            "made_on": self.made_on.isoformat(),
            "read_before": None if self.read_before is None else self.read_before.as_json(),
            **self.counts(),
            "blank": self.blank,
            "missing": self.missing,
            "unread": [{"where": each.where, "what": each.what} for each in self.unread],
            "mail_says": self.mail_says,
            "rows": [row.as_json() for row in self.rows],
        }
