"""From the URL to students."""

from typing import Any
from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, SchoolLink
from portal.accounts.permissions import Permission, Reach
from portal.attachments.repository import with_files
from portal.enrollments.repository import EnrollmentRepository
from portal.guardians.tie_repository import TieRepository
from portal.merging.survivors import not_found
from portal.students.models import Student
from portal.students.record import Record
from portal.students.repository import StudentRepository
from portal.students.sections import Section, sections_of
from portal.web.errors import Forbidden, NotFound


async def provide_students(
    db_session: NamedDependency[AsyncSession], access: NamedDependency[Access], school: NamedDependency[SchoolLink]
) -> StudentRepository:
    """The students of the school that this person may see."""
    only_own = access.reach(Permission.STUDENTS_READ) == Reach.OWN_GROUPS
    return StudentRepository(db_session, school.id, led_by=access.user.id if only_own else None)


async def provide_student(
    access: NamedDependency[Access], students: NamedDependency[StudentRepository], student_id: FromPath[UUID]
) -> Student:
    """The student of the path, or 404: also for a teacher of other groups."""
    student = await students.find(student_id, *_with_files(access))
    if student is None:
        raise await not_found(students, student_id)
    return student


async def provide_locked_student(
    access: NamedDependency[Access], students: NamedDependency[StudentRepository], student_id: FromPath[UUID]
) -> Student:
    """The same, to be changed: whoever saves at the same moment waits, and then sees what is stored."""
    student = await students.locked(student_id, *_with_files(access))
    if student is None:
        raise NotFound
    return student


async def provide_record(
    db_session: NamedDependency[AsyncSession], access: NamedDependency[Access], student: NamedDependency[Student]
) -> Record:
    """The student with their guardians, and with those of their enrollments that this person may see."""
    only_own = access.reach(Permission.ENROLLMENTS_READ) == Reach.OWN_GROUPS
    enrollments = EnrollmentRepository(db_session, student.school_id, led_by=access.user.id if only_own else None)
    return Record(
        student=student,
        ties=await TieRepository(db_session, student.school_id).of_student(student.id),
        enrollments=await enrollments.record_of(student.id),
        year_id=access.year.id if access.year else None,
        rules=access.rules,
    )


async def provide_section(access: NamedDependency[Access], section_name: FromPath[str]) -> Section:
    """The part of the record that the path names, or 404; 403 where it is sensitive and not for this person."""
    section = sections_of(access).get(section_name)
    if section is None:
        raise NotFound
    if section.sensitive and not access.may(Permission.SENSITIVE_READ):
        raise Forbidden
    return section


def _with_files(access: Access) -> list[Any]:
    return with_files(sensitive=access.may(Permission.SENSITIVE_READ))
