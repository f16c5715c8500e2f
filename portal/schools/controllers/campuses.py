"""The campuses of a school."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide

from portal.accounts.access import Access, SchoolLink
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.schools import campuses as rules
from portal.schools.forms import CampusForm
from portal.schools.models import Campus
from portal.schools.providers import provide_access, provide_campus, provide_campuses, provide_school
from portal.schools.repository import CampusRepository
from portal.web.i18n import _
from portal.web.pages import go_to, page, url_for

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
        campuses: NamedDependency[CampusRepository],
    ) -> Response[str]:
        """The campuses, with their groups of the year."""
        rows = await campuses.listed(access.year.id if access.year else None)
        return page(request, "campuses/index.html", rows=rows)

    @get("/new", name="campuses.new")
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

    @get("/edit", name="campuses.edit")
    async def edit(
        self, request: Request[Any, Any, Any], school: NamedDependency[SchoolLink], campus: NamedDependency[Campus]
    ) -> Response[str]:
        """The form, filled."""
        form = CampusForm.show(of=campus)
        form.belong_to(school.dane_code)
        return page(request, "campuses/edit.html", form=form, campus=campus)

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
        form.refuse_if_older_than(campus)
        form.validate()
        await rules.check_what_is_unique(campuses, form, but=campus.id)
        if form.errors:
            return page(request, "campuses/edit.html", block="form", status_code=422, form=form, campus=campus)
        form.populate_obj(campus)
        return go_to(request, "campuses.index", notice=_("Saved."))

    @post("/closing", name="campuses.closing", status_code=200)
    async def close(self, request: Request[Any, Any, Any], campus: NamedDependency[Campus]) -> Response[Any]:
        """Offer it no more for new groups."""
        campus.is_active = False
        undo = url_for(request, "campuses.opening", campus_id=campus.id)
        notice = _("%(campus)s is closed: new groups cannot be opened there.") % {"campus": campus.name}
        return go_to(request, "campuses.index", notice=notice, undo=undo)

    @post("/opening", name="campuses.opening", status_code=200)
    async def open(self, request: Request[Any, Any, Any], campus: NamedDependency[Campus]) -> Response[Any]:
        """Offer it again."""
        campus.is_active = True
        return go_to(request, "campuses.index", notice=_("%(campus)s is open again.") % {"campus": campus.name})


class CampusDeletionController(Controller):
    """Removing a campus that nothing uses."""

    path = PATH + "/{campus_id:uuid}/deletion"
    guards = GUARDS
    dependencies = DEPENDENCIES | {"campus": Provide(provide_campus)}

    @get("/", name="campuses.deletion")
    async def new(
        self,
        request: Request[Any, Any, Any],
        campuses: NamedDependency[CampusRepository],
        campus: NamedDependency[Campus],
    ) -> Response[str]:
        """The question, or why it stays."""
        reasons = rules.why_it_stays(await campuses.use_of(campus.id))
        return page(request, "campuses/deletion.html", campus=campus, reasons=reasons)

    @post("/", name="campuses.destroy", status_code=200)
    async def destroy(
        self,
        request: Request[Any, Any, Any],
        campuses: NamedDependency[CampusRepository],
        campus: NamedDependency[Campus],
    ) -> Response[Any]:
        """Remove it."""
        reasons = rules.why_it_stays(await campuses.use_of(campus.id))
        if reasons:
            return page(
                request, "campuses/deletion.html", block="form", status_code=409, campus=campus, reasons=reasons
            )
        name = campus.name
        await campuses.session.delete(campus)
        return go_to(request, "campuses.index", notice=_("%(campus)s is removed.") % {"campus": name})
