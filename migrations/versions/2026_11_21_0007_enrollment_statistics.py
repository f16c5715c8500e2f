"""Tell the planner that a school's enrollments hang together.

A year, a student or a group belongs to one school. Taken as independent, the planner expects a handful of enrollments
where there are ten thousand, and walks through them once for each student of a list's page.
"""

from alembic import op

revision = "0007_enrollment_statistics"
down_revision = "0006_imports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep the dependencies between the columns; the next ANALYZE fills them."""
    op.execute(
        "CREATE STATISTICS enrollments_hang_together (dependencies) "
        "ON school_id, year_id, student_id, group_id FROM enrollments"
    )


def downgrade() -> None:
    """Drop it again."""
    op.execute("DROP STATISTICS enrollments_hang_together")
