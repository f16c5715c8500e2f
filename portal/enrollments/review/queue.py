"""What waits for review, with everything that there is to look at: one query, however many wait."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, Uuid, and_, bindparam, func, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from portal.attachments.models import Attachment
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import EntityType, Grade
from portal.db.repository import same
from portal.enrollments.models import Enrollment
from portal.enrollments.review.candidate import Candidate
from portal.groups.models import Group
from portal.groups.repository import SEATED
from portal.guardians.models import Guardian, StudentGuardian
from portal.schools.models import Campus
from portal.students.models import Student
from portal.years.models import SchoolYear

SCHOOL = bindparam("school_id", type_=Uuid)
# Who was here before: a draft or a cancelled request does not make a pupil a returning one.
BEEN_HERE = (Status.ACTIVE, Status.COMPLETED, Status.WITHDRAWN, Status.TRANSFERRED)


class ReviewQueue:
    """The enrollments of a school that wait for review."""

    def __init__(self, session: AsyncSession, school_id: UUID) -> None:
        """Look only at this school's."""
        self.session = session
        self.school_id = school_id

    async def waiting(
        self,
        *,
        status: Status = Status.SUBMITTED,
        grades: Collection[Grade] = (),
        after: tuple[datetime, UUID] | None = None,
        limit: int,
    ) -> list[Candidate]:
        """Those that wait, the longest waiting first; ``after`` continues behind one of them."""
        statement = (
            _candidates()
            .where(Enrollment.status == status)
            .order_by(Enrollment.submitted_at, Enrollment.id)
            .limit(limit)
        )
        if grades:
            statement = statement.where(Enrollment.grade.in_(grades))
        if after is not None:
            statement = statement.where(tuple_(Enrollment.submitted_at, Enrollment.id) > after)
        found = await self.session.execute(statement, {"school_id": self.school_id})
        return [Candidate(**row) for row in found.mappings()]

    async def candidate(self, enrollment_id: UUID, *, in_group: UUID | None = None) -> Candidate | None:
        """One of them, whatever its status now; ``in_group`` looks at it as if it asked for that group."""
        statement = _candidates(elsewhere=in_group is not None).where(Enrollment.id == enrollment_id)
        asked = {"school_id": self.school_id, "in_group": in_group}
        row: Mapping[Any, Any] | None = (await self.session.execute(statement, asked)).mappings().one_or_none()
        return Candidate(**row) if row else None

    async def candidates(self, enrollment_ids: Collection[UUID]) -> list[Candidate]:
        """Several of them, whatever their status, the longest waiting first."""
        statement = (
            _candidates().where(Enrollment.id.in_(enrollment_ids)).order_by(Enrollment.submitted_at, Enrollment.id)
        )
        found = await self.session.execute(statement, {"school_id": self.school_id})
        return [Candidate(**row) for row in found.mappings()]

    async def counts(self) -> dict[Status, dict[Grade, int]]:
        """How many wait, and how many are back with the secretary, by grade."""
        statement = (
            select(Enrollment.status, Enrollment.grade, func.count().label("number"))
            .where(
                Enrollment.school_id == self.school_id,
                Enrollment.status.in_((Status.SUBMITTED, Status.RETURNED)),
                Enrollment.deleted_at.is_(None),
            )
            .group_by(Enrollment.status, Enrollment.grade)
            .order_by(Enrollment.grade)
        )
        found: dict[Status, dict[Grade, int]] = {Status.SUBMITTED: {}, Status.RETURNED: {}}
        for row in await self.session.execute(statement):
            found[row.status][row.grade] = row.number
        return found


# Built once: the aliases in it take longer to make than the database to answer.
@cache
def _candidates(*, elsewhere: bool = False) -> Select[Any]:
    """The columns of a Candidate; ``elsewhere`` as if it asked for the group of the parameter ``in_group``."""
    asked_group = bindparam("in_group", type_=Uuid) if elsewhere else Enrollment.group_id
    before, guardian = _before(), _primary_guardian()
    return (
        select(
            Enrollment.id,
            Enrollment.version,
            Enrollment.number,
            Enrollment.status,
            Enrollment.status_history,
            Enrollment.submitted_at,
            Enrollment.previous_school,
            Enrollment.counterpart_id.is_not(None).label("is_transfer"),
            Enrollment.note,
            Enrollment.grade,
            func.coalesce(Group.shift, Enrollment.shift).label("shift"),
            Campus.name.label("campus_name"),
            Enrollment.student_id,
            Student.document_type,
            Student.document_number,
            Student.first_surname,
            Student.second_surname,
            Student.first_name,
            Student.middle_names,
            Student.full_name,
            Student.birth_date,
            Enrollment.year_id,
            SchoolYear.name.label("year_name"),
            SchoolYear.status.label("year_status"),
            SchoolYear.starts_on.label("year_starts_on"),
            Group.id.label("group_id"),
            Group.code.label("group_code"),
            Group.grade.label("group_grade"),
            Group.year_id.label("group_year_id"),
            Group.campus_id.label("group_campus_id"),
            Group.shift.label("group_shift"),
            func.coalesce(Group.capacity, 0).label("capacity"),
            _taken().label("taken"),
            _representative().label("representative"),
            guardian.c.full_name.label("guardian_name"),
            guardian.c.relationship.label("guardian_relationship"),
            _filed().label("filed"),
            Enrollment.checklist,
            before.c.grade.label("last_grade"),
            before.c.outcome.label("last_outcome"),
            before.c.id.is_not(None).label("been_here"),
            _has_double().label("may_be_somebody_else"),
        )
        .join(Student, same(Enrollment, Student, Enrollment.student_id))
        .join(SchoolYear, same(Enrollment, SchoolYear, Enrollment.year_id))
        .outerjoin(Group, and_(same(Enrollment, Group, asked_group), Group.deleted_at.is_(None)))
        .outerjoin(Campus, same(Enrollment, Campus, func.coalesce(Group.campus_id, Enrollment.campus_id)))
        .outerjoin(before, literal(True))
        .outerjoin(guardian, literal(True))
        .where(Enrollment.school_id == SCHOOL, Enrollment.deleted_at.is_(None))
    )


def _taken() -> ScalarSelect[int]:
    seated = aliased(Enrollment)
    return (
        select(func.count())
        .where(
            seated.school_id == SCHOOL,
            seated.group_id == Group.id,
            seated.status.in_(SEATED),
            seated.deleted_at.is_(None),
        )
        .correlate(Group)
        .scalar_subquery()
    )


def _filed() -> ColumnElement[Any]:
    """The kinds of papers that the student has on file."""
    kinds = (
        select(Attachment.kind)
        .where(
            Attachment.school_id == SCHOOL,
            Attachment.entity_type == EntityType.STUDENT,
            Attachment.entity_id == Enrollment.student_id,
            Attachment.deleted_at.is_(None),
        )
        .correlate(Enrollment)
    )
    return func.array(kinds.distinct().scalar_subquery())


def _representative() -> ScalarSelect[str]:
    return (
        select(Guardian.full_name)
        .join(StudentGuardian, same(StudentGuardian, Guardian, StudentGuardian.guardian_id))
        .where(
            StudentGuardian.school_id == SCHOOL,
            StudentGuardian.student_id == Enrollment.student_id,
            StudentGuardian.is_legal_representative,
            Guardian.deleted_at.is_(None),
        )
        .order_by(StudentGuardian.is_primary.desc(), StudentGuardian.contact_order)
        .limit(1)
        .correlate(Enrollment)
        .scalar_subquery()
    )


def _primary_guardian() -> Any:
    """The primary one, whom the record shows first; a student has one at most."""
    return (
        select(Guardian.full_name, StudentGuardian.relationship)
        .join(StudentGuardian, same(StudentGuardian, Guardian, StudentGuardian.guardian_id))
        .where(
            StudentGuardian.school_id == SCHOOL,
            StudentGuardian.student_id == Enrollment.student_id,
            StudentGuardian.is_primary,
            Guardian.deleted_at.is_(None),
        )
        .correlate(Enrollment)
        .lateral("primary_guardian")
    )


def _before() -> Any:
    """The enrollment of the pupil before this one, if there was any."""
    earlier, year = aliased(Enrollment), aliased(SchoolYear)
    return (
        select(earlier.id, earlier.grade, earlier.outcome)
        .join(year, same(earlier, year, earlier.year_id))
        .where(
            earlier.school_id == SCHOOL,
            earlier.student_id == Enrollment.student_id,
            earlier.id != Enrollment.id,
            earlier.status.in_(BEEN_HERE),
            earlier.deleted_at.is_(None),
        )
        .order_by(year.starts_on.desc())
        .limit(1)
        .correlate(Enrollment)
        .lateral("before")
    )


def _has_double() -> ColumnElement[bool]:
    """Whether another student has the same number, or the same names and day of birth."""
    other = aliased(Student)
    return (
        select(other.id)
        .where(
            other.school_id == SCHOOL,
            other.id != Student.id,
            other.deleted_at.is_(None),
            or_(
                other.document_number == Student.document_number,
                and_(other.sort_name == Student.sort_name, other.birth_date == Student.birth_date),
            ),
        )
        .correlate(Student)
        .exists()
    )
