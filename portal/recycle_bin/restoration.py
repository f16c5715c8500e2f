"""Bringing a record back: all rows of its deletion, and nothing else, in one transaction."""

from collections.abc import Sequence
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
from portal.recycle_bin.collisions import Collision, collisions, coming_along, seatless
from portal.recycle_bin.forms import RestorationForm
from portal.recycle_bin.kinds import Kind
from portal.recycle_bin.repository import BinRepository
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
    along = await records.gone_along_with(row, hold=True) if kind is Kind.STUDENTS else []
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
        along = await records.gone_along_with(row) if kind is Kind.STUDENTS else []
        found = await collisions(records, kind, row, along, form, hold=False)
        if not found:
            raise
        return found
    return []


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
    without_seat = await seatless(records, enrollments, hold=True)
    for enrollment in enrollments:
        if enrollment.id in without_seat:
            moves.remember(enrollment, _("Brought back without a group"), by=by, at=at, group_id=None)
    guardians = await _guardians(records, kind, row)
    for each in {row, *along, *guardians}:
        _out_of_the_bin(each)
    await records.session.flush()
    ties = TieRepository(records.session, records.school_id)
    for guardian in guardians:
        for tie in await ties.of_guardian(guardian.id):
            await tying.wake(ties, tie)


async def _guardians(records: BinRepository, kind: Kind, row: Any) -> list[Guardian]:
    """Who comes back: the guardian at hand, or those who went with a student, unless another has their document now."""
    if kind is Kind.GUARDIANS:
        return [row]
    if kind is not Kind.STUDENTS:
        return []
    repository, free = GuardianRepository(records.session, records.school_id), []
    for each in await records.guardians_gone_along_with(row):
        await hold_document(records.session, records.school_id, "guardian", each.document_type, each.document_number)
        if not each.document_type or not await repository.with_document(each.document_type, each.document_number or ""):
            free.append(each)
    return free


def _out_of_the_bin(row: SoftDeleted) -> None:
    row.deleted_at = row.deletion_id = row.deleted_by_id = None
