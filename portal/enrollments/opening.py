"""Asking for a place: a draft with its number, and sending it to review."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from portal.audit.recording import RECORDED
from portal.catalogs.codes import EnrollmentStatus
from portal.enrollments import moves
from portal.enrollments.models import GIVES_WAY, Enrollment
from portal.students.repository import StudentRepository
from portal.web import once
from portal.web.errors import Conflict
from portal.web.i18n import _
from portal.years.models import SchoolYear


class AlreadyEnrolled(Conflict):
    """The pupil has an enrollment in that year; the message names it."""


class StudentGone(Conflict):
    """The student was deleted while a place was asked for."""


class YearClosed(Conflict):
    """The year takes no enrollments any more."""


async def open_enrollment(
    session: AsyncSession, year: SchoolYear, student_id: UUID, *, by: UUID, at: datetime, **asked: Any
) -> Enrollment:
    """A draft for that pupil in that year, with its number, flushed.

    ``asked`` are columns of the enrollment: ``grade`` at least; ``group_id``, ``campus_id``, ``shift``,
    ``previous_school``, ``note``, and ``id`` with ``form_digest`` when a form minted them.
    Raises YearClosed, or AlreadyEnrolled and StudentGone also when another request was quicker.
    """
    # The number first: it holds the year's row, so that whoever asks for the same pupil at the same time waits here.
    [number] = await take_numbers(session, year)
    if not year.takes_enrollments:
        raise YearClosed(_("The year %(year)s takes no enrollments.") % {"year": year.name})
    if other := await already_enrolled(session, year, student_id):
        raise AlreadyEnrolled(other)
    if not await StudentRepository(session, year.school_id).kept([student_id]):
        raise StudentGone(_("The student was deleted meanwhile. Bring them back from the recycle bin first."))
    enrollment = Enrollment(
        school_id=year.school_id, student_id=student_id, year_id=year.id, number=number, status_history=[], **asked
    )
    moves.begin(enrollment, by=by, at=at)
    session.add(enrollment)
    try:
        await session.flush()
    except IntegrityError as error:
        if "uq_enrollments_student_year" not in str(error.orig):
            raise
        raise AlreadyEnrolled(
            _("This student already has an enrollment for %(year)s.") % {"year": year.name}
        ) from error
    return enrollment


def submit(enrollment: Enrollment, *, by: UUID, at: datetime, reason: str | None = None) -> None:
    """Send a draft, or a returned one again, to review. Raises MoveRefused from anywhere else."""
    moves.move(enrollment, EnrollmentStatus.SUBMITTED, by=by, at=at, reason=reason)


async def take_numbers(session: AsyncSession, year: SchoolYear, count: int = 1) -> list[str]:
    """The next enrollment numbers of the year, in a row. They are gone only if the transaction commits.

    The year is held from here on, and its ``status`` is what is stored now: it may have been closed a moment ago.
    """
    if count == 0:
        return []
    statement = (
        update(SchoolYear)
        .where(SchoolYear.school_id == year.school_id, SchoolYear.id == year.id)
        # No edit of the year: its version and its date of change stay.
        .values(last_number=SchoolYear.last_number + count, updated_at=SchoolYear.updated_at)
        .returning(SchoolYear.last_number, SchoolYear.status)
        .execution_options(synchronize_session=False, **RECORDED)
    )
    last, status = (await session.execute(statement)).one()
    set_committed_value(year, "status", status)
    return [f"{year.name}-{number:05}" for number in range(last - count + 1, last + 1)]


async def was_sent_before(session: AsyncSession, school_id: UUID, minted_id: UUID, digest: bytes) -> bool:
    """Whether this very form has opened its enrollment already; the same form sent at the same moment waits here.

    Raises Conflict when the form's id was used with other content.
    """
    refusal = _(
        "This form has asked for an enrollment already, and now it says something else. "
        "Open that enrollment to change it, or begin a new form."
    )
    here = Enrollment.school_id == school_id
    return await once.was_sent_before(session, minted_id, digest, Enrollment, here, refusal=refusal)


async def already_enrolled(session: AsyncSession, year: SchoolYear, student_id: UUID) -> str | None:
    """What to tell whoever asks for a second enrollment of the pupil in the year; None when there is no first."""
    row = (
        await session.execute(
            select(Enrollment.number, Enrollment.status).where(
                Enrollment.school_id == year.school_id,
                Enrollment.student_id == student_id,
                Enrollment.year_id == year.id,
                Enrollment.deleted_at.is_(None),
                Enrollment.status.not_in(GIVES_WAY),
            )
        )
    ).first()
    if row is None:
        return None
    return _("This student already has an enrollment for %(year)s: %(number)s, %(status)s.") % {
        "year": year.name,
        "number": row.number,
        "status": str(row.status.label).lower(),
    }
