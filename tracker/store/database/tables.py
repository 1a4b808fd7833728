"""The tables of what is recorded. The schema itself is made by the migrations only; a test holds the two together.

Statuses are stored as the words of the vocabulary with a CHECK constraint, days as dates, instants as UTC.
Tables without `autoincrement` get their ids from `Batch.next_id`, under the lock of the chain: so that thousands
of rows can refer to each other without a question to the database for each. What goes out and comes in has its
tables in `mail_tables.py`.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)

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
from tracker.store.database.columns import METADATA, UtcInstant, in_order, required, word

report_table = Table(
    "report",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    required("title", Text),
    Column("issued_on", Date),
    required("asks_verification", Boolean, server_default=false()),
)

symbol_table = Table(
    "symbol",
    METADATA,
    Column("id", Integer, primary_key=True),
    required("report_id", Integer, ForeignKey("report.id"), index=True),
    required("symbol", in_order(Text())),
    required("folded", in_order(Text()), unique=True),
    required("role", word(SymbolRole)),
)

recommendation_table = Table(
    "recommendation",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    required("report_id", Integer, ForeignKey("report.id")),
    required("number", String(60)),
    required("position", Integer),
    required("text", Text),
    Column("addressee", word(Addressee)),
    Column("impact", in_order(String(20))),
    Column("stance", word(Stance)),
    Column("actions", Text),
    UniqueConstraint("report_id", "number"),
)

comment_table = Table(
    "comment",
    METADATA,
    Column("id", Integer, primary_key=True),
    required("recommendation_id", Integer, ForeignKey("recommendation.id")),
    required("paragraph", Integer),
    required("text", Text),
    UniqueConstraint("recommendation_id", "paragraph"),
)
"""A numbered comment paragraph of the consolidated note on a recommendation."""

organization_table = Table(
    "organization",
    METADATA,
    Column("id", Integer, primary_key=True),
    required("code", in_order(String(40))),
    required("folded", in_order(String(40)), unique=True),
    required("name", Text),
    Column("group", Text),
    required("timezone", String(60), server_default="UTC"),
    required("language", String(10), server_default="en"),
    Column("left_on", Date),
)
"""`left_on` is the first day on which it is no longer one of them."""

officer_table = Table(
    "officer",
    METADATA,
    Column("id", Integer, primary_key=True),
    required("organization_id", Integer, ForeignKey("organization.id"), index=True),
    required("post", word(Post)),
    required("name", Text),
    required("email", Text),
    required("from_on", Date),
    Column("until_on", Date),
    CheckConstraint("until_on IS NULL OR until_on >= from_on", name="period"),
)

follow_up_table = Table(
    "follow_up",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    required("recommendation_id", Integer, ForeignKey("recommendation.id")),
    required("organization_id", Integer, ForeignKey("organization.id")),
    Column("addressee", word(Addressee)),
    required("acceptance", word(Acceptance)),
    required("implementation", word(Implementation)),
    required("verification", word(Verification)),
    Column("reported_by", Text),
    Column("due_on", Date),
    Column("original_due_on", Date),
    required("addressed_on", Date),
    Column("heard_on", Date),
    required("effective_on", Date),
    required("recorded_at", UtcInstant),
    required("actor", Text),
    Column("note", Text),
    required("open", Boolean, server_default=true()),
    required("withdrawn", Boolean, server_default=false()),
    required("version", Integer, server_default="1"),
    UniqueConstraint("recommendation_id", "organization_id"),
    # Lists are in the order of recommendations: with that as the second column, the first lines of a long
    # list are found without reading the rest.
    Index("ix_follow_up_organization", "organization_id", "recommendation_id"),
    Index("ix_follow_up_acceptance", "acceptance", "recommendation_id"),
    Index("ix_follow_up_implementation", "implementation", "recommendation_id"),
    Index("ix_follow_up_verification", "verification", "recommendation_id"),
    Index("ix_follow_up_due", "due_on", "recommendation_id"),
)
"""Recommendation × organization, as it stands now: what the journal adds up to, kept for quick reading.

`open` and the positions are computed from the journal when an entry is written; `audit verify`
compares them. `version` counts the changes, so that a return made from an older one is noticed. `addressee` is
set only where an annex of actions gives this organization another one than the recommendation has. `reported_by` names
everyone who reported it implemented, one a line. The index of the latest first has a column that falls, which
comparisons do not understand: the migration makes it.
"""

batch_table = Table(
    "batch",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    required("actor", Text),
    Column("database_user", Text),
    required("recorded_at", UtcInstant),
    required("asked", Text),
    required("previous", String(64)),
    required("hash", String(64)),
)
"""One command by one person. `number` has no gaps, `hash` covers the batch, its entries and `previous`."""

journal_table = Table(
    "journal",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    required("batch", Integer, ForeignKey("batch.number")),
    required("ordinal", Integer),
    required("follow_up_id", Integer, ForeignKey("follow_up.id")),
    required("topic", word(Topic)),
    Column("source", Text),
    Column("target", Text),
    required("effective_on", Date),
    required("recorded_at", UtcInstant),
    required("voice", word(Voice)),
    Column("note", Text),
    Column("voids", Integer, ForeignKey("journal.id")),
    Column("given", String(10)),
    UniqueConstraint("batch", "ordinal"),
    Index("ix_journal_standing", "follow_up_id", "topic", "effective_on", "id"),
    # The last word on anything, and the entries of a span of days: so that neither grows with the length of history.
    Index("ix_journal_last", "follow_up_id", "effective_on", "id"),
    Index("ix_journal_topic", "topic", "effective_on", "target"),
    Index("ix_journal_recorded", "recorded_at"),
)
"""The append-only history. Rows are inserted, never changed, never deleted.

That an entry is voided once only is held by a partial index made in the migration (`schema.MADE_BY_HAND`):
naming a database's own options here would import both dialects at every start, 40 ms.
"""

evidence_table = Table(
    "evidence",
    METADATA,
    Column("id", Integer, primary_key=True),
    required("entry_id", Integer, ForeignKey("journal.id"), unique=True),
    required("follow_up_id", Integer, ForeignKey("follow_up.id"), index=True),
    required("location", Text),
    Column("sha256", String(64)),
    Column("size", Integer),
)
"""A link, or a file kept under its SHA-256; `location` is the address or the file's own name."""

extension_table = Table(
    "extension",
    METADATA,
    Column("id", Integer, primary_key=True),
    required("follow_up_id", Integer, ForeignKey("follow_up.id"), index=True),
    required("request_entry", Integer, ForeignKey("journal.id")),
    required("requested_to", Date),
    required("reason", Text),
    Column("decision_entry", Integer, ForeignKey("journal.id")),
    Column("granted", Boolean),
)
"""A request for a later due date; `granted` is empty until it is decided."""

edition_table = Table(
    "edition",
    METADATA,
    Column("id", Integer, primary_key=True),
    required("scope", in_order(Text())),
    required("quarter", String(6)),
    required("number", Integer),
    required("as_of", Date),
    required("known_at", UtcInstant),
    required("published_at", UtcInstant),
    required("published_by", Text),
    required("figures", LargeBinary),
    required("sha256", String(64)),
    UniqueConstraint("scope", "quarter", "number"),
)
"""A published status report: its figures as canonical JSON, frozen, with a checksum."""

edition_file_table = Table(
    "edition_file",
    METADATA,
    Column("id", Integer, primary_key=True),
    required("edition_id", Integer, ForeignKey("edition.id")),
    required("name", Text),
    required("sha256", String(64)),
    required("content", LargeBinary),
    UniqueConstraint("edition_id", "name"),
)
"""A file of an edition, as it was published."""

link_table = Table(
    "link",
    METADATA,
    Column("id", Integer, primary_key=True),
    required("recommendation_id", Integer, ForeignKey("recommendation.id"), index=True),
    required("other_id", Integer, ForeignKey("recommendation.id"), index=True),
    required("kind", word(LinkKind)),
    Column("note", Text),
    required("linked_on", Date),
    required("recorded_at", UtcInstant),
    Column("removed_on", Date),
    Column("removed_at", UtcInstant),
)
"""A recommendation that waits for, repeats or supersedes another, from a day on; removed, it stays with that day."""

amendment_table = Table(
    "amendment",
    METADATA,
    Column("id", Integer, primary_key=True),
    required("batch", Integer, ForeignKey("batch.number")),
    required("table_name", String(40)),
    required("row_id", Integer),
    required("column_name", String(40)),
    required("before", Text),
    required("recorded_at", UtcInstant, index=True),
)
"""What a column of a report, a recommendation, an organization, an officer or a return said before, as JSON.

Together with the journal it gives back what was known at any instant; rows are inserted, never changed.
"""

view_table = Table(
    "view",
    METADATA,
    Column("name", in_order(String(60)), primary_key=True),
    required("words", Text),
    required("saved_by", Text),
)
"""A saved view: a name for a filter, whose conditions are kept as JSON."""

alias_table = Table(
    "alias",
    METADATA,
    Column("id", Integer, primary_key=True),
    required("name", Text),
    required("folded", in_order(Text()), unique=True),
    required("organization_id", Integer, ForeignKey("organization.id"), index=True),
)
"""A further name of an organization, decided by a person; `folded` is how names are compared."""

register_row_table = Table(
    "register_row",
    METADATA,
    Column("source", String(60), primary_key=True),
    Column("key", Text, primary_key=True),
    required("follow_up_id", Integer, ForeignKey("follow_up.id"), index=True),
    required("said", Text),
    required("batch", Integer),
)
"""What another body's register said of a follow-up when it was last read, so that a second reading changes nothing.

`source` is the register's name in its mapping, `key` which of its rows; `said` is JSON: a digest per aspect.
`batch` is the number of the batch that read it, which is written after the row: hence no foreign key.
"""
