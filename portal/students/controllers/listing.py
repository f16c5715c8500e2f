"""The list of students."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.lists.asking import Question
from portal.lists.pages import choices_answer, list_answer
from portal.schools.providers import provide_access, provide_school
from portal.students.listing import NAME, StudentPage, student_desk, students_list
from portal.students.providers import provide_students
from portal.students.repository import StudentRepository
from portal.views.showing import opening, tabs_answer, views_of
from portal.web.pages import url_for


class StudentListController(Controller):
    """Finding students."""

    path = "/schools/{slug:str}/students"
    guards = [may(Permission.STUDENTS_READ)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "students": Provide(provide_students),
    }

    @get("/", name="students.index", opt={"list": NAME})
    async def index(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        students: NamedDependency[StudentRepository],
    ) -> Response[Any]:
        """A page of the list; only its results while somebody types."""
        here = url_for(request, "students.index")
        if (start := opening(request, access, here)) is not None:
            return start
        question = Question.read(students_list(access), request.query_params, access.kept.columns)
        shown = StudentPage(await student_desk(access, students).listing(question), question, here)
        views, own_only = views_of(request, access, shown), students.led_by is not None
        return list_answer(request, "students/index.html", shown, views=views, own_only=own_only)

    @get("/tabs", name="students.tabs", opt={"list": NAME})
    async def tabs(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        students: NamedDependency[StudentRepository],
    ) -> Response[str]:
        """The saved views, each with how many rows it shows."""
        return await tabs_answer(request, access, student_desk(access, students), students_list(access))

    @get("/choices/{filter_name:str}", name="students.choices")
    async def choices(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        students: NamedDependency[StudentRepository],
        filter_name: FromPath[str],
    ) -> Response[str]:
        """What a filter offers, counted when its menu is opened."""
        question = Question.read(students_list(access), request.query_params)
        return await choices_answer(request, student_desk(access, students), question, filter_name)
