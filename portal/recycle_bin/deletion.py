"""Deleting a record: it goes to the bin with what goes along, under one id, in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.db.base import new_id
from portal.guardians import ties as tying
from portal.guardians.tie_repository import TieRepository
from portal.recycle_bin.consequences import consequences
from portal.recycle_bin.kinds import Kind
from portal.recycle_bin.marking import put_into_the_bin
from portal.recycle_bin.repository import BinRepository
from portal.students.models import Student
from portal.web.errors import Conflict


async def delete(
    records: BinRepository, kind: Kind, row: Any, *, by: UUID, at: datetime, deletion_id: UUID | None = None
) -> None:
    """Delete a living record that is held (``BinRepository.living(hold=True)``), and what goes along.

    A student takes their enrollments along; ties to guardians stay and sleep. A primary guardian gives way to the next.
    What is deleted under one ``deletion_id`` comes back together.
    Raises Conflict, in words, when the record cannot be deleted; it is asked again here, now that the row is held.
    """
    refusal = (await consequences(records, kind, row)).refusal
    if refusal:
        raise Conflict(refusal)
    deletion_id = deletion_id or new_id()
    along = await records.enrollments_of(row.id, hold=True) if kind is Kind.STUDENTS else []
    await put_into_the_bin(records.session, [row, *along], deletion_id, by=by, at=at)
    if kind is Kind.GUARDIANS:
        ties = TieRepository(records.session, records.school_id)
        for tie in await ties.of_guardian(row.id):
            await tying.rest(ties, tie, deletion_id)


async def delete_students(
    records: BinRepository, students: Sequence[Student], deletion_id: UUID, *, by: UUID, at: datetime
) -> None:
    """Delete many living students who are held, as ``delete`` does one; nothing hinders the deletion of a student.

    Each can be brought back alone, with what is theirs.
    """
    along = await records.enrollments_of(*(student.id for student in students), hold=True)
    await put_into_the_bin(records.session, [*students, *along], deletion_id, by=by, at=at)
