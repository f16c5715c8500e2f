"""A pupil leaves for another school: one of the installation, in one transaction over both, or one outside.

Nothing partial survives: whatever fails at either school undoes all of it. Row security stays on; the other school is
entered for its part and left again (``tenancy.visiting``).
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import SchoolLink
from portal.attachments.storage import Storage
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.documents import same_document_key
from portal.catalogs.text import folded
from portal.db.base import new_id
from portal.db.repository import one_at_a_time
from portal.db.tenancy import visiting
from portal.enrollments import moves
from portal.enrollments.destinations import Destination, receiving_year
from portal.enrollments.models import Enrollment
from portal.enrollments.opening import already_enrolled, take_numbers
from portal.enrollments.transfer_copies import Belongings, Taking, bring_guardians, bring_papers, made_for, received
from portal.students.models import Student
from portal.students.repository import StudentRepository
from portal.web.errors import Conflict
from portal.web.i18n import _
from portal.years.models import SchoolYear


class NotReceived(Conflict):
    """The other school cannot take the pupil; the message says why, and nothing else of that school."""


@dataclass(frozen=True)
class Leaving:
    """What is said of a transfer: the last day here, a note for both schools, and what goes along."""

    ends_on: date
    note: str | None = None
    taking: Taking = field(default_factory=Taking)


async def transfer_inside(
    session: AsyncSession,
    storage: Storage,
    enrollment: Enrollment,
    origin: SchoolLink,
    to: Destination,
    leaving: Leaving,
    *,
    by: UUID,
    at: datetime,
) -> None:
    """Take the pupil to another school of the installation, where the enrollment waits for its principal.

    ``enrollment`` is locked and has its year loaded. Both histories name each other: school, DANE code and number.
    Raises NotReceived, and MoveRefused unless the enrollment is active.
    """
    moves.arrow(enrollment.status, Status.TRANSFERRED)
    student = await _held(session, enrollment)
    belongings = await Belongings.of(session, student, leaving.taking)
    their_id = new_id()
    async with visiting(session, to.id, home=origin.id):
        year = await _receivable(session, to, enrollment.year, student)
        theirs, mark = Enrollment(id=their_id, grade=enrollment.grade, status_history=[]), made_for(their_id)
        newcomer = await received(session, to.id, belongings, leaving.taking, mark=mark)
        await bring_guardians(session, newcomer, belongings, mark=mark)
        await bring_papers(session, storage, newcomer, belongings, by=by, at=at, mark=mark)
        await _ask_for_a_place(session, theirs, newcomer, year, enrollment, origin, leaving, by=by, at=at)
    there = {"school": to.name, "dane": to.dane_code or "—", "number": theirs.number}
    told = _("To %(school)s (DANE %(dane)s), enrollment %(number)s") % there
    moves.move(
        enrollment,
        Status.TRANSFERRED,
        by=by,
        at=at,
        reason=_joined(told, leaving.note),
        ends_on=leaving.ends_on,
        destination_name=to.name,
        destination_dane_code=to.dane_code,
        counterpart_school_id=to.id,
        counterpart_id=their_id,
    )
    await session.flush()


async def transfer_outside(
    session: AsyncSession,
    enrollment: Enrollment,
    name: str,
    dane_code: str | None,
    leaving: Leaving,
    *,
    by: UUID,
    at: datetime,
) -> None:
    """Write down that the pupil goes to a school that is not of the installation. Raises MoveRefused."""
    told = _("To %(school)s (DANE %(dane)s)") if dane_code else _("To %(school)s")
    moves.move(
        enrollment,
        Status.TRANSFERRED,
        by=by,
        at=at,
        reason=_joined(told % {"school": name, "dane": dane_code}, leaving.note),
        ends_on=leaving.ends_on,
        destination_name=name,
        destination_dane_code=dane_code,
    )
    await session.flush()


async def why_not_received(
    session: AsyncSession, enrollment: Enrollment, student: Student, to: Destination
) -> str | None:
    """Why the other school could not take the pupil now, in words; None when it could. Only reads."""
    try:
        async with visiting(session, to.id, home=enrollment.school_id):
            await _receivable(session, to, enrollment.year, student)
    except NotReceived as refused:
        return refused.message
    return None


async def _held(session: AsyncSession, enrollment: Enrollment) -> Student:
    """The pupil, held: one transfer of a person at a time in the whole installation, and nobody edits meanwhile."""
    student = await StudentRepository(session, enrollment.school_id).locked(enrollment.student_id)
    assert student is not None, "the enrollment has a student of its school"
    await hold_person(session, student)
    return student


async def hold_person(session: AsyncSession, student: Student) -> None:
    """Let only one transaction at a time take this person from school to school."""
    await one_at_a_time(
        session, f"transfer {'-'.join(same_document_key(student.document_type, student.document_number))}"
    )


async def _receivable(session: AsyncSession, to: Destination, left: SchoolYear, student: Student) -> SchoolYear:
    """The year in which the entered school takes the pupil. Raises NotReceived."""
    year = await receiving_year(session, to.id, left)
    if year is None:
        raise NotReceived(
            _("%(school)s has no school year open for this transfer. Ask them to open one.") % {"school": to.name}
        )
    known = await StudentRepository(session, to.id).with_document(student.document_type, student.document_number)
    if known is not None and _is_somebody_else(known, student):
        raise NotReceived(
            _("%(school)s has another student with this document. Compare it with them first.") % {"school": to.name}
        )
    if known is not None and await already_enrolled(session, year, known.id):
        raise NotReceived(
            _("%(school)s already has an enrollment of this student for that year. Ask them about it.")
            % {"school": to.name}
        )
    return year


def _is_somebody_else(known: Student, student: Student) -> bool:
    """Whether one of the two documents is a slip: neither the day of birth nor the name is the same.

    Health data of one child must not be written into the record of another.
    """
    born = {known.birth_date, student.birth_date} - {None}
    return len(born) > 1 and folded(known.full_name) != folded(student.full_name)


async def _ask_for_a_place(
    session: AsyncSession,
    theirs: Enrollment,
    newcomer: Student,
    year: SchoolYear,
    left: Enrollment,
    origin: SchoolLink,
    leaving: Leaving,
    *,
    by: UUID,
    at: datetime,
) -> None:
    # The number first: it holds the year's row, so that whoever asks for the same pupil at the same time waits here.
    [theirs.number] = await take_numbers(session, year)
    if not year.takes_enrollments:
        raise NotReceived(_("The other school has just closed the year %(year)s.") % {"year": year.name})
    if await already_enrolled(session, year, newcomer.id):
        raise NotReceived(_("Somebody at the other school has just enrolled this student. Ask them about it."))
    theirs.school_id, theirs.student_id, theirs.year_id = year.school_id, newcomer.id, year.id
    theirs.previous_school, theirs.note = origin.name, leaving.note
    theirs.counterpart_school_id, theirs.counterpart_id = origin.id, left.id
    here = {"school": origin.name, "dane": origin.dane_code or "—", "number": left.number}
    told = _("Transfer from %(school)s (DANE %(dane)s), enrollment %(number)s") % here
    moves.begin(theirs, Status.SUBMITTED, by=by, at=at, reason=told)
    session.add(theirs)
    await session.flush()


def _joined(told: str, note: str | None) -> str:
    return f"{told}. {note}" if note else told
