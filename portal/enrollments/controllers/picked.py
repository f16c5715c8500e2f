"""The enrollments that were picked in the list to another group: the way to the page of changes of group."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.enrollments.listing import enrollment_desk, enrollments_list
from portal.enrollments.providers import provide_enrollments
from portal.enrollments.repository import EnrollmentRepository
from portal.enrollments.ticked import MOST_IN_AN_ADDRESS
from portal.lists.selecting import Selection
from portal.schools.providers import provide_access, provide_school
from portal.web.errors import Conflict
from portal.web.i18n import _
from portal.web.pages import go_to_address, query, url_for


class PickedEnrollmentsController(Controller):
    """The change of group of many, which has its own page with seats and preview."""

    path = "/schools/{slug:str}/enrollments/group-change"
    guards = [may(Permission.GROUPS_CHANGE)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "enrollments": Provide(provide_enrollments),
    }

    @get("/", name="enrollments.group_change")
    async def new(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        enrollments: NamedDependency[EnrollmentRepository],
    ) -> Response[Any]:
        """Go there with them; it says who cannot change and why."""
        selection = Selection.read(enrollments_list(access), request.query_params)
        chosen = await selection.chosen(enrollment_desk(access, enrollments))
        if len(chosen) > MOST_IN_AN_ADDRESS:
            words = _("That is too many at once: choose at most %(most)d students.")
            raise Conflict(words % {"most": MOST_IN_AN_ADDRESS})
        address = url_for(request, "group_changes.new") + query({"enrollment": [str(each) for each in chosen]})
        return go_to_address(request, address.rstrip("?"))
