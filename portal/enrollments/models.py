"""Enrollments: a student's place in a year. ``moves`` is the only code that changes a status."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.catalogs.codes import AttachmentKind, EnrollmentStatus, Grade, Outcome, Shift, WithdrawalReason
from portal.db.base import (
    Audited,
    Base,
    CreatedOnce,
    NumberCode,
    SchoolScoped,
    SoftDeleted,
    Versioned,
    bin_index,
    coded,
    in_school,
    known_numbers,
    within_school,
)

if TYPE_CHECKING:
    from portal.groups.models import Group
    from portal.schools.models import Campus
    from portal.students.models import Student
    from portal.years.models import SchoolYear

# An enrollment in one of these leaves room for another of the same pupil and year.
GIVES_WAY = (EnrollmentStatus.CANCELLED, EnrollmentStatus.TRANSFERRED)


class Enrollment(SchoolScoped, SoftDeleted, CreatedOnce, Versioned, Audited, Base):
    """One place of one student in one year; cancelled, transferred and deleted ones aside, never a second."""

    __tablename__ = "enrollments"
    __table_args__ = (
        within_school("student_id", "students", ondelete="CASCADE"),
        within_school("year_id", "school_years"),
        within_school("group_id", "groups", ondelete="SET NULL"),
        within_school("campus_id", "campuses"),
        within_school("rollover_id", "rollovers", ondelete="SET NULL"),
        CheckConstraint(known_numbers("grade", Grade), name="grade"),
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR starts_on <= ends_on", name="dates_in_order"),
        CheckConstraint("jsonb_typeof(status_history) = 'array'", name="status_history"),
        Index("uq_enrollments_number", "school_id", "number", unique=True),
        Index(
            "uq_enrollments_student_year",
            "school_id",
            "student_id",
            "year_id",
            unique=True,
            postgresql_where=text("deleted_at IS NULL AND status NOT IN ('cancelled', 'transferred')"),
        ),
        Index("ix_enrollments_year", "school_id", "year_id", "status", "grade"),
        Index("ix_enrollments_student", "school_id", "student_id"),
        Index("ix_enrollments_group", "school_id", "group_id", "status"),
        Index("ix_enrollments_campus", "school_id", "campus_id"),
        bin_index("enrollments"),
        Index("ix_enrollments_rollover", "school_id", "rollover_id", postgresql_where=text("rollover_id IS NOT NULL")),
        Index(
            "ix_enrollments_waiting",
            "school_id",
            "submitted_at",
            "id",
            postgresql_where=text("status = 'submitted' AND deleted_at IS NULL"),
        ),
    )

    # Its own history tells the moves; the event tells from which status to which.
    untold = frozenset(("status_history", "submitted_at", "counterpart_school_id", "counterpart_id", "rollover_id"))
    # What the record's SIMAT page keeps from those who may not see it (``simat_attributes.SENSITIVE``), why somebody
    # left, and which papers about their health were brought.
    sensitive = frozenset(
        (
            "withdrawal_reason",
            *(
                f"simat_status.{name}"
                for name in (
                    *("APOYO_ACADEMICO_ESPECIAL", "SRPA", "CODIGO_INTERNADO"),
                    *("SIT_ACAD_ANO_ANT", "CON_ALUM_ANO_ANT"),
                )
            ),
            *(f"checklist.{kind.value}" for kind in AttachmentKind if kind.is_sensitive),
        )
    )

    number: Mapped[str] = mapped_column(String(20))
    student_id: Mapped[UUID]
    year_id: Mapped[UUID]
    grade: Mapped[Grade] = mapped_column(NumberCode(Grade))
    group_id: Mapped[UUID | None]
    campus_id: Mapped[UUID | None]
    shift: Mapped[Shift | None] = mapped_column(coded(Shift, "shift"))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    status: Mapped[EnrollmentStatus] = mapped_column(coded(EnrollmentStatus, "status"), default=EnrollmentStatus.DRAFT)
    outcome: Mapped[Outcome | None] = mapped_column(coded(Outcome, "outcome"))
    withdrawal_reason: Mapped[WithdrawalReason | None] = mapped_column(coded(WithdrawalReason, "withdrawal_reason"))
    submitted_at: Mapped[datetime | None]
    status_history: Mapped[list[dict[str, Any]]] = mapped_column(
        default=list, server_default=text("'[]'"), doc="Append only; its lines are described in ``moves.entry``."
    )
    simat_status: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    previous_school: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(String(1000), doc="What the secretary tells the principal.")
    checklist: Mapped[dict[str, Any]] = mapped_column(
        default=dict,
        server_default=text("'{}'"),
        doc="Documents that the office has seen on paper: kind of attachment → true. Files count by themselves.",
    )

    # A transfer. The other side may be a school outside; inside the installation it is a row of another school, which
    # no foreign key can name: row security keeps schools apart.
    destination_name: Mapped[str | None] = mapped_column(String(200))
    destination_dane_code: Mapped[str | None] = mapped_column(String(12))
    counterpart_school_id: Mapped[UUID | None]
    counterpart_id: Mapped[UUID | None] = mapped_column(doc="The enrollment on the other side of the transfer.")

    rollover_id: Mapped[UUID | None] = mapped_column(doc="The roll-over that made it, for undoing.")

    student: Mapped["Student"] = in_school("Enrollment", "Student", "student_id")
    year: Mapped["SchoolYear"] = in_school("Enrollment", "SchoolYear", "year_id")
    group: Mapped["Group | None"] = in_school("Enrollment", "Group", "group_id")
    campus: Mapped["Campus | None"] = in_school("Enrollment", "Campus", "campus_id")

    @classmethod
    def told_with(cls, values: Mapping[str, Any]) -> dict[str, UUID | None]:
        """The student's history."""
        return {"student_id": values["student_id"]}
