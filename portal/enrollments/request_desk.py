"""Where a request for a place meets what the school offers and what the pupil has already."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from litestar import Request
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.attachments.repository import AttachmentRepository
from portal.enrollments.places import PlaceForm, Places
from portal.enrollments.repository import EnrollmentRepository
from portal.enrollments.standing import Standing
from portal.students.models import Student


@dataclass
class RequestDesk:
    """What is offered to one student."""

    access: Access
    places: Places
    standing: Standing
    filed: Collection[str]
    #: a fingerprint of the form as it was sent, before anything is filled in
    digest: bytes = b""

    def show(self) -> PlaceForm:
        """The form to begin with."""
        form = PlaceForm.show()
        self._offer(form)
        return form

    async def read(self, request: Request[Any, Any, Any]) -> PlaceForm:
        """The form as it was sent."""
        form = await PlaceForm.read(request)
        self.digest = form.digest
        self._offer(form)
        return form

    def _offer(self, form: PlaceForm) -> None:
        free = self.standing.free_years
        form.offer(
            self.places,
            usual_year=free[0].id if free else None,
            checklist=self.access.rules.checklist,
            filed=self.filed,
        )


async def provide_request_desk(
    db_session: NamedDependency[AsyncSession], access: NamedDependency[Access], student: NamedDependency[Student]
) -> RequestDesk:
    """The desk for the student of the path."""
    places = await Places.of(db_session, student.school_id)
    taken = await EnrollmentRepository(db_session, student.school_id).standing([student.id])
    filed = await AttachmentRepository(db_session, student.school_id).kinds_of_students([student.id])
    return RequestDesk(access, places, Standing.of(places.years, taken), filed.get(student.id, ()))
