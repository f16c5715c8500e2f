"""Taking a transfer back while the other school has not touched it: what it made there goes into their bin."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import new_id
from portal.db.tenancy import visiting
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.enrollments.repository import EnrollmentRepository
from portal.enrollments.transfer import hold_person
from portal.enrollments.transfer_copies import made_for
from portal.guardians import ties as tying
from portal.guardians.models import Guardian, StudentGuardian
from portal.guardians.tie_repository import TieRepository
from portal.students.models import Student
from portal.students.repository import StudentRepository
from portal.web.errors import Conflict
from portal.web.i18n import _


class TakenUp(Conflict):
    """The other school has begun to work with the transfer."""


async def take_back(session: AsyncSession, enrollment: Enrollment, *, by: UUID, at: datetime) -> None:
    """Undo at the other school what the transfer of this enrollment did there; the enrollment itself is the caller's.

    Theirs is cancelled. The record that was made for it goes into their recycle bin, if nobody there has touched it,
    with its guardians and papers; a record that they had before stays. Raises TakenUp once they have begun with it.
    A transfer to the outside did nothing elsewhere.
    """
    if enrollment.counterpart_school_id is None or enrollment.counterpart_id is None:
        return
    student = await StudentRepository(session, enrollment.school_id).locked(enrollment.student_id)
    assert student is not None, "the enrollment has a student of its school"
    await hold_person(session, student)
    async with visiting(session, enrollment.counterpart_school_id, home=enrollment.school_id):
        repository = EnrollmentRepository(session, enrollment.counterpart_school_id)
        theirs = await repository.locked(enrollment.counterpart_id)
        if theirs is None or theirs.status != Status.SUBMITTED or theirs.version != 1:
            raise TakenUp(
                _("%(school)s has begun to work with this transfer. Ask them to return the student.")
                % {"school": enrollment.destination_name}
            )
        moves.move(
            theirs,
            Status.CANCELLED,
            by=by,
            at=at,
            reason=_("%(school)s took the transfer back.") % {"school": theirs.previous_school},
        )
        await session.flush()
        await _into_the_bin(session, theirs, by=by, at=at)


async def _into_the_bin(session: AsyncSession, theirs: Enrollment, *, by: UUID, at: datetime) -> None:
    """What was made for this enrollment and is as it was made, together, so that it can be restored together.

    The pupil's papers are out of reach with the pupil, and come back with them.
    """
    mark, deletion = made_for(theirs.id), new_id()
    newcomer = (
        await session.scalars(
            select(Student).where(
                *_made(Student, theirs.school_id, mark), Student.id == theirs.student_id, Student.version == 1
            )
        )
    ).one_or_none()
    if newcomer is None or await _has_another_enrollment(session, theirs):
        return
    guardians = await _guardians_of(session, newcomer, mark)
    gone: list[Any] = [newcomer, theirs, *guardians]
    for row in gone:
        row.deleted_at, row.deletion_id, row.deleted_by_id = at, deletion, by
    await session.flush()
    ties = TieRepository(session, theirs.school_id)
    for guardian in guardians:
        for tie in await ties.of_guardian(guardian.id):
            await tying.rest(ties, tie, deletion)


async def _guardians_of(session: AsyncSession, newcomer: Student, mark: bytes) -> list[Guardian]:
    """Those who were made with the pupil, and answer for nobody else."""
    tied_elsewhere = (
        select(StudentGuardian.id)
        .where(
            StudentGuardian.school_id == newcomer.school_id,
            StudentGuardian.guardian_id == Guardian.id,
            StudentGuardian.student_id != newcomer.id,
        )
        .exists()
    )
    statement = select(Guardian).where(
        *_made(Guardian, newcomer.school_id, mark), Guardian.version == 1, ~tied_elsewhere
    )
    return list(await session.scalars(statement))


async def _has_another_enrollment(session: AsyncSession, theirs: Enrollment) -> bool:
    statement = select(Enrollment.id).where(
        Enrollment.school_id == theirs.school_id, Enrollment.student_id == theirs.student_id, Enrollment.id != theirs.id
    )
    return (await session.scalars(statement.limit(1))).first() is not None


def _made(model: Any, school_id: UUID, mark: bytes) -> list[Any]:
    return [model.school_id == school_id, model.form_digest == mark, model.deleted_at.is_(None)]
