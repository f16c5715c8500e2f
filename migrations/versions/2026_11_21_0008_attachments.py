"""Files that belong to records."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.helpers import school_table

revision = "0008_attachments"
down_revision = "0007_enrollment_statistics"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Files that belong to records."""
    op.create_table(
        "attachments",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "entity_type",
            sa.Enum(
                "student",
                "guardian",
                "enrollment",
                "school",
                name="entity_type",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "photo",
                "logo",
                "identity_document",
                "guardian_document",
                "report_card",
                "transfer_letter",
                "health_affiliation",
                "vaccination",
                "medical",
                "utility_bill",
                "sisben",
                "contract",
                "data_consent",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("file", postgresql.JSONB(), nullable=False),
        sa.Column("thumbnail", postgresql.JSONB(), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.SmallInteger(), nullable=True),
        sa.Column("height", sa.SmallInteger(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("uploaded_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deletion_id", sa.Uuid(), nullable=True),
        sa.Column("deleted_by_id", sa.Uuid(), nullable=True),
        sa.Column("form_digest", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachments_size")),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_attachments_school_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["users.id"], name=op.f("fk_attachments_uploaded_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_attachments")),
    )
    op.create_index(
        "ix_attachments_entity",
        "attachments",
        ["school_id", "entity_type", "entity_id", "kind"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index("ix_attachments_uploaded_by_id", "attachments", ["uploaded_by_id"], unique=False)
    op.create_index(
        "uq_attachments_picture",
        "attachments",
        ["school_id", "entity_type", "entity_id", "kind"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL AND kind IN ('photo', 'logo')"),
    )
    school_table("attachments")


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("attachments")
