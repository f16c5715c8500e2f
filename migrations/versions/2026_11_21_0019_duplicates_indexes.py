"""What 0018 left to be done beside the work of the day: indexes, and looking whether the rows keep the new rules."""

from alembic import op

revision = "0019_duplicates_indexes"
down_revision = "0018_duplicates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Beside the work of the day: the tables are read and written while the indexes are made."""
    with op.get_context().autocommit_block():
        for table in ("students", "guardians"):
            op.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_{table}_sound ON {table} (school_id, sound_key)")
            op.execute(
                f"CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_{table}_merged_into "
                f"ON {table} (school_id, merged_into_id) WHERE merged_into_id IS NOT NULL"
            )
    for table in ("students", "guardians"):
        # Reads the rows without keeping anybody from them.
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT fk_{table}_school_id_merged_into_id")


def downgrade() -> None:
    """Drop them again."""
    with op.get_context().autocommit_block():
        for table in ("students", "guardians"):
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS ix_{table}_merged_into")
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS ix_{table}_sound")
