"""The events of a school's history: added and read by the application, never changed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.helpers import distribute, grant
from portal.db.tenancy import CURRENT_SCHOOL

revision = "0017_audit_events"
down_revision = "0016_rollover_without_group"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The events of a school's history."""
    op.create_table(
        "audit_events",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column(
            "channel",
            sa.Enum("web", "import", "command", "demo", name="channel", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("address", sa.String(length=45), nullable=True),
        sa.Column("request_id", sa.String(length=32), nullable=True),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=True),
        sa.Column("guardian_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column(
            "action",
            sa.Enum(
                "created",
                "changed",
                "deleted",
                "restored",
                "removed",
                name="action",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("changes", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_audit_events_school_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_audit_events")),
    )
    op.create_index("ix_audit_events_entity", "audit_events", ["school_id", "entity_id", "id"])
    op.create_index("ix_audit_events_change", "audit_events", ["school_id", "change_id"])
    op.create_index("ix_audit_events_actor", "audit_events", ["school_id", "actor_id", "id"])
    for whose in ("student", "guardian"):
        op.create_index(
            f"ix_audit_events_{whose}",
            "audit_events",
            ["school_id", f"{whose}_id", "id"],
            postgresql_where=sa.text(f"{whose}_id IS NOT NULL"),
        )
    distribute("audit_events")
    # Whoever gets hold of the application's role cannot hide what they did.
    grant("audit_events", "SELECT, INSERT")
    op.execute("ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY audit_events_read ON audit_events FOR SELECT USING (school_id = {CURRENT_SCHOOL})")
    op.execute(
        f"CREATE POLICY audit_events_insert ON audit_events FOR INSERT WITH CHECK (school_id = {CURRENT_SCHOOL})"
    )


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("audit_events")
