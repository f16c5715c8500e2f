"""Questions asked of enrollments."""

from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, func, select

from portal.catalogs.codes import EnrollmentStatus
from portal.db.repository import SchoolRepository
from portal.enrollments.models import Enrollment


class EnrollmentRepository(SchoolRepository[Enrollment]):
    """The enrollments of a school."""

    model_type = Enrollment


def waiting_count(school_id: UUID) -> ScalarSelect[Any]:
    """How many enrollments of the school wait for review: a column for another query."""
    return (
        select(func.count())
        .where(
            Enrollment.school_id == school_id,
            Enrollment.status == EnrollmentStatus.SUBMITTED,
            Enrollment.deleted_at.is_(None),
        )
        .scalar_subquery()
    )
