"""What 0011 left to be done beside the work of the day: an index, and looking whether the rows keep the new rules."""

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
    # Reads the rows without keeping anybody from them.
    op.execute("ALTER TABLE enrollments VALIDATE CONSTRAINT ck_enrollments_withdrawal_reason")
    op.execute("ALTER TABLE enrollments VALIDATE CONSTRAINT fk_enrollments_school_id_rollover_id")


def downgrade() -> None:
    """Drop it again."""
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_enrollments_rollover")
