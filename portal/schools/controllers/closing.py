"""Deactivating a school, opening it again, and deleting it: what only whoever looks after the portal may do."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency, Provide

from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.attachments.storage import Storage, provide_storage
from portal.schools import deletion
from portal.schools.forms import SchoolDeletionForm
from portal.schools.models import School
from portal.schools.providers import provide_access, provide_locked_school, provide_school, provide_schools
from portal.schools.repository import SchoolRepository
from portal.web.i18n import _
from portal.web.pages import go_to, page, url_for

GUARDS = [may(Permission.SCHOOLS_MANAGE)]
DEPENDENCIES = {
    "access": Provide(provide_access),
    "school": Provide(provide_school),
    "schools": Provide(provide_schools),
    "row": Provide(provide_locked_school),
}


class SchoolDeactivationController(Controller):
    """The doors of a school: shut, and open again."""

    path = "/schools/{slug:str}"
    guards = GUARDS
    dependencies = DEPENDENCIES

    @post("/deactivation", name="schools.deactivation", status_code=200)
    async def create(self, request: Request[Any, Any, Any], row: NamedDependency[School]) -> Response[Any]:
        """Its members cannot enter any more; nothing is lost."""
        row.is_active = False
        return go_to(
            request,
            "settings.index",
            notice=_("The school is deactivated: its members cannot enter."),
            undo=url_for(request, "schools.activation"),
        )

    @post("/activation", name="schools.activation", status_code=200)
    async def destroy(self, request: Request[Any, Any, Any], row: NamedDependency[School]) -> Response[Any]:
        """Its members may enter again."""
        row.is_active = True
        return go_to(request, "settings.index", notice=_("The school is in use again: its members can enter."))


class SchoolDeletionController(Controller):
    """The end of a school and of all its records."""

    path = "/schools/{slug:str}/deletion"
    guards = GUARDS
    dependencies = DEPENDENCIES | {"storage": Provide(provide_storage)}

    @get("/", name="schools.deletion")
    async def new(
        self, request: Request[Any, Any, Any], schools: NamedDependency[SchoolRepository], row: NamedDependency[School]
    ) -> Response[str]:
        """What would go, and the question."""
        return await _ask(request, schools, row, SchoolDeletionForm.show())

    @post("/", name="schools.destroy", status_code=200)
    async def destroy(
        self,
        request: Request[Any, Any, Any],
        schools: NamedDependency[SchoolRepository],
        row: NamedDependency[School],
        storage: NamedDependency[Storage],
    ) -> Response[Any]:
        """Delete the school whose name was typed; its files go after the commit, when the answer has left."""
        form = await SchoolDeletionForm.read(request)
        if not form.names(row):
            return await _ask(request, schools, row, form, status_code=422)
        school_id, name = row.id, row.name
        await deletion.delete_school(schools.session, school_id)
        notice = _("%(school)s and all its records are deleted.") % {"school": name}
        answer = go_to(request, "schools.index", notice=notice)
        answer.background = BackgroundTask(storage.clear, school_id)
        return answer


async def _ask(
    request: Request[Any, Any, Any],
    schools: SchoolRepository,
    row: School,
    form: SchoolDeletionForm,
    *,
    status_code: int = 200,
) -> Response[str]:
    losses = await deletion.losses(schools.session, row.id)
    return page(
        request, "schools/deletion.html", block="form", status_code=status_code, row=row, form=form, losses=losses
    )
