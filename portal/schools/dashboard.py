"""The figures on a school's first page. Each is counted as the list counts that its number leads to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import Grade
from portal.enrollments.models import GIVES_WAY, Enrollment
from portal.groups.models import Group
from portal.groups.repository import SEATED, led_now
from portal.schools.models import Campus
from portal.students.list_filters import HAS_GUARDIAN
from portal.students.models import Student
from portal.web.i18n import ngettext

# As a person tells them: who is here, who is on the way, who is gone.
TOLD_IN_ORDER = (
    Status.ACTIVE,
    Status.COMPLETED,
    Status.SUBMITTED,
    Status.RETURNED,
    Status.DRAFT,
    Status.WITHDRAWN,
    Status.TRANSFERRED,
    Status.CANCELLED,
)


def told_of_students(status: Status, number: int) -> str:
    """The status of enrollments as it is said of the pupils who have it: ``Withdrawn students``, not ``Withdrawn``.

    In Spanish an enrollment is a she and a pupil a he; the words of one do not fit the other.
    """
    words = {
        Status.ACTIVE: ngettext("Enrolled student", "Enrolled students", number),
        Status.COMPLETED: ngettext("Student who finished the year", "Students who finished the year", number),
        Status.SUBMITTED: ngettext("Student to review", "Students to review", number),
        Status.RETURNED: ngettext("Student with a returned enrollment", "Students with a returned enrollment", number),
        Status.DRAFT: ngettext("Student with a draft", "Students with a draft", number),
        Status.WITHDRAWN: ngettext("Withdrawn student", "Withdrawn students", number),
        Status.TRANSFERRED: ngettext("Transferred student", "Transferred students", number),
        Status.CANCELLED: ngettext(
            "Student with a cancelled enrollment", "Students with a cancelled enrollment", number
        ),
    }
    return words[status]


@dataclass(frozen=True)
class Figures:
    """How many pupils there are, and where they stand in a year."""

    students: int
    by_status: dict[Status, int]
    without_guardian: int

    @property
    def told(self) -> list[tuple[Status, int, str]]:
        """The statuses that somebody has, each with how many and in words."""
        return [
            (status, number, told_of_students(status, number))
            for status in TOLD_IN_ORDER
            if (number := self.by_status.get(status, 0))
        ]

    @property
    def not_enrolled(self) -> int:
        """Those of whom the year has no enrollment."""
        return self.students - sum(self.by_status.values())


@dataclass(frozen=True)
class Desk:
    """The enrollments that are on somebody's desk, of whatever year."""

    oldest_waiting: datetime | None
    returned: int
    drafts: int


@dataclass(frozen=True)
class GradeSeats:
    """The seats of a grade, its groups together."""

    grade: Grade
    taken: int
    waiting: int
    capacity: int

    @property
    def free(self) -> int:
        """What is left when all who wait are let in; below zero where that cannot be."""
        return self.capacity - self.taken - self.waiting


async def figures(session: AsyncSession, school_id: UUID, year_id: UUID) -> Figures:
    """The living students of the school by the status of their one enrollment of the year."""
    place = (
        select(Enrollment.student_id, Enrollment.status)
        .where(Enrollment.school_id == school_id, Enrollment.year_id == year_id, Enrollment.deleted_at.is_(None))
        # A cancelled or transferred one counts only where there is no better or later, as in the list of students.
        .order_by(Enrollment.student_id, Enrollment.status.in_(GIVES_WAY), Enrollment.id.desc())
        .ext(distinct_on(Enrollment.student_id))
        .subquery()
    )
    statement = (
        select(place.c.status, func.count().label("students"), func.count().filter(~HAS_GUARDIAN).label("alone"))
        .select_from(Student)
        .outerjoin(place, place.c.student_id == Student.id)
        .where(Student.school_id == school_id, Student.deleted_at.is_(None))
        .group_by(place.c.status)
    )
    rows = list(await session.execute(statement))
    return Figures(
        students=sum(row.students for row in rows),
        by_status={row.status: row.students for row in rows if row.status is not None},
        without_guardian=sum(row.alone for row in rows),
    )


async def desk(session: AsyncSession, school_id: UUID) -> Desk:
    """What waits, what was returned and what was begun."""
    statement = select(
        func.min(Enrollment.submitted_at).filter(Enrollment.status == Status.SUBMITTED).label("oldest_waiting"),
        func.count().filter(Enrollment.status == Status.RETURNED).label("returned"),
        func.count().filter(Enrollment.status == Status.DRAFT).label("drafts"),
    ).where(
        Enrollment.school_id == school_id,
        Enrollment.status.in_((Status.SUBMITTED, Status.RETURNED, Status.DRAFT)),
        Enrollment.deleted_at.is_(None),
    )
    row = (await session.execute(statement)).one()
    return Desk(oldest_waiting=row.oldest_waiting, returned=row.returned, drafts=row.drafts)


async def led_groups(session: AsyncSession, school_id: UUID, year_id: UUID, teacher_id: UUID) -> list[Row[Any]]:
    """The groups of a year that a teacher leads while it is planned or runs, with how many sit in each."""
    taken = (
        select(func.count())
        .where(
            Enrollment.school_id == Group.school_id,
            Enrollment.group_id == Group.id,
            Enrollment.status.in_(SEATED),
            Enrollment.deleted_at.is_(None),
        )
        .scalar_subquery()
    )
    statement = (
        select(
            Group.grade,
            Group.code,
            Group.shift,
            Group.capacity,
            Group.campus_id,
            Campus.name.label("campus_name"),
            taken.label("taken"),
        )
        .join(Campus, (Campus.school_id == Group.school_id) & (Campus.id == Group.campus_id))
        .where(
            Group.school_id == school_id,
            Group.year_id == year_id,
            Group.deleted_at.is_(None),
            *led_now(Group, teacher_id),
        )
        .order_by(Group.grade, Group.code)
    )
    return list(await session.execute(statement))


def seats_by_grade(groups: Iterable[Row[Any]]) -> list[GradeSeats]:
    """The rows of ``GroupRepository.with_seats``, which come in the order of the grades, summed by grade."""
    return [
        GradeSeats(
            grade=grade,
            taken=sum(row.taken for row in rows),
            waiting=sum(row.waiting for row in rows),
            capacity=sum(row.capacity for row in rows),
        )
        for grade, group in groupby(groups, key=lambda row: row.grade)
        for rows in [list(group)]
    ]
