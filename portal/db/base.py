"""What every table has in common: keys, timestamps, versions, soft deletion, and the keys of a school's rows.

A school's rows have the primary key ``(school_id, id)`` and refer to one another with both columns, so that the
database itself refuses a guardian of one school on a student of another.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from advanced_alchemy.base import CommonTableAttributes
from sqlalchemy import (
    Computed,
    DateTime,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship
from sqlalchemy.types import TypeDecorator
from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A UUIDv7: unique, and in the order of its making, which keeps indexes compact."""
    return uuid7()


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


class Base(CommonTableAttributes, DeclarativeBase):
    """The root of all models."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: DateTime(timezone=True),
        str: Text,
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
        list[str]: JSONB,
        bytes: LargeBinary,
    }

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        """Generated columns come back with the write itself: nothing is loaded later, which async code cannot."""
        return {"eager_defaults": True} | cls._version_args()

    @classmethod
    def _version_args(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__table__.c.version} if "version" in cls.__table__.c else {}


class Timestamped:
    """When a row was made and last changed."""

    created_at: Mapped[datetime] = mapped_column(default=now, server_default=text("now()"), sort_order=90)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now, server_default=text("now()"), sort_order=91)


class Versioned(Timestamped):
    """A row that people edit: each write raises ``version``, and a write over a newer one fails."""

    version: Mapped[int] = mapped_column(default=1, server_default=text("1"), sort_order=92)


class SoftDeleted:
    """A row that a person could want back: deleting sets a date, unique rules ignore it.

    Rows that go along with one another share ``deletion_id``, so that restoring one brings back all of them, and no
    row that had been deleted before.
    """

    deleted_at: Mapped[datetime | None] = mapped_column(sort_order=93)
    deletion_id: Mapped[UUID | None] = mapped_column(sort_order=94)
    deleted_by_id: Mapped[UUID | None] = mapped_column(
        sort_order=95, doc="A user; no foreign key, as in histories: the name is looked up, and may be gone."
    )


class CreatedOnce:
    """A row whose id is minted with its form, so that the form sent twice makes one row.

    ``form_digest`` is what the form said then (``Form.digest``): the same again gets the same answer, other content
    under the same id is a conflict.
    """

    form_digest: Mapped[bytes | None] = mapped_column(sort_order=96)


class Audited:
    """A row whose every change is told in its school's history: ``portal.audit.recording`` writes it down.

    A model says which of its columns nobody needs to be told, which only those see who may read sensitive data
    (``column.key`` for a key of a JSON column), and whose histories tell of it besides its own.
    """

    untold: ClassVar[frozenset[str]] = frozenset()
    sensitive: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def told_with(cls, values: Mapping[str, Any]) -> dict[str, UUID | None]:
        """``student_id`` and ``guardian_id`` whose histories tell of the row with these values of its columns."""
        return {}


class Identified:
    """A row of the installation, known by its id alone."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-100)


class SchoolScoped:
    """A row of a school, known by ``(school_id, id)``. The school of a row never changes."""

    @declared_attr
    def school_id(cls) -> Mapped[UUID]:
        """Deleting a school deletes all of its rows."""
        return mapped_column(ForeignKey("schools.id", ondelete="CASCADE"), primary_key=True, sort_order=-101)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-100)


def within_school(column: str, table: str, *, ondelete: str = "NO ACTION") -> ForeignKeyConstraint:
    """A foreign key to another row of the same school.

    ``ondelete="SET NULL"`` empties the named column only; ``school_id`` is a key and stays. NO ACTION, not RESTRICT:
    it is checked at the end of the statement, so that deleting a school may delete its rows in any order.
    """
    action = f"SET NULL ({column})" if ondelete == "SET NULL" else ondelete
    return ForeignKeyConstraint(["school_id", column], [f"{table}.school_id", f"{table}.id"], ondelete=action)


def in_school(here: str, there: str, column: str, **options: Any) -> Any:
    """The row of the same school that ``column`` names: ``student = in_school("Enrollment", "Student", "student_id")``.

    Never loaded by itself (``lazy="raise"``): a query says what it needs. Written through the column, not through the
    relationship, since the two keys share ``school_id``.
    """
    return relationship(
        there,
        lazy="raise",
        viewonly=True,
        primaryjoin=(
            f"and_(remote({there}.school_id) == {here}.school_id, remote({there}.id) == foreign({here}.{column}))"
        ),
        **options,
    )


def many_in_school(here: str, there: str, column: str, **options: Any) -> Any:
    """The rows of the same school whose ``column`` names this one; the other side of ``in_school``."""
    return relationship(
        there,
        lazy="raise",
        viewonly=True,
        uselist=True,
        primaryjoin=(
            f"and_(foreign({there}.school_id) == {here}.school_id, foreign(remote({there}.{column})) == {here}.id)"
        ),
        **options,
    )


def coded(enum: type[Any], name: str) -> Enum:
    """A column type that keeps the codes of ``enum`` as text, refused by the database when unknown."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        name=name,
        length=max(len(str(member.value)) for member in enum),
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )


class NumberCode(TypeDecorator[Any]):
    """A column type that keeps the codes of an integer enumeration; pair it with ``known_numbers``."""

    impl = SmallInteger
    cache_ok = True

    def __init__(self, enum: type[Any]) -> None:
        """Keep the members of this enumeration."""
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: Any, dialect: Any) -> int | None:
        """A member, or its number."""
        return None if value is None else int(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        """The member."""
        return None if value is None else self.enum(value)


def known_numbers(column: str, enum: type[Any]) -> str:
    """The text of a check constraint: the column holds one of the enumeration's numbers."""
    return f"{column} IN ({', '.join(str(int(member)) for member in enum)})"


def folded(*columns: str) -> Computed:
    """A stored column of the given ones, unaccented and in lower case, for finding and sorting.

    ``fold`` is the migrations' IMMUTABLE wrapper around ``unaccent``; ``concat_ws`` is not immutable, hence the bars.
    """
    joined = " || ' ' || ".join(f"coalesce({column}, '')" for column in columns)
    return Computed(f"fold({joined})", persisted=True)


def spaced(*columns: str) -> Computed:
    """A stored column of the given ones with single spaces between them, empty ones left out."""
    joined = " || ".join(f"coalesce({column} || ' ', '')" for column in columns)
    return Computed(f"rtrim({joined})", persisted=True)


def sounding(*columns: str) -> Computed:
    """A stored column of how the given ones sound, in their order, for finding the same person written otherwise.

    ``sound_key`` is the migrations' IMMUTABLE twin of ``catalogs.sounds.sound_key``.
    """
    joined = " || '|' || ".join(f"coalesce({column}, '')" for column in columns)
    return Computed(f"sound_key({joined})", persisted=True)


def bin_index(table: str) -> Index:
    """The index by which the recycle bin finds the few rows of a school that are deleted, the latest first."""
    return Index(f"ix_{table}_bin", "school_id", "deleted_at", "id", postgresql_where=text("deleted_at IS NOT NULL"))


def search_index(table: str, *beside: str) -> Index:
    """The texts that a search compares, side by side for the living rows of a school, and what is read ``beside`` them.

    A search reads all of them, and nothing else: a few hundred kilobytes for a school of 10,000. No index of trigrams:
    ``LIKE`` is not leakproof, so that under row security it is applied to the school's own rows only.
    """
    return Index(
        f"ix_{table}_texts",
        "school_id",
        "id",
        postgresql_include=["search_text", *beside],
        postgresql_where=text("deleted_at IS NULL"),
    )
