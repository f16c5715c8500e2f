"""Groups: the classes of a year."""

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.catalogs.codes import Grade, Shift
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
    from portal.accounts.models import User
    from portal.schools.models import Campus
    from portal.years.models import SchoolYear


class Group(SchoolScoped, SoftDeleted, CreatedOnce, Versioned, Audited, Base):
    """A class of a year. Its code is SIMAT's GRUPO, unique by year, campus, grade and shift.

    Of groups that one form opened together, the first has the form's id.
    """

    __tablename__ = "groups"
    __table_args__ = (
        within_school("year_id", "school_years", ondelete="CASCADE"),
        within_school("campus_id", "campuses"),
        CheckConstraint(known_numbers("grade", Grade), name="grade"),
        CheckConstraint("capacity BETWEEN 0 AND 200", name="capacity"),
        Index(
            "uq_groups_code",
            "school_id",
            "year_id",
            "campus_id",
            "grade",
            "shift",
            "code",
            unique=True,
            postgresql_where=text("deleted_at IS NULL"),
        ),
        Index("ix_groups_school_id_campus_id", "school_id", "campus_id"),
        Index("ix_groups_lead_teacher_id", "lead_teacher_id"),
        Index("ix_groups_year", "school_id", "year_id", "grade"),
        bin_index("groups"),
    )

    year_id: Mapped[UUID]
    campus_id: Mapped[UUID]
    grade: Mapped[Grade] = mapped_column(NumberCode(Grade))
    shift: Mapped[Shift] = mapped_column(coded(Shift, "shift"))
    code: Mapped[str] = mapped_column(String(20))
    capacity: Mapped[int] = mapped_column(SmallInteger, default=40, server_default=text("40"))
    lead_teacher_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    year: Mapped["SchoolYear"] = in_school("Group", "SchoolYear", "year_id")
    campus: Mapped["Campus"] = in_school("Group", "Campus", "campus_id")
    lead_teacher: Mapped["User | None"] = relationship(lazy="raise", viewonly=True)

    @property
    def label(self) -> str:
        """How people call it: ``6th A``."""
        return f"{self.grade.label} {self.code}"
