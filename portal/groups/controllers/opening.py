"""New groups of a year, one or many at once."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide

from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.groups.forms import NewGroupsForm
from portal.groups.opening import open_groups, propose_codes, told, was_opened_before
from portal.groups.providers import provide_groups
from portal.groups.repository import GroupRepository
from portal.schools.campus_repository import CampusRepository
from portal.schools.providers import provide_access, provide_campuses, provide_school
from portal.web.pages import go_to, page
from portal.years.models import SchoolYear
from portal.years.providers import provide_changeable_year, provide_year_with_periods, provide_years


class NewGroupsController(Controller):
    """Opening groups in a year."""

    path = "/schools/{slug:str}/years/{year_id:uuid}/groups/new"
    guards = [may(Permission.YEARS_WRITE)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "campuses": Provide(provide_campuses),
        "years": Provide(provide_years),
        "year": Provide(provide_year_with_periods),
        "groups": Provide(provide_groups),
    }

    @get("/", name="groups.new")
    async def new(
        self,
        request: Request[Any, Any, Any],
        year: NamedDependency[SchoolYear],
        groups: NamedDependency[GroupRepository],
        campuses: NamedDependency[CampusRepository],
    ) -> Response[str]:
        """The form, with the codes that go on from those in use. Writes nothing, so it also looks ahead."""
        form = NewGroupsForm.asked(request.query_params)
        form.offer_campuses(await campuses.options())
        await propose_codes(groups, form, year.id)
        return page(request, "groups/new.html", block="form", form=form, year=year)

    @post("/", name="groups.create", status_code=200, dependencies={"year": Provide(provide_changeable_year)})
    async def create(
        self,
        request: Request[Any, Any, Any],
        year: NamedDependency[SchoolYear],
        groups: NamedDependency[GroupRepository],
        campuses: NamedDependency[CampusRepository],
    ) -> Response[Any]:
        """Open all of them or none; a form that comes twice opens them once."""
        form = await NewGroupsForm.read(request)
        notice, digest = None, form.digest
        if not await was_opened_before(groups, form, digest):
            form.offer_campuses(await campuses.options())
            opened = await open_groups(groups, form, year.id, digest)
            if not opened:
                return page(request, "groups/new.html", block="form", status_code=422, form=form, year=year)
            notice = told(opened)
        return go_to(request, "years.show", year_id=year.id, notice=notice)
