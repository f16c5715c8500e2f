"""The front door, the list of schools, and the dashboard of one."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide

from portal.accounts.access import Access, SchoolLink
from portal.accounts.guards import may, signed_in
from portal.accounts.permissions import Permission
from portal.schools.providers import provide_access, provide_school, provide_schools
from portal.schools.repository import SchoolRepository
from portal.web.pages import go_to, go_to_address, page, url_for


@get("/", name="home", guards=[signed_in])
async def home(request: Request[Any, Any, Any]) -> Response[Any]:
    """There is no page before the schools."""
    return go_to_address(request, url_for(request, "schools.index"))


class SchoolController(Controller):
    """The schools that a person may enter."""

    path = "/schools"
    guards = [signed_in]
    dependencies = {"access": Provide(provide_access), "schools": Provide(provide_schools)}

    @get("/", name="schools.index")
    async def index(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        schools: NamedDependency[SchoolRepository],
    ) -> Response[Any]:
        """My schools, all of them for a superuser; whoever has just one goes straight in."""
        if access.user.is_superuser:
            return page(request, "schools/index.html", schools=await schools.all_by_name())
        if len(access.schools) == 1:
            return go_to(request, "schools.show", slug=access.schools[0].slug)
        return page(request, "schools/index.html", schools=access.schools)


class DashboardController(Controller):
    """The first page of a school."""

    path = "/schools/{slug:str}"
    guards = [may(Permission.STUDENTS_READ)]
    dependencies = {"access": Provide(provide_access), "school": Provide(provide_school)}

    @get("/", name="schools.show")
    async def show(self, request: Request[Any, Any, Any], school: NamedDependency[SchoolLink]) -> Response[str]:
        """What there is to do today."""
        return page(request, "schools/show.html", school=school)
