"""the same order everywhere: what lists and reports are ordered by is compared by code point.

PostgreSQL otherwise compares text by the locale of its database, where UN-HABITAT may come after UNFPA: a report of the
same register came out in another order than from SQLite.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ORDERED: tuple[tuple[str, str, sa.String], ...] = (
    ("alias", "folded", sa.Text()),
    ("edition", "scope", sa.Text()),
    ("organization", "code", sa.String(40)),
    ("organization", "folded", sa.String(40)),
    ("recommendation", "impact", sa.String(20)),
    ("symbol", "folded", sa.Text()),
    ("symbol", "symbol", sa.Text()),
    ("view", "name", sa.String(60)),
)


def upgrade() -> None:
    _collate("C")


def downgrade() -> None:
    _collate("default")


def _collate(collation: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, column, kind in _ORDERED:
        op.alter_column(table, column, type_=type(kind)(kind.length, collation=collation))
