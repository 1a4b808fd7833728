"""what a due date was given as: a month or a quarter, beside the day that it means."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("journal", sa.Column("given", sa.String(length=10), nullable=True))


def downgrade() -> None:
    op.drop_column("journal", "given")
