"""From the URL to guardians."""

from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, SchoolLink
from portal.accounts.permissions import Permission, Reach
from portal.guardians import ties as tying
from portal.guardians.models import Guardian, StudentGuardian
from portal.guardians.record import SECTIONS, GuardianRecord, Section
from portal.guardians.repository import GuardianRepository, Wards
from portal.guardians.tie_repository import TieRepository
from portal.merging.survivors import not_found
from portal.students.record import Record
from portal.web.errors import NotFound


async def provide_guardians(
    db_session: NamedDependency[AsyncSession], access: NamedDependency[Access], school: NamedDependency[SchoolLink]
) -> GuardianRepository:
    """The guardians of the school that this person may see."""
    only_own = access.reach(Permission.STUDENTS_READ) == Reach.OWN_GROUPS
    return GuardianRepository(db_session, school.id, led_by=access.user.id if only_own else None)


async def provide_guardian(guardians: NamedDependency[GuardianRepository], guardian_id: FromPath[UUID]) -> Guardian:
    """The guardian of the path, or 404: also for a teacher of other groups."""
    guardian = await guardians.find(guardian_id)
    if guardian is None:
        raise await not_found(guardians, guardian_id)
    return guardian


async def provide_locked_guardian(
    guardians: NamedDependency[GuardianRepository], guardian_id: FromPath[UUID]
) -> Guardian:
    """The same, to be changed: whoever saves at the same moment waits, and then sees what is stored."""
    guardian = await guardians.locked(guardian_id)
    if guardian is None:
        raise NotFound
    return guardian


async def provide_guardian_record(
    access: NamedDependency[Access],
    guardians: NamedDependency[GuardianRepository],
    guardian: NamedDependency[Guardian],
) -> GuardianRecord:
    """The guardian with those of their children that this person may see."""
    year_id = access.year.id if access.year else None
    return GuardianRecord(guardian, await guardians.children_of(guardian.id, year_id))


async def provide_guardian_section(section_name: FromPath[str]) -> Section:
    """The part of the record that the path names, or 404."""
    section = SECTIONS.get(section_name)
    if section is None:
        raise NotFound
    return section


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
    record: NamedDependency[Record],
    guardians: NamedDependency[GuardianRepository],
    ties: NamedDependency[TieRepository],
    tie_id: FromPath[UUID],
) -> StudentGuardian:
    """The same, to be changed: whoever saves at the same moment waits, and then sees what is stored."""
    tie = await provide_tie(record, tie_id)
    # In the order of whoever deletes the guardian, or the two would wait for each other.
    await guardians.locked(tie.guardian_id)
    await tying.alone_with(ties, record.student.id)
    locked = await ties.locked(tie_id)
    if locked is None:
        raise NotFound
    return locked
