"""The list of enrollments, and one of them."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.accounts.repository import UserRepository
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import now
from portal.enrollments import moves
from portal.enrollments.actions import actions
from portal.enrollments.list_page import list_enrollments
from portal.enrollments.models import Enrollment
from portal.enrollments.providers import provide_enrollment, provide_enrollments
from portal.enrollments.repository import EnrollmentRepository
from portal.enrollments.trail import people_in, trail
from portal.enrollments.undoing import offered_undo
from portal.schools.providers import provide_access, provide_school
from portal.web.pages import page
from portal.web.reading import parse_id


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
        """Those with a status, by name; an unknown status is no filter."""
        wanted = next((each for each in Status if each == request.query_params.get("status")), None)
        listing = await list_enrollments(
            enrollments,
            wanted,
            parse_id(request.query_params.get("after")),
            for_the_office=access.may(moves.SUBMIT_AGAIN.permission),
        )
        return page(request, "enrollments/index.html", block="rows", list=listing)

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
        return page(
            request,
            "enrollments/show.html",
            block="enrollment",
            enrollment=enrollment,
            events=trail([enrollment], names),
            actions=actions(request, enrollment, access),
            undo=offered_undo(request, enrollment, access, now()),
        )
