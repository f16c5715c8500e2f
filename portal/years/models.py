"""School years and the periods inside them."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, SmallInteger, String, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.catalogs.codes import YearStatus
from portal.db.base import (
    Audited,
    Base,
    CreatedOnce,
    SchoolScoped,
    Versioned,
    coded,
    in_school,
    many_in_school,
    within_school,
)


class SchoolYear(SchoolScoped, CreatedOnce, Versioned, Audited, Base):
    """A school year. The years of a school never overlap, and at most one is active."""

    __tablename__ = "school_years"
    __table_args__ = (
        UniqueConstraint("school_id", "name"),
        CheckConstraint("starts_on < ends_on", name="dates_in_order"),
        ExcludeConstraint(
            ("school_id", "="),
            (func.daterange(text("starts_on"), text("ends_on"), text("'[]'")), "&&"),
            name="ex_school_years_overlap",
        ),
        Index("uq_school_years_active", "school_id", unique=True, postgresql_where=text("status = 'active'")),
    )

    untold = frozenset(("last_number",))

    name: Mapped[str] = mapped_column(String(20))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    status: Mapped[YearStatus] = mapped_column(coded(YearStatus, "status"), default=YearStatus.PLANNING)
    last_number: Mapped[int] = mapped_column(
        default=0, server_default=text("0"), doc="The last enrollment number given out in this year."
    )

    periods: Mapped[list["AcademicPeriod"]] = many_in_school(
        "SchoolYear", "AcademicPeriod", "year_id", order_by="AcademicPeriod.ordinal"
    )

    @property
    def takes_enrollments(self) -> bool:
        """Whether enrollments may be asked for and approved: while it is planned and while it runs."""
        return self.status in (YearStatus.PLANNING, YearStatus.ACTIVE)


class AcademicPeriod(SchoolScoped, Versioned, Audited, Base):
    """A part of a year that is graded by itself."""

    __tablename__ = "academic_periods"
    __table_args__ = (
        within_school("year_id", "school_years", ondelete="CASCADE"),
        UniqueConstraint("school_id", "year_id", "ordinal"),
        CheckConstraint("starts_on < ends_on", name="dates_in_order"),
        CheckConstraint("weight BETWEEN 0 AND 100", name="weight"),
        ExcludeConstraint(
            ("school_id", "="),
            ("year_id", "="),
            (func.daterange(text("starts_on"), text("ends_on"), text("'[]'")), "&&"),
            name="ex_academic_periods_overlap",
        ),
    )

    year_id: Mapped[UUID]
    ordinal: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str] = mapped_column(String(60))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    weight: Mapped[Decimal] = mapped_column(Numeric(5, 2), default=Decimal(25), server_default=text("25"))

    year: Mapped[SchoolYear] = in_school("AcademicPeriod", "SchoolYear", "year_id")
