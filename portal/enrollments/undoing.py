"""Taking back what was done a moment ago: the last step of one enrollment, or all that one press of a button did.

Of a batch all is undone that can be; what cannot is named with the reason, and stays as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments import moves
from portal.enrollments.models import GIVES_WAY, Enrollment
from portal.enrollments.repository import EnrollmentRepository
from portal.enrollments.taking_back import take_back
from portal.groups.repository import SEATED
from portal.groups.seats import held_seats
from portal.web.errors import Conflict, Forbidden
from portal.web.i18n import _, format_datetime
from portal.web.pages import UNDO_FOR, OfferedUndo, query, url_for


class CannotUndo(Conflict):
    """It stays as it is; the message says why."""


@dataclass
class Undone:
    """What became of it: what is as it was before, and what stays, each with the reason in words."""

    done: list[Enrollment] = field(default_factory=list)
    kept: list[tuple[Enrollment, str]] = field(default_factory=list)


def undo_address(request: Request[Any, Any, Any], enrollment: Enrollment) -> str:
    """Where the undoing of its last step is posted. It names the step: another one is never undone in its place."""
    address = url_for(request, "undos.create", enrollment_id=enrollment.id)
    return address + query({"of": enrollment.status_history[-1]["at"]})


def offered_undo(
    request: Request[Any, Any, Any], enrollment: Enrollment, access: Access, at: datetime
) -> OfferedUndo | None:
    """The undo of the last step, where there is one and this person may take it."""
    line = moves.undoable(enrollment, at)
    if line is None or not access.may(moves.undo_permission(line)):
        return None
    until = datetime.fromisoformat(line["at"]) + UNDO_FOR
    return OfferedUndo(undo_address(request, enrollment), format_datetime(until, "H:mm"))


def was_undone_before(enrollment: Enrollment, step: str | None, *, by: UUID) -> bool:
    """Whether this very person has undone it already, with nothing done since: the button was pressed twice."""
    last = _last(enrollment)
    return "undoes" in last and last["by"] == str(by) and step in (None, last["undoes"])


async def undo_step(
    session: AsyncSession, enrollment: Enrollment, step: str | None, *, access: Access, at: datetime
) -> None:
    """Take back the last step of the enrollment, which is locked and has all that it names.

    ``step`` is the moment of the step that was meant; without it only the person's own last step is taken back.
    Raises CannotUndo, having written nothing; Forbidden when this person may not take that step.
    """
    last = _last(enrollment)
    meant = step == last.get("at") if step else last.get("by") == str(access.user_id)
    if last and not meant:
        raise CannotUndo(_("Something else was done since, so this cannot be undone any more. Nothing was changed."))
    undone = await undo_last_steps(session, [enrollment], access=access, at=at)
    for _kept, why in undone.kept:
        raise CannotUndo(why)


async def undo_batch(
    session: AsyncSession, enrollments: Sequence[Enrollment], batch: UUID, *, access: Access, at: datetime
) -> Undone:
    """Take back what one press of a button did to these enrollments, which are locked and have all that they name.

    What was undone by an earlier try counts as done. Raises Forbidden when this person may not.
    """
    undone, theirs = Undone(), []
    for enrollment in enrollments:
        last = _last(enrollment)
        if last.get("batch") != str(batch):
            undone.kept.append((enrollment, _("Something else was done since.")))
        elif "undoes" in last:
            undone.done.append(enrollment)
        else:
            theirs.append(enrollment)
    now = await undo_last_steps(session, theirs, access=access, at=at, batch=batch)
    return Undone(undone.done + now.done, undone.kept + now.kept)


async def undo_last_steps(
    session: AsyncSession,
    enrollments: Sequence[Enrollment],
    *,
    access: Access,
    at: datetime,
    batch: UUID | None = None,
) -> Undone:
    """Take back the last step of each of these, which are locked and have all that they name, as far as it can be.

    Raises Forbidden when this person may not take one of them back.
    """
    lines = {each.id: line for each in enrollments if (line := moves.undoable(each, at))}
    if not all(access.may(moves.undo_permission(line)) for line in lines.values()):
        raise Forbidden
    able = [each for each in enrollments if each.id in lines]
    reasons = {each.id: _too_late() for each in enrollments if each.id not in lines}
    reasons |= {each.id: _year_is_over(each) for each in able if _needs_an_open_year(each, lines[each.id])}
    reasons |= await _without_room_in_the_year(session, [each for each in able if _stands_again(lines[each.id])])
    reasons |= await _without_seat(session, [each for each in able if each.id not in reasons], lines)

    undone = Undone(kept=[(each, reasons[each.id]) for each in enrollments if each.id in reasons])
    try:
        async with session.begin_nested():
            for enrollment in (each for each in enrollments if each.id not in reasons):
                await _take_back_what_hangs_on_it(session, enrollment, lines[enrollment.id], by=access.user_id, at=at)
                moves.undo(enrollment, by=access.user_id, at=at, batch=batch)
                undone.done.append(enrollment)
            await session.flush()
    except IntegrityError as error:
        if "uq_enrollments_student_year" not in str(error.orig):
            raise
        raise CannotUndo(_("The student has another enrollment for that year by now. Nothing was changed.")) from error
    return undone


async def _take_back_what_hangs_on_it(
    session: AsyncSession, enrollment: Enrollment, line: Mapping[str, Any], *, by: UUID, at: datetime
) -> None:
    """Before a step is undone: take back what it did to other rows. Raises Conflict when that cannot be."""
    if line["to"] == Status.TRANSFERRED:
        await take_back(session, enrollment, by=by, at=at)


async def _without_room_in_the_year(session: AsyncSession, returning: Sequence[Enrollment]) -> dict[UUID, str]:
    """Those whose pupil has another enrollment of the year by now."""
    if not returning:
        return {}
    repository = EnrollmentRepository(session, returning[0].school_id)
    standing = {
        (row.student_id, row.year_id): row.number
        for row in await repository.standing({each.student_id for each in returning})
    }
    words = _("The student has another enrollment for %(year)s by now: %(number)s.")
    return {
        each.id: words % {"year": each.year.name, "number": standing[each.student_id, each.year_id]}
        for each in returning
        if (each.student_id, each.year_id) in standing
    }


async def _without_seat(
    session: AsyncSession, enrollments: Sequence[Enrollment], lines: Mapping[UUID, Mapping[str, Any]]
) -> dict[UUID, str]:
    """Those whose seat was given to somebody else. The free ones go to the first by name."""
    wanted = {each.id: group for each in enrollments if (group := _seat_wanted(each, lines[each.id]))}
    if not wanted:
        return {}
    held = await held_seats(session, enrollments[0].school_id, wanted.values())
    free = {group_id: seats.free for group_id, seats in held.items()}
    without = {}
    for enrollment_id, group_id in wanted.items():
        if group_id not in held:
            without[enrollment_id] = _("Its group does not exist any more.")
        elif free[group_id] <= 0:
            without[enrollment_id] = _("%(group)s has no free seat any more.") % {"group": held[group_id].group.label}
        else:
            free[group_id] -= 1
    return without


def _seat_wanted(enrollment: Enrollment, line: Mapping[str, Any]) -> UUID | None:
    """The group in which it would sit again and does not now."""
    before = moves.before(line)
    group: UUID | None = before.get("group_id", enrollment.group_id)
    sits = Status(line["to"]) in SEATED and group == enrollment.group_id
    return group if Status(line["from"]) in SEATED and not sits else None


def _stands_again(line: Mapping[str, Any]) -> bool:
    return Status(line["to"]) in GIVES_WAY and Status(line["from"]) not in GIVES_WAY


def _needs_an_open_year(enrollment: Enrollment, line: Mapping[str, Any]) -> bool:
    """Whether its year was closed since: what needs an open year to be done needs one to be undone.

    That is what leads to a seat: an approval, a re-enrolment, a change of group. Who is still active may be completed
    or withdrawn in a year that is over, so that these can be taken back there.
    """
    return line["to"] == Status.ACTIVE and not enrollment.year.takes_enrollments


def _year_is_over(enrollment: Enrollment) -> str:
    return _("The year %(year)s is over.") % {"year": enrollment.year.name}


def _too_late() -> str:
    return _("This cannot be undone any more. Undo exists for 15 minutes, until something else is done.")


def _last(enrollment: Enrollment) -> dict[str, Any]:
    return enrollment.status_history[-1] if enrollment.status_history else {}
