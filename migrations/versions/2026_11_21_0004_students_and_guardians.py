"""Students, guardians, and what each is to the other."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.helpers import school_table

revision = "0004_students_and_guardians"
down_revision = "0003_years_and_groups"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Students, guardians, and what each is to the other."""
    op.create_table(
        "students",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "document_type",
            sa.Enum(
                "RC",
                "TI",
                "CC",
                "CE",
                "PPT",
                "PEP",
                "NIP",
                "NUIP",
                "NES",
                "CAB",
                "VISA",
                "TMF",
                name="document_type",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("document_number", sa.String(length=20), nullable=False),
        sa.Column("document_municipality_code", sa.String(length=5), nullable=True),
        sa.Column("first_surname", sa.String(length=60), nullable=False),
        sa.Column("second_surname", sa.String(length=60), nullable=True),
        sa.Column("first_name", sa.String(length=60), nullable=False),
        sa.Column("middle_names", sa.String(length=120), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("birth_municipality_code", sa.String(length=5), nullable=True),
        sa.Column("gender", sa.Enum("F", "M", name="gender", native_enum=False, create_constraint=True), nullable=True),
        sa.Column("country_code", sa.String(length=3), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("neighborhood", sa.String(length=120), nullable=True),
        sa.Column("municipality_code", sa.String(length=5), nullable=True),
        sa.Column(
            "zone", sa.Enum("urban", "rural", name="zone", native_enum=False, create_constraint=True), nullable=True
        ),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("eps", sa.String(length=120), nullable=True),
        sa.Column(
            "blood_type",
            sa.Enum(
                "O+",
                "O-",
                "A+",
                "A-",
                "B+",
                "B-",
                "AB+",
                "AB-",
                name="blood_type",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=True,
        ),
        sa.Column("allergies", sa.String(length=500), nullable=True),
        sa.Column("disability_code", sa.String(length=5), nullable=True),
        sa.Column("talent_code", sa.String(length=5), nullable=True),
        sa.Column("ethnicity_code", sa.String(length=5), nullable=True),
        sa.Column("victim_code", sa.String(length=5), nullable=True),
        sa.Column("per_id", sa.String(length=20), nullable=True),
        sa.Column("stratum", sa.SmallInteger(), nullable=True),
        sa.Column("sisben", sa.String(length=12), nullable=True),
        sa.Column("simat", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("extra_data", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column(
            "full_name",
            sa.Text(),
            sa.Computed(
                "rtrim(coalesce(first_name || ' ', '') || coalesce(middle_names || ' ', '') || coalesce(first_surname || ' ', '') || coalesce(second_surname || ' ', ''))",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column(
            "sort_name",
            sa.Text(collation="C"),
            sa.Computed(
                "fold(coalesce(first_surname, '') || ' ' || coalesce(second_surname, '') || ' ' || coalesce(first_name, '') || ' ' || coalesce(middle_names, ''))",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column(
            "search_text",
            sa.Text(),
            sa.Computed(
                "fold(coalesce(first_name, '') || ' ' || coalesce(middle_names, '') || ' ' || coalesce(first_surname, '') || ' ' || coalesce(second_surname, '') || ' ' || coalesce(document_number, '') || ' ' || coalesce(per_id, ''))",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_digest", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("stratum BETWEEN 0 AND 6", name=op.f("ck_students_stratum")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_students_school_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_students_user_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_students")),
    )
    op.create_index("ix_students_document_number", "students", ["school_id", "document_number"], unique=False)
    op.create_index(
        "ix_students_search",
        "students",
        ["school_id", "search_text"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_students_sort",
        "students",
        ["school_id", "sort_name", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index("ix_students_user_id", "students", ["user_id"], unique=False)
    op.create_index(
        "uq_students_document",
        "students",
        ["school_id", "document_type", "document_number"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "uq_students_per_id",
        "students",
        ["school_id", "per_id"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL AND per_id IS NOT NULL"),
    )
    school_table("students")

    op.create_table(
        "guardians",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "document_type",
            sa.Enum(
                "RC",
                "TI",
                "CC",
                "CE",
                "PPT",
                "PEP",
                "NIP",
                "NUIP",
                "NES",
                "CAB",
                "VISA",
                "TMF",
                name="document_type",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=True,
        ),
        sa.Column("document_number", sa.String(length=20), nullable=True),
        sa.Column("first_surname", sa.String(length=60), nullable=False),
        sa.Column("second_surname", sa.String(length=60), nullable=True),
        sa.Column("first_name", sa.String(length=60), nullable=False),
        sa.Column("middle_names", sa.String(length=120), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("phone_2", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("occupation", sa.String(length=120), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column(
            "full_name",
            sa.Text(),
            sa.Computed(
                "rtrim(coalesce(first_name || ' ', '') || coalesce(middle_names || ' ', '') || coalesce(first_surname || ' ', '') || coalesce(second_surname || ' ', ''))",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column(
            "sort_name",
            sa.Text(collation="C"),
            sa.Computed(
                "fold(coalesce(first_surname, '') || ' ' || coalesce(second_surname, '') || ' ' || coalesce(first_name, '') || ' ' || coalesce(middle_names, ''))",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column(
            "search_text",
            sa.Text(),
            sa.Computed(
                "fold(coalesce(first_name, '') || ' ' || coalesce(middle_names, '') || ' ' || coalesce(first_surname, '') || ' ' || coalesce(second_surname, '') || ' ' || coalesce(document_number, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(phone_2, ''))",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_digest", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(document_type IS NULL) = (document_number IS NULL)", name=op.f("ck_guardians_document_whole")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_guardians_school_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_guardians")),
    )
    op.create_index(
        "ix_guardians_search",
        "guardians",
        ["school_id", "search_text"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_guardians_sort",
        "guardians",
        ["school_id", "sort_name", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "uq_guardians_document",
        "guardians",
        ["school_id", "document_type", "document_number"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL AND document_number IS NOT NULL"),
    )
    school_table("guardians")

    op.create_table(
        "student_guardians",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("guardian_id", sa.Uuid(), nullable=False),
        sa.Column(
            "relationship",
            sa.Enum(
                "mother",
                "father",
                "grandmother",
                "grandfather",
                "stepmother",
                "stepfather",
                "aunt",
                "uncle",
                "sibling",
                "legal_guardian",
                "foster",
                "other",
                name="relationship",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("is_primary", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_legal_representative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("lives_with", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("may_collect", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("may_see_records", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("contact_order", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id", "guardian_id"],
            ["guardians.school_id", "guardians.id"],
            name=op.f("fk_student_guardians_school_id_guardian_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["school_id", "student_id"],
            ["students.school_id", "students.id"],
            name=op.f("fk_student_guardians_school_id_student_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_student_guardians_school_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_student_guardians")),
        sa.UniqueConstraint(
            "school_id", "student_id", "guardian_id", name=op.f("uq_student_guardians_school_id_student_id_guardian_id")
        ),
    )
    op.create_index("ix_student_guardians_guardian", "student_guardians", ["school_id", "guardian_id"], unique=False)
    op.create_index(
        "uq_student_guardians_primary",
        "student_guardians",
        ["school_id", "student_id"],
        unique=True,
        postgresql_where=sa.text("is_primary"),
    )
    school_table("student_guardians")


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("student_guardians")
    op.drop_table("guardians")
    op.drop_table("students")
