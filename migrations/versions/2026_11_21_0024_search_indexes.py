"""The indexes of a search: the texts that it compares, side by side, instead of trigrams, which nobody could use.

Under row security LIKE may be applied only to rows that the policy has passed, so that an index of trigrams served to
find the rows of a school and no more, and was the dearest part of each save.
"""

from alembic import op

revision = "0024_search_indexes"
down_revision = "0023_saved_views"
branch_labels = None
depends_on = None

BESIDE = {"students": "search_text, sort_name", "guardians": "search_text, phone, phone_2"}


def upgrade() -> None:
    """Beside the work of the day; the old ones go when the new ones stand."""
    with op.get_context().autocommit_block():
        for table, columns in BESIDE.items():
            op.execute(
                f"CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_{table}_texts "
                f"ON {table} (school_id, id) INCLUDE ({columns}) WHERE deleted_at IS NULL"
            )
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS ix_{table}_search")


def downgrade() -> None:
    """The trigrams again."""
    with op.get_context().autocommit_block():
        for table in BESIDE:
            op.execute(
                f"CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_{table}_search "
                f"ON {table} USING gin (school_id, search_text gin_trgm_ops) WHERE deleted_at IS NULL"
            )
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS ix_{table}_texts")
