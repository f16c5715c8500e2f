"""The index by which a roll-over finds what it made."""

from alembic import op

revision = "0012_rollover_index"
down_revision = "0011_enrollment_life"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Beside the work of the day: enrollments are read and written while it is made."""
    with op.get_context().autocommit_block():
        op.execute(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_enrollments_rollover "
            "ON enrollments (school_id, rollover_id) WHERE rollover_id IS NOT NULL"
        )


def downgrade() -> None:
    """Drop it again."""
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_enrollments_rollover")
