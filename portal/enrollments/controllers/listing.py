"""The list of enrollments."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.enrollments.listing import NAME, EnrollmentPage, enrollment_desk, enrollments_list
from portal.enrollments.providers import provide_enrollments
from portal.enrollments.repository import EnrollmentRepository
from portal.lists.asking import Question
from portal.lists.pages import choices_answer, list_answer
from portal.schools.providers import provide_access, provide_school
from portal.views.showing import opening, tabs_answer, views_of
from portal.web.pages import url_for


class EnrollmentListController(Controller):
    """Finding enrollments."""

    path = "/schools/{slug:str}/enrollments"
    guards = [may(Permission.ENROLLMENTS_READ)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "enrollments": Provide(provide_enrollments),
    }

    @get("/", name="enrollments.index", opt={"list": NAME})
    async def index(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        enrollments: NamedDependency[EnrollmentRepository],
    ) -> Response[Any]:
        """A page of the list; only its results while somebody types."""
        here = url_for(request, "enrollments.index")
        if (start := opening(request, access, here)) is not None:
            return start
        question = Question.read(enrollments_list(access), request.query_params, access.kept.columns)
        shown = EnrollmentPage(await enrollment_desk(access, enrollments).listing(question), question, here, access)
        return list_answer(request, "enrollments/index.html", shown, views=views_of(request, access, shown))

    @get("/tabs", name="enrollments.tabs", opt={"list": NAME})
    async def tabs(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        enrollments: NamedDependency[EnrollmentRepository],
    ) -> Response[str]:
        """The saved views, each with how many rows it shows."""
        return await tabs_answer(request, access, enrollment_desk(access, enrollments), enrollments_list(access))

    @get("/choices/{filter_name:str}", name="enrollments.choices")
    async def choices(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        enrollments: NamedDependency[EnrollmentRepository],
        filter_name: FromPath[str],
    ) -> Response[str]:
        """What a filter offers, counted when its menu is opened."""
        question = Question.read(enrollments_list(access), request.query_params)
        return await choices_answer(request, enrollment_desk(access, enrollments), question, filter_name)
