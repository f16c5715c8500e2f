"""The list of guardians."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.guardians.listing import NAME, guardian_desk, guardians_list
from portal.guardians.providers import provide_guardians
from portal.guardians.repository import GuardianRepository
from portal.lists.asking import Question
from portal.lists.pages import choices_answer, list_answer
from portal.lists.showing import ListPage
from portal.schools.providers import provide_access, provide_school
from portal.views.showing import opening, tabs_answer, views_of
from portal.web.pages import url_for


class GuardianListController(Controller):
    """Finding guardians."""

    path = "/schools/{slug:str}/guardians"
    guards = [may(Permission.STUDENTS_READ)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "guardians": Provide(provide_guardians),
    }

    @get("/", name="guardians.index", opt={"list": NAME})
    async def index(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        guardians: NamedDependency[GuardianRepository],
    ) -> Response[Any]:
        """A page of the list; only its results while somebody types."""
        here, own_only = url_for(request, "guardians.index"), guardians.led_by is not None
        if (start := opening(request, access, here)) is not None:
            return start
        question = Question.read(guardians_list(own_only), request.query_params, access.kept.columns)
        shown = ListPage(await guardian_desk(access, guardians).listing(question), question, here)
        views = views_of(request, access, shown)
        return list_answer(request, "guardians/index.html", shown, views=views, own_only=own_only)

    @get("/tabs", name="guardians.tabs", opt={"list": NAME})
    async def tabs(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        guardians: NamedDependency[GuardianRepository],
    ) -> Response[str]:
        """The saved views, each with how many rows it shows."""
        return await tabs_answer(
            request, access, guardian_desk(access, guardians), guardians_list(guardians.led_by is not None)
        )

    @get("/choices/{filter_name:str}", name="guardians.choices")
    async def choices(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        guardians: NamedDependency[GuardianRepository],
        filter_name: FromPath[str],
    ) -> Response[str]:
        """What a filter offers, counted when its menu is opened."""
        question = Question.read(guardians_list(guardians.led_by is not None), request.query_params)
        return await choices_answer(request, guardian_desk(access, guardians), question, filter_name)
