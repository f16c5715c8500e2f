"""Undoing the last step of an enrollment, or what one press of a button did to many."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import now
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.enrollments.providers import provide_enrollments, provide_locked_whole
from portal.enrollments.repository import EnrollmentRepository
from portal.enrollments.ticked import whose_page
from portal.enrollments.undoing import undo_batch, undo_step, was_undone_before
from portal.schools.providers import provide_access, provide_school
from portal.web.errors import NotFound
from portal.web.i18n import _, ngettext
from portal.web.pages import go_to, go_to_address, page, url_for


class UndoController(Controller):
    """An undo is a new thing, posted by the button beside what was done.

    Whoever may not undo anything is refused here; whose right each step is, the table of moves says.
    """

    path = "/schools/{slug:str}/enrollments"
    guards = [may(Permission.GROUPS_CHANGE)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "enrollments": Provide(provide_enrollments),
    }

    @post(
        "/{enrollment_id:uuid}/undo",
        name="undos.create",
        status_code=200,
        opt={"undoes": True},
        dependencies={"enrollment": Provide(provide_locked_whole)},
    )
    async def create(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        enrollment: NamedDependency[Enrollment],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """Take the last step back, the one that ``of`` names; the button pressed twice takes back one."""
        step = request.query_params.get("of")
        if not was_undone_before(enrollment, step, by=access.user_id):
            await undo_step(db_session, enrollment, step, access=access, at=now())
        notice = _("Undone: enrollment %(number)s is as it was before.") % {"number": enrollment.number}
        if enrollment.status == Status.SUBMITTED and access.may(moves.APPROVE.permission):
            return go_to(request, "reviews.index", notice=notice, undo=False, params={"id": str(enrollment.id)})
        return go_to(request, "enrollments.show", enrollment_id=enrollment.id, notice=notice, undo=False)

    @post("/undo/{batch_id:uuid}", name="undos.batch", status_code=200, opt={"undoes": True})
    async def batch(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        enrollments: NamedDependency[EnrollmentRepository],
        db_session: NamedDependency[AsyncSession],
        batch_id: FromPath[UUID],
    ) -> Response[Any]:
        """Take back all that can be; where something cannot, a page says what and why."""
        changed = await enrollments.of_batch(batch_id)
        if not changed:
            raise NotFound
        undone = await undo_batch(db_session, changed, batch_id, access=access, at=now())
        if undone.kept:
            status = 200 if undone.done else 409
            return page(request, "enrollments/undone.html", block="undone", status_code=status, undone=undone)
        notice = ngettext(
            "Undone: %(num)s enrollment is as it was before.",
            "Undone: %(num)s enrollments are as they were before.",
            len(undone.done),
        )
        waits = undone.done[0].status == Status.SUBMITTED and access.may(moves.APPROVE.permission)
        place = url_for(request, "reviews.index") if waits else whose_page(request, undone.done)
        return go_to_address(request, place, notice=notice % {"num": len(undone.done)}, undo=False)
