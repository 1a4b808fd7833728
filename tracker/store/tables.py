"""The tables of what is recorded. The schema itself is made by the migrations only; a test holds the two together.

Statuses are stored as the words of the vocabulary with a CHECK constraint, days as dates, instants as UTC.
Tables without `autoincrement` get their ids from `Batch.next_id`, under the lock of the chain: so that thousands
of rows can refer to each other without a question to the database for each. What goes out and comes in has its
tables in `mail_tables.py`.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.vocabulary import (
    Acceptance,
    Addressee,
    Implementation,
    LinkKind,
    Post,
    Stance,
    SymbolRole,
    Topic,
    Verification,
    Voice,
)
from tracker.store.columns import Base, word


class ReportTable(Base):
    __tablename__ = "report"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str]
    issued_on: Mapped[date | None]
    asks_verification: Mapped[bool] = mapped_column(server_default=false())


class SymbolTable(Base):
    __tablename__ = "symbol"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    symbol: Mapped[str]
    folded: Mapped[str] = mapped_column(unique=True)
    role: Mapped[SymbolRole] = mapped_column(word(SymbolRole))


class RecommendationTable(Base):
    __tablename__ = "recommendation"
    __table_args__ = (UniqueConstraint("report_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    number: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    text: Mapped[str]
    addressee: Mapped[Addressee | None] = mapped_column(word(Addressee))
    impact: Mapped[str | None] = mapped_column(String(20))
    stance: Mapped[Stance | None] = mapped_column(word(Stance))
    actions: Mapped[str | None]


class CommentTable(Base):
    """A numbered comment paragraph of the consolidated note on a recommendation."""

    __tablename__ = "comment"
    __table_args__ = (UniqueConstraint("recommendation_id", "paragraph"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendation.id"))
    paragraph: Mapped[int]
    text: Mapped[str]


class OrganizationTable(Base):
    __tablename__ = "organization"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    folded: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str]
    group: Mapped[str | None]
    timezone: Mapped[str] = mapped_column(String(60), server_default="UTC")
    language: Mapped[str] = mapped_column(String(10), server_default="en")


class OfficerTable(Base):
    __tablename__ = "officer"
    __table_args__ = (CheckConstraint("until_on IS NULL OR until_on >= from_on", name="period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    post: Mapped[Post] = mapped_column(word(Post))
    name: Mapped[str]
    email: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date | None]


class FollowUpTable(Base):
    """Recommendation × organization, as it stands now: what the journal adds up to, kept for quick reading.

    `open` and the positions are computed from the journal when an entry is written; `audit verify`
    compares them. `version` counts the changes, so that a return made from an older one is noticed. `addressee` is
    set only where an annex of actions gives this organization another one than the recommendation has.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        UniqueConstraint("recommendation_id", "organization_id"),
        # Lists are in the order of recommendations: with that as the second column, the first lines of a long
        # list are found without reading the rest.
        Index("ix_follow_up_organization", "organization_id", "recommendation_id"),
        Index("ix_follow_up_acceptance", "acceptance", "recommendation_id"),
        Index("ix_follow_up_implementation", "implementation", "recommendation_id"),
        Index("ix_follow_up_verification", "verification", "recommendation_id"),
        Index("ix_follow_up_due", "due_on", "recommendation_id"),
        Index("ix_follow_up_recorded", "recorded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendation.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    addressee: Mapped[Addressee | None] = mapped_column(word(Addressee))
    acceptance: Mapped[Acceptance] = mapped_column(word(Acceptance))
    implementation: Mapped[Implementation] = mapped_column(word(Implementation))
    verification: Mapped[Verification] = mapped_column(word(Verification))
    reported_by: Mapped[str | None]
    due_on: Mapped[date | None]
    original_due_on: Mapped[date | None]
    addressed_on: Mapped[date]
    heard_on: Mapped[date | None]
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime]
    actor: Mapped[str]
    note: Mapped[str | None]
    open: Mapped[bool] = mapped_column(server_default=true())
    withdrawn: Mapped[bool] = mapped_column(server_default=false())
    version: Mapped[int] = mapped_column(server_default="1")


class BatchTable(Base):
    """One command by one person. `number` has no gaps, `hash` covers the batch, its entries and `previous`."""

    __tablename__ = "batch"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    actor: Mapped[str]
    database_user: Mapped[str | None]
    recorded_at: Mapped[datetime]
    asked: Mapped[str]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class JournalTable(Base):
    """The append-only history. Rows are inserted, never changed, never deleted.

    That an entry is voided once only is held by a partial index made in the migration (`schema.MADE_BY_HAND`):
    naming a database's own options here would import both dialects at every start, 40 ms.
    """

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("batch", "ordinal"),
        Index("ix_journal_standing", "follow_up_id", "topic", "effective_on", "id"),
        Index("ix_journal_recorded", "recorded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    batch: Mapped[int] = mapped_column(ForeignKey("batch.number"))
    ordinal: Mapped[int]
    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_up.id"))
    topic: Mapped[Topic] = mapped_column(word(Topic))
    source: Mapped[str | None]
    target: Mapped[str | None]
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime]
    voice: Mapped[Voice] = mapped_column(word(Voice))
    note: Mapped[str | None]
    voids: Mapped[int | None] = mapped_column(ForeignKey("journal.id"))


class EvidenceTable(Base):
    """A link, or a file kept under its SHA-256; `location` is the address or the file's own name."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal.id"), unique=True)
    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_up.id"), index=True)
    location: Mapped[str]
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None] = mapped_column(Integer)


class ExtensionTable(Base):
    """A request for a later due date; `granted` is empty until it is decided."""

    __tablename__ = "extension"

    id: Mapped[int] = mapped_column(primary_key=True)
    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_up.id"), index=True)
    request_entry: Mapped[int] = mapped_column(ForeignKey("journal.id"))
    requested_to: Mapped[date]
    reason: Mapped[str]
    decision_entry: Mapped[int | None] = mapped_column(ForeignKey("journal.id"))
    granted: Mapped[bool | None]


class EditionTable(Base):
    """A published status report: its figures as canonical JSON, frozen, with a checksum."""

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("scope", "quarter", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str]
    quarter: Mapped[str] = mapped_column(String(6))
    number: Mapped[int]
    as_of: Mapped[date]
    known_at: Mapped[datetime]
    published_at: Mapped[datetime]
    published_by: Mapped[str]
    figures: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))


class EditionFileTable(Base):
    """A file of an edition, as it was published."""

    __tablename__ = "edition_file"
    __table_args__ = (UniqueConstraint("edition_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class LinkTable(Base):
    """A recommendation that waits for, repeats or supersedes another."""

    __tablename__ = "link"
    __table_args__ = (UniqueConstraint("recommendation_id", "other_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendation.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("recommendation.id"), index=True)
    kind: Mapped[LinkKind] = mapped_column(word(LinkKind))
    note: Mapped[str | None]


class ViewTable(Base):
    """A saved view: a name for a filter, whose conditions are kept as JSON."""

    __tablename__ = "view"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    words: Mapped[str]
    saved_by: Mapped[str]


class AliasTable(Base):
    """A further name of an organization, decided by a person; `folded` is how names are compared."""

    __tablename__ = "alias"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)


class RegisterRowTable(Base):
    """What another body's register said of a follow-up when it was last read, so that a second reading changes nothing.

    `source` is the register's name in its mapping, `key` which of its rows; `said` is JSON: a digest per aspect.
    `batch` is the number of the batch that read it, which is written after the row: hence no foreign key.
    """

    __tablename__ = "register_row"

    source: Mapped[str] = mapped_column(String(60), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_up.id"), index=True)
    said: Mapped[str]
    batch: Mapped[int]
