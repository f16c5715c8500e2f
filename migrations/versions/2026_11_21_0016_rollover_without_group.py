"""That somebody chose no group for a pupil of a roll-over: not the same as any group that fits."""

import sqlalchemy as sa
from alembic import op

revision = "0016_rollover_without_group"
down_revision = "0015_created_once"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was chosen until now keeps its meaning."""
    op.add_column(
        "rollover_choices", sa.Column("without_group", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )


def downgrade() -> None:
    """Drop it again."""
    op.drop_column("rollover_choices", "without_group")
