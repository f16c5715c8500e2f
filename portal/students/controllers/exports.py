"""The list of students as a file."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.lists.exports import export_answer
from portal.lists.selecting import Selection
from portal.schools.providers import provide_access, provide_school
from portal.students.listing import NAME, student_desk, students_list
from portal.students.providers import provide_students
from portal.students.repository import StudentRepository
from portal.web.i18n import _


class StudentExportController(Controller):
    """The rows that were picked, with the columns that are shown."""

    path = "/schools/{slug:str}/students/export"
    guards = [may(Permission.LISTS_PRINT)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "students": Provide(provide_students),
    }

    @get("/", name="students.export", opt={"list": NAME})
    async def index(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        students: NamedDependency[StudentRepository],
    ) -> Response[bytes]:
        """An .xlsx, or a .csv."""
        selection = Selection.read(students_list(access), request.query_params, access.kept.columns)
        return await export_answer(request, student_desk(access, students), selection, name=_("students"))
