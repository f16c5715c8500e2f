"""Taking a pupil out of the year."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import now
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.enrollments.providers import provide_enrollment, provide_enrollments, provide_locked_whole
from portal.enrollments.seeing import made_before, refuse_unless_as_seen
from portal.enrollments.undoing import undo_address
from portal.enrollments.withdrawal import WithdrawalForm, withdraw
from portal.schools.providers import provide_access, provide_school
from portal.web.i18n import _
from portal.web.pages import go_to, page

PAGE = "enrollments/withdrawal.html"


class WithdrawalController(Controller):
    """The withdrawal of one enrollment."""

    path = "/schools/{slug:str}/enrollments/{enrollment_id:uuid}/withdrawal"
    guards = [may(moves.WITHDRAW.permission)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "enrollments": Provide(provide_enrollments),
    }

    @get("/", name="withdrawals.new", dependencies={"enrollment": Provide(provide_enrollment)}, opt={"drafts": True})
    async def new(self, request: Request[Any, Any, Any], enrollment: NamedDependency[Enrollment]) -> Response[str]:
        """What it will do, and the form."""
        moves.arrow(enrollment.status, Status.WITHDRAWN)
        form = WithdrawalForm.show_for(enrollment)
        return page(request, PAGE, block="form", form=form, enrollment=enrollment)

    @post("/", name="withdrawals.create", status_code=200, dependencies={"enrollment": Provide(provide_locked_whole)})
    async def create(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        enrollment: NamedDependency[Enrollment],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """Withdraw the pupil; the form sent twice does it once."""
        form = await WithdrawalForm.read(request)
        if not made_before(enrollment, Status.WITHDRAWN, by=access.user_id, **form.said):
            moves.arrow(enrollment.status, Status.WITHDRAWN)
            refuse_unless_as_seen(enrollment, form.seen_version)
            form.belongs_to(enrollment)
            if not form.validate():
                return page(request, PAGE, block="form", status_code=422, form=form, enrollment=enrollment)
            withdraw(enrollment, form, by=access.user_id, at=now())
            await db_session.flush()
        return go_to(
            request,
            "enrollments.show",
            enrollment_id=enrollment.id,
            notice=_("Enrollment %(number)s is withdrawn. Its seat is free.") % {"number": enrollment.number},
            undo=undo_address(request, enrollment),
        )
