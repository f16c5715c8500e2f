"""The list of guardians as a file."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.guardians.listing import NAME, guardian_desk, guardians_list
from portal.guardians.providers import provide_guardians
from portal.guardians.repository import GuardianRepository
from portal.lists.exports import export_answer
from portal.lists.selecting import Selection
from portal.schools.providers import provide_access, provide_school
from portal.web.i18n import _


class GuardianExportController(Controller):
    """The rows that were picked, with the columns that are shown."""

    path = "/schools/{slug:str}/guardians/export"
    guards = [may(Permission.LISTS_PRINT)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "guardians": Provide(provide_guardians),
    }

    @get("/", name="guardians.export", opt={"list": NAME})
    async def index(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        guardians: NamedDependency[GuardianRepository],
    ) -> Response[bytes]:
        """An .xlsx, or a .csv; a teacher's has of each guardian only the children that they see."""
        list_of = guardians_list(guardians.led_by is not None)
        selection = Selection.read(list_of, request.query_params, access.kept.columns)
        return await export_answer(request, guardian_desk(access, guardians), selection, name=_("guardians"))
