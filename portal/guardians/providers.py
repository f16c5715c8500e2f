"""From the URL to guardians."""

from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, SchoolLink
from portal.accounts.permissions import Permission, Reach
from portal.guardians.models import StudentGuardian
from portal.guardians.repository import GuardianRepository, TieRepository, Wards
from portal.students.record import Record
from portal.web.errors import NotFound


async def provide_guardians(
    db_session: NamedDependency[AsyncSession], school: NamedDependency[SchoolLink]
) -> GuardianRepository:
    """The guardians of the school at hand."""
    return GuardianRepository(db_session, school.id)


async def provide_ties(db_session: NamedDependency[AsyncSession], school: NamedDependency[SchoolLink]) -> TieRepository:
    """What they are to students."""
    return TieRepository(db_session, school.id)


async def provide_wards(
    db_session: NamedDependency[AsyncSession], access: NamedDependency[Access], record: NamedDependency[Record]
) -> Wards:
    """For whom else the student's guardians answer; nothing for a teacher, who knows only their own groups."""
    if access.reach(Permission.STUDENTS_READ) < Reach.ALL:
        return {}
    guardians = GuardianRepository(db_session, record.student.school_id)
    return await guardians.wards_of((tie.guardian_id for tie in record.ties), but=record.student.id)


async def provide_tie(record: NamedDependency[Record], tie_id: FromPath[UUID]) -> StudentGuardian:
    """The student's tie of the path, with its guardian, or 404."""
    tie = next((tie for tie in record.ties if tie.id == tie_id), None)
    if tie is None:
        raise NotFound
    return tie


async def provide_locked_tie(
    record: NamedDependency[Record], ties: NamedDependency[TieRepository], tie_id: FromPath[UUID]
) -> StudentGuardian:
    """The same, to be changed: whoever saves at the same moment waits, and then sees what is stored."""
    await provide_tie(record, tie_id)
    tie = await ties.locked(tie_id)
    if tie is None:
        raise NotFound
    return tie
