"""The list of students."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.schools.providers import provide_access, provide_school
from portal.students.filters import StudentFilter
from portal.students.list_page import StudentPage
from portal.students.listing import list_students
from portal.students.providers import provide_students
from portal.students.repository import StudentRepository
from portal.web.pages import is_partial, page, url_for


class StudentListController(Controller):
    """Finding students."""

    path = "/schools/{slug:str}/students"
    guards = [may(Permission.STUDENTS_READ)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "students": Provide(provide_students),
    }

    @get("/", name="students.index")
    async def index(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        students: NamedDependency[StudentRepository],
    ) -> Response[str]:
        """A page of the list; only its results while somebody types."""
        asked = StudentFilter.of(request.query_params, access.rules.fields)
        listing = await list_students(students, asked, access.year.id if access.year else None)
        shown = StudentPage(listing, asked, own_only=students.led_by is not None)
        here, partial = url_for(request, "students.index"), is_partial(request)
        answer = page(request, "students/index.html", block="results", list=shown, here=here, partial=partial)
        if partial:
            # The address without empty parameters, so that the view can be kept and sent to others.
            answer.headers["HX-Replace-Url"] = here + shown.address().rstrip("?")
        return answer
