"""Which lists have views: the name of each, and where it stands."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from litestar import Request

from portal.web.errors import NotFound
from portal.web.pages import url_for

ROUTES: Mapping[str, str] = {
    "students": "students.index",
    "guardians": "guardians.index",
    "enrollments": "enrollments.index",
    "groups": "groups.list",
    "members": "members.index",
    "audit": "audit.index",
}
# What an address says of the place in a list, and of the view that it came from: no part of a view.
NO_PART = ("after", "before", "letter", "view")
LONGEST_QUERY = 2000


def route_of(list_name: str) -> str:
    """The route of a list. Raises NotFound for what is none."""
    if list_name not in ROUTES:
        raise NotFound
    return ROUTES[list_name]


def query_of(text: str, but: Sequence[str] = ()) -> str:
    """What is kept of a list's query, written anew: everything but the place in it, and what ``but`` names."""
    pairs = [(name, value) for name, value in parse_qsl(text.lstrip("?")) if name not in (*NO_PART, *but)]
    return urlencode(pairs)


def address_of(request: Request[Any, Any, Any], list_name: str, query: str, view: object = "") -> str:
    """Where a list is shown with a query, as one of its views."""
    parts = [part for part in (query, urlencode({"view": view}) if view else "") if part]
    here = url_for(request, route_of(list_name))
    return f"{here}?{'&'.join(parts)}" if parts else here
