"""Closing a campus, opening it again, and removing one that nothing uses."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide

from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.schools import campuses as rules
from portal.schools.campus_repository import CampusRepository
from portal.schools.models import Campus
from portal.schools.providers import provide_access, provide_campus, provide_campuses, provide_school
from portal.web.i18n import _
from portal.web.pages import go_to, page, url_for

PATH = "/schools/{slug:str}/campuses/{campus_id:uuid}"
GUARDS = [may(Permission.SETTINGS_WRITE)]
DEPENDENCIES = {
    "access": Provide(provide_access),
    "school": Provide(provide_school),
    "campuses": Provide(provide_campuses),
    "campus": Provide(provide_campus),
}


class CampusClosingController(Controller):
    """Whether new groups are opened there."""

    path = PATH
    guards = GUARDS
    dependencies = DEPENDENCIES

    @post("/closing", name="campuses.closing", status_code=200)
    async def create(self, request: Request[Any, Any, Any], campus: NamedDependency[Campus]) -> Response[Any]:
        """Offer it no more for new groups."""
        campus.is_active = False
        undo = url_for(request, "campuses.opening", campus_id=campus.id)
        notice = _("%(campus)s is closed: new groups cannot be opened there.") % {"campus": campus.name}
        return go_to(request, "campuses.index", notice=notice, undo=undo)

    @post("/opening", name="campuses.opening", status_code=200)
    async def destroy(self, request: Request[Any, Any, Any], campus: NamedDependency[Campus]) -> Response[Any]:
        """Offer it again."""
        campus.is_active = True
        return go_to(request, "campuses.index", notice=_("%(campus)s is open again.") % {"campus": campus.name})


class CampusDeletionController(Controller):
    """Removing a campus that nothing uses."""

    path = PATH + "/deletion"
    guards = GUARDS
    dependencies = DEPENDENCIES

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
