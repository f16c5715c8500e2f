"""Correcting what an enrollment asks for, its papers, and sending it to review."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.audit.since import catch_up
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import now
from portal.enrollments import moves, opening
from portal.enrollments.correction import CorrectionForm, PapersForm, correct, note_papers, refuse_unless_editable
from portal.enrollments.correction_desk import CorrectionDesk, provide_correction_desk
from portal.enrollments.models import Enrollment
from portal.enrollments.place_choices import choices
from portal.enrollments.providers import provide_enrollment, provide_enrollments, provide_locked
from portal.enrollments.seeing import made_before
from portal.enrollments.undoing import undo_address
from portal.schools.providers import provide_access, provide_school
from portal.web.errors import Conflict
from portal.web.forms import Form
from portal.web.i18n import _
from portal.web.pages import go_to, is_partial, page, url_for

READ = {"enrollment": Provide(provide_enrollment), "desk": Provide(provide_correction_desk)}
HELD = {"enrollment": Provide(provide_locked), "desk": Provide(provide_correction_desk)}
PAGE = "enrollments/edit.html"
PAPERS = "enrollments/checklist.html"


class CorrectionController(Controller):
    """Changing what an enrollment asks for, and sending it to the principal."""

    path = "/schools/{slug:str}/enrollments/{enrollment_id:uuid}"
    guards = [may(moves.SUBMIT.permission)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "enrollments": Provide(provide_enrollments),
    }

    @get("/edit", name="enrollments.edit", dependencies=READ, opt={"drafts": True})
    async def edit(
        self,
        request: Request[Any, Any, Any],
        enrollment: NamedDependency[Enrollment],
        desk: NamedDependency[CorrectionDesk],
    ) -> Response[str]:
        """The form with what it asks for now."""
        refuse_unless_editable(enrollment)
        form = desk.offer(CorrectionForm.show(of=enrollment))
        return page(request, PAGE, block="form", form=form, enrollment=enrollment)

    @post("/edit/place", name="enrollments.edit.place", status_code=200, dependencies=READ, opt={"writes": False})
    async def choose(
        self,
        request: Request[Any, Any, Any],
        enrollment: NamedDependency[Enrollment],
        desk: NamedDependency[CorrectionDesk],
    ) -> Response[str]:
        """The groups and papers of the grade that was chosen; nothing is written."""
        form = desk.offer(await CorrectionForm.read(request, of=enrollment))
        if is_partial(request):
            return choices(request, form, url_for(request, "enrollments.edit.place", enrollment_id=enrollment.id))
        return page(request, PAGE, form=form, enrollment=enrollment)

    @post("/edit", name="enrollments.update", status_code=200, dependencies=HELD)
    async def update(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        enrollment: NamedDependency[Enrollment],
        desk: NamedDependency[CorrectionDesk],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """Write it, over the version that was seen."""
        form = desk.offer(await CorrectionForm.read(request, of=enrollment))
        await catch_up(db_session, form, enrollment)
        if form.changes(enrollment):
            refuse_unless_editable(enrollment)
        if not form.validate():
            return page(request, PAGE, block="form", status_code=422, form=form, enrollment=enrollment)
        if form.changes(enrollment):
            correct(enrollment, form, by=access.user_id, at=now())
            await db_session.flush()
        return go_to(request, "enrollments.show", enrollment_id=enrollment.id, notice=form.telling(_("Saved.")))

    @post("/submission", name="submissions.create", status_code=200, dependencies=HELD)
    async def submit(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        enrollment: NamedDependency[Enrollment],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """Send it to review, or again after it was returned; the button pressed twice sends it once."""
        seen = (await Form.read(request)).seen_version
        if not made_before(enrollment, Status.SUBMITTED, by=access.user_id):
            if enrollment.status in moves.EDITABLE and seen not in (None, enrollment.version):
                raise Conflict(_("It has changed since you opened it. Look at it again before you send it."))
            opening.submit(enrollment, by=access.user_id, at=now())
            await db_session.flush()
        undo = undo_address(request, enrollment)
        return go_to(request, "enrollments.show", enrollment_id=enrollment.id, notice=_("Sent for review."), undo=undo)


class ChecklistController(Controller):
    """The papers of an enrollment, which families also bring after it was approved."""

    path = "/schools/{slug:str}/enrollments/{enrollment_id:uuid}/checklist"
    guards = [may(moves.SUBMIT.permission)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "enrollments": Provide(provide_enrollments),
    }

    @get("/", name="checklists.edit", dependencies=READ)
    async def edit(
        self,
        request: Request[Any, Any, Any],
        enrollment: NamedDependency[Enrollment],
        desk: NamedDependency[CorrectionDesk],
    ) -> Response[str]:
        """What is on file, and a tick for each that may have been seen on paper."""
        form = desk.offer_papers(PapersForm.show(of=enrollment))
        return page(request, PAPERS, block="form", form=form, enrollment=enrollment)

    @post("/", name="checklists.update", status_code=200, dependencies=HELD)
    async def update(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        enrollment: NamedDependency[Enrollment],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """Keep the ticks, over the version that was seen."""
        form = await PapersForm.read(request, of=enrollment)
        await catch_up(db_session, form, enrollment)
        if form.changes(enrollment):
            note_papers(enrollment, form, by=access.user_id, at=now())
            await db_session.flush()
        return go_to(request, "enrollments.show", enrollment_id=enrollment.id, notice=form.telling(_("Saved.")))
