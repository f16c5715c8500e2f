"""The list of enrollments as a file."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.enrollments.listing import NAME, enrollment_desk, enrollments_list
from portal.enrollments.providers import provide_enrollments
from portal.enrollments.repository import EnrollmentRepository
from portal.lists.exports import export_answer
from portal.lists.selecting import Selection
from portal.schools.providers import provide_access, provide_school
from portal.web.i18n import _


class EnrollmentExportController(Controller):
    """The rows that were picked, with the columns that are shown."""

    path = "/schools/{slug:str}/enrollments/export"
    guards = [may(Permission.LISTS_PRINT)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "enrollments": Provide(provide_enrollments),
    }

    @get("/", name="enrollments.export", opt={"list": NAME})
    async def index(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        enrollments: NamedDependency[EnrollmentRepository],
    ) -> Response[bytes]:
        """An .xlsx, or a .csv."""
        selection = Selection.read(enrollments_list(access), request.query_params, access.kept.columns)
        return await export_answer(request, enrollment_desk(access, enrollments), selection, name=_("enrollments"))
