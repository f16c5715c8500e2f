"""Answers: a whole page or one block of it, and a redirect that htmx understands too."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import quote, urlencode

from itsdangerous import BadSignature, URLSafeSerializer
from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from jinja2_fragments import render_block
from litestar import Litestar, MediaType, Request, Response
from litestar.datastructures import Cookie

from portal.settings import Settings
from portal.web import i18n
from portal.web.assets import Assets
from portal.web.places import place_in
from portal.web.security import is_secure
from portal.web.templating import make_environment

NOTICE_COOKIE = "notice"
# For so long what was done can be undone, if nothing was done since.
UNDO_FOR = timedelta(minutes=15)
# A fragment and its page share one URL: without these the Back button shows the bare fragment.
HEADERS = {"Vary": "HX-Request-Type, Cookie, Accept-Language", "Cache-Control": "no-store"}

Menu = Callable[[Request[Any, Any, Any]], Any]
# Where all that a request has changed is taken back, None where nothing can be.
Undo = Callable[[Request[Any, Any, Any]], str | None]


@dataclass(frozen=True)
class OfferedUndo:
    """A button that takes something back: where it is posted, and until when it works."""

    address: str
    until: str


@dataclass
class Pages:
    """What rendering needs besides a request; made once by ``create_app``."""

    environment: Environment
    notices: URLSafeSerializer
    menu: Menu
    undo: Undo
    routes: dict[str, str] = field(default_factory=dict)


def make_pages(settings: Settings, assets: Assets, menu: Menu, undo: Undo) -> Pages:
    """The template environment with everything that templates may call, and what signs the notices."""
    environment = make_environment(assets, development=settings.env == "development")
    environment.globals.update(label=label, list_as_left=_list_as_left, query=query, undoing=_undoing, url=_url)
    return Pages(
        environment=environment,
        notices=URLSafeSerializer(settings.secret_key, salt="notice"),
        menu=menu,
        undo=undo,
    )


def page(
    request: Request[Any, Any, Any], template: str, *, block: str | None = None, status_code: int = 200, **context: Any
) -> Response[str]:
    """The page, or only its ``block`` when htmx asks for a part of it."""
    partial = block is not None and is_partial(request)
    content = render(request, template, block=block if partial else None, **context)
    response = Response(content, status_code=status_code, media_type=MediaType.HTML, headers=HEADERS)
    if not partial and NOTICE_COOKIE in request.cookies:
        response.delete_cookie(NOTICE_COOKIE)
    return response


def go_to(
    request: Request[Any, Any, Any],
    route: str,
    *,
    notice: str | None = None,
    tone: str = "green",
    undo: str | Literal[False] | None = None,
    params: Mapping[str, str] | None = None,
    **path: Any,
) -> Response[Any]:
    """Send the browser to a route, with a notice for its page; htmx by header, since fetch would follow a 303.

    The notice has a button that takes back what the request changed, and says until when. ``undo`` is the address where
    that is posted, where it has one of its own; False, where there is no way back.
    """
    address = url_for(request, route, **path) + (f"?{urlencode(params)}" if params else "")
    return go_to_address(request, address, notice=notice, tone=tone, undo=undo)


def go_to_address(
    request: Request[Any, Any, Any],
    address: str,
    *,
    notice: str | None = None,
    tone: str = "green",
    undo: str | Literal[False] | None = None,
) -> Response[Any]:
    """The same, to a local path."""
    if is_htmx(request):
        response: Response[Any] = Response("", status_code=200, headers={"HX-Redirect": address})
    else:
        response = Response("", status_code=303, headers={"Location": address})
    if notice:
        value = pages_of(request).notices.dumps([_notice(request, notice, tone, undo)])
        response.set_cookie(notice_cookie(request, str(value)))
    return response


def notice_cookie(request: Request[Any, Any, Any], value: str) -> Cookie:
    """What carries a notice, already signed, to the next page."""
    return Cookie(key=NOTICE_COOKIE, value=value, httponly=True, samesite="lax", max_age=60, secure=is_secure(request))


def render(request: Request[Any, Any, Any], template: str, *, block: str | None = None, **context: Any) -> str:
    """The text of a template, or of one block of it."""
    pages = pages_of(request)
    everything = common_context(request) | context
    if block is not None:
        return str(render_block(pages.environment, template, block, everything))
    return pages.environment.get_template(template).render(everything)


def common_context(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """What every page may use."""
    access = request.scope.get("state", {}).get("access")
    return {
        "request": request,
        "access": access,
        "locale": i18n.current_locale(),
        "theme": getattr(access, "theme", None) or request.cookies.get("theme", "auto"),
        "menu": pages_of(request).menu(request),
        "notices": _notices(request),
        "request_path": request.url.path,
        "school_year_name": getattr(access, "school_year_name", None),
    }


def is_htmx(request: Request[Any, Any, Any]) -> bool:
    """Whether htmx sent this."""
    return request.headers.get("hx-request") == "true"


def is_partial(request: Request[Any, Any, Any]) -> bool:
    """Whether htmx wants a part of the page, not the whole."""
    return is_htmx(request) and request.headers.get("hx-request-type", "partial") == "partial"


def url_for(request: Request[Any, Any, Any], route: str, **path: Any) -> str:
    """The address of a named route; the school at hand fills ``slug`` by itself."""
    template = _route_template(request.app, pages_of(request), route)
    if "{slug}" in template and "slug" not in path:
        path["slug"] = request.scope["state"]["access"].school.slug
    return template.format(**{name: quote(str(value), safe="") for name, value in path.items()})


def query(current: Mapping[str, Any], **changes: Any) -> str:
    """The query string of ``current`` with some parameters changed; None or empty leaves one out, lists repeat it."""
    merged = {key: value for key, value in {**current, **changes}.items() if value not in (None, "", [], ())}
    return f"?{urlencode(merged, doseq=True)}" if merged else "?"


def label(code: Any) -> str:
    """The words for a code, such as an enrollment's status."""
    return str(getattr(code, "label", code) or "")


def pages_of(request: Request[Any, Any, Any]) -> Pages:
    """The application's Pages."""
    pages: Pages = request.app.state.pages
    return pages


@pass_context
def _list_as_left(context: Context, route: str) -> str:
    """The address of a list where this person left it."""
    return place_in(context["request"], url_for(context["request"], route))


@pass_context
def _url(context: Context, route: str, **path: Any) -> str:
    return url_for(context["request"], route, **path)


def _route_template(app: Litestar, pages: Pages, route: str) -> str:
    template = pages.routes.get(route)
    if template is None:
        index = app.get_handler_index_by_name(route)
        if index is None:
            raise LookupError(f"no route is named {route}")
        template = pages.routes[route] = re.sub(r"\{(\w+):\w+\}", r"{\1}", index["paths"][0])
    return template


@pass_context
def _undoing(context: Context) -> OfferedUndo | None:
    """What takes back all that the request has changed: for an answer that tells by itself what was done."""
    return _offered(pages_of(context["request"]).undo(context["request"]))


def _offered(address: str | Literal[False] | None) -> OfferedUndo | None:
    return OfferedUndo(address, i18n.format_datetime(datetime.now(UTC) + UNDO_FOR, "H:mm")) if address else None


def _notice(request: Request[Any, Any, Any], text: str, tone: str, undo: str | Literal[False] | None) -> dict[str, Any]:
    offered = _offered(pages_of(request).undo(request) if undo is None else undo)
    return {"text": text, "tone": tone, "undo": offered and offered.address, "until": offered and offered.until}


def _notices(request: Request[Any, Any, Any]) -> list[dict[str, str]]:
    cookie = request.cookies.get(NOTICE_COOKIE)
    if not cookie:
        return []
    try:
        found: list[dict[str, str]] = pages_of(request).notices.loads(cookie)
    except BadSignature:
        return []
    return found
