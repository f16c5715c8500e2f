"""Making two records of one person one: in one transaction, with everything noted that is needed to undo it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.duplicates.kinds import People
from portal.guardians import ties as tying
from portal.guardians.models import StudentGuardian
from portal.guardians.tie_repository import TieRepository
from portal.merging.belongings import belongings
from portal.merging.choices import Choices
from portal.merging.fields import OTHER, Compared, unseen
from portal.merging.ledger import Ledger, read
from portal.merging.models import Merge
from portal.merging.moving import gone, move_all


async def hold_both(session: AsyncSession, school_id: UUID, kind: People, ids: Sequence[UUID]) -> dict[UUID, Any]:
    """Both records as stored now, by id, held until the transaction ends; only those that are living.

    In the order of everybody who holds such rows: the row of a guardian, the guardians of a student, a student.
    """
    if kind is People.STUDENTS:
        await alone_with_students(session, school_id, ids)
        return await _held(session, school_id, kind, ids)
    found = await _held(session, school_id, kind, ids)
    wards = select(StudentGuardian.student_id).where(
        StudentGuardian.school_id == school_id, StudentGuardian.guardian_id.in_(ids)
    )
    await alone_with_students(session, school_id, list(await session.scalars(wards)))
    return found


async def alone_with_students(session: AsyncSession, school_id: UUID, student_ids: Sequence[UUID]) -> None:
    """Let nobody else change the guardians of these students."""
    ties = TieRepository(session, school_id)
    for student_id in sorted(set(student_ids)):
        await tying.alone_with(ties, student_id)


async def merge(
    session: AsyncSession,
    kind: People,
    survivor: Any,
    other: Any,
    fields: Sequence[Compared],
    choices: Choices,
    *,
    by: UUID,
    at: datetime,
) -> Merge:
    """Make the other record one with the survivor, as chosen; both are held (``hold_both``).

    The other goes to the bin as merged, with its own values as they were. Whether a year stands in the way
    (``YearTwice.is_hopeless``) is asked before.
    """
    school_id = survivor.school_id
    rows = await belongings(session, school_id, kind, survivor.id, other.id, hold=True)
    ledger = Ledger()
    values = chosen_values(survivor, other, fields, choices)
    went = gone(choices.merge_id, by=by, at=at)
    # First, so that the survivor may have its document.
    ledger.write(other, went | {"merged_into_id": survivor.id})
    await session.flush()
    await move_all(session, ledger, kind, rows, choices, gone=went)
    ledger.write(survivor, values)
    done = Merge(
        school_id=school_id,
        id=choices.merge_id,
        form_digest=choices.digest,
        kind=kind,
        survivor_id=survivor.id,
        other_id=other.id,
        fields=ledger.of(survivor),
        moved=ledger.others(survivor),
        done_by_id=by,
    )
    session.add(done)
    await session.flush()
    return done


def chosen_values(survivor: Any, other: Any, fields: Sequence[Compared], choices: Choices) -> dict[str, Any]:
    """What the survivor takes over from the other: what was chosen, and what nobody would see go."""
    taken = [field for field in fields if field.differs and choices.side(field) == OTHER]
    values = {column: read(other, column) for field in taken for column in field.columns}
    return values | unseen(survivor, other, fields)


async def _held(session: AsyncSession, school_id: UUID, kind: People, ids: Sequence[UUID]) -> dict[UUID, Any]:
    model = kind.model
    statement = (
        select(model)
        .where(model.school_id == school_id, model.id.in_(ids), model.deleted_at.is_(None))
        .order_by(model.id)
        .with_for_update(of=model)
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in await session.scalars(statement)}
