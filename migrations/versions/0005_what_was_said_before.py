"""links from a day on, and what was said of reports, recommendations and organizations before it was changed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_LINK = sa.table("link", sa.column("linked_on", sa.Date()), sa.column("recorded_at", sa.DateTime(timezone=True)))
_BATCH = sa.table("batch", sa.column("recorded_at", sa.DateTime(timezone=True)))


def upgrade() -> None:
    _date_links()
    op.create_table(
        "amendment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("column_name", sa.String(length=40), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch"], ["batch.number"], name=op.f("fk_amendment_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
    )
    with op.batch_alter_table("amendment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_amendment_recorded_at"), ["recorded_at"], unique=False)
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index("ix_journal_last", ["follow_up_id", "effective_on", "id"], unique=False)
        batch_op.create_index("ix_journal_topic", ["topic", "effective_on", "target"], unique=False)


def _date_links() -> None:
    """Links had no day. Those that exist are taken as made after everything that was published so far."""
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_link_recommendation_id_other_id_kind"), type_="unique")
        batch_op.add_column(sa.Column("linked_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("removed_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_link_recommendation_id"), ["recommendation_id"], unique=False)
    last: datetime | None = op.get_bind().scalar(sa.select(sa.func.max(_BATCH.c.recorded_at)))
    if last is not None:
        moment = last + timedelta(seconds=1)
        op.execute(_LINK.update().values(linked_on=moment.date(), recorded_at=moment))
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.alter_column("linked_on", existing_type=sa.Date(), nullable=False)
        batch_op.alter_column("recorded_at", existing_type=sa.DateTime(timezone=True), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.drop_index("ix_journal_topic")
        batch_op.drop_index("ix_journal_last")
    op.drop_table("amendment")
    op.execute(sa.text("DELETE FROM link WHERE removed_at IS NOT NULL"))
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_recommendation_id"))
        for name in ("removed_at", "removed_on", "recorded_at", "linked_on"):
            batch_op.drop_column(name)
        batch_op.create_unique_constraint(
            batch_op.f("uq_link_recommendation_id_other_id_kind"), ["recommendation_id", "other_id", "kind"]
        )
