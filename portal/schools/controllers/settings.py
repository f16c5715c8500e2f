"""The settings of a school: their first page, and the school's own data."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.audit.since import catch_up
from portal.audit.versions import version_of
from portal.schools.campus_repository import CampusRepository
from portal.schools.forms import SchoolForm
from portal.schools.hub import hub
from portal.schools.models import School
from portal.schools.opening import check_what_is_unique
from portal.schools.providers import (
    provide_access,
    provide_campuses,
    provide_locked_school,
    provide_school,
    provide_schools,
)
from portal.schools.repository import SchoolRepository
from portal.web.i18n import _
from portal.web.pages import go_to, page


class SettingsController(Controller):
    """What can be set."""

    path = "/schools/{slug:str}/settings"
    guards = [may(Permission.SETTINGS_WRITE)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "schools": Provide(provide_schools),
        "campuses": Provide(provide_campuses),
        "row": Provide(provide_locked_school),
    }

    @get("/", name="settings.index")
    async def index(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        campuses: NamedDependency[CampusRepository],
        row: NamedDependency[School],
    ) -> Response[str]:
        """The pages, each with what it says now."""
        parts = hub(request, access, row, await campuses.count())
        return page(request, "settings/index.html", parts=parts, row=row)

    @get("/school", name="settings.school", opt={"drafts": True})
    async def edit(self, request: Request[Any, Any, Any], row: NamedDependency[School]) -> Response[str]:
        """The school's data in a form."""
        version = await version_of(request, row)
        form = SchoolForm.show(of=version.row)
        return page(request, "settings/school.html", form=form, row=row, as_of=version.told(form, row))

    @post("/school", name="settings.school.update", status_code=200)
    async def update(
        self, request: Request[Any, Any, Any], schools: NamedDependency[SchoolRepository], row: NamedDependency[School]
    ) -> Response[Any]:
        """Save what was typed."""
        form = await SchoolForm.read(request, of=row)
        await catch_up(schools.session, form, row)
        form.validate()
        await check_what_is_unique(schools, form, but=row.id)
        if form.errors:
            return page(request, "settings/school.html", block="form", status_code=422, form=form, row=row)
        form.populate_obj(row)
        return go_to(request, "settings.index", notice=form.telling(_("Saved.")))
