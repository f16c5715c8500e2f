"""What the later life of an enrollment leaves: why it ended, where the pupil went, which roll-over made it."""

import sqlalchemy as sa
from alembic import op

revision = "0011_enrollment_life"
down_revision = "0010_rollovers"
branch_labels = None
depends_on = None

REASONS = (
    "moved", "other_school", "work", "health", "family", "distance", "safety", "no_show", "pregnancy", "deceased", "other",
)  # fmt: skip


def upgrade() -> None:
    """What the later life of an enrollment leaves: why it ended, where the pupil went, which roll-over made it."""
    op.add_column("enrollments", sa.Column("withdrawal_reason", sa.String(length=12), nullable=True))
    # Every row of the new columns is empty: constraints that are not validated hold all the same, and lock nobody out.
    op.execute(
        "ALTER TABLE enrollments ADD CONSTRAINT ck_enrollments_withdrawal_reason "
        f"CHECK (withdrawal_reason IN ({', '.join(map(repr, REASONS))})) NOT VALID"
    )
    op.add_column("enrollments", sa.Column("destination_name", sa.String(length=200), nullable=True))
    op.add_column("enrollments", sa.Column("destination_dane_code", sa.String(length=12), nullable=True))
    op.add_column("enrollments", sa.Column("counterpart_school_id", sa.Uuid(), nullable=True))
    op.add_column("enrollments", sa.Column("counterpart_id", sa.Uuid(), nullable=True))
    op.add_column("enrollments", sa.Column("rollover_id", sa.Uuid(), nullable=True))
    op.execute(
        "ALTER TABLE enrollments ADD CONSTRAINT fk_enrollments_school_id_rollover_id "
        "FOREIGN KEY (school_id, rollover_id) REFERENCES rollovers (school_id, id) "
        "ON DELETE SET NULL (rollover_id) NOT VALID"
    )


def downgrade() -> None:
    """Drop them again."""
    op.drop_constraint(op.f("fk_enrollments_school_id_rollover_id"), "enrollments", type_="foreignkey")
    op.drop_column("enrollments", "rollover_id")
    op.drop_column("enrollments", "counterpart_id")
    op.drop_column("enrollments", "counterpart_school_id")
    op.drop_column("enrollments", "destination_dane_code")
    op.drop_column("enrollments", "destination_name")
    op.drop_column("enrollments", "withdrawal_reason")
