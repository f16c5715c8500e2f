"""The picked students to another group: the way to the page of changes of group, with their enrollments."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.bulk.picked import Picked
from portal.bulk.providers import provide_picked
from portal.enrollments.providers import provide_enrollments
from portal.enrollments.repository import EnrollmentRepository
from portal.enrollments.ticked import MOST_IN_AN_ADDRESS
from portal.schools.providers import provide_access, provide_school
from portal.students.providers import provide_students
from portal.web.errors import Conflict
from portal.web.i18n import _
from portal.web.pages import go_to_address, query, url_for


class ManyGroupChangesController(Controller):
    """The change of group of many, which has its own page with seats and preview."""

    path = "/schools/{slug:str}/students/group-change"
    guards = [may(Permission.GROUPS_CHANGE)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "students": Provide(provide_students),
        "enrollments": Provide(provide_enrollments),
        "picked": Provide(provide_picked),
    }

    @get("/", name="bulk_group_changes.new")
    async def new(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        enrollments: NamedDependency[EnrollmentRepository],
        picked: NamedDependency[Picked],
    ) -> Response[Any]:
        """Go there with the enrollments of this year; it says who cannot change and why."""
        found = await enrollments.of_students(picked.ids, access.year.id) if access.year else []
        if len(found) > MOST_IN_AN_ADDRESS:
            words = _("That is too many at once: choose at most %(most)d students.")
            raise Conflict(words % {"most": MOST_IN_AN_ADDRESS})
        address = url_for(request, "group_changes.new") + query({"enrollment": [str(each.id) for each in found]})
        return go_to_address(request, address.rstrip("?"))
