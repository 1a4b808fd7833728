"""The frozen records in which store, services, commands and reports speak of the register."""

from __future__ import annotations

import json
from dataclasses import field
from datetime import date, datetime
from typing import Any

from tracker.domain.deadlines import is_overdue
from tracker.domain.lifecycle import Positions, is_done_though_not_accepted, is_settled
from tracker.domain.references import as_typed, follow_up_name, reference_to
from tracker.domain.vocabulary import (
    Acceptance,
    Addressee,
    Implementation,
    LinkKind,
    Post,
    Stance,
    SymbolRole,
    Verification,
)
from tracker.records import record


@record
class Evidence:
    """A link, or a file kept under its checksum; `location` is the address or the file's own name.

    `is_return` is the return itself which was read: it is kept like evidence, and shows nothing of what it claims.
    """

    location: str
    sha256: str | None = None
    is_return: bool = False

    def as_json(self) -> dict[str, str | None]:
        return {"location": self.location, "sha256": self.sha256}


@record
class EvidenceFile:
    """A piece of evidence as it comes in: a link, or a file already kept; `size` in bytes."""

    location: str
    sha256: str | None = None
    size: int | None = None

    @property
    def address(self) -> str:
        """How the journal names it: the link, or the checksum and the file's own name."""
        return self.location if self.sha256 is None else f"sha256:{self.sha256} {self.location}"


@record
class Link:
    """A recommendation that waits for, repeats or supersedes another, both by reference, from a day on."""

    ref: str
    kind: LinkKind
    other: str
    note: str | None
    linked_on: date

    def as_json(self) -> dict[str, str | None]:
        return {
            "ref": self.ref,
            "kind": self.kind.value,
            "other": self.other,
            "note": self.note,
            "linked_on": self.linked_on.isoformat(),
        }


@record
class Lesson:
    """What was learned on closing: what worked, what did not, why; and whether others should do it too.

    `unmarked` takes off what an earlier one marked as a good practice: a lesson that is not marked says nothing of it.
    """

    worked: str | None = None
    failed: str | None = None
    why: str | None = None
    good_practice: bool = False
    unmarked: bool = False

    @classmethod
    def read(cls, written: str | None) -> Lesson:
        """A lesson as an entry of the journal holds it."""
        return cls(**json.loads(written or "{}"))

    def and_then(self, later: Lesson) -> Lesson:
        """Both together: what is said later takes the place of the same thing said before, and of nothing else."""
        return Lesson(
            later.worked or self.worked,
            later.failed or self.failed,
            later.why or self.why,
            later.good_practice or (self.good_practice and not later.unmarked),
        )

    def as_written(self) -> dict[str, Any]:
        """As an entry of the journal holds it: the lines of those that take nothing off are as they always were."""
        return self.as_json() | ({"unmarked": True} if self.unmarked else {})

    def as_json(self) -> dict[str, Any]:
        return {"worked": self.worked, "failed": self.failed, "why": self.why, "good_practice": self.good_practice}


@record
class Extension:
    """A request for a later due date; `granted` is None until it is decided.

    `given` is the month or quarter that was said for the date.
    """

    id: int
    requested_to: date
    granted: bool | None
    given: str | None = None


@record
class Request:
    """A request for a later due date that is not decided, with the follow-up that it is about."""

    ref: str
    organization: str
    due_on: date | None
    requested_to: date
    requested_on: date
    reason: str

    def as_json(self) -> dict[str, str | None]:
        return {
            "ref": self.ref,
            "organization": self.organization,
            "due_on": _iso(self.due_on),
            "requested_to": self.requested_to.isoformat(),
            "requested_on": self.requested_on.isoformat(),
            "reason": self.reason,
        }


@record
class FollowUpLine:
    """What a line of a list says of a follow-up, as it stands (or stood) on a day; `FollowUp` says the rest.

    `is_open` follows from the positions; it is worked out once, since a report asks every row a dozen times.
    `left_on` is the day from which its organization is no longer one of them.
    """

    id: int
    report: str
    number: str
    text: str
    organization: str
    asks_verification: bool
    acceptance: Acceptance
    implementation: Implementation
    verification: Verification
    due_on: date | None
    left_on: date | None
    waits_for: tuple[str, ...] = field(default=(), kw_only=True)
    superseded_by: tuple[str, ...] = field(default=(), kw_only=True)
    repeats: tuple[str, ...] = field(default=(), kw_only=True)
    is_open: bool = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Work out what follows; a frozen record may do so only here."""
        self.is_open = not is_settled(self, asks_verification=self.asks_verification)  # type: ignore[misc]

    @property
    def ref(self) -> str:
        return reference_to(self.report, self.number)

    @property
    def name(self) -> str:
        return follow_up_name(self.ref, self.organization)

    @property
    def typed(self) -> str:
        """The same as it is typed after a command."""
        return as_typed(self.ref, self.organization)

    def is_overdue(self, today: date) -> bool:
        return is_overdue(self.due_on, today, is_open=self.is_open)

    def is_unasked(self, day: date) -> bool:
        """Open, and nobody is asked: the organization has left."""
        return self.left_on is not None and self.left_on <= day and self.is_open

    def flags(self, day: date | None = None) -> list[str]:
        """What every list and report must point out; on a day, that the organization has left as well."""
        flags = ["left"] if day is not None and self.is_unasked(day) else []
        if is_done_though_not_accepted(self):
            flags.append("implemented-though-not-accepted")
        if self.verification is Verification.DISPUTED:
            flags.append("disputed")
        if self.waits_for or self.superseded_by or self.repeats:
            flags += [f"waits-for {ref}" for ref in self.waits_for]
            flags += [f"superseded-by {ref}" for ref in self.superseded_by]
            flags += [f"repeats {ref}" for ref in self.repeats]
        return flags


@record
class FollowUp(FollowUpLine):
    """One recommendation × one organization, with all that is kept of it."""

    version: int
    report_title: str
    issued_on: date | None
    addressee: Addressee | None
    impact: str | None
    stance: Stance | None
    reported_by: str | None
    original_due_on: date | None
    addressed_on: date
    heard_on: date | None
    effective_on: date
    recorded_at: datetime
    actor: str
    note: str | None
    evidence: tuple[Evidence, ...] = ()

    @property
    def positions(self) -> Positions:
        return Positions(self.acceptance, self.implementation, self.verification, self.reported_by)

    @property
    def last_word_on(self) -> date | None:
        """The day of the last entry; None where nobody has said anything since it was addressed."""
        return self.effective_on if self.heard_on or self.note else None

    @property
    def silent_since(self) -> date:
        return self.heard_on or self.addressed_on

    def as_json(self, today: date) -> dict[str, Any]:
        """The JSON of one follow-up, as DESIGN section 5 fixes it; `today` decides what is overdue."""
        return {
            "ref": self.ref,
            "report": self.report,
            "number": self.number,
            "organization": self.organization,
            "text": self.text,
            "addressee": self.addressee.value if self.addressee else None,
            "impact": self.impact,
            "acceptance": self.acceptance.value,
            "implementation": self.implementation.value,
            "verification": self.verification.value,
            "due_on": _iso(self.due_on),
            "original_due_on": _iso(self.original_due_on),
            "open": self.is_open,
            "overdue": self.is_overdue(today),
            "effective_on": self.effective_on.isoformat(),
            "recorded_at": instant(self.recorded_at),
            "actor": self.actor,
            "note": self.note,
            "stance": self.stance.value if self.stance else None,
            "evidence": [evidence.as_json() for evidence in self.evidence],
            "flags": self.flags(today),
        }


@record
class Organization:
    """Who must act. `timezone` is an IANA name, `language` a two-letter code."""

    code: str
    name: str
    group: str | None = None
    timezone: str = "UTC"
    language: str = "en"

    def as_json(self) -> dict[str, str | None]:
        return {
            "code": self.code,
            "name": self.name,
            "group": self.group,
            "timezone": self.timezone,
            "language": self.language,
        }


@record
class Officer:
    """A person who holds a post from a day to a day, both included; None means without an end."""

    id: int
    organization: str
    post: Post
    name: str
    email: str
    from_on: date
    until_on: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "organization": self.organization,
            "post": self.post.value,
            "name": self.name,
            "email": self.email,
            "from_on": self.from_on.isoformat(),
            "until_on": _iso(self.until_on),
        }


@record
class Symbol:
    """One of the names of a document."""

    symbol: str
    role: SymbolRole


@record
class Report:
    """A document that holds recommendations; `symbol` is the main one."""

    id: int
    symbol: str
    title: str
    issued_on: date | None
    asks_verification: bool
    symbols: tuple[Symbol, ...] = field(default=())


@record
class Recommendation:
    """A numbered text of a report, with the comments of the consolidated note on it.

    `actions` is the row of the report's annex of actions, as `actions_text` writes it; None where none was read.
    """

    id: int
    report: str
    number: str
    text: str
    addressee: Addressee | None
    impact: str | None
    stance: Stance | None
    paragraphs: tuple[tuple[int, str], ...] = field(default=())
    actions: str | None = None

    @property
    def ref(self) -> str:
        return reference_to(self.report, self.number)


def instant(moment: datetime) -> str:
    """An instant as JSON and reports write it: UTC, whole seconds, `2026-05-06T09:12:44Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def instant_or_none(moment: datetime | None) -> str | None:
    """The same, where there may be none."""
    return None if moment is None else instant(moment)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
