"""Answers of list pages: the whole page, or its results while somebody types, with the address that says it."""

from typing import Any

from litestar import Request, Response

from portal.lists.answering import Desk
from portal.lists.asking import Question
from portal.lists.filters import Several
from portal.lists.showing import FilterMenu, ListPage
from portal.web.errors import NotFound
from portal.web.pages import is_partial, page
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
    """The choices of one filter, counted. Raises NotFound for what is none of them."""
    several = question.of.filter(filter_name)
    if not isinstance(several, Several):
        raise NotFound
    options = await desk.options(question, several)
    menu = FilterMenu(several, question.values.get(filter_name, ()), None)
    return page(request, "lists/options.html", menu=menu, options=options)
