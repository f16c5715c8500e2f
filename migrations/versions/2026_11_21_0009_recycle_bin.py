"""Which deletion took a row along, and who deleted it: what the recycle bin brings back."""

import sqlalchemy as sa
from alembic import op

revision = "0009_recycle_bin"
down_revision = "0008_attachments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Which deletion took a row along, and who deleted it: what the recycle bin brings back."""
    op.add_column("enrollments", sa.Column("deletion_id", sa.Uuid(), nullable=True))
    op.add_column("enrollments", sa.Column("deleted_by_id", sa.Uuid(), nullable=True))
    op.add_column("groups", sa.Column("deletion_id", sa.Uuid(), nullable=True))
    op.add_column("groups", sa.Column("deleted_by_id", sa.Uuid(), nullable=True))
    op.add_column("guardians", sa.Column("deletion_id", sa.Uuid(), nullable=True))
    op.add_column("guardians", sa.Column("deleted_by_id", sa.Uuid(), nullable=True))
    op.add_column("students", sa.Column("deletion_id", sa.Uuid(), nullable=True))
    op.add_column("students", sa.Column("deleted_by_id", sa.Uuid(), nullable=True))
    op.add_column("student_guardians", sa.Column("gave_way_in", sa.Uuid(), nullable=True))


def downgrade() -> None:
    """Drop them again."""
    op.drop_column("student_guardians", "gave_way_in")
    op.drop_column("students", "deleted_by_id")
    op.drop_column("students", "deletion_id")
    op.drop_column("guardians", "deleted_by_id")
    op.drop_column("guardians", "deletion_id")
    op.drop_column("groups", "deleted_by_id")
    op.drop_column("groups", "deletion_id")
    op.drop_column("enrollments", "deleted_by_id")
    op.drop_column("enrollments", "deletion_id")
