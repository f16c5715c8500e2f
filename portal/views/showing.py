"""The views of a list as its page shows them: tabs, and where the list as it stands can be kept."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response

from portal.accounts.access import Access
from portal.lists.showing import ListPage
from portal.views.kept import KeptView
from portal.views.saving import may_keep_for_all
from portal.web.i18n import _
from portal.web.pages import go_to_address, query, url_for

EVERYTHING = "all"


@dataclass(frozen=True)
class ListViews:
    """``tabs`` is empty where nobody saved a view; ``change`` leads to the view at hand for those who may change it."""

    tabs: list[dict[str, Any]]
    save: str
    change: str | None
    columns: str


def views_of(request: Request[Any, Any, Any], access: Access, shown: ListPage) -> ListViews:
    """Of the list that is shown."""
    kept, question = access.kept, shown.question
    asked = shown.address()
    current = next((view for view in kept.views if str(view.id) == question.view), None)
    everything = {
        "label": _("All"),
        "href": shown.here + (query({"view": EVERYTHING}) if kept.start else ""),
        "current": current is None,
    }
    may_change = current is not None and (current.is_mine or may_keep_for_all(access))
    return ListViews(
        tabs=[everything, *(_tab(shown, view, current) for view in kept.views)] if kept.views else [],
        save=url_for(request, "views.new") + query({"list": question.of.name, "of": asked}),
        change=url_for(request, "views.edit", view_id=current.id) + query({"of": asked})
        if current and may_change
        else None,
        columns=url_for(request, "columns.update", list_name=question.of.name),
    )


def opening(request: Request[Any, Any, Any], access: Access, here: str) -> Response[Any] | None:
    """The way to the view that the list opens with, when it is opened without any parameter."""
    start = access.kept.start
    return go_to_address(request, here + _query(start)) if start and not request.query_params else None


def _tab(shown: ListPage, view: KeptView, current: KeptView | None) -> dict[str, Any]:
    return {"label": view.name, "href": shown.here + _query(view), "current": view is current}


def _query(view: KeptView) -> str:
    return f"?{view.query}&view={view.id}" if view.query else f"?view={view.id}"
