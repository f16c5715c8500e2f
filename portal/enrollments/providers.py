"""From the URL to enrollments."""

from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, SchoolLink
from portal.accounts.permissions import Permission, Reach
from portal.enrollments.models import Enrollment
from portal.enrollments.repository import EnrollmentRepository, whole
from portal.web.errors import NotFound


async def provide_enrollments(
    db_session: NamedDependency[AsyncSession], access: NamedDependency[Access], school: NamedDependency[SchoolLink]
) -> EnrollmentRepository:
    """The enrollments of the school that this person may see."""
    only_own = access.reach(Permission.ENROLLMENTS_READ) == Reach.OWN_GROUPS
    return EnrollmentRepository(db_session, school.id, led_by=access.user.id if only_own else None)


async def provide_enrollment(
    enrollments: NamedDependency[EnrollmentRepository], enrollment_id: FromPath[UUID]
) -> Enrollment:
    """The enrollment of the path with its student, year, group and campus; 404 also for a teacher of other groups."""
    enrollment = await enrollments.whole(enrollment_id)
    if enrollment is None:
        raise NotFound
    return enrollment


async def provide_locked(
    enrollments: NamedDependency[EnrollmentRepository], enrollment_id: FromPath[UUID]
) -> Enrollment:
    """The same as it stands now, alone, and held until the transaction ends: for whoever moves it."""
    enrollment = await enrollments.locked(enrollment_id)
    if enrollment is None:
        raise NotFound
    return enrollment


async def provide_locked_whole(
    enrollments: NamedDependency[EnrollmentRepository], enrollment_id: FromPath[UUID]
) -> Enrollment:
    """Locked like that, with its student, year, group and campus: for whoever moves it from a page that names them."""
    enrollment = await enrollments.locked(enrollment_id, *whole())
    if enrollment is None:
        raise NotFound
    return enrollment
