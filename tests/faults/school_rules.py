"""What is true of a school at every moment, whatever was done to it."""

from collections import Counter
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.db.tenancy import enter_school
from portal.enrollments.models import GIVES_WAY, Enrollment
from portal.groups.models import Group
from portal.groups.repository import SEATED
from portal.guardians.models import Guardian, StudentGuardian
from portal.schools.models import School
from portal.students.models import Student


async def hold_the_rules(db: AsyncSession, school: School) -> None:
    """Look at every row of the school, and fail where one breaks a rule."""
    students = {row.id: row for row in await _all(db, school, Student)}
    enrollments = await _all(db, school, Enrollment)
    living = [row for row in enrollments if row.deleted_at is None]

    documents = Counter(row.document_number for row in students.values() if row.deleted_at is None)
    assert max(documents.values(), default=1) == 1, "two living students have one document"
    numbers = Counter(row.number for row in enrollments)
    assert max(numbers.values(), default=1) == 1, "two enrollments have one number"
    for row in living:
        assert students[row.student_id].deleted_at is None, "a living enrollment of a student in the bin"
    for row in enrollments:
        assert row.status_history[-1]["to"] == row.status, "a history that ends elsewhere"
    standing = Counter((row.student_id, row.year_id) for row in living if row.status not in GIVES_WAY)
    assert max(standing.values(), default=1) == 1, "two enrollments of one student in one year"

    seated = Counter(row.group_id for row in living if row.status in SEATED)
    for group in await _all(db, school, Group):
        assert seated[group.id] <= group.capacity, "more pupils than seats"
        assert not seated[group.id] or group.deleted_at is None, "somebody sits in a group that lies in the bin"

    guardians = {row.id: row for row in await _all(db, school, Guardian)}
    ties = [row for row in await _all(db, school, StudentGuardian) if guardians[row.guardian_id].deleted_at is None]
    for student_id, primary in Counter({row.student_id: 0 for row in ties} | _primaries(ties)).items():
        assert primary == 1, f"{primary} primary guardians of {student_id}"


def _primaries(ties: list[StudentGuardian]) -> Counter[Any]:
    return Counter(row.student_id for row in ties if row.is_primary)


async def _all(db: AsyncSession, school: School, model: Any) -> list[Any]:
    """Its rows as they are stored; none of them may be another school's."""
    await enter_school(db, school.id)
    rows = list(await db.scalars(select(model), execution_options={"populate_existing": True}))
    assert {row.school_id for row in rows} <= {school.id}, "a row of another school"
    return rows
