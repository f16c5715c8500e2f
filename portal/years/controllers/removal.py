"""Deleting a year that was never used; asked once."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide

from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.web.i18n import _
from portal.web.pages import go_to, page
from portal.years.controllers.years import DEPENDENCIES
from portal.years.models import SchoolYear
from portal.years.providers import provide_locked_year, provide_year
from portal.years.removal import remove, why_it_stays
from portal.years.repository import YearRepository


class YearRemovalController(Controller):
    """The question, and the deed."""

    path = "/schools/{slug:str}/years/{year_id:uuid}/deletion"
    guards = [may(Permission.YEARS_WRITE)]
    dependencies = {**DEPENDENCIES, "year": Provide(provide_year)}

    @get("/", name="years.deletion")
    async def deletion(
        self,
        request: Request[Any, Any, Any],
        years: NamedDependency[YearRepository],
        year: NamedDependency[SchoolYear],
    ) -> Response[str]:
        """Say what goes along, or why it cannot go."""
        return page(request, "years/deletion.html", year=year, problem=await why_it_stays(years, year))

    @post("/", name="years.destroy", status_code=200, dependencies={"year": Provide(provide_locked_year)})
    async def destroy(
        self,
        request: Request[Any, Any, Any],
        years: NamedDependency[YearRepository],
        year: NamedDependency[SchoolYear],
    ) -> Response[Any]:
        """Delete the year and its periods, for good."""
        if problem := await why_it_stays(years, year):
            return page(request, "years/deletion.html", status_code=409, year=year, problem=problem)
        name = year.name
        await remove(years, year)
        return go_to(request, "years.index", notice=_("%(year)s was deleted.") % {"year": name})
