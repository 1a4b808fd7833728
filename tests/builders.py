"""Registers filled for tests: small, plain, the same every time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from tracker.domain.periods import DueDate
from tracker.domain.rows import FollowUp, Organization
from tracker.domain.updates import Update
from tracker.domain.vocabulary import Addressee, Stance, Status
from tracker.domain.who import Who
from tracker.ingest.notes.reading import Note, NoteParagraph, NoteRecommendation
from tracker.services import updates
from tracker.services.documents import intake
from tracker.services.organizations import import_organizations
from tracker.store.unit import Register

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
ISSUED = date(2025, 1, 15)
SYMBOL = "A/80/501"


def who(actor: str = "officer", now: datetime = NOW, asked: str = "test") -> Who:
    return Who(actor, asked, now, now.date())


def organizations(register: Register, *codes: str) -> None:
    """Register organizations by code."""
    import_organizations(register, [Organization(code, f"The {code} organization") for code in codes], who())


def recommendation(number: str, addressee: Addressee | None = Addressee.EXECUTIVE_HEAD) -> NoteRecommendation:
    return NoteRecommendation(
        number=number,
        text=f"Executive heads should do the thing numbered {number}.",
        addressee=addressee,
        stance=Stance.SUPPORTED,
        paragraphs=(NoteParagraph(int(number) + 5, f"The organizations support thing {number}."),),
    )


def report(
    register: Register,
    *recommendations: NoteRecommendation,
    symbol: str = SYMBOL,
    issued_on: date = ISSUED,
    now: datetime = NOW,
    codes: Sequence[str] = (),
) -> intake.ImportReport:
    """Take in a note made here, as if it had been read from a file."""
    note = Note(
        symbol=f"{symbol}/Add.1",
        report=symbol,
        also=(),
        title="Management of things in the invented organizations",
        issued_on=issued_on,
        recommendations=recommendations or (recommendation("1"), recommendation("2")),
        problems=(),
    )
    return intake.apply_note(register, note, "note.txt", intake.NoteOptions(organizations=tuple(codes)), who(now=now))


def move(
    register: Register,
    reference: str,
    *codes: str,
    to: Status | None = None,
    on: date = TODAY,
    note: str | None = None,
    due: date | None = None,
    actor: str = "officer",
    now: datetime = NOW,
    keep_going: bool = False,
    evidence: tuple[str, ...] = (),
) -> updates.UpdateReport:
    """Log an update as the command does."""
    return updates.update(
        register,
        updates.Selection(reference, codes),
        Update(on, to, DueDate(due) if due else None, (), note),
        who(actor, now),
        evidence=evidence,
        evidence_store=Path("evidence"),
        keep_going=keep_going,
    )


def follow_up(register: Register, reference: str, code: str) -> FollowUp:
    """One follow-up as it stands now."""
    from tracker.services.listing import At, show

    return show(register, reference, code, At(TODAY))[2][0]
