"""From the URL to students."""

from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, SchoolLink
from portal.accounts.permissions import Permission, Reach
from portal.students.models import Student
from portal.students.repository import StudentRepository
from portal.web.errors import NotFound


async def provide_students(
    db_session: NamedDependency[AsyncSession], access: NamedDependency[Access], school: NamedDependency[SchoolLink]
) -> StudentRepository:
    """The students of the school that this person may see."""
    only_own = access.reach(Permission.STUDENTS_READ) == Reach.OWN_GROUPS
    return StudentRepository(db_session, school.id, led_by=access.user.id if only_own else None)


async def provide_student(students: NamedDependency[StudentRepository], student_id: FromPath[UUID]) -> Student:
    """The student of the path, or 404: also for a teacher of other groups."""
    student = await students.find(student_id)
    if student is None:
        raise NotFound
    return student
