"""The campuses of a school: the list, a new one, and the data of one."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide

from portal.accounts.access import Access, SchoolLink
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.audit.since import catch_up
from portal.audit.versions import version_of
from portal.schools import campuses as rules
from portal.schools.campus_repository import CampusRepository
from portal.schools.forms import CampusForm
from portal.schools.models import Campus
from portal.schools.providers import provide_access, provide_campus, provide_campuses, provide_school
from portal.web.i18n import _
from portal.web.pages import go_to, page

PATH = "/schools/{slug:str}/campuses"
GUARDS = [may(Permission.SETTINGS_WRITE)]
DEPENDENCIES = {
    "access": Provide(provide_access),
    "school": Provide(provide_school),
    "campuses": Provide(provide_campuses),
}


class CampusListController(Controller):
    """All of them, and a new one."""

    path = PATH
    guards = GUARDS
    dependencies = DEPENDENCIES

    @get("/", name="campuses.index")
    async def index(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        school: NamedDependency[SchoolLink],
        campuses: NamedDependency[CampusRepository],
    ) -> Response[str]:
        """The campuses, with their groups of the year; marked are those whose consecutive is not the school's."""
        rows = await campuses.listed(access.year.id if access.year else None)
        misfits = {row.Campus.id for row in rows if not row.Campus.fits(school.dane_code)}
        return page(request, "campuses/index.html", rows=rows, misfits=misfits)

    @get("/new", name="campuses.new", opt={"drafts": True})
    async def new(self, request: Request[Any, Any, Any], school: NamedDependency[SchoolLink]) -> Response[str]:
        """The empty form, with the beginning of the consecutive where the school has a code."""
        form = CampusForm.show()
        form.belong_to(school.dane_code)
        return page(request, "campuses/new.html", form=form)

    @post("/new", name="campuses.create", status_code=200)
    async def create(
        self,
        request: Request[Any, Any, Any],
        school: NamedDependency[SchoolLink],
        campuses: NamedDependency[CampusRepository],
    ) -> Response[Any]:
        """Add it: once for each form, however often it is sent."""
        form = await CampusForm.read(request)
        form.belong_to(school.dane_code)
        if not await rules.add_campus(campuses, form):
            return page(request, "campuses/new.html", block="form", status_code=422, form=form)
        return go_to(request, "campuses.index", notice=_("%(campus)s is added.") % {"campus": form.name.data})


class CampusController(Controller):
    """One of them."""

    path = PATH + "/{campus_id:uuid}"
    guards = GUARDS
    dependencies = DEPENDENCIES | {"campus": Provide(provide_campus)}

    @get("/edit", name="campuses.edit", opt={"drafts": True})
    async def edit(
        self, request: Request[Any, Any, Any], school: NamedDependency[SchoolLink], campus: NamedDependency[Campus]
    ) -> Response[str]:
        """The form, filled."""
        version = await version_of(request, campus)
        form = CampusForm.show(of=version.row)
        form.belong_to(school.dane_code)
        return page(request, "campuses/edit.html", form=form, campus=campus, as_of=version.told(form, campus))

    @post("/edit", name="campuses.update", status_code=200)
    async def update(
        self,
        request: Request[Any, Any, Any],
        school: NamedDependency[SchoolLink],
        campuses: NamedDependency[CampusRepository],
        campus: NamedDependency[Campus],
    ) -> Response[Any]:
        """Save what was typed."""
        form = await CampusForm.read(request, of=campus)
        form.belong_to(school.dane_code)
        await catch_up(campuses.session, form, campus)
        form.validate()
        await rules.check_what_is_unique(campuses, form, but=campus.id)
        if form.errors:
            return page(request, "campuses/edit.html", block="form", status_code=422, form=form, campus=campus)
        form.populate_obj(campus)
        return go_to(request, "campuses.index", notice=form.telling(_("Saved.")))
