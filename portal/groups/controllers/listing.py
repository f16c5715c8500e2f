"""The groups as a list, beside the board."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.groups.listing import NAME, group_desk, groups_list
from portal.groups.providers import provide_groups
from portal.groups.repository import GroupRepository
from portal.lists.asking import Question
from portal.lists.exports import export_answer
from portal.lists.pages import choices_answer, list_answer
from portal.lists.selecting import Selection
from portal.lists.showing import ListPage
from portal.schools.providers import provide_access, provide_school
from portal.views.showing import opening, tabs_answer, views_of
from portal.web.i18n import _
from portal.web.pages import url_for


class GroupListController(Controller):
    """Finding groups."""

    path = "/schools/{slug:str}/groups/list"
    guards = [may(Permission.STUDENTS_READ)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "groups": Provide(provide_groups),
    }

    @get("/", name="groups.list", opt={"list": NAME})
    async def index(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        groups: NamedDependency[GroupRepository],
    ) -> Response[Any]:
        """A page of the list; only its results while somebody types."""
        here = url_for(request, "groups.list")
        if (start := opening(request, access, here)) is not None:
            return start
        question = Question.read(groups_list(access), request.query_params, access.kept.columns)
        shown = ListPage(await group_desk(access, groups).listing(question), question, here)
        own_only = groups.led_by is not None
        return list_answer(
            request, "groups/index.html", shown, views=views_of(request, access, shown), own_only=own_only
        )

    @get("/tabs", name="groups.tabs", opt={"list": NAME})
    async def tabs(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        groups: NamedDependency[GroupRepository],
    ) -> Response[str]:
        """The saved views, each with how many rows it shows."""
        return await tabs_answer(request, access, group_desk(access, groups), groups_list(access))

    @get("/choices/{filter_name:str}", name="groups.choices")
    async def choices(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        groups: NamedDependency[GroupRepository],
        filter_name: FromPath[str],
    ) -> Response[str]:
        """What a filter offers, counted when its menu is opened."""
        question = Question.read(groups_list(access), request.query_params)
        return await choices_answer(request, group_desk(access, groups), question, filter_name)

    @get("/export", name="groups.export", guards=[may(Permission.LISTS_PRINT)], opt={"list": NAME})
    async def export(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        groups: NamedDependency[GroupRepository],
    ) -> Response[bytes]:
        """The rows that were picked, with the columns that are shown: an .xlsx, or a .csv."""
        selection = Selection.read(groups_list(access), request.query_params, access.kept.columns)
        return await export_answer(request, group_desk(access, groups), selection, name=_("groups"))
