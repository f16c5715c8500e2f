"""How names sound, which records were found to be two people, and which were made one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.helpers import school_table

revision = "0018_duplicates"
down_revision = "0017_audit_events"
branch_labels = None
depends_on = None

# The twin of portal/catalogs/sounds.py, where each step is explained; its body is parsed when it is made, so that a
# restored database finds what it calls.
SOUND_KEY = r"""
CREATE FUNCTION sound_key(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(translate(replace(replace(regexp_replace(
    regexp_replace(regexp_replace(regexp_replace(replace(regexp_replace(replace(regexp_replace(regexp_replace(
        public.fold(value),
        '[^a-z|]+', ' ', 'g'),
        '\m(de|del|la|las|los|y)\M', ' ', 'g'),
        'ph', 'f'),
        '[ck]s|x', 'j', 'g'),
        'ch', 'x'),
        'c(?=[eiy])', 's', 'g'),
        'g(?=[eiy])', 'j', 'g'),
        'gu(?=[ei])', 'g', 'g'),
        'qu(?=[ei])', 'k', 'g'),
        'll', 'y'),
        'h', ''),
        'cqzvwy', 'kksbbi'),
        '\mj(?=[aeiou])', 'i', 'g'),
        'n(?=[bp])', 'm', 'g'),
        '([a-z ])\1+', '\1', 'g'),
        ' ?\| ?', '|', 'g'), ' ')
"""
HEARD = (
    "sound_key(coalesce(first_surname, '') || '|' || coalesce(first_name, '') || '|' || "
    "coalesce(second_surname, '') || '|' || coalesce(middle_names, ''))"
)
KIND = sa.Enum("students", "guardians", name="people", native_enum=False, create_constraint=True)


def upgrade() -> None:
    """How names sound, which records were found to be two people, and which were made one."""
    op.execute(SOUND_KEY)
    for table in ("students", "guardians"):
        # A stored column is computed for every row there is, which keeps readers waiting: some 20 s a million rows.
        op.execute(
            "-- squawk-ignore adding-field-with-default\n"
            f'ALTER TABLE {table} ADD COLUMN sound_key text COLLATE "C" GENERATED ALWAYS AS ({HEARD}) STORED NOT NULL, '
            "ADD COLUMN merged_into_id uuid"
        )
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT fk_{table}_school_id_merged_into_id "
            f"FOREIGN KEY (school_id, merged_into_id) REFERENCES {table} (school_id, id) "
            "ON DELETE SET NULL (merged_into_id) NOT VALID"
        )
    op.create_table(
        "two_people",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        *_stamps(),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_two_people_in_order")),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_two_people_school_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_two_people")),
    )
    school_table("two_people")
    op.create_index("uq_two_people", "two_people", ["school_id", "one_id", "other_id"], unique=True)

    op.create_table(
        "merges",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("survivor_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("fields", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("moved", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Uuid(), nullable=True),
        *_stamps(),
        sa.Column("form_digest", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_merges_school_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("school_id", "id", name=op.f("pk_merges")),
    )
    school_table("merges")
    op.create_index("ix_merges_survivor", "merges", ["school_id", "survivor_id"])
    op.create_index("ix_merges_other", "merges", ["school_id", "other_id"])


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("merges")
    op.drop_table("two_people")
    for table in ("students", "guardians"):
        op.drop_constraint(op.f(f"fk_{table}_school_id_merged_into_id"), table, type_="foreignkey")
        op.drop_column(table, "merged_into_id")
        op.drop_column(table, "sound_key")
    op.execute("DROP FUNCTION sound_key(text)")


def _stamps() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
