"""The list of enrollments, and one of them."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.accounts.repository import UserRepository
from portal.attachments.repository import AttachmentRepository
from portal.db.base import now
from portal.enrollments.actions import actions
from portal.enrollments.ending import how_it_ended
from portal.enrollments.filters import EnrollmentFilter
from portal.enrollments.list_page import EnrollmentPage
from portal.enrollments.listing import list_enrollments
from portal.enrollments.models import Enrollment
from portal.enrollments.papers import papers
from portal.enrollments.providers import provide_enrollment, provide_enrollments
from portal.enrollments.repository import EnrollmentRepository
from portal.enrollments.trail import people_in, trail
from portal.enrollments.undoing import offered_undo
from portal.schools.providers import provide_access, provide_school
from portal.web.pages import is_partial, page, url_for


class EnrollmentController(Controller):
    """Reading enrollments."""

    path = "/schools/{slug:str}/enrollments"
    guards = [may(Permission.ENROLLMENTS_READ)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "enrollments": Provide(provide_enrollments),
    }

    @get("/", name="enrollments.index")
    async def index(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        enrollments: NamedDependency[EnrollmentRepository],
    ) -> Response[str]:
        """A page of the list; only its results while somebody types."""
        assert access.school is not None, "the guards have let the person into a school"
        asked = EnrollmentFilter.of(request.query_params)
        year_id = access.year.id if access.year else None
        listing = await list_enrollments(enrollments, asked, current_year=year_id, time_zone=access.school.time_zone)
        here, partial = url_for(request, "enrollments.index"), is_partial(request)
        shown = EnrollmentPage(listing, asked, access, here)
        answer = page(request, "enrollments/index.html", block="results", list=shown, here=here, partial=partial)
        if partial:
            # The address without empty parameters, so that the view can be kept and sent to others.
            answer.headers["HX-Replace-Url"] = shown.address()
        return answer

    @get("/{enrollment_id:uuid}", name="enrollments.show", dependencies={"enrollment": Provide(provide_enrollment)})
    async def show(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        enrollment: NamedDependency[Enrollment],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[str]:
        """One enrollment: what it asks for, where it stands, what can be done with it, and who did what."""
        names = await UserRepository(session=db_session).names_of(people_in([enrollment]))
        files = await AttachmentRepository(db_session, enrollment.school_id).kinds_of_students([enrollment.student_id])
        filed = files.get(enrollment.student_id, ())
        asked = papers(access.rules.checklist, enrollment.grade, filed=filed, seen=enrollment.checklist)
        sees_all = access.may(Permission.SENSITIVE_READ)
        return page(
            request,
            "enrollments/show.html",
            block="enrollment",
            enrollment=enrollment,
            events=trail([enrollment], names, sees_all=sees_all),
            how_it_ended=how_it_ended(enrollment, sees_all=sees_all),
            actions=actions(request, enrollment, access),
            undo=offered_undo(request, enrollment, access, now()),
            papers=[paper for paper in asked if sees_all or not paper.kind.is_sensitive],
        )
