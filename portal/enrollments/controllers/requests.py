"""Asking for a place for a student who is on record already."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, SchoolLink
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.db.base import now
from portal.enrollments import opening
from portal.enrollments.place_choices import choices
from portal.enrollments.request_desk import RequestDesk, provide_request_desk
from portal.schools.providers import provide_access, provide_school
from portal.students.models import Student
from portal.students.providers import provide_student, provide_students
from portal.web.i18n import _
from portal.web.pages import go_to, is_partial, page, url_for

PAGE = "enrollments/new.html"


class RequestController(Controller):
    """A new enrollment of a student."""

    path = "/schools/{slug:str}/students/{student_id:uuid}/enrollments/new"
    guards = [may(Permission.ENROLLMENTS_WRITE)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "students": Provide(provide_students),
        "student": Provide(provide_student),
        "desk": Provide(provide_request_desk),
    }

    @get("/", name="enrollments.new", opt={"drafts": True})
    async def new(
        self, request: Request[Any, Any, Any], student: NamedDependency[Student], desk: NamedDependency[RequestDesk]
    ) -> Response[str]:
        """The empty form."""
        return page(request, PAGE, block="form", form=desk.show(), student=student, standing=desk.standing)

    @post("/place", name="enrollments.new.place", status_code=200, opt={"writes": False})
    async def choose(
        self, request: Request[Any, Any, Any], student: NamedDependency[Student], desk: NamedDependency[RequestDesk]
    ) -> Response[str]:
        """The groups and papers of the year and grade that were chosen; nothing is written."""
        form = await desk.read(request)
        if is_partial(request):
            return choices(request, form, url_for(request, "enrollments.new.place", student_id=student.id))
        return page(request, PAGE, form=form, student=student, standing=desk.standing)

    @post("/", name="enrollments.create", status_code=200)
    async def create(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        school: NamedDependency[SchoolLink],
        student: NamedDependency[Student],
        desk: NamedDependency[RequestDesk],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """Ask for the place and send it to review, or keep it as a draft; a form that comes twice asks once."""
        form = await desk.read(request)
        is_draft = (await request.form()).get("then") == "draft"
        notice = _("The draft is kept.") if is_draft else _("Sent for review.")
        if not await opening.was_sent_before(db_session, school.id, form.minted_id, desk.digest):
            form.validate()
            if form.year and (problem := await opening.already_enrolled(db_session, form.year, student.id)):
                form.blame("year_id", problem)
            if form.error_list or form.year is None:
                context = {"form": form, "student": student, "standing": desk.standing}
                return page(request, PAGE, block="form", status_code=422, **context)
            enrollment = await opening.open_enrollment(
                db_session,
                form.year,
                student.id,
                by=access.user_id,
                at=now(),
                id=form.minted_id,
                form_digest=desk.digest,
                **form.columns,
            )
            if not is_draft:
                opening.submit(enrollment, by=access.user_id, at=now())
                await db_session.flush()
        return go_to(request, "enrollments.show", enrollment_id=form.minted_id, notice=notice)
