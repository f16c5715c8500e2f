"""The front door, the list of schools, and opening a new one."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide

from portal.accounts.access import Access
from portal.accounts.guards import signed_in, superuser
from portal.schools.forms import NewSchoolForm
from portal.schools.listing import SchoolFilter, SchoolList
from portal.schools.opening import open_school
from portal.schools.providers import provide_access, provide_schools
from portal.schools.repository import SchoolRepository
from portal.web.i18n import _
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
            asked = SchoolFilter.of(request.query_params)
            found = SchoolList(asked, await schools.listed(asked), await schools.offers())
            return page(request, "schools/index_all.html", block="results", list=found)
        if len(access.schools) == 1:
            return go_to(request, "schools.show", slug=access.schools[0].slug)
        closed = await schools.closed_to(access.user.id)
        return page(request, "schools/index.html", schools=access.schools, closed=closed)


class OpeningController(Controller):
    """Opening a school."""

    path = "/schools/new"
    guards = [superuser]
    dependencies = {"schools": Provide(provide_schools)}

    @get("/", name="schools.new")
    async def new(self, request: Request[Any, Any, Any]) -> Response[str]:
        """The empty form."""
        return page(request, "schools/new.html", form=NewSchoolForm.show())

    @post("/", name="schools.create", status_code=200)
    async def create(
        self, request: Request[Any, Any, Any], schools: NamedDependency[SchoolRepository]
    ) -> Response[Any]:
        """Open the school; the same form sent again leads to the same school."""
        form = await NewSchoolForm.read(request)
        school = await open_school(schools, form)
        if school is None:
            return page(request, "schools/new.html", block="form", status_code=422, form=form)
        notice = _("The school is open. Look through its settings, and give it a principal.")
        return go_to(request, "settings.index", slug=school.slug, notice=notice)
