"""Municipalities, suggested while somebody types one."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromQuery

from portal.accounts.guards import signed_in
from portal.catalogs import divipola
from portal.catalogs.fields import SUGGESTIONS
from portal.web.pages import page
from portal.web.reading import typed_query


@get(SUGGESTIONS, name="municipalities.index", guards=[signed_in])
async def municipalities(request: Request[Any, Any, Any], field: FromQuery[str] = "q") -> Response[str]:
    """Options for the field of that name; the same parameter holds what is typed so far."""
    typed = typed_query(request.query_params.get(field))
    return page(request, "students/municipalities.html", places=divipola.search(typed))
