"""Guardians, and what each is to a student."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.catalogs.codes import DocumentType, Relationship
from portal.db.base import (
    Audited,
    Base,
    CreatedOnce,
    SchoolScoped,
    SoftDeleted,
    Versioned,
    bin_index,
    coded,
    folded,
    in_school,
    many_in_school,
    search_index,
    sounding,
    spaced,
    within_school,
)

if TYPE_CHECKING:
    from portal.students.models import Student

NAMES = ("first_name", "middle_names", "first_surname", "second_surname")
# As the key of sounds has them: what everybody has comes first, so that one range of the index finds it.
AS_HEARD = ("first_surname", "first_name", "second_surname", "middle_names")


class Guardian(SchoolScoped, SoftDeleted, CreatedOnce, Versioned, Audited, Base):
    """An adult who answers for students; siblings share one record."""

    __tablename__ = "guardians"
    __table_args__ = (
        Index(
            "uq_guardians_document",
            "school_id",
            "document_type",
            "document_number",
            unique=True,
            postgresql_where=text("deleted_at IS NULL AND document_number IS NOT NULL"),
        ),
        Index("ix_guardians_sort", "school_id", "sort_name", "id", postgresql_where=text("deleted_at IS NULL")),
        search_index("guardians", "phone", "phone_2"),
        bin_index("guardians"),
        Index("ix_guardians_sound", "school_id", "sound_key"),
        within_school("merged_into_id", "guardians", ondelete="SET NULL"),
        Index(
            "ix_guardians_merged_into",
            "school_id",
            "merged_into_id",
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
        CheckConstraint("(document_type IS NULL) = (document_number IS NULL)", name="document_whole"),
    )

    document_type: Mapped[DocumentType | None] = mapped_column(coded(DocumentType, "document_type"))
    document_number: Mapped[str | None] = mapped_column(String(20))
    first_surname: Mapped[str] = mapped_column(String(60))
    second_surname: Mapped[str | None] = mapped_column(String(60))
    first_name: Mapped[str] = mapped_column(String(60))
    middle_names: Mapped[str | None] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(String(40))
    phone_2: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(254))
    occupation: Mapped[str | None] = mapped_column(String(120))
    address: Mapped[str | None] = mapped_column(String(200))

    full_name: Mapped[str] = mapped_column(Text, spaced(*NAMES))
    sort_name: Mapped[str] = mapped_column(
        Text(collation="C"), folded("first_surname", "second_surname", "first_name", "middle_names")
    )
    search_text: Mapped[str] = mapped_column(Text, folded(*NAMES, "document_number", "phone", "phone_2"), deferred=True)
    sound_key: Mapped[str] = mapped_column(Text(collation="C"), sounding(*AS_HEARD), deferred=True)
    merged_into_id: Mapped[UUID | None] = mapped_column(doc="The record of the same person that took this one's place.")

    ties: Mapped[list["StudentGuardian"]] = many_in_school("Guardian", "StudentGuardian", "guardian_id")

    @classmethod
    def told_with(cls, values: Mapping[str, Any]) -> dict[str, UUID | None]:
        """Their own history."""
        return {"guardian_id": values["id"]}


class StudentGuardian(SchoolScoped, Versioned, Audited, Base):
    """What a guardian is to a student. A student with guardians has exactly one primary one."""

    __tablename__ = "student_guardians"
    __table_args__ = (
        within_school("student_id", "students", ondelete="CASCADE"),
        within_school("guardian_id", "guardians", ondelete="CASCADE"),
        UniqueConstraint("school_id", "student_id", "guardian_id"),
        Index("ix_student_guardians_guardian", "school_id", "guardian_id"),
        Index(
            "uq_student_guardians_primary",
            "school_id",
            "student_id",
            unique=True,
            postgresql_where=text("is_primary"),
        ),
    )

    untold = frozenset(("gave_way_in",))

    student_id: Mapped[UUID]
    guardian_id: Mapped[UUID]
    relationship: Mapped[Relationship] = mapped_column(coded(Relationship, "relationship"))
    is_primary: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_legal_representative: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    lives_with: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    may_collect: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    may_see_records: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    contact_order: Mapped[int] = mapped_column(SmallInteger, default=1, server_default=text("1"))
    gave_way_in: Mapped[UUID | None] = mapped_column(
        doc="The deletion of the guardian in which another became primary; restoring the guardian gives it back."
    )

    student: Mapped["Student"] = in_school("StudentGuardian", "Student", "student_id")
    guardian: Mapped[Guardian] = in_school("StudentGuardian", "Guardian", "guardian_id")

    @classmethod
    def told_with(cls, values: Mapping[str, Any]) -> dict[str, UUID | None]:
        """The histories of both."""
        return {"student_id": values["student_id"], "guardian_id": values["guardian_id"]}
