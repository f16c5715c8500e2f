"""Taking back a pupil who left in this year."""

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
from portal.enrollments.reenrollment import ReenrollmentForm, enrol_again, refuse_unless_open
from portal.enrollments.seeing import made_before, refuse_unless_as_seen
from portal.enrollments.undoing import undo_address
from portal.groups.seats import NoSeat
from portal.schools.providers import provide_access, provide_school
from portal.web.i18n import _
from portal.web.pages import go_to, page

PAGE = "enrollments/reenrollment.html"


class ReenrollmentController(Controller):
    """The re-enrolment of one withdrawn enrollment."""

    path = "/schools/{slug:str}/enrollments/{enrollment_id:uuid}/re-enrollment"
    guards = [may(moves.ENROL_AGAIN.permission)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "enrollments": Provide(provide_enrollments),
    }

    @get("/", name="reenrollments.new", dependencies={"enrollment": Provide(provide_enrollment)}, opt={"drafts": True})
    async def new(
        self,
        request: Request[Any, Any, Any],
        enrollment: NamedDependency[Enrollment],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[str]:
        """The groups with their seats, the one that the pupil left proposed."""
        refuse_unless_open(enrollment)
        form = ReenrollmentForm.show()
        await form.offer(db_session, enrollment)
        form.begin_with(enrollment)
        return page(request, PAGE, block="form", form=form, enrollment=enrollment)

    @post("/", name="reenrollments.create", status_code=200, dependencies={"enrollment": Provide(provide_locked_whole)})
    async def create(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        enrollment: NamedDependency[Enrollment],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """Give the pupil a seat again; the form sent twice does it once, and a full group is said beside the field."""
        form = await ReenrollmentForm.read(request)
        if not made_before(enrollment, Status.ACTIVE, by=access.user_id, **form.said):
            refuse_unless_open(enrollment)
            refuse_unless_as_seen(enrollment, form.seen_version)
            await form.offer(db_session, enrollment)
            if not form.validate():
                return page(request, PAGE, block="form", status_code=422, form=form, enrollment=enrollment)
            try:
                await enrol_again(db_session, enrollment, form, by=access.user_id, at=now())
            except NoSeat as full:
                form.blame("group_id", full.message)
                return page(request, PAGE, block="form", status_code=409, form=form, enrollment=enrollment)
        return go_to(
            request,
            "enrollments.show",
            enrollment_id=enrollment.id,
            notice=_("Enrollment %(number)s is active again.") % {"number": enrollment.number},
            undo=undo_address(request, enrollment),
        )
