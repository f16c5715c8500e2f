"""What a person approved and returned today, with undo for as long as there is one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Request
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.people import listed_name
from portal.db.base import now
from portal.db.repository import same
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.enrollments.undoing import undo_address
from portal.groups.models import Group
from portal.students.models import Student
from portal.web.i18n import today

DECISIONS = (Status.ACTIVE, Status.RETURNED)


@dataclass(frozen=True)
class Decided:
    """A decision, in words. ``undo`` is where its undoing is posted, None where that is over."""

    enrollment_id: UUID
    name: str
    place: str
    status: Status
    at: datetime
    reason: str | None
    was_undone: bool
    undo: str | None


async def decided_today(request: Request[Any, Any, Any], session: AsyncSession, access: Access) -> list[Decided]:
    """What the person decided since midnight on the school's clock, the last first. One query."""
    assert access.school is not None, "the guards have let the person into a school"
    midnight = datetime.combine(today(), time(), ZoneInfo(access.school.time_zone))
    rows = await _touched_since(session, access.school.id, midnight, by=access.user_id)
    found = [each for row in rows for each in _decisions(request, row, midnight, by=access.user_id)]
    return sorted(found, key=lambda decided: decided.at, reverse=True)


async def _touched_since(session: AsyncSession, school_id: UUID, since: datetime, *, by: UUID) -> Sequence[Row[Any]]:
    """The enrollments that changed since then and have a line of that person; only today's few are opened."""
    statement = (
        select(
            Enrollment.id,
            Enrollment.status_history,
            Enrollment.grade,
            Group.code,
            Student.first_surname,
            Student.second_surname,
            Student.first_name,
            Student.middle_names,
        )
        .join(Student, same(Enrollment, Student, Enrollment.student_id))
        .outerjoin(Group, same(Enrollment, Group, Enrollment.group_id))
        .where(
            Enrollment.school_id == school_id,
            Enrollment.deleted_at.is_(None),
            Enrollment.updated_at >= since,
            Enrollment.status_history.contains([{"from": Status.SUBMITTED.value, "by": str(by)}]),
        )
    )
    return (await session.execute(statement)).all()


def _decisions(request: Request[Any, Any, Any], row: Any, since: datetime, *, by: UUID) -> Iterator[Decided]:
    undoable = moves.undoable(row, now())
    undone = {line.get("undoes") for line in row.status_history}
    for line in row.status_history:
        at = datetime.fromisoformat(line["at"])
        if _is_decision(line, by) and at >= since:
            yield Decided(
                enrollment_id=row.id,
                name=listed_name(row),
                place=" ".join(filter(None, (str(row.grade.label), row.code))),
                status=Status(line["to"]),
                at=at,
                reason=line.get("reason"),
                was_undone=line["at"] in undone,
                undo=undo_address(request, row) if line is undoable else None,
            )


def _is_decision(line: Mapping[str, Any], by: UUID) -> bool:
    came_from_the_queue = line["from"] == Status.SUBMITTED and "undoes" not in line
    return came_from_the_queue and line["to"] in DECISIONS and line["by"] == str(by)
