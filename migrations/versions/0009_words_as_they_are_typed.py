"""words as they are typed: cut at every mark on both databases, and Latin letters without their accents.

The latest first is an order that an index gives, also where thousands were recorded at once.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_INDEXED = (("search_text", "recommendation", "text"), ("search_note", "journal", "note"))

_AS_BEFORE = "to_tsvector('simple', {0})"
# Left to itself, PostgreSQL keeps 72/809, x.org and 3.5 as one word each. Accents are looked for only where there is
# anything but ASCII, which takes a tenth of the time.
_AS_TYPED = r"""to_tsvector('simple', regexp_replace(
    CASE WHEN octet_length({0}) = length({0}) THEN {0}
    ELSE normalize(regexp_replace(normalize({0}, NFD), '([A-Za-z])[\u0300-\u036f]+', '\1', 'g'), NFC) END,
    '[\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007e]+', ' ', 'g'))"""


def upgrade() -> None:
    _index(tokenizer=", tokenize='unicode61 remove_diacritics 2'", words=_AS_TYPED)
    op.drop_index("ix_follow_up_recorded", table_name="follow_up")
    op.create_index("ix_follow_up_recorded", "follow_up", [sa.text("recorded_at DESC"), "recommendation_id"])


def downgrade() -> None:
    op.drop_index("ix_follow_up_recorded", table_name="follow_up")
    op.create_index("ix_follow_up_recorded", "follow_up", ["recorded_at"])
    _index(tokenizer="", words=_AS_BEFORE)


def _index(*, tokenizer: str, words: str) -> None:
    for name, table, column in _INDEXED:
        for statement in (
            _sqlite(name, table, column, tokenizer)
            if op.get_bind().dialect.name == "sqlite"
            else _postgres(name, table, column, words)
        ):
            op.execute(statement)


def _sqlite(name: str, table: str, column: str, tokenizer: str) -> tuple[str, ...]:
    """The triggers that fill the index name it only, so that they stay."""
    return (
        f"DROP TABLE {name}",
        f"CREATE VIRTUAL TABLE {name} USING fts5({column}, content='{table}', content_rowid='id'{tokenizer})",
        f"INSERT INTO {name}(rowid, {column}) SELECT id, {column} FROM {table} WHERE {column} IS NOT NULL",  # noqa: S608
    )


def _postgres(name: str, table: str, column: str, words: str) -> tuple[str, ...]:
    there = "" if table == "recommendation" else f" WHERE {column} IS NOT NULL"
    return f"DROP INDEX {name}", f"CREATE INDEX {name} ON {table} USING gin ({words.format(column)}){there}"
