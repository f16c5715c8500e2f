"""Schools, their settings, campuses and members."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.helpers import school_table, shared_table
from portal.db.tenancy import CURRENT_SCHOOL

revision = "0002_schools"
down_revision = "0001_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Schools, their settings, campuses and members."""
    op.create_table(
        "schools",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=60), nullable=True),
        sa.Column("nit", sa.String(length=12), nullable=True),
        sa.Column("dane_code", sa.String(length=12), nullable=True),
        sa.Column("resolution", sa.String(length=120), nullable=True),
        sa.Column(
            "sector",
            sa.Enum("public", "private", name="sector", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column(
            "calendar", sa.Enum("A", "B", name="calendar", native_enum=False, create_constraint=True), nullable=False
        ),
        sa.Column("municipality_code", sa.String(length=5), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("time_zone", sa.String(length=60), server_default="America/Bogota", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("dane_code ~ '^[0-9]{12}$'", name=op.f("ck_schools_dane_code")),
        sa.CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f("ck_schools_slug")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schools")),
        sa.UniqueConstraint("dane_code", name=op.f("uq_schools_dane_code")),
        sa.UniqueConstraint("slug", name=op.f("uq_schools_slug")),
    )
    shared_table("schools")
    # Everybody who signed in may read a school's name; only inside a school is it changed.
    op.execute("ALTER TABLE schools ENABLE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY schools_read ON schools FOR SELECT USING (true)")
    op.execute("CREATE POLICY schools_insert ON schools FOR INSERT WITH CHECK (true)")
    op.execute(f"CREATE POLICY schools_update ON schools FOR UPDATE USING (id = {CURRENT_SCHOOL})")
    op.execute(f"CREATE POLICY schools_delete ON schools FOR DELETE USING (id = {CURRENT_SCHOOL})")

    op.create_table(
        "school_settings",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("data", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_school_settings_school_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("school_id", name=op.f("pk_school_settings")),
    )
    school_table("school_settings")

    op.create_table(
        "campuses",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("dane_code", sa.String(length=14), nullable=True),
        sa.Column(
            "zone", sa.Enum("urban", "rural", name="zone", native_enum=False, create_constraint=True), nullable=False
        ),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("dane_code ~ '^[0-9]{14}$'", name=op.f("ck_campuses_dane_code")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_campuses_school_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_campuses")),
        sa.UniqueConstraint("school_id", "dane_code", name=op.f("uq_campuses_school_id_dane_code")),
    )
    op.create_index("ix_campuses_school_id_name", "campuses", ["school_id", "name"], unique=False)
    school_table("campuses")

    op.create_table(
        "school_memberships",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("roles", postgresql.JSONB(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            'jsonb_typeof(roles) = \'array\' AND roles <@ \'["principal","secretary","coordinator","teacher","viewer"]\'',
            name=op.f("ck_school_memberships_roles"),
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_school_memberships_school_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_school_memberships_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_school_memberships")),
        sa.UniqueConstraint("school_id", "user_id", name=op.f("uq_school_memberships_school_id_user_id")),
    )
    op.create_index(op.f("ix_school_memberships_user_id"), "school_memberships", ["user_id"], unique=False)
    school_table("school_memberships", own_rows_of_user=True)


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("school_memberships")
    op.drop_table("campuses")
    op.drop_table("school_settings")
    op.drop_table("schools")
