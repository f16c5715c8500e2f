"""The desk where a transfer is asked for: which enrollment, to where, what the page shows, and doing it once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, SchoolLink
from portal.attachments.storage import Storage
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments import moves
from portal.enrollments.destinations import Destination, destination
from portal.enrollments.models import Enrollment
from portal.enrollments.repository import EnrollmentRepository, whole
from portal.enrollments.seeing import made_before, refuse_unless_as_seen
from portal.enrollments.transfer import transfer_inside, transfer_outside, why_not_received
from portal.enrollments.transfer_copies import Belongings, Taking
from portal.enrollments.transfer_forms import InsideForm, LeavingForm, OutsideForm
from portal.students.models import Student
from portal.web.errors import BadRequest, NotFound
from portal.web.reading import parse_id

OUTSIDE = "outside"


@dataclass(frozen=True)
class TransferDesk:
    """One pupil, who leaves one school."""

    session: AsyncSession
    storage: Storage
    access: Access
    school: SchoolLink
    student: Student
    enrollments: EnrollmentRepository

    async def active(self) -> list[Enrollment]:
        """The enrollments that can be transferred: this year's first."""
        year_id = self.access.year.id if self.access.year else None
        return sorted(await self.enrollments.active_of(self.student.id), key=lambda each: each.year_id != year_id)

    async def held(self, request: Request[Any, Any, Any]) -> Enrollment:
        """The enrollment that the form is about, held. Raises NotFound unless it is one of the pupil's."""
        wanted = parse_id(str((await request.form()).get("enrollment_id", "")))
        if wanted is None:
            raise BadRequest
        found = await self.enrollments.locked(wanted, *whole())
        if found is None or found.student_id != self.student.id:
            raise NotFound
        return found

    async def destination(self, wanted: Any) -> Destination | None:
        """The school that was chosen, None for one outside. Raises NotFound when there is no such school."""
        if wanted == OUTSIDE:
            return None
        school_id = parse_id(str(wanted or ""))
        found = await destination(self.session, school_id, but=self.school.id) if school_id else None
        if found is None:
            raise NotFound
        return found

    async def carry_out(
        self, enrollment: Enrollment, to: Destination | None, form: LeavingForm, *, at: datetime
    ) -> bool:
        """Do what the form says, once; False when something in it is wrong.

        Raises NotReceived, MoveRefused, and Conflict when the enrollment changed since the form was shown.
        """
        by = self.access.user_id
        if is_done(enrollment, to, form, by=by):
            return True
        moves.arrow(enrollment.status, Status.TRANSFERRED)
        refuse_unless_as_seen(enrollment, form.seen_version)
        form.belongs_to(enrollment)
        if not form.validate():
            return False
        if to is not None:
            await transfer_inside(self.session, self.storage, enrollment, self.school, to, form.leaving, by=by, at=at)
        elif isinstance(form, OutsideForm):
            name, dane_code = form.destination_name.data or "", form.destination_dane_code.data
            await transfer_outside(self.session, enrollment, name, dane_code, form.leaving, by=by, at=at)
        return True

    async def what_will_happen(self, enrollment: Enrollment, to: Destination | None) -> dict[str, Any]:
        """For the page: why the other school could not take the pupil, and what goes along."""
        if to is None:
            return {"problem": None, "belongings": None}
        return {
            "problem": await why_not_received(self.session, enrollment, self.student, to),
            "belongings": await Belongings.of(self.session, self.student, Taking()),
        }


def form_for(to: Destination | None) -> type[InsideForm | OutsideForm]:
    """Which form is asked, by where the pupil goes."""
    return OutsideForm if to is None else InsideForm


def chosen(active: Sequence[Enrollment], wanted: UUID | None) -> Enrollment | None:
    """The enrollment that is meant: the wanted one, else the first."""
    return next((each for each in active if wanted in (None, each.id)), None)


def is_done(enrollment: Enrollment, to: Destination | None, form: LeavingForm, *, by: UUID) -> bool:
    """Whether this very form was carried out before."""
    name = form.destination_name.data if isinstance(form, OutsideForm) else enrollment.destination_name
    return (
        made_before(enrollment, Status.TRANSFERRED, by=by)
        and enrollment.counterpart_school_id == (to.id if to else None)
        and enrollment.destination_name == name
    )
