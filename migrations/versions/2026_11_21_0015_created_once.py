"""What the form said that made a school, a campus, a year or groups: the same form sent twice is known by it."""

import sqlalchemy as sa
from alembic import op

revision = "0015_created_once"
down_revision = "0014_bin_indexes"
branch_labels = None
depends_on = None

TABLES = ("schools", "campuses", "school_years", "groups")


def upgrade() -> None:
    """Empty for the rows that are there: no form of theirs is still open."""
    for table in TABLES:
        op.add_column(table, sa.Column("form_digest", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Drop them again."""
    for table in TABLES:
        op.drop_column(table, "form_digest")
