"""an organization that left: the day from which it is no longer one of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("organization", sa.Column("left_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("organization", "left_on")
