"""Answers of list pages: the whole page, or its results while somebody types, with the address that says it."""

from typing import Any
from urllib.parse import parse_qsl

from litestar import Request, Response

from portal.lists.answering import Desk
from portal.lists.asking import Question
from portal.lists.filters import Several
from portal.lists.showing import FilterMenu, ListPage
from portal.web.errors import NotFound
from portal.web.pages import is_partial, page, query
from portal.web.places import remember_place


def list_answer(
    request: Request[Any, Any, Any], template: str, shown: ListPage, *, block: str = "results", **context: Any
) -> Response[str]:
    """The page of a list, or only its results."""
    partial = is_partial(request)
    context |= {"list": shown, "here": shown.here, "stays_at": (shown.here + shown.whereabouts).rstrip("?")}
    answer = page(request, template, block=block, partial=partial, **context)
    remember_place(request, answer, shown.here, shown.whereabouts)
    if partial:
        # The address without empty parameters, so that the view can be kept and sent to others.
        answer.headers["HX-Replace-Url"] = shown.here + shown.address().rstrip("?")
    return answer


async def choices_answer(
    request: Request[Any, Any, Any], desk: Desk, question: Question, filter_name: str
) -> Response[str]:
    """The choices of one filter, counted: for its menu, or without a script as a page whose form goes to the list.

    Raises NotFound for what is none of the filters. The page stands below the list, at ``…/choices/<filter>``.
    """
    several = question.of.filter(filter_name)
    if not isinstance(several, Several):
        raise NotFound
    options = await desk.options(question, several)
    asked = FilterMenu(several, question.values.get(filter_name, ()), None)
    here, _choices, _filter = request.url.path.rpartition("/choices/")
    others = query(question.params, **several.params(()))
    return page(
        request,
        "lists/choices.html",
        block="options",
        asked=asked,
        options=options,
        here=here,
        back=(here + query(question.params)).rstrip("?"),
        others=parse_qsl(others.lstrip("?")),
    )
