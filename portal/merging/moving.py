"""What goes where when two records become one: enrollments, guardians and files move along, and nothing is lost.

What cannot stand twice (a year's enrollment, a tie to the same person, a photo) stays once, as was chosen; the other
one is kept where a page still leads to it: in the recycle bin, or with the record that it came from.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from portal.duplicates.kinds import People
from portal.guardians.models import StudentGuardian
from portal.merging.belongings import Belongings
from portal.merging.choices import Choices
from portal.merging.fields import OTHER
from portal.merging.ledger import Ledger


async def move_all(
    session: AsyncSession, ledger: Ledger, kind: People, rows: Belongings, choices: Choices, *, gone: dict[str, Any]
) -> None:
    """Move what belongs to the other record to the survivor. ``gone`` is what a row has that went to the bin."""
    if kind is People.STUDENTS:
        await _move_enrollments(session, ledger, rows, choices, gone)
        await _move_guardians(session, ledger, rows)
        await _move_files(session, ledger, rows, choices, gone)
    else:
        await _move_wards(session, ledger, rows)


async def _move_enrollments(
    session: AsyncSession, ledger: Ledger, rows: Belongings, choices: Choices, gone: dict[str, Any]
) -> None:
    for year in rows.years_twice:
        staying = choices.staying(year)
        for each in year.both:
            if each.id != staying:
                ledger.write(each, gone)
    await session.flush()  # who goes, goes first: a year has one enrollment that stands
    for each in rows.enrollments_of(rows.other_id):
        ledger.write(each, {"student_id": rows.survivor_id})
    await session.flush()


async def _move_guardians(session: AsyncSession, ledger: Ledger, rows: Belongings) -> None:
    """Behind the survivor's in the order of calling; the primary guardian is the survivor's, if there is one."""
    mine = rows.ties_of("student_id", rows.survivor_id)
    left = {tie.id for _mine, tie in rows.shared("student_id")}
    has_primary = any(tie.is_primary for tie in mine)
    place = max((tie.contact_order for tie in mine), default=0)
    for tie in [tie for tie in rows.ties_of("student_id", rows.other_id) if tie.id not in left]:
        place += 1
        moved: dict[str, Any] = {"student_id": rows.survivor_id, "contact_order": place}
        if has_primary:
            moved |= {"is_primary": False, "gave_way_in": None}
        ledger.write(tie, moved)
    await session.flush()
    await _appoint(session, ledger, rows.survivor_id, rows.ties_of("student_id", rows.survivor_id))


async def _move_wards(session: AsyncSession, ledger: Ledger, rows: Belongings) -> None:
    """A child of both keeps the survivor's tie, which becomes the primary one where the other's was."""
    shared = rows.shared("guardian_id")
    promoted = [mine for mine, tie in shared if tie.is_primary]
    for _mine, tie in shared:
        ledger.write(tie, {"is_primary": False})
    await session.flush()  # who steps down is written first
    for tie in promoted:
        ledger.write(tie, {"is_primary": True})
    left = {tie.id for _mine, tie in shared}
    for tie in rows.ties_of("guardian_id", rows.other_id):
        if tie.id not in left:
            ledger.write(tie, {"guardian_id": rows.survivor_id})
    await session.flush()


async def _move_files(
    session: AsyncSession, ledger: Ledger, rows: Belongings, choices: Choices, gone: dict[str, Any]
) -> None:
    both_have_one, staying = len(rows.photos) > 1, choices.photo(rows)
    stays_behind = rows.photos[rows.other_id].id if both_have_one and staying != OTHER else None
    if both_have_one and staying == OTHER:
        ledger.write(rows.photos[rows.survivor_id], gone)
        await session.flush()
    for file in rows.files:
        if file.entity_id == rows.other_id and file.id != stays_behind:
            ledger.write(file, {"entity_id": rows.survivor_id})
    await session.flush()


async def _appoint(session: AsyncSession, ledger: Ledger, student_id: UUID, ties: Iterable[StudentGuardian]) -> None:
    """Let the first guardian who is there be the primary one, where none is."""
    ties = [tie for tie in ties if tie.student_id == student_id]
    living = [tie for tie in ties if tie.guardian.deleted_at is None]
    if living and not any(tie.is_primary for tie in ties):
        ledger.write(living[0], {"is_primary": True})
        await session.flush()


def gone(merge_id: UUID, *, by: UUID, at: datetime) -> dict[str, Any]:
    """What a row has that a merge puts into the bin."""
    return {"deleted_at": at, "deletion_id": merge_id, "deleted_by_id": by}
