"""School years, their periods and their groups."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.helpers import school_table

revision = "0003_years_and_groups"
down_revision = "0002_schools"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """School years, their periods and their groups."""
    op.create_table(
        "school_years",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "planning", "active", "closed", "archived", name="status", native_enum=False, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column("last_number", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("school_id"), "="),
            (sa.text("daterange(starts_on, ends_on, '[]')"), "&&"),
            using="gist",
            name="ex_school_years_overlap",
        ),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("ck_school_years_dates_in_order")),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_school_years_school_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_school_years")),
        sa.UniqueConstraint("school_id", "name", name=op.f("uq_school_years_school_id_name")),
    )
    op.create_index(
        "uq_school_years_active",
        "school_years",
        ["school_id"],
        unique=True,
        postgresql_where=sa.text("status = 'active'"),
    )
    school_table("school_years")

    op.create_table(
        "academic_periods",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("weight", sa.Numeric(precision=5, scale=2), server_default=sa.text("25"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("school_id"), "="),
            (sa.column("year_id"), "="),
            (sa.text("daterange(starts_on, ends_on, '[]')"), "&&"),
            using="gist",
            name="ex_academic_periods_overlap",
        ),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("ck_academic_periods_dates_in_order")),
        sa.CheckConstraint("weight BETWEEN 0 AND 100", name=op.f("ck_academic_periods_weight")),
        sa.ForeignKeyConstraint(
            ["school_id", "year_id"],
            ["school_years.school_id", "school_years.id"],
            name=op.f("fk_academic_periods_school_id_year_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_academic_periods_school_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_academic_periods")),
        sa.UniqueConstraint(
            "school_id", "year_id", "ordinal", name=op.f("uq_academic_periods_school_id_year_id_ordinal")
        ),
    )
    school_table("academic_periods")

    op.create_table(
        "groups",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year_id", sa.Uuid(), nullable=False),
        sa.Column("campus_id", sa.Uuid(), nullable=False),
        sa.Column("grade", sa.SmallInteger(), nullable=False),
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
            nullable=False,
        ),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("capacity", sa.SmallInteger(), server_default=sa.text("40"), nullable=False),
        sa.Column("lead_teacher_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("capacity BETWEEN 0 AND 200", name=op.f("ck_groups_capacity")),
        sa.CheckConstraint(
            "grade IN (-2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 21, 22, 23, 24, 25, 26, 41, 42, 43, 44, 45, 99)",
            name=op.f("ck_groups_grade"),
        ),
        sa.ForeignKeyConstraint(
            ["lead_teacher_id"], ["users.id"], name=op.f("fk_groups_lead_teacher_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "campus_id"],
            ["campuses.school_id", "campuses.id"],
            name=op.f("fk_groups_school_id_campus_id"),
            ondelete="NO ACTION",
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "year_id"],
            ["school_years.school_id", "school_years.id"],
            name=op.f("fk_groups_school_id_year_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_groups_school_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_groups")),
    )
    op.create_index("ix_groups_lead_teacher_id", "groups", ["lead_teacher_id"], unique=False)
    op.create_index("ix_groups_school_id_campus_id", "groups", ["school_id", "campus_id"], unique=False)
    op.create_index("ix_groups_year", "groups", ["school_id", "year_id", "grade"], unique=False)
    op.create_index(
        "uq_groups_code",
        "groups",
        ["school_id", "year_id", "campus_id", "grade", "shift", "code"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    school_table("groups")


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("groups")
    op.drop_table("academic_periods")
    op.drop_table("school_years")
