"""What SIMAT asks of an enrollment besides its place, corrected at any time."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.audit.since import catch_up
from portal.enrollments.models import Enrollment
from portal.enrollments.providers import provide_enrollment, provide_enrollments, provide_locked_whole
from portal.enrollments.simat_attributes import SimatAttributesForm, SimatSheet
from portal.schools.providers import provide_access, provide_school
from portal.web.i18n import _
from portal.web.pages import go_to, page

PAGE = "enrollments/simat.html"


class SimatAttributesController(Controller):
    """SIMAT's attributes of one enrollment."""

    path = "/schools/{slug:str}/enrollments/{enrollment_id:uuid}/simat"
    guards = [may(Permission.ENROLLMENTS_WRITE)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "enrollments": Provide(provide_enrollments),
    }

    @get("/", name="enrollments.simat.edit", dependencies={"enrollment": Provide(provide_enrollment)})
    async def edit(self, request: Request[Any, Any, Any], enrollment: NamedDependency[Enrollment]) -> Response[str]:
        """The form, filled."""
        form = SimatAttributesForm.show(of=SimatSheet(enrollment))
        return page(request, PAGE, block="form", enrollment=enrollment, form=form)

    @post(
        "/",
        name="enrollments.simat.update",
        dependencies={"enrollment": Provide(provide_locked_whole)},
        status_code=200,
    )
    async def update(
        self,
        request: Request[Any, Any, Any],
        enrollment: NamedDependency[Enrollment],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """Save what was typed, or say everything that is wrong with it."""
        sheet = SimatSheet(enrollment)
        form = await SimatAttributesForm.read(request, of=sheet)
        await catch_up(db_session, form, enrollment, view=SimatSheet)
        if not form.validate():
            return page(request, PAGE, block="form", status_code=422, enrollment=enrollment, form=form)
        sheet.fill(form)
        await db_session.flush()
        return go_to(request, "students.show", student_id=enrollment.student_id, notice=form.telling(_("Saved.")))
