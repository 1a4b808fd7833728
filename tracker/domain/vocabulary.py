"""The words of the register, once: the same in table, class, command, template and document.

The enums are plain `Enum`, not `StrEnum`: comparing a state with a string must not type-check. The
value is the word that the database, the command line and JSON use.
"""

from __future__ import annotations

from enum import Enum


class _Word(Enum):
    """A word of the register, found in sets and tables as the one object that it is: twice as fast as by its name."""

    __hash__ = object.__hash__


class Acceptance(_Word):
    """Whether the organization accepts the recommendation; the organization says so."""

    NO_INFORMATION = "no-information"
    UNDER_CONSIDERATION = "under-consideration"
    ACCEPTED = "accepted"
    PARTIALLY_ACCEPTED = "partially-accepted"
    NOT_ACCEPTED = "not-accepted"
    NOT_RELEVANT = "not-relevant"


class Implementation(_Word):
    """How far the organization has come; the organization says so."""

    NO_INFORMATION = "no-information"
    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    IMPLEMENTED = "implemented"
    OVERTAKEN = "overtaken"


class Verification(_Word):
    """Whether the office has looked at a claim of implementation; the office says so."""

    NOT_VERIFIED = "not-verified"
    VERIFIED = "verified"
    DISPUTED = "disputed"


Status = Acceptance | Implementation | Verification


class Axis(_Word):
    """The three independent positions of a follow-up."""

    ACCEPTANCE = "acceptance"
    IMPLEMENTATION = "implementation"
    VERIFICATION = "verification"


class Topic(_Word):
    """What a journal entry is about: one of the axes, or a fact beside them."""

    ADDRESSED = "addressed"
    ACCEPTANCE = "acceptance"
    IMPLEMENTATION = "implementation"
    VERIFICATION = "verification"
    DUE = "due"
    EXTENSION = "extension"
    EVIDENCE = "evidence"
    NOTE = "note"
    LESSON = "lesson"
    VOID = "void"


class Voice(_Word):
    """Who is the source of what an entry says; not who typed it."""

    ORGANIZATION = "organization"
    OFFICE = "office"
    ISSUER = "issuer"


OTHER_VOICES = {Voice.ISSUER: "the issuing body", Voice.OFFICE: "the office"}
"""Who else than the organization can say where a follow-up stands."""


class Addressee(_Word):
    """To whom within an organization a recommendation is addressed."""

    EXECUTIVE_HEAD = "executive-head"
    LEGISLATIVE_BODY = "legislative-body"
    CEB_CHAIR = "ceb-chair"


class Stance(_Word):
    """The collective position of the organizations in a note; never an organization's acceptance."""

    SUPPORTED = "supported"
    GENERALLY_SUPPORTED = "generally-supported"
    PARTIALLY_SUPPORTED = "partially-supported"
    SUPPORTED_IN_PRINCIPLE = "supported-in-principle"
    NOT_SUPPORTED = "not-supported"
    NOTED = "noted"
    MIXED = "mixed"
    UNCLEAR = "unclear"


class Post(_Word):
    """The posts that receive mail."""

    EXECUTIVE_HEAD = "executive-head"
    FOCAL_POINT = "focal-point"
    SECRETARY = "secretary"


class LinkKind(_Word):
    """How one recommendation stands to another; read from the first to the other."""

    WAITS_FOR = "waits-for"
    REPEATS = "repeats"
    SUPERSEDES = "supersedes"


class SymbolRole(_Word):
    """What a symbol names: the report, the same report elsewhere, or the comments on it."""

    MAIN = "main"
    ALSO = "also"
    COMMENTS = "comments"


STATUSES: dict[Axis, type[Acceptance | Implementation | Verification]] = {
    Axis.ACCEPTANCE: Acceptance,
    Axis.IMPLEMENTATION: Implementation,
    Axis.VERIFICATION: Verification,
}

INITIAL: dict[Axis, Status] = {
    Axis.ACCEPTANCE: Acceptance.NO_INFORMATION,
    Axis.IMPLEMENTATION: Implementation.NO_INFORMATION,
    Axis.VERIFICATION: Verification.NOT_VERIFIED,
}

ACCEPTING = frozenset({Acceptance.ACCEPTED, Acceptance.PARTIALLY_ACCEPTED})
DECLINING = frozenset({Acceptance.NOT_ACCEPTED, Acceptance.NOT_RELEVANT})

TARGETS: dict[str, Status] = {
    status.value: status for axis, statuses in STATUSES.items() for status in statuses if status is not INITIAL[axis]
}
"""The words that `--to` takes. No word stands on two axes, so a word alone names its axis."""


def folded(word: str) -> str:
    """A word as it may be typed, `In progress` or `IN_PROGRESS`, in the form of the values."""
    return "-".join(word.replace("_", " ").split()).lower()


def axis_of(status: Status) -> Axis:
    """The axis on which a status is a position."""
    return next(axis for axis, statuses in STATUSES.items() if isinstance(status, statuses))


FOLLOW_UP_KEYS = (
    "ref",
    "report",
    "number",
    "organization",
    "text",
    "addressee",
    "impact",
    "acceptance",
    "implementation",
    "verification",
    "due_on",
    "original_due_on",
    "open",
    "overdue",
    "effective_on",
    "recorded_at",
    "actor",
    "note",
    "stance",
    "evidence",
    "flags",
)
"""The keys of a follow-up's JSON, which are the columns of its CSV; a test holds them to `as_json`."""
