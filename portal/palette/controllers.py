"""The palette's page. It belongs to a person, not to a school: an address names the school at hand, if there is one."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.accounts.guards import signed_in
from portal.palette.results import Results
from portal.palette.search import Asked, search
from portal.schools.providers import provide_access, provide_schools
from portal.schools.repository import SchoolRepository
from portal.web.pages import page
from portal.web.recents import recents_of


class SearchController(Controller):
    """Finding whatever a person may open, from anywhere."""

    path = "/search"
    guards = [signed_in]
    dependencies = {"access": Provide(provide_access), "schools": Provide(provide_schools)}

    @get("/", name="search.index")
    async def index(
        self,
        request: Request[Any, Any, Any],
        db_session: NamedDependency[AsyncSession],
        access: NamedDependency[Access],
        schools: NamedDependency[SchoolRepository],
    ) -> Response[str]:
        """The box and what was found; only the latter while somebody types."""
        hits = await search(db_session, access, schools, Asked.of(request.query_params), recents_of(request))
        return page(request, "palette/index.html", block="results", results=Results(request, access, hits))
