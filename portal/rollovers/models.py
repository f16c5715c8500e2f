"""Roll-overs, and what somebody chose otherwise than the portal proposed."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.catalogs.codes import Decision, Grade, RolloverStatus
from portal.db.base import (
    Base,
    NumberCode,
    SchoolScoped,
    Timestamped,
    Versioned,
    coded,
    in_school,
    known_numbers,
    within_school,
)

if TYPE_CHECKING:
    from portal.years.models import SchoolYear


class Rollover(SchoolScoped, Versioned, Base):
    """The one roll-over from a year into another; applied again it adds only what is missing."""

    __tablename__ = "rollovers"
    __table_args__ = (
        within_school("from_year_id", "school_years", ondelete="CASCADE"),
        within_school("to_year_id", "school_years", ondelete="CASCADE"),
        UniqueConstraint("school_id", "from_year_id", "to_year_id"),
        CheckConstraint("from_year_id <> to_year_id", name="two_years"),
        Index("ix_rollovers_to_year", "school_id", "to_year_id"),
        Index("ix_rollovers_applied_by_id", "applied_by_id"),
    )

    from_year_id: Mapped[UUID]
    to_year_id: Mapped[UUID]
    status: Mapped[RolloverStatus] = mapped_column(coded(RolloverStatus, "status"), default=RolloverStatus.PREVIEW)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    applied_at: Mapped[datetime | None]
    applied_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    from_year: Mapped["SchoolYear"] = in_school("Rollover", "SchoolYear", "from_year_id")
    to_year: Mapped["SchoolYear"] = in_school("Rollover", "SchoolYear", "to_year_id")


class RolloverChoice(SchoolScoped, Timestamped, Base):
    """What somebody decided for one pupil; without a row, the proposal stands."""

    __tablename__ = "rollover_choices"
    __table_args__ = (
        within_school("rollover_id", "rollovers", ondelete="CASCADE"),
        within_school("enrollment_id", "enrollments", ondelete="CASCADE"),
        within_school("group_id", "groups", ondelete="SET NULL"),
        UniqueConstraint("school_id", "rollover_id", "enrollment_id"),
        CheckConstraint(known_numbers("grade", Grade), name="grade"),
        Index("ix_rollover_choices_enrollment", "school_id", "enrollment_id"),
        Index("ix_rollover_choices_group", "school_id", "group_id"),
    )

    rollover_id: Mapped[UUID]
    enrollment_id: Mapped[UUID] = mapped_column(doc="The enrollment of the closing year.")
    decision: Mapped[Decision] = mapped_column(coded(Decision, "decision"))
    grade: Mapped[Grade | None] = mapped_column(NumberCode(Grade))
    group_id: Mapped[UUID | None]
    without_group: Mapped[bool] = mapped_column(
        default=False, server_default=text("false"), doc="No group is wanted; else, without one, any that fits."
    )
