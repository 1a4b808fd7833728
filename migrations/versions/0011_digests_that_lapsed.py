"""digests that lapsed: what was given up before it was sent does not stop another in its cycle.

No mail is `held`: nothing ever put one there.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_STATES = ("queued", "claimed", "transmitting", "sent", "retry", "failed", "uncertain")
_WITH_HELD = (*_STATES[:-1], "held", _STATES[-1])


def upgrade() -> None:
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_reminder_recipient_cycle"), type_="unique")
        batch_op.create_index("ix_reminder_recipient_cycle", ["recipient", "cycle"], unique=False)
    op.execute("UPDATE outbox SET state = 'failed', claimed_by = 'held' WHERE state = 'held'")
    op.execute("UPDATE delivery SET state = 'failed' WHERE state = 'held'")
    _allow(_STATES)


def downgrade() -> None:
    _allow(_WITH_HELD)
    _keep_the_last_of_a_cycle()
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.drop_index("ix_reminder_recipient_cycle")
        batch_op.drop_column("lapsed_at")
        batch_op.create_unique_constraint(batch_op.f("uq_reminder_recipient_cycle"), ["recipient", "cycle"])


def _keep_the_last_of_a_cycle() -> None:
    """Before, there was one digest in a cycle: of those that were given up only the mail is kept."""
    earlier = "(SELECT id FROM reminder AS one WHERE EXISTS (SELECT 1 FROM reminder AS other WHERE other.id > one.id "
    earlier += "AND other.recipient = one.recipient AND other.cycle = one.cycle))"
    op.execute(f"UPDATE received_mail SET reminder_id = NULL WHERE reminder_id IN {earlier}")  # noqa: S608
    op.execute(f"DELETE FROM reminder_item WHERE reminder_id IN {earlier}")  # noqa: S608
    op.execute(f"DELETE FROM reminder WHERE id IN {earlier}")  # noqa: S608


def _allow(states: Sequence[str]) -> None:
    for table in ("outbox", "delivery"):
        name = op.f(f"ck_{table}_outboxstate")
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(name, type_="check")
            batch_op.create_check_constraint(name, f"state IN ({', '.join(map(repr, states))})")
