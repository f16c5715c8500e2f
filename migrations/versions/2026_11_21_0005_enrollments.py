"""A student's place in a year."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.helpers import school_table

revision = "0005_enrollments"
down_revision = "0004_students_and_guardians"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A student's place in a year."""
    op.create_table(
        "enrollments",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("year_id", sa.Uuid(), nullable=False),
        sa.Column("grade", sa.SmallInteger(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("campus_id", sa.Uuid(), nullable=True),
        sa.Column(
            "shift",
            sa.Enum(
                "full",
                "morning",
                "afternoon",
                "evening",
                "weekend",
                "single",
                name="shift",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=True,
        ),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "active",
                "completed",
                "withdrawn",
                "transferred",
                "cancelled",
                name="status",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum("promoted", "repeating", "graduated", name="outcome", native_enum=False, create_constraint=True),
            nullable=True,
        ),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status_history", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("simat_status", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("previous_school", sa.String(length=200), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("checklist", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_digest", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("jsonb_typeof(status_history) = 'array'", name=op.f("ck_enrollments_status_history")),
        sa.CheckConstraint(
            "ends_on IS NULL OR starts_on IS NULL OR starts_on <= ends_on", name=op.f("ck_enrollments_dates_in_order")
        ),
        sa.CheckConstraint(
            "grade IN (-2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 21, 22, 23, 24, 25, 26, 41, 42, 43, 44, 45, 99)",
            name=op.f("ck_enrollments_grade"),
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "campus_id"],
            ["campuses.school_id", "campuses.id"],
            name=op.f("fk_enrollments_school_id_campus_id"),
            ondelete="NO ACTION",
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "group_id"],
            ["groups.school_id", "groups.id"],
            name=op.f("fk_enrollments_school_id_group_id"),
            ondelete="SET NULL (group_id)",
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "student_id"],
            ["students.school_id", "students.id"],
            name=op.f("fk_enrollments_school_id_student_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "year_id"],
            ["school_years.school_id", "school_years.id"],
            name=op.f("fk_enrollments_school_id_year_id"),
            ondelete="NO ACTION",
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_enrollments_school_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_enrollments")),
    )
    op.create_index("ix_enrollments_campus", "enrollments", ["school_id", "campus_id"], unique=False)
    op.create_index("ix_enrollments_group", "enrollments", ["school_id", "group_id", "status"], unique=False)
    op.create_index("ix_enrollments_student", "enrollments", ["school_id", "student_id"], unique=False)
    op.create_index(
        "ix_enrollments_waiting",
        "enrollments",
        ["school_id", "submitted_at", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'submitted' AND deleted_at IS NULL"),
    )
    op.create_index("ix_enrollments_year", "enrollments", ["school_id", "year_id", "status", "grade"], unique=False)
    op.create_index("uq_enrollments_number", "enrollments", ["school_id", "number"], unique=True)
    op.create_index(
        "uq_enrollments_student_year",
        "enrollments",
        ["school_id", "student_id", "year_id"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL AND status NOT IN ('cancelled', 'transferred')"),
    )
    school_table("enrollments")


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("enrollments")
