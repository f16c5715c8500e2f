"""The list of the members of a school: what its filters offer, and its file."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.member_list import MEMBERS, NAME, member_desk
from portal.accounts.permissions import Permission
from portal.accounts.providers import provide_members
from portal.accounts.repository import MembershipRepository
from portal.lists.asking import Question
from portal.lists.exports import export_answer
from portal.lists.pages import choices_answer
from portal.lists.selecting import Selection
from portal.schools.providers import provide_access, provide_school
from portal.views.showing import tabs_answer
from portal.web.i18n import _


class MemberListController(Controller):
    """What belongs to the list."""

    path = "/schools/{slug:str}/members"
    guards = [may(Permission.SETTINGS_WRITE)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "members": Provide(provide_members),
    }

    @get("/tabs", name="members.tabs", opt={"list": NAME})
    async def tabs(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        members: NamedDependency[MembershipRepository],
    ) -> Response[str]:
        """The saved views, each with how many rows it shows."""
        return await tabs_answer(request, access, member_desk(access, members), MEMBERS)

    @get("/choices/{filter_name:str}", name="members.choices")
    async def choices(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        members: NamedDependency[MembershipRepository],
        filter_name: FromPath[str],
    ) -> Response[str]:
        """What a filter offers, counted when its menu is opened."""
        question = Question.read(MEMBERS, request.query_params)
        return await choices_answer(request, member_desk(access, members), question, filter_name)

    @get("/export", name="members.export", opt={"list": NAME})
    async def export(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        members: NamedDependency[MembershipRepository],
    ) -> Response[bytes]:
        """The rows that were picked, with the columns that are shown: an .xlsx, or a .csv."""
        selection = Selection.read(MEMBERS, request.query_params, access.kept.columns)
        return await export_answer(request, member_desk(access, members), selection, name=_("members"))
