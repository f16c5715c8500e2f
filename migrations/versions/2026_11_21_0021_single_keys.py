"""Whether a person works with keys that act by themselves: they can be switched off (WCAG 2.1.4)."""

import sqlalchemy as sa
from alembic import op

revision = "0021_single_keys"
down_revision = "0020_sent_forms_and_drafts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Everybody does, as until now."""
    op.add_column("users", sa.Column("single_keys", sa.Boolean(), server_default=sa.text("true"), nullable=False))


def downgrade() -> None:
    """Drop it again."""
    op.drop_column("users", "single_keys")
