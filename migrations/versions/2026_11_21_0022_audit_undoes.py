"""Which change an undo takes back: for telling it, and for never undoing twice."""

import sqlalchemy as sa
from alembic import op

revision = "0022_audit_undoes"
down_revision = "0021_single_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Events that know what they take back, found by it."""
    op.add_column("audit_events", sa.Column("undoes_id", sa.Uuid(), nullable=True))
    # Events are written while it is made.
    with op.get_context().autocommit_block():
        op.execute(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_audit_events_undoes "
            "ON audit_events (school_id, undoes_id) WHERE undoes_id IS NOT NULL"
        )


def downgrade() -> None:
    """Drop them again."""
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_audit_events_undoes")
    op.drop_column("audit_events", "undoes_id")
