"""The principal's decision: approve an enrollment, with a seat that nobody else gets, or return it with a reason."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments import moves
from portal.enrollments.candidate import Candidate
from portal.enrollments.checks import Check, Verdict, checks
from portal.enrollments.models import Enrollment
from portal.enrollments.review_queue import ReviewQueue
from portal.groups.repository import GroupRepository
from portal.web.i18n import _, today


class NotApproved(Exception):
    """Something stops the approval; nothing was written."""

    def __init__(self, candidate: Candidate, stops: Sequence[Check]) -> None:
        """``stops`` say what it is, in words for people."""
        super().__init__("not approved")
        self.candidate = candidate
        self.stops = stops

    @property
    def lacks_seat(self) -> bool:
        """Whether the group turned out to be full."""
        return self.candidate.group_id is not None and self.candidate.free_seats <= 0

    def in_words(self, *, saw_a_seat: bool) -> list[str]:
        """What to tell the principal, who may have seen a free seat a moment ago."""
        taken = _("The last seat of %(group)s has just been taken. Choose another group.")
        words = {"group": self.candidate.group_label}
        return [
            taken % words if check.about_group and self.lacks_seat and saw_a_seat else f"{check.text}."
            for check in self.stops
        ]


async def approve(
    session: AsyncSession, enrollment: Enrollment, *, by: UUID, at: datetime, group_id: UUID | None = None
) -> None:
    """Make the enrollment active, in its own group or the one that is given, from today or the year's first day on.

    ``enrollment`` is locked. The group is locked before its seats are counted, until the transaction ends, so that of
    many approvals for its last seat exactly one succeeds; a refusal lets go of it at once.
    Raises NotApproved, having written nothing, when a check stops it; MoveRefused when it does not wait for review.
    """
    # Looked at without the lock first, so that whoever comes too late does not queue for it.
    candidate = await _approvable(session, enrollment, group_id)
    async with session.begin_nested():
        assert candidate.group_id is not None, "without a group it is not approvable"
        await GroupRepository(session, enrollment.school_id).locked(candidate.group_id)
        candidate = await _approvable(session, enrollment, group_id)

    reason = None
    if group_id is not None and group_id != enrollment.group_id:
        reason = _("In the group %(group)s") % {"group": candidate.group_label}
        enrollment.group_id = group_id
        enrollment.campus_id = candidate.group_campus_id
        enrollment.shift = candidate.group_shift
    enrollment.starts_on = enrollment.starts_on or max(today(), candidate.year_starts_on)
    moves.move(enrollment, Status.ACTIVE, by=by, at=at, reason=reason)
    await session.flush()


async def give_back(session: AsyncSession, enrollment: Enrollment, *, by: UUID, at: datetime, reason: str) -> None:
    """Return the enrollment to the secretary with what must be corrected. Raises MoveRefused from anywhere else."""
    moves.move(enrollment, Status.RETURNED, by=by, at=at, reason=reason)
    await session.flush()


async def _approvable(session: AsyncSession, enrollment: Enrollment, group_id: UUID | None) -> Candidate:
    candidate = await ReviewQueue(session, enrollment.school_id).candidate(enrollment.id, in_group=group_id)
    assert candidate is not None, "it is locked, so it is there"
    stops = [check for check in checks(candidate, today()) if check.verdict == Verdict.STOP]
    if stops:
        raise NotApproved(candidate, stops)
    return candidate
