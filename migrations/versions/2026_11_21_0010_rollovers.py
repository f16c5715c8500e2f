"""Roll-overs of a year into the next, and what was chosen for single pupils."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.helpers import school_table

revision = "0010_rollovers"
down_revision = "0009_recycle_bin"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Roll-overs of a year into the next, and what was chosen for single pupils."""
    op.create_table(
        "rollovers",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("from_year_id", sa.Uuid(), nullable=False),
        sa.Column("to_year_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("preview", "applied", "undone", name="status", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("counts", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("from_year_id <> to_year_id", name=op.f("ck_rollovers_two_years")),
        sa.ForeignKeyConstraint(
            ["applied_by_id"], ["users.id"], name=op.f("fk_rollovers_applied_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "from_year_id"],
            ["school_years.school_id", "school_years.id"],
            name=op.f("fk_rollovers_school_id_from_year_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "to_year_id"],
            ["school_years.school_id", "school_years.id"],
            name=op.f("fk_rollovers_school_id_to_year_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_rollovers_school_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_rollovers")),
        sa.UniqueConstraint(
            "school_id", "from_year_id", "to_year_id", name=op.f("uq_rollovers_school_id_from_year_id_to_year_id")
        ),
    )
    op.create_index("ix_rollovers_applied_by_id", "rollovers", ["applied_by_id"], unique=False)
    op.create_index("ix_rollovers_to_year", "rollovers", ["school_id", "to_year_id"], unique=False)
    school_table("rollovers")

    op.create_table(
        "rollover_choices",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rollover_id", sa.Uuid(), nullable=False),
        sa.Column("enrollment_id", sa.Uuid(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "promote", "repeat", "graduate", "leave", name="decision", native_enum=False, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column("grade", sa.SmallInteger(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "grade IN (-2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 21, 22, 23, 24, 25, 26, 41, 42, 43, 44, 45, 99)",
            name=op.f("ck_rollover_choices_grade"),
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "enrollment_id"],
            ["enrollments.school_id", "enrollments.id"],
            name=op.f("fk_rollover_choices_school_id_enrollment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "group_id"],
            ["groups.school_id", "groups.id"],
            name=op.f("fk_rollover_choices_school_id_group_id"),
            ondelete="SET NULL (group_id)",
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "rollover_id"],
            ["rollovers.school_id", "rollovers.id"],
            name=op.f("fk_rollover_choices_school_id_rollover_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_rollover_choices_school_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_rollover_choices")),
        sa.UniqueConstraint(
            "school_id",
            "rollover_id",
            "enrollment_id",
            name=op.f("uq_rollover_choices_school_id_rollover_id_enrollment_id"),
        ),
    )
    op.create_index("ix_rollover_choices_enrollment", "rollover_choices", ["school_id", "enrollment_id"], unique=False)
    op.create_index("ix_rollover_choices_group", "rollover_choices", ["school_id", "group_id"], unique=False)
    school_table("rollover_choices")


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("rollover_choices")
    op.drop_table("rollovers")
