"""Students: who they are, how to reach them, and what SIMAT asks of them."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, query_expression

from portal.catalogs.codes import BloodType, DocumentType, Gender, Zone
from portal.catalogs.people import age_on
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
    many_in_school,
    search_index,
    sounding,
    spaced,
    within_school,
)

if TYPE_CHECKING:
    from portal.enrollments.models import Enrollment
    from portal.guardians.models import StudentGuardian

NAMES = ("first_name", "middle_names", "first_surname", "second_surname")
# As the key of sounds has them: what everybody has comes first, so that one range of the index finds it.
AS_HEARD = ("first_surname", "first_name", "second_surname", "middle_names")
SURNAMES_FIRST = ("first_surname", "second_surname", "first_name", "middle_names")


class Student(SchoolScoped, SoftDeleted, CreatedOnce, Versioned, Audited, Base):
    """A pupil of one school. The document is unique among the living of the school."""

    __tablename__ = "students"
    __table_args__ = (
        Index(
            "uq_students_document",
            "school_id",
            "document_type",
            "document_number",
            unique=True,
            postgresql_where=text("deleted_at IS NULL"),
        ),
        Index(
            "uq_students_per_id",
            "school_id",
            "per_id",
            unique=True,
            postgresql_where=text("deleted_at IS NULL AND per_id IS NOT NULL"),
        ),
        Index("ix_students_document_number", "school_id", "document_number"),
        Index("ix_students_sort", "school_id", "sort_name", "id", postgresql_where=text("deleted_at IS NULL")),
        Index("ix_students_user_id", "user_id"),
        search_index("students", "sort_name"),
        bin_index("students"),
        Index("ix_students_sound", "school_id", "sound_key"),
        within_school("merged_into_id", "students", ondelete="SET NULL"),
        Index(
            "ix_students_merged_into",
            "school_id",
            "merged_into_id",
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
        CheckConstraint("stratum BETWEEN 0 AND 6", name="stratum"),
    )

    # As ``sections.SupportForm`` has them: health, a people, violence, being in care (Ley 1581 of 2012, art. 5).
    sensitive = frozenset(
        (
            *("eps", "blood_type", "allergies", "disability_code", "talent_code", "ethnicity_code", "victim_code"),
            *("simat.RES", "simat.INS_FAMILIAR", "simat.TRASTORNOS_ESPECIFICOS", "simat.DPTO_EXP", "simat.MUN_EXP"),
        )
    )

    # Identity
    document_type: Mapped[DocumentType] = mapped_column(coded(DocumentType, "document_type"))
    document_number: Mapped[str] = mapped_column(String(20))
    document_municipality_code: Mapped[str | None] = mapped_column(String(5))
    first_surname: Mapped[str] = mapped_column(String(60))
    second_surname: Mapped[str | None] = mapped_column(String(60))
    first_name: Mapped[str] = mapped_column(String(60))
    middle_names: Mapped[str | None] = mapped_column(String(120))
    birth_date: Mapped[date | None]
    birth_municipality_code: Mapped[str | None] = mapped_column(String(5))
    gender: Mapped[Gender | None] = mapped_column(coded(Gender, "gender"))
    country_code: Mapped[str | None] = mapped_column(String(3), doc="Country of origin, ISO 3166 numeric.")

    # Contact
    address: Mapped[str | None] = mapped_column(String(200))
    neighborhood: Mapped[str | None] = mapped_column(String(120))
    municipality_code: Mapped[str | None] = mapped_column(String(5))
    zone: Mapped[Zone | None] = mapped_column(coded(Zone, "zone"))
    phone: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(254))

    # Health and support: read only by those whose task needs them (Ley 1581 of 2012)
    eps: Mapped[str | None] = mapped_column(String(120))
    blood_type: Mapped[BloodType | None] = mapped_column(coded(BloodType, "blood_type"))
    allergies: Mapped[str | None] = mapped_column(String(500))
    disability_code: Mapped[str | None] = mapped_column(String(5))
    talent_code: Mapped[str | None] = mapped_column(String(5))
    ethnicity_code: Mapped[str | None] = mapped_column(String(5))
    victim_code: Mapped[str | None] = mapped_column(String(5))

    # SIMAT
    per_id: Mapped[str | None] = mapped_column(String(20), doc="SIMAT's own number of the person.")
    stratum: Mapped[int | None] = mapped_column(SmallInteger)
    sisben: Mapped[str | None] = mapped_column(String(12))
    simat: Mapped[dict[str, Any]] = mapped_column(
        default=dict, server_default=text("'{}'"), doc="SIMAT's other attributes, by its column names."
    )

    extra_data: Mapped[dict[str, Any]] = mapped_column(
        default=dict, server_default=text("'{}'"), doc="The school's own fields."
    )
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    full_name: Mapped[str] = mapped_column(Text, spaced(*NAMES))
    sort_name: Mapped[str] = mapped_column(Text(collation="C"), folded(*SURNAMES_FIRST))
    search_text: Mapped[str] = mapped_column(Text, folded(*NAMES, "document_number", "per_id"), deferred=True)
    sound_key: Mapped[str] = mapped_column(Text(collation="C"), sounding(*AS_HEARD), deferred=True)
    merged_into_id: Mapped[UUID | None] = mapped_column(doc="The record of the same person that took this one's place.")

    # Filled where a query says so (``attachments.repository.with_files``), else None.
    photo_id: Mapped[UUID | None] = query_expression()
    number_of_documents: Mapped[int | None] = query_expression()

    ties: Mapped[list["StudentGuardian"]] = many_in_school(
        "Student", "StudentGuardian", "student_id", order_by="StudentGuardian.contact_order"
    )
    enrollments: Mapped[list["Enrollment"]] = many_in_school("Student", "Enrollment", "student_id")

    @classmethod
    def told_with(cls, values: Mapping[str, Any]) -> dict[str, UUID | None]:
        """Their own history."""
        return {"student_id": values["id"]}

    def age_on(self, day: date) -> int | None:
        """Whole years of age on a day, None without a birth date."""
        return age_on(self.birth_date, day) if self.birth_date else None
