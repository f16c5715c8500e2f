"""Rows for tests, made in a line each: ``student = await make_student(db, school, first_name="Ángel")``.

Every factory enters the row's school first, because row security hides and refuses everything else. After requests ran,
``await enter_school(db, school.id)`` again before looking at rows: a request leaves its own settings behind.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts import sessions
from portal.accounts.models import SchoolMembership, User, UserSession
from portal.audit.models import AuditEvent
from portal.catalogs.codes import DocumentType, EnrollmentStatus, Gender, Grade, Relationship, Shift, YearStatus
from portal.db.base import Base, new_id, now
from portal.db.tenancy import enter_school, enter_user
from portal.enrollments.models import Enrollment
from portal.groups.models import Group
from portal.guardians.models import Guardian, StudentGuardian
from portal.schools.models import Campus, School
from portal.students.models import Student
from portal.views.models import SavedView
from portal.years.models import SchoolYear

Row = TypeVar("Row", bound=Base)
_numbers = count(1)


@dataclass
class Cast:
    """Who plays: a school with one person of each role, another school, and a superuser."""

    school: School
    principal: User
    secretary: User
    coordinator: User
    teacher: User
    viewer: User
    other_school: School
    stranger: User
    superuser: User
    year: SchoolYear
    campus: Campus
    group: Group


async def make_cast(db: AsyncSession) -> Cast:
    """The usual scene: the school has an active year with a campus and a group of sixth grade."""
    school, other_school = await make_school(db), await make_school(db)
    people = {
        role: await make_member(db, school, role)
        for role in ("principal", "secretary", "coordinator", "teacher", "viewer")
    }
    year = await make_year(db, school)
    campus = await make_campus(db, school)
    group = await make_group(db, school, year=year, campus=campus, lead_teacher_id=people["teacher"].id)
    return Cast(
        school=school,
        **people,
        other_school=other_school,
        stranger=await make_member(db, other_school, "principal"),
        superuser=await make_user(db, is_superuser=True),
        year=year,
        campus=campus,
        group=group,
    )


async def make_school(db: AsyncSession, **given: Any) -> School:
    number = next(_numbers)
    return await _add(
        db,
        School(
            **{"slug": f"school-{number}", "name": f"School {number}", "dane_code": f"{105000000000 + number}"} | given
        ),
    )


async def make_user(db: AsyncSession, **given: Any) -> User:
    number = next(_numbers)
    return await _add(db, User(**{"email": f"person{number}@school.example", "full_name": f"Person {number}"} | given))


async def make_member(db: AsyncSession, school: School, *roles: str, **given: Any) -> User:
    user = await make_user(db, **given)
    await enter_school(db, school.id)
    await _add(db, SchoolMembership(school_id=school.id, user_id=user.id, roles=list(roles)))
    return user


async def make_year(db: AsyncSession, school: School, **given: Any) -> SchoolYear:
    await enter_school(db, school.id)
    usual = {
        "name": "2026",
        "starts_on": date(2026, 1, 19),
        "ends_on": date(2026, 11, 27),
        "status": YearStatus.ACTIVE,
    }
    return await _add(db, SchoolYear(school_id=school.id, **usual | given))


async def make_campus(db: AsyncSession, school: School, **given: Any) -> Campus:
    await enter_school(db, school.id)
    number = next(_numbers)
    usual = {"name": f"Campus {number}", "dane_code": f"{10500000000000 + number}"}
    return await _add(db, Campus(school_id=school.id, **usual | given))


async def make_group(db: AsyncSession, school: School, *, year: SchoolYear, campus: Campus, **given: Any) -> Group:
    await enter_school(db, school.id)
    usual = {"grade": Grade.SIXTH, "shift": Shift.MORNING, "code": f"G{next(_numbers)}", "capacity": 35}
    return await _add(db, Group(school_id=school.id, year_id=year.id, campus_id=campus.id, **usual | given))


async def make_student(db: AsyncSession, school: School, **given: Any) -> Student:
    await enter_school(db, school.id)
    number = next(_numbers)
    usual = {
        "document_type": DocumentType.TI,
        "document_number": f"{1030000000 + number}",
        "first_surname": "Núñez",
        "second_surname": "Castaño",
        "first_name": "Ángela",
        "middle_names": "Sofía",
        "birth_date": date(2015, 3, 3),
        "gender": Gender.F,
    }
    return await _add(db, Student(school_id=school.id, **usual | given))


async def make_guardian(db: AsyncSession, school: School, *, of: Student | None = None, **given: Any) -> Guardian:
    """A guardian; with ``of`` tied to that student as mother, primary and legal representative."""
    await enter_school(db, school.id)
    number = next(_numbers)
    usual = {
        "document_type": DocumentType.CC,
        "document_number": f"{43000000 + number}",
        "first_surname": "Castaño",
        "second_surname": "Ríos",
        "first_name": "Luz",
        "middle_names": "Marina",
        "phone": "3105550148",
    }
    guardian = await _add(db, Guardian(school_id=school.id, **usual | given))
    if of is not None:
        await make_tie(db, of, guardian)
    return guardian


async def make_tie(db: AsyncSession, student: Student, guardian: Guardian, **given: Any) -> StudentGuardian:
    await enter_school(db, student.school_id)
    usual = {"relationship": Relationship.MOTHER, "is_primary": True, "is_legal_representative": True}
    tie = StudentGuardian(school_id=student.school_id, student_id=student.id, guardian_id=guardian.id, **usual | given)
    return await _add(db, tie)


async def make_enrollment(db: AsyncSession, student: Student, *, group: Group, **given: Any) -> Enrollment:
    """An active enrollment in the group's year."""
    await enter_school(db, student.school_id)
    usual = {
        "number": f"2026-{next(_numbers):05}",
        "year_id": group.year_id,
        "grade": group.grade,
        "group_id": group.id,
        "campus_id": group.campus_id,
        "shift": group.shift,
        "status": EnrollmentStatus.ACTIVE,
    }
    usual |= given
    if usual["status"] == EnrollmentStatus.SUBMITTED:
        usual.setdefault("submitted_at", now())
    return await _add(db, Enrollment(school_id=student.school_id, student_id=student.id, **usual))


async def make_change(db: AsyncSession, row: Any, *, by: User, **given: Any) -> UUID:
    """What the history tells of a field of this row that was written a minute ago; gives the change."""
    await enter_school(db, row.school_id)
    usual = {"action": "changed", "channel": "web", "changes": {}, "at": now() - timedelta(minutes=1)}
    known = {"entity": row.__tablename__, "entity_id": row.id, "actor_id": by.id, "change_id": new_id()}
    event = await _add(db, AuditEvent(school_id=row.school_id, version=row.version, **usual | known | given))
    return event.change_id


async def make_view(db: AsyncSession, school: School, **given: Any) -> SavedView:
    """A saved view of the list of students, the school's unless it has an owner."""
    await enter_school(db, school.id)
    usual = {"list_name": "students", "name": f"Vista {next(_numbers)}", "query": "grade=6"}
    return await _add(db, SavedView(school_id=school.id, **usual | given))


async def begin_session(db: AsyncSession, user: User) -> str:
    """Sign the user in without a password; gives the token for the cookie."""
    token = f"token-{next(_numbers)}-{user.id}"
    await enter_user(db, user.id)
    await _add(
        db,
        UserSession(user_id=user.id, token_hash=sessions.hashed(token), expires_at=now() + timedelta(hours=12)),
    )
    return token


async def _add(db: AsyncSession, row: Row) -> Row:
    db.add(row)
    await db.flush()
    if isinstance(row, School):
        await enter_school(db, row.id)
    return row
