"""The columns of a list that a person has chosen."""

from typing import Any

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.schools.providers import provide_access, provide_school
from portal.views.lists import address_of, query_of, route_of
from portal.views.providers import provide_views
from portal.views.repository import SavedViewRepository
from portal.web.pages import go_to_address
from portal.web.reading import typed_query

MOST_COLUMNS = 60
LONGEST_KEY = 120


class ColumnsController(Controller):
    """Kept for a person and a list; the list ignores what it does not have."""

    path = "/schools/{slug:str}/views/columns/{list_name:str}"
    guards = [may(Permission.STUDENTS_READ)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "views": Provide(provide_views),
    }

    @post("/", name="columns.update", status_code=200)
    async def update(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        views: NamedDependency[SavedViewRepository],
        list_name: FromPath[str],
    ) -> Response[Any]:
        """Keep those that are ticked, or go back to the list's own, and show the list with them."""
        route_of(list_name)
        sent = await request.form()
        keys = [typed_query(str(key), LONGEST_KEY) for key in sent.getall("columns", [])][:MOST_COLUMNS]
        preference = await views.held_preference(list_name, access.user_id)
        preference.columns = None if sent.get("usual") else list(dict.fromkeys(filter(None, keys)))
        query = query_of(str(sent.get("of", "")), but=("columns",))
        return go_to_address(request, address_of(request, list_name, query, str(sent.get("view", ""))[:40]))
