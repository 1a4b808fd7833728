"""to whom an annex of actions addresses a recommendation, organization by organization."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_WORDS = "'executive-head', 'legislative-body', 'ceb-chair'"


def upgrade() -> None:
    op.add_column("recommendation", sa.Column("actions", sa.Text(), nullable=True))
    # Alembic would copy the whole table on SQLite for the sake of the constraint; as part of the column it need not.
    op.execute(
        "ALTER TABLE follow_up ADD COLUMN addressee VARCHAR(40) "
        f"CONSTRAINT ck_follow_up_addressee CHECK (addressee IN ({_WORDS}))"
    )


def downgrade() -> None:
    op.drop_column("follow_up", "addressee")
    op.drop_column("recommendation", "actions")
