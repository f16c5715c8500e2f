"""The principal's decision: approve an enrollment, with a seat that nobody else gets, or return it with a reason."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.enrollments.review.candidate import Candidate
from portal.enrollments.review.checks import Check, stops
from portal.enrollments.review.queue import ReviewQueue
from portal.groups.seats import NoSeat, hold_seats
from portal.schools.rules import SchoolRules
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
    session: AsyncSession,
    enrollment: Enrollment,
    rules: SchoolRules,
    *,
    by: UUID,
    at: datetime,
    group_id: UUID | None = None,
) -> None:
    """Make the enrollment active, in its own group or the one that is given, from today or the year's first day on.

    ``enrollment`` is locked; ``rules`` are its school's. Its seat is held before it is written, so that of many
    approvals for the last one exactly one succeeds.
    Raises NotApproved, having written nothing, when a check stops it; MoveRefused when it does not wait for review.
    """
    candidate = await ReviewQueue(session, enrollment.school_id).candidate(enrollment.id, in_group=group_id)
    assert candidate is not None, "it is locked, so it is there"
    refuse_if_stopped(candidate, rules)
    assert candidate.group_id is not None, "without a group it is stopped"
    try:
        # A refusal lets go of the group at once, for whoever waits for it.
        async with session.begin_nested():
            await hold_seats(session, enrollment.school_id, {candidate.group_id: 1})
    except NoSeat as full:
        refuse_if_stopped(without_seat(candidate, full.free), rules)
    admit(enrollment, candidate, by=by, at=at)
    await session.flush()


async def give_back(session: AsyncSession, enrollment: Enrollment, *, by: UUID, at: datetime, reason: str) -> None:
    """Return the enrollment to the secretary with what must be corrected. Raises MoveRefused from anywhere else."""
    moves.move(enrollment, Status.RETURNED, by=by, at=at, reason=reason)
    await session.flush()


def refuse_if_stopped(candidate: Candidate, rules: SchoolRules) -> None:
    """Raise NotApproved when a check says so."""
    if found := stops(candidate, rules, today()):
        raise NotApproved(candidate, found)


def without_seat(candidate: Candidate, free: int = 0) -> Candidate:
    """The candidate as it stands when its group was found to be full after all."""
    return replace(candidate, taken=candidate.capacity - min(free, 0))


def admit(enrollment: Enrollment, candidate: Candidate, *, by: UUID, at: datetime, batch: UUID | None = None) -> None:
    """Write the approval: the place that the candidate's group gives, and the first day. Its seat is held."""
    moves.move(
        enrollment,
        Status.ACTIVE,
        by=by,
        at=at,
        batch=batch,
        group_id=candidate.group_id,
        campus_id=candidate.group_campus_id,
        shift=candidate.group_shift,
        starts_on=enrollment.starts_on or max(today(), candidate.year_starts_on),
    )
