"""returns and mails received."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def _word(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "received_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", _word("mailverdict", "queued", "held", "ignored"), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("reminder_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_received_mail_organization_id")
        ),
        sa.ForeignKeyConstraint(["reminder_id"], ["reminder.id"], name=op.f("fk_received_mail_reminder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_received_mail_key")),
    )
    op.create_table(
        "received_return",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", _word("returnstate", "queued", "held", "read", "dropped"), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("batch", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_received_return_organization_id")
        ),
        sa.ForeignKeyConstraint(["mail_id"], ["received_mail.id"], name=op.f("fk_received_return_mail_id")),
        sa.ForeignKeyConstraint(["batch"], ["batch.number"], name=op.f("fk_received_return_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_return")),
        sa.UniqueConstraint("sha256", name=op.f("uq_received_return_sha256")),
    )
    op.create_index(op.f("ix_received_return_mail_id"), "received_return", ["mail_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_received_return_mail_id"), table_name="received_return")
    op.drop_table("received_return")
    op.drop_table("received_mail")
