"""Saved views of lists, and what people chose of a list."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.helpers import school_table

revision = "0023_saved_views"
down_revision = "0022_audit_undoes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Views first: preferences name one."""
    op.create_table(
        "saved_views",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("list_name", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(length=2000), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("form_digest", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_saved_views_school_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_saved_views_owner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_saved_views")),
    )
    op.create_index(
        "uq_saved_views_name",
        "saved_views",
        ["school_id", "list_name", "owner_id", sa.text("lower(name)")],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_index("ix_saved_views_owner_id", "saved_views", ["owner_id"])
    school_table("saved_views")

    op.create_table(
        "list_preferences",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("list_name", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("columns", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("start_view_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_list_preferences_school_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "start_view_id"],
            ["saved_views.school_id", "saved_views.id"],
            name=op.f("fk_list_preferences_school_id_start_view_id"),
            ondelete="SET NULL (start_view_id)",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_list_preferences_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_list_preferences")),
        sa.UniqueConstraint(
            "school_id",
            "list_name",
            "user_id",
            name=op.f("uq_list_preferences_school_id_list_name_user_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_list_preferences_user_id", "list_preferences", ["user_id"])
    op.create_index("ix_list_preferences_start_view", "list_preferences", ["school_id", "start_view_id"])
    school_table("list_preferences")


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("list_preferences")
    op.drop_table("saved_views")
