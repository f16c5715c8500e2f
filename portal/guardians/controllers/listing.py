"""The list of guardians."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide

from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.guardians.list_page import GuardianPage
from portal.guardians.listing import GuardianFilter, list_guardians
from portal.guardians.providers import provide_guardians
from portal.guardians.repository import GuardianRepository
from portal.schools.providers import provide_access, provide_school
from portal.web.pages import is_partial, page, url_for


class GuardianListController(Controller):
    """Finding guardians."""

    path = "/schools/{slug:str}/guardians"
    guards = [may(Permission.STUDENTS_READ)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "guardians": Provide(provide_guardians),
    }

    @get("/", name="guardians.index")
    async def index(
        self, request: Request[Any, Any, Any], guardians: NamedDependency[GuardianRepository]
    ) -> Response[str]:
        """A page of the list; only its results while somebody types."""
        asked = GuardianFilter.of(request.query_params)
        shown = GuardianPage(await list_guardians(guardians, asked), asked, own_only=guardians.led_by is not None)
        here = url_for(request, "guardians.index")
        answer = page(request, "guardians/index.html", block="results", list=shown, here=here)
        if is_partial(request):
            # The address without empty parameters, so that the view can be kept and sent to others.
            answer.headers["HX-Replace-Url"] = here + shown.address().rstrip("?")
        return answer
