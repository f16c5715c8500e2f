"""Files that were brought, and the rows that have something to tell."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.helpers import school_table

revision = "0006_imports"
down_revision = "0005_enrollments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Files that were brought, and the rows that have something to tell."""
    op.create_table(
        "import_runs",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), server_default="simat", nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("preview", "applied", name="status", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("year_name", sa.String(length=20), nullable=False),
        sa.Column("counts", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("unrecognized", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by_id", sa.Uuid(), nullable=True),
        sa.Column("applied_by_id", sa.Uuid(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(
            ["applied_by_id"], ["users.id"], name=op.f("fk_import_runs_applied_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_import_runs_school_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["users.id"], name=op.f("fk_import_runs_uploaded_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_import_runs")),
    )
    op.create_index(op.f("ix_import_runs_applied_by_id"), "import_runs", ["applied_by_id"], unique=False)
    op.create_index("ix_import_runs_school_id_created_at", "import_runs", ["school_id", "created_at"], unique=False)
    op.create_index(op.f("ix_import_runs_uploaded_by_id"), "import_runs", ["uploaded_by_id"], unique=False)
    school_table("import_runs")

    op.create_table(
        "import_rows",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "new",
                "changed",
                "unchanged",
                "wrong",
                "listed",
                name="outcome",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("problems", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("changes", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("raw", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.CheckConstraint("line > 0", name=op.f("ck_import_rows_line")),
        sa.ForeignKeyConstraint(
            ["school_id", "run_id"],
            ["import_runs.school_id", "import_runs.id"],
            name=op.f("fk_import_rows_school_id_run_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_import_rows_school_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_import_rows")),
    )
    op.create_index("ix_import_rows_run", "import_rows", ["school_id", "run_id", "outcome", "line"], unique=False)
    school_table("import_rows")


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("import_rows")
    op.drop_table("import_runs")
