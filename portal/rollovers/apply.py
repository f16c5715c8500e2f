"""Applying a roll-over: an active enrollment of the new year for everybody who stays, all of them or none."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus, RolloverStatus
from portal.db.base import new_id
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.enrollments.opening import take_numbers
from portal.groups.repository import GroupRepository
from portal.groups.seats import hold_seats
from portal.interchange.bulk import insert_rows
from portal.rollovers.models import Rollover
from portal.rollovers.proposals import Plan, Proposal, Seats, propose
from portal.rollovers.repository import Frame, RolloverRepository
from portal.students.repository import StudentRepository
from portal.web.errors import Conflict
from portal.web.i18n import _
from portal.years.models import SchoolYear

# The columns that differ from the database's defaults; all rows of one insert have the same.
_WRITTEN = (
    "school_id",
    "id",
    "number",
    "student_id",
    "year_id",
    "grade",
    "group_id",
    "campus_id",
    "shift",
    "starts_on",
    "status",
    "status_history",
    "rollover_id",
)


class NotApplied(Exception):
    """Nothing was written. ``plan`` is what would be done now."""

    def __init__(self, plan: Plan) -> None:
        """Keep the plan, for showing it."""
        super().__init__("not applied")
        self.plan = plan


class PlanChanged(NotApplied):
    """The records changed since the preview."""


class Unsolved(NotApplied):
    """Some find no seat or no grade, and it was not said that they may be left without."""


@dataclass(frozen=True)
class Applied:
    """What was done."""

    enrolled: int
    without_group: int


async def plan_of(session: AsyncSession, school_id: UUID, closing_id: UUID, target_id: UUID) -> Plan:
    """What a roll-over between two years would do now. Two queries, whatever the number of pupils."""
    groups = [_seats(row) for row in await GroupRepository(session, school_id).with_seats(target_id)]
    return propose(await RolloverRepository(session, school_id).pupils(closing_id, target_id), groups)


async def apply(
    session: AsyncSession,
    frame: Frame,
    *,
    by: UUID,
    at: datetime,
    seen: str | None = None,
    leave_without: bool = False,
) -> Applied:
    """Write what is missing; applied again, nothing is missing any more.

    ``seen`` is the fingerprint of the plan that was looked at, None to take it as it is. With ``leave_without`` those
    who find no seat get an enrollment without a group, and those for whom no grade follows get none.
    Raises PlanChanged, Unsolved, NoSeat where a seat was taken in this very moment, and Conflict where the new year was
    closed; nothing is written then.
    """
    target = frame.target
    assert target is not None, "there is a year to go on to"
    rollover = await RolloverRepository(session, target.school_id).held(frame.closing.id, target)
    if not target.takes_enrollments:
        raise Conflict(_("The year %(year)s takes no enrollments.") % {"year": target.name})
    plan = await plan_of(session, target.school_id, frame.closing.id, target.id)
    if not plan.enrolling and rollover.status == RolloverStatus.APPLIED:
        return Applied(0, 0)
    if seen not in (None, plan.fingerprint):
        raise PlanChanged(plan)
    if plan.problems and not leave_without:
        raise Unsolved(plan)
    pupils = {each.pupil.student_id for each in plan.enrolling}
    if await StudentRepository(session, target.school_id).kept(pupils) != pupils:
        raise PlanChanged(await plan_of(session, target.school_id, frame.closing.id, target.id))

    await hold_seats(session, target.school_id, Counter(each.group.id for each in plan.enrolling if each.group))
    numbers = await take_numbers(session, target, len(plan.enrolling))
    reason = _("Rolled over from %(year)s") % {"year": frame.closing.name}
    rows = _rows(plan.enrolling, numbers, rollover, target, by=by, at=at, reason=reason)
    await insert_rows(session, Enrollment, rows)

    without_group = sum(each.group is None for each in plan.enrolling)
    rollover.status = RolloverStatus.APPLIED
    rollover.counts = dict(plan.counts) | {"without_group": without_group}
    rollover.applied_at, rollover.applied_by_id = at, by
    await session.flush()
    return Applied(len(rows), without_group)


def _rows(
    proposals: Sequence[Proposal],
    numbers: Sequence[str],
    rollover: Rollover,
    target: SchoolYear,
    *,
    by: UUID,
    at: datetime,
    reason: str,
) -> list[dict[str, Any]]:
    rows = []
    for proposal, number in zip(proposals, numbers, strict=True):
        group = proposal.group
        # Never added to the session: two thousand objects would be written one by one.
        enrollment = Enrollment(
            school_id=target.school_id,
            id=new_id(),
            number=number,
            student_id=proposal.pupil.student_id,
            year_id=target.id,
            grade=proposal.grade,
            group_id=group.id if group else None,
            campus_id=group.campus_id if group else None,
            shift=group.shift if group else None,
            starts_on=target.starts_on,
            status_history=[],
            rollover_id=rollover.id,
        )
        moves.begin(enrollment, EnrollmentStatus.ACTIVE, by=by, at=at, reason=reason, batch=rollover.id)
        rows.append({name: getattr(enrollment, name) for name in _WRITTEN})
    return rows


def _seats(row: Any) -> Seats:
    return Seats(
        id=row.id,
        grade=row.grade,
        code=row.code,
        shift=row.shift,
        campus_id=row.campus_id,
        campus_name=row.campus_name,
        capacity=row.capacity,
        taken=row.taken,
    )
