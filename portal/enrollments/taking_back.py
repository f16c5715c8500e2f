"""Taking a transfer back while the other school has not touched it: what it made there goes into their bin."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from portal.attachments.models import Attachment
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import EntityType
from portal.db.base import new_id
from portal.db.tenancy import visiting
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.enrollments.repository import EnrollmentRepository
from portal.enrollments.transfer import hold_person
from portal.enrollments.transfer_copies import made_for
from portal.guardians.models import Guardian, StudentGuardian
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
    """What was made for this enrollment and is as it was made, together, so that it can be restored together."""
    mark, deletion = made_for(theirs.id), new_id()
    deleted = {"deleted_at": at, "deletion_id": deletion, "deleted_by_id": by}
    newcomer = (
        await session.scalars(
            select(Student).where(
                *_made(Student, theirs.school_id, mark), Student.id == theirs.student_id, Student.version == 1
            )
        )
    ).one_or_none()
    if newcomer is None or await _has_another_enrollment(session, theirs):
        return
    tied_elsewhere = (
        select(StudentGuardian.id)
        .where(
            StudentGuardian.school_id == theirs.school_id,
            StudentGuardian.guardian_id == Guardian.id,
            StudentGuardian.student_id != newcomer.id,
        )
        .exists()
    )
    await _delete(session, Guardian, theirs.school_id, mark, deleted, Guardian.version == 1, ~tied_elsewhere)
    papers = (Attachment.entity_type == EntityType.STUDENT, Attachment.entity_id == newcomer.id)
    await _delete(session, Attachment, theirs.school_id, mark, deleted, *papers)
    for row in (newcomer, theirs):
        for name, value in deleted.items():
            setattr(row, name, value)
    await session.flush()


async def _has_another_enrollment(session: AsyncSession, theirs: Enrollment) -> bool:
    statement = select(Enrollment.id).where(
        Enrollment.school_id == theirs.school_id, Enrollment.student_id == theirs.student_id, Enrollment.id != theirs.id
    )
    return (await session.scalars(statement.limit(1))).first() is not None


async def _delete(
    session: AsyncSession, model: Any, school_id: UUID, mark: bytes, deleted: dict[str, Any], *further: Any
) -> None:
    await session.execute(
        update(model)
        .where(*_made(model, school_id, mark), *further)
        .values(**deleted)
        .execution_options(synchronize_session=False)
    )


def _made(model: Any, school_id: UUID, mark: bytes) -> list[Any]:
    return [model.school_id == school_id, model.form_digest == mark, model.deleted_at.is_(None)]
