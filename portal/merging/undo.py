"""Undoing a merge, exactly: what is still as the merge left it goes back, and what was edited since stays."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.duplicates.kinds import People
from portal.guardians.models import StudentGuardian
from portal.guardians.repository import GuardianRepository
from portal.merging.merge import alone_with_students
from portal.merging.models import Merge
from portal.merging.putting_back import appoint_primaries, moved_rows, put_back, put_rows_back
from portal.students.registration import hold_document
from portal.students.repository import StudentRepository
from portal.web.errors import Conflict
from portal.web.i18n import _


@dataclass
class Undone:
    """What stays as it is: the survivor's columns that were edited since, and rows, by their names."""

    fields: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)


async def undo(session: AsyncSession, merge: Merge, *, by: UUID, at: datetime) -> Undone:
    """Give both records back what was theirs. The merge is held, and has not been undone.

    Raises Conflict, in words, when the survivor is not there any more, or somebody has the other's document now.
    """
    people = await _hold(session, merge)
    survivor, other = people.get(merge.survivor_id), people.get(merge.other_id)
    _refuse_if_gone(merge, survivor, other)
    assert other is not None
    rows = await moved_rows(session, merge)
    left = Undone(fields=put_back(survivor, merge.fields))
    await session.flush()  # the survivor may have the other's document
    left.rows = await put_rows_back(session, merge, rows)
    await _refuse_if_taken(session, merge, other)
    put_back(other, next(entry["columns"] for entry in merge.moved if entry["id"] == str(other.id)))
    await session.flush()
    await appoint_primaries(session, merge, rows)
    merge.undone_at, merge.undone_by_id = at, by
    await session.flush()
    return left


def _refuse_if_gone(merge: Merge, survivor: Any, other: Any) -> None:
    if other is None or other.merged_into_id != merge.survivor_id or other.deletion_id != merge.id:
        raise Conflict(_("The record that was merged is not where the merge left it, so that it cannot be undone."))
    if survivor is None or survivor.merged_into_id is not None:
        raise Conflict(_("The record was merged with another one since. Undo that merge first."))
    if survivor.deleted_at is not None:
        raise Conflict(_("The record is in the recycle bin. Bring it back first, then undo the merge."))


async def _refuse_if_taken(session: AsyncSession, merge: Merge, other: Any) -> None:
    """The other comes back with its own document, which must be free."""
    whose = "student" if merge.kind is People.STUDENTS else "guardian"
    await hold_document(session, merge.school_id, whose, other.document_type, other.document_number)
    taken: Any = None
    if merge.kind is People.STUDENTS:
        students = StudentRepository(session, merge.school_id)
        taken = await students.with_document(other.document_type, other.document_number, but=other.id)
        if taken is None and other.per_id:
            taken = await students.with_per_id(other.per_id, but=other.id)
    elif other.document_type:
        guardians = GuardianRepository(session, merge.school_id)
        taken = await guardians.with_document(other.document_type, other.document_number, but=other.id)
    if taken is not None:
        message = _("%(name)s has the document or PER_ID of the merged record now. Correct it there first.")
        raise Conflict(message % {"name": taken.full_name})


async def _hold(session: AsyncSession, merge: Merge) -> dict[UUID, Any]:
    """Both people, deleted or not, held in the order of ``merge.hold_both``."""
    ids = (merge.survivor_id, merge.other_id)
    model = merge.kind.model
    statement = (
        select(model)
        .where(model.school_id == merge.school_id, model.id.in_(ids))
        .order_by(model.id)
        .with_for_update(of=model)
        .execution_options(populate_existing=True)
    )
    if merge.kind is People.STUDENTS:
        await alone_with_students(session, merge.school_id, ids)
        return {row.id: row for row in await session.scalars(statement)}
    people = {row.id: row for row in await session.scalars(statement)}
    wards = select(StudentGuardian.student_id).where(
        StudentGuardian.school_id == merge.school_id, StudentGuardian.guardian_id.in_(ids)
    )
    await alone_with_students(session, merge.school_id, list(await session.scalars(wards)))
    return people
