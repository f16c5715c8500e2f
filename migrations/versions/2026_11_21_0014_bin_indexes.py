"""The indexes by which the recycle bin finds what is deleted, without reading all that is not."""

from alembic import op

revision = "0014_bin_indexes"
down_revision = "0013_invitations"
branch_labels = None
depends_on = None

TABLES = ("students", "guardians", "groups", "enrollments")


def upgrade() -> None:
    """Beside the work of the day; few rows are deleted, so that the indexes are small."""
    with op.get_context().autocommit_block():
        for table in TABLES:
            op.execute(
                f"CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_{table}_bin "
                f"ON {table} (school_id, deleted_at, id) WHERE deleted_at IS NOT NULL"
            )


def downgrade() -> None:
    """Drop them again."""
    with op.get_context().autocommit_block():
        for table in TABLES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS ix_{table}_bin")
