"""full-text search, links between recommendations, saved views."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# Texts are indexed where they stand (external content). The journal is never changed, so that it needs
# only the first trigger; a recommendation's text may be corrected by a later note.
_SQLITE_UP = (
    "CREATE VIRTUAL TABLE search_text USING fts5(text, content='recommendation', content_rowid='id')",
    "INSERT INTO search_text(rowid, text) SELECT id, text FROM recommendation",
    """CREATE TRIGGER search_text_added AFTER INSERT ON recommendation BEGIN
         INSERT INTO search_text(rowid, text) VALUES (new.id, new.text);
       END""",
    """CREATE TRIGGER search_text_changed AFTER UPDATE OF text ON recommendation BEGIN
         INSERT INTO search_text(search_text, rowid, text) VALUES ('delete', old.id, old.text);
         INSERT INTO search_text(rowid, text) VALUES (new.id, new.text);
       END""",
    "CREATE VIRTUAL TABLE search_note USING fts5(note, content='journal', content_rowid='id')",
    "INSERT INTO search_note(rowid, note) SELECT id, note FROM journal WHERE note IS NOT NULL",
    """CREATE TRIGGER search_note_added AFTER INSERT ON journal WHEN new.note IS NOT NULL BEGIN
         INSERT INTO search_note(rowid, note) VALUES (new.id, new.note);
       END""",
)
_SQLITE_DOWN = (
    "DROP TRIGGER search_note_added",
    "DROP TABLE search_note",
    "DROP TRIGGER search_text_changed",
    "DROP TRIGGER search_text_added",
    "DROP TABLE search_text",
)
_POSTGRES_UP = (
    "CREATE INDEX search_text ON recommendation USING gin (to_tsvector('simple', text))",
    "CREATE INDEX search_note ON journal USING gin (to_tsvector('simple', note)) WHERE note IS NOT NULL",
)
_POSTGRES_DOWN = ("DROP INDEX search_note", "DROP INDEX search_text")


def upgrade() -> None:
    op.create_table(
        "link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recommendation_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "waits-for",
                "repeats",
                "supersedes",
                name="linkkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["recommendation_id"], ["recommendation.id"], name=op.f("fk_link_recommendation_id")),
        sa.ForeignKeyConstraint(["other_id"], ["recommendation.id"], name=op.f("fk_link_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint(
            "recommendation_id", "other_id", "kind", name=op.f("uq_link_recommendation_id_other_id_kind")
        ),
    )
    op.create_index(op.f("ix_link_other_id"), "link", ["other_id"])
    op.create_table(
        "view",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_view")),
    )
    for statement in _SQLITE_UP if op.get_bind().dialect.name == "sqlite" else _POSTGRES_UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in _SQLITE_DOWN if op.get_bind().dialect.name == "sqlite" else _POSTGRES_DOWN:
        op.execute(statement)
    op.drop_table("view")
    op.drop_index(op.f("ix_link_other_id"), table_name="link")
    op.drop_table("link")
