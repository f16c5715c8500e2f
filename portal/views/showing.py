"""The views of a list as its page shows them: tabs, and where the list as it stands can be kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request, Response
from litestar.datastructures import MultiDict

from portal.accounts.access import Access
from portal.lists.answering import Desk
from portal.lists.asking import Question
from portal.lists.declaring import ListOf
from portal.lists.showing import ListPage
from portal.views.kept import Kept, KeptView
from portal.views.lists import route_of
from portal.views.saving import may_keep_for_all
from portal.web.i18n import _, format_number
from portal.web.pages import go_to_address, page, query, url_for

EVERYTHING = "all"


@dataclass(frozen=True)
class ListViews:
    """``tabs`` is empty where nobody saved a view; ``change`` leads to the view at hand for those who may change it.

    ``counting`` is where the tabs are had with their numbers: each costs a question, so that the page comes without.
    """

    tabs: list[dict[str, Any]]
    counting: str
    save: str
    change: str | None
    columns: str


def views_of(request: Request[Any, Any, Any], access: Access, shown: ListPage) -> ListViews:
    """Of the list that is shown."""
    kept, question = access.kept, shown.question
    asked, current = shown.address(), _current(kept, question.view)
    may_change = current is not None and (current.is_mine or may_keep_for_all(access))
    return ListViews(
        tabs=_tabs(kept, shown.here, current, {}),
        counting=url_for(request, f"{question.of.name}.tabs") + query({"view": question.view}),
        save=url_for(request, "views.new") + query({"list": question.of.name, "of": asked}),
        change=url_for(request, "views.edit", view_id=current.id) + query({"of": asked})
        if current and may_change
        else None,
        columns=url_for(request, "columns.update", list_name=question.of.name),
    )


async def tabs_answer(request: Request[Any, Any, Any], access: Access, desk: Desk, list_of: ListOf) -> Response[str]:
    """The tabs, each with how many rows it shows."""
    kept, here = access.kept, url_for(request, route_of(list_of.name))
    queries = {"": "", **{str(view.id): view.query for view in kept.views}}
    numbers = {
        view: await desk.number(Question.read(list_of, MultiDict(parse_qsl(asked)))) for view, asked in queries.items()
    }
    tabs = _tabs(kept, here, _current(kept, request.query_params.get("view", "")), numbers)
    return page(request, "lists/tabs.html", tabs=tabs)


def opening(request: Request[Any, Any, Any], access: Access, here: str) -> Response[Any] | None:
    """The way to the view that the list opens with, when it is opened without any parameter."""
    start = access.kept.start
    return go_to_address(request, here + _query(start)) if start and not request.query_params else None


def _current(kept: Kept, asked: str) -> KeptView | None:
    return next((view for view in kept.views if str(view.id) == asked), None)


def _tabs(kept: Kept, here: str, current: KeptView | None, numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    everything = here + (query({"view": EVERYTHING}) if kept.start else "")
    tabs = [("", _("All"), everything, current is None)]
    tabs += [(str(view.id), view.name, here + _query(view), view is current) for view in kept.views]
    return [
        {
            "label": label,
            "href": href,
            "current": is_current,
            "count": format_number(numbers[view]) if view in numbers else None,
        }
        for view, label, href, is_current in (tabs if kept.views else [])
    ]


def _query(view: KeptView) -> str:
    return f"?{view.query}&view={view.id}" if view.query else f"?view={view.id}"
