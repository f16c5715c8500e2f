"""Approving many at once: each by the same checks as alone, and those that cannot be are left with the reasons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import new_id
from portal.enrollments.models import Enrollment
from portal.enrollments.repository import EnrollmentRepository
from portal.enrollments.review.approval import admit, without_seat
from portal.enrollments.review.candidate import Candidate
from portal.enrollments.review.checks import seat, stops
from portal.enrollments.review.queue import ReviewQueue
from portal.enrollments.seeing import made_before
from portal.groups.seats import held_seats
from portal.schools.rules import SchoolRules
from portal.web.i18n import _, today
from portal.web.reading import parse_id

Seen = Mapping[UUID, int]


@dataclass(frozen=True)
class Summary:
    """What became of them: how many were approved, and who was left, with the reasons in words."""

    approved: int
    left: Sequence[tuple[Candidate, list[str]]]
    #: the id by which all of them are undone at once; None when none was approved
    batch: UUID | None


def seen_in(sent: Iterable[Any]) -> dict[UUID, int]:
    """Enrollments and the versions that were looked at, of values such as ``{id}.{version}``, several in one or not."""
    marks = (mark.partition(".") for value in sent for mark in str(value).split())
    found = {parse_id(enrollment_id): version for enrollment_id, _dot, version in marks}
    return {key: int(version) for key, version in found.items() if key and version.isdecimal() and len(version) < 10}


async def approve_many(
    session: AsyncSession, school_id: UUID, seen: Seen, rules: SchoolRules, *, by: UUID, at: datetime
) -> Summary:
    """Approve all of them that can be, the longest waiting first; the number of questions does not grow with them.

    ``seen`` says which, each in the version that was looked at. Seats are held before they are given: where a group
    has fewer than are wanted, the last in the queue are left.
    """
    # Locked without what they name: only they are written.
    enrollments = {each.id: each for each in await EnrollmentRepository(session, school_id).all_locked(seen)}
    candidates = await ReviewQueue(session, school_id).candidates(list(enrollments))
    done = [each for each in enrollments.values() if made_before(each, Status.ACTIVE, by=by)]
    asking = [candidate for candidate in candidates if enrollments[candidate.id] not in done]
    reasons = {candidate.id: _why_not(candidate, seen[candidate.id], rules) for candidate in asking}
    reasons |= await _without_seat(session, school_id, [each for each in asking if not reasons[each.id]])

    approved = [candidate for candidate in asking if not reasons[candidate.id]]
    batch = new_id() if approved else _batch_of(done)
    for candidate in approved:
        admit(enrollments[candidate.id], candidate, by=by, at=at, batch=batch)
    await session.flush()
    left = [(candidate, reasons[candidate.id]) for candidate in asking if reasons[candidate.id]]
    return Summary(len(approved) + len(done), left, batch)


def _why_not(candidate: Candidate, seen_version: int, rules: SchoolRules) -> list[str]:
    if candidate.status != Status.SUBMITTED:
        status = str(candidate.status.label).lower()
        return [_("It does not wait for review any more: %(status)s.") % {"status": status}]
    if candidate.version != seen_version:
        return [_("It has changed since you opened it. Look at it again.")]
    return [f"{check.text}." for check in stops(candidate, rules, today())]


async def _without_seat(session: AsyncSession, school_id: UUID, asking: Sequence[Candidate]) -> dict[UUID, list[str]]:
    """Those for whom no seat is left when those before them have theirs."""
    wanted = {candidate.group_id for candidate in asking if candidate.group_id}
    free = {group: seats.free for group, seats in (await held_seats(session, school_id, wanted)).items()}
    without = {}
    for candidate in asking:
        assert candidate.group_id is not None, "without a group it is stopped"
        free[candidate.group_id] = free.get(candidate.group_id, 0) - 1
        if free[candidate.group_id] < 0:
            without[candidate.id] = [f"{seat(without_seat(candidate)).text}."]
    return without


def _batch_of(done: Sequence[Enrollment]) -> UUID | None:
    """The batch of those that were approved when the same button was pressed a moment before."""
    batches = {each.status_history[-1].get("batch") for each in done}
    return parse_id(batches.pop()) if len(batches) == 1 else None
