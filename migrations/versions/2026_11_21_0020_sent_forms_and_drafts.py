"""Forms that were sent, so that once is once, and forms that were begun and not saved."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import distribute, grant, shared_table
from portal.db.tenancy import CURRENT_SCHOOL, CURRENT_USER

revision = "0020_sent_forms_and_drafts"
down_revision = "0019_duplicates_indexes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Both are seen by their author only; by nobody's name only what is over, to be swept."""
    op.create_table(
        "sent_forms",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sent_forms_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_sent_forms")),
    )
    op.create_index("ix_sent_forms_sent_at", "sent_forms", ["sent_at"])
    shared_table("sent_forms")
    _shown_to_its_author("sent_forms", f"user_id = {CURRENT_USER}", over="sent_at < now() - interval '1 day'")

    op.create_table(
        "drafts",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_drafts_school_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_drafts_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("school_id", "user_id", "address", name=op.f("uq_drafts_school_id_user_id_address")),
    )
    op.create_index("ix_drafts_user_id", "drafts", ["user_id"])
    distribute("drafts")
    grant("drafts")
    here = f"school_id = {CURRENT_SCHOOL}"
    _shown_to_its_author(
        "drafts", f"{here} AND user_id = {CURRENT_USER}", over=f"{here} AND updated_at < now() - interval '7 days'"
    )


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("drafts")
    op.drop_table("sent_forms")


def _shown_to_its_author(table: str, mine: str, *, over: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY {table}_mine ON {table} USING ({mine}) WITH CHECK ({mine})")
    op.execute(f"CREATE POLICY {table}_sweep ON {table} USING ({CURRENT_USER} IS NULL AND {over}) WITH CHECK (false)")
