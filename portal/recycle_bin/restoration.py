"""Bringing a record back: all rows of its deletion, and nothing else, in one transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.db.base import SoftDeleted
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.guardians import ties as tying
from portal.guardians.models import Guardian
from portal.guardians.repository import GuardianRepository
from portal.guardians.tie_repository import TieRepository
from portal.recycle_bin.collisions import Collision, Returning, collisions, collisions_of_students, coming_along
from portal.recycle_bin.forms import RestorationForm
from portal.recycle_bin.kinds import Kind
from portal.recycle_bin.marking import take_out_of_the_bin
from portal.recycle_bin.places import places_of
from portal.recycle_bin.repository import BinRepository
from portal.students.models import Student
from portal.students.registration import hold_document
from portal.web.i18n import _

# The unique rules of the database that a record may meet when it comes back.
RULES = (
    "uq_students_document",
    "uq_students_per_id",
    "uq_guardians_document",
    "uq_groups_code",
    "uq_enrollments_student_year",
)
# What comes back otherwise than it went, where its old place is taken.
CHANGEABLE = ("document_type", "document_number", "per_id", "code")


async def restore(
    records: BinRepository, kind: Kind, row: Any, form: RestorationForm, *, by: UUID, at: datetime
) -> list[Collision]:
    """Bring a deleted record that is held back, as the valid form says, with the enrollments that went along.

    Gives what is in the way; then nothing has been written.
    """
    row_id = row.id
    along = await _along(records, kind, row, hold=True)
    if found := await collisions(records, kind, row, along, form, hold=True):
        return found
    try:
        async with records.session.begin_nested():
            await _bring_back(records, kind, row, coming_along(along, form), form, by=by, at=at)
    except IntegrityError as error:
        if not any(rule in str(error.orig) for rule in RULES):
            raise
        # Somebody was quicker. The savepoint is gone, and its rows have to be read again.
        row = await records.deleted(kind, row_id)
        along = await _along(records, kind, row, hold=False)
        found = await collisions(records, kind, row, along, form, hold=False)
        if not found:
            raise
        return found
    return []


async def restore_students(records: BinRepository, students: Sequence[Student]) -> dict[UUID, list[Collision]]:
    """Bring many deleted students who are held back as they were, in as many statements as one, and their writing.

    Gives what is in the way of those who stay in the bin, by id; the seats that are left go to the first. Raises
    IntegrityError when somebody was quicker.
    """
    along = await records.gone_along_with(*students, hold=True)
    returning = [Returning.as_they_were(student, along[student.id]) for student in students]
    found = await collisions_of_students(records, returning, hold=True)
    coming = [student for student in students if student.id not in found]
    enrollments = [row for student in coming for row in along[student.id]]
    await _wake(records, [*coming, *enrollments], await _guardians_of(records, coming))
    return found


async def _along(records: BinRepository, kind: Kind, row: Any, *, hold: bool) -> list[Enrollment]:
    return (await records.gone_along_with(row, hold=hold))[row.id] if kind is Kind.STUDENTS else []


async def _bring_back(
    records: BinRepository,
    kind: Kind,
    row: Any,
    along: Sequence[Enrollment],
    form: RestorationForm,
    *,
    by: UUID,
    at: datetime,
) -> None:
    for name in CHANGEABLE:
        if name in form:
            setattr(row, name, form[name].data)
    enrollments = [row] if kind is Kind.ENROLLMENTS else along
    places = await places_of(records, enrollments, hold=True)
    for enrollment in enrollments:
        if places.why_seatless(enrollment):
            moves.remember(enrollment, _("Brought back without a group"), by=by, at=at, group_id=None)
    guardians = [row] if kind is Kind.GUARDIANS else []
    if kind is Kind.STUDENTS:
        guardians = await _guardians_of(records, [row])
    await _wake(records, [row, *along], guardians)


async def _guardians_of(records: BinRepository, students: Sequence[Student]) -> list[Guardian]:
    """Those who went along with the students, unless another guardian has their document now."""
    repository, free = GuardianRepository(records.session, records.school_id), []
    for each in await records.guardians_gone_along_with(students):
        await hold_document(records.session, records.school_id, "guardian", each.document_type, each.document_number)
        if not each.document_type or not await repository.with_document(each.document_type, each.document_number or ""):
            free.append(each)
    return free


async def _wake(records: BinRepository, rows: Iterable[SoftDeleted], guardians: Sequence[Guardian]) -> None:
    """Write them as living again, and the guardians' ties with them."""
    await take_out_of_the_bin(records.session, [*rows, *guardians])
    ties = TieRepository(records.session, records.school_id)
    for guardian in guardians:
        for tie in await ties.of_guardian(guardian.id):
            await tying.wake(ties, tie)
