"""The rows that a merge moved, put back: what there is only one of gives way first, and then takes its place."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from portal.attachments.models import Attachment
from portal.duplicates.kinds import People
from portal.enrollments.models import Enrollment
from portal.enrollments.repository import EnrollmentRepository
from portal.guardians.models import StudentGuardian
from portal.guardians.tie_repository import TieRepository
from portal.merging.fields import DOCUMENT
from portal.merging.ledger import Change, plain, put, read, revived
from portal.merging.models import Merge

# In the order in which ``belongings`` holds them.
MODELS: dict[str, Any] = {model.__tablename__: model for model in (StudentGuardian, Enrollment, Attachment)}
# What brings a row out of the bin again: a year has one enrollment that stands, a student one photo.
BIN = ("deleted_at", "deletion_id", "deleted_by_id")

Changes = Mapping[str, Change]


def put_back(row: Any, changes: Changes) -> list[str]:
    """Write what stood in the row before, and give the columns that were written again since: they stay."""
    edited = stays(row, changes)
    for path, (before, _after) in changes.items():
        if path not in edited:
            put(row, path, revived(row, path, before))
    return edited


def stays(row: Any, changes: Changes) -> list[str]:
    """The columns that are neither as the merge left them nor as they were before it; of a document, both or none."""
    edited = [path for path, change in changes.items() if plain(read(row, path)) not in change]
    halves = [path for path in DOCUMENT if path in changes]
    return list(dict.fromkeys(edited + halves)) if set(halves) & set(edited) else edited


async def moved_rows(session: AsyncSession, merge: Merge) -> dict[UUID, Any]:
    """The rows that the merge moved and that are still there, held in the order of ``belongings``."""
    found: dict[UUID, Any] = {}
    for table, model in MODELS.items():
        ids = [UUID(entry["id"]) for entry in merge.moved if entry["table"] == table]
        statement = select(model).where(model.school_id == merge.school_id, model.id.in_(ids)).order_by(model.id)
        if model is StudentGuardian:
            statement = statement.options(joinedload(StudentGuardian.guardian), joinedload(StudentGuardian.student))
        held = statement.with_for_update(of=model).execution_options(populate_existing=True)
        found |= {row.id: row for row in await session.scalars(held)}
    return found


async def put_rows_back(session: AsyncSession, merge: Merge, rows: Mapping[UUID, Any]) -> list[str]:
    """Put them all back, and name those that stay as they are, or are not there any more."""
    entries = {UUID(entry["id"]): entry for entry in merge.moved if entry["table"] in MODELS}
    changes = {row_id: entry["columns"] for row_id, entry in entries.items()}
    left = {row_id for row_id in entries if row_id not in rows}
    ties = {row_id: row for row_id, row in rows.items() if isinstance(row, StudentGuardian)}
    others = {row_id: row for row_id, row in rows.items() if row_id not in ties}

    await _put_ties_back(session, ties, changes)
    left |= {row_id for row_id, row in others.items() if put_back(row, _but(changes[row_id], BIN))}
    await session.flush()
    for row_id, row in others.items():
        back = {path: change for path, change in changes[row_id].items() if path in BIN}
        if (back and not await _has_room(session, row)) or put_back(row, back):
            left.add(row_id)
    await session.flush()
    return [entries[row_id]["name"] for row_id in left]


async def appoint_primaries(session: AsyncSession, merge: Merge, rows: Mapping[UUID, Any]) -> None:
    """Where the primary guardian went back, the first of those who are left becomes it."""
    ties = TieRepository(session, merge.school_id)
    students = {row.student_id for row in rows.values() if isinstance(row, StudentGuardian)}
    if merge.kind is People.STUDENTS:
        students |= {merge.survivor_id, merge.other_id}
    for student_id in sorted(students):
        left = await ties.of_student(student_id)
        if left and await ties.primary_of(student_id) is None:
            left[0].is_primary = True
            await session.flush()


async def _put_ties_back(
    session: AsyncSession, ties: Mapping[UUID, StudentGuardian], changes: Mapping[UUID, Changes]
) -> None:
    """Whoever was the primary guardian is it again, whatever was made of it since: there is one for each student."""
    were = {row_id for row_id in ties if changes[row_id].get("is_primary", [False])[0]}
    now = {row_id for row_id, tie in ties.items() if tie.is_primary and "is_primary" not in changes[row_id]}
    for row_id, tie in ties.items():
        tie.is_primary = False
        put_back(tie, _but(changes[row_id], ("is_primary",)))
        if "contact_order" in changes[row_id]:
            tie.contact_order = changes[row_id]["contact_order"][0]
    await session.flush()
    for row_id in (*were, *now):
        tie = ties[row_id]
        if await TieRepository(session, tie.school_id).primary_of(tie.student_id) is None:
            tie.is_primary = True
            await session.flush()


async def _has_room(session: AsyncSession, row: Any) -> bool:
    """Whether a row that comes out of the bin is the only one of its year, or the only photo."""
    if isinstance(row, Enrollment):
        standing = await EnrollmentRepository(session, row.school_id).standing([row.student_id])
        return not any(each.year_id == row.year_id and each.id != row.id for each in standing)
    others = select(Attachment.id).where(
        Attachment.school_id == row.school_id,
        Attachment.entity_id == row.entity_id,
        Attachment.kind == row.kind,
        Attachment.deleted_at.is_(None),
        Attachment.id != row.id,
    )
    return await session.scalar(others.limit(1)) is None


def _but(changes: Changes, names: Iterable[str]) -> dict[str, Change]:
    return {path: change for path, change in changes.items() if path not in names}
