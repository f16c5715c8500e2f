"""A pupil goes to another school: looking for it, seeing what will happen, and doing it."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, SchoolLink
from portal.accounts.guards import may
from portal.attachments.storage import Storage, provide_storage
from portal.db.base import now
from portal.enrollments import moves
from portal.enrollments.destinations import Destination, found_by
from portal.enrollments.models import Enrollment
from portal.enrollments.providers import provide_enrollments
from portal.enrollments.repository import EnrollmentRepository
from portal.enrollments.transfer import NotReceived
from portal.enrollments.transfer_desk import TransferDesk, chosen, form_for
from portal.enrollments.transfer_forms import LeavingForm
from portal.enrollments.undoing import undo_address
from portal.schools.providers import provide_access, provide_school
from portal.students.models import Student
from portal.students.providers import provide_student, provide_students
from portal.web.i18n import _
from portal.web.pages import go_to, page
from portal.web.reading import parse_id, typed_query


async def provide_desk(
    access: NamedDependency[Access],
    school: NamedDependency[SchoolLink],
    student: NamedDependency[Student],
    enrollments: NamedDependency[EnrollmentRepository],
    storage: NamedDependency[Storage],
    db_session: NamedDependency[AsyncSession],
) -> TransferDesk:
    """The desk for the pupil of the path."""
    return TransferDesk(db_session, storage, access, school, student, enrollments)


class TransferController(Controller):
    """The transfer of a pupil who sits in a year."""

    path = "/schools/{slug:str}/students/{student_id:uuid}/transfer"
    guards = [may(moves.TRANSFER.permission)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "students": Provide(provide_students),
        "student": Provide(provide_student),
        "enrollments": Provide(provide_enrollments),
        "storage": Provide(provide_storage),
        "desk": Provide(provide_desk),
    }

    @get("/", name="transfers.new")
    async def new(self, request: Request[Any, Any, Any], desk: NamedDependency[TransferDesk]) -> Response[str]:
        """First the school is looked for; once it is chosen, what will happen on both sides, and the form."""
        active, sent = await desk.active(), request.query_params
        enrollment = chosen(active, parse_id(sent.get("enrollment")))
        if enrollment is None:
            return page(request, "transfers/nowhere.html", student=desk.student)
        if sent.get("to"):
            to = await desk.destination(sent.get("to"))
            return await form_page(request, desk, enrollment, to, form_for(to).show_for(enrollment))
        q = typed_query(sent.get("q"))
        return page(
            request,
            "transfers/choose.html",
            block="found",
            student=desk.student,
            enrollment=enrollment,
            active=active,
            q=q,
            found=await found_by(desk.session, q, but=desk.school.id),
        )

    @post("/", name="transfers.create", status_code=200)
    async def create(self, request: Request[Any, Any, Any], desk: NamedDependency[TransferDesk]) -> Response[Any]:
        """Do it, at both schools or at none; the form sent twice does it once."""
        enrollment = await desk.held(request)
        to = await desk.destination((await request.form()).get("to"))
        form = await form_for(to).read(request)
        try:
            is_right = await desk.carry_out(enrollment, to, form, at=now())
        except NotReceived:
            is_right = False  # the page says why: it asks the other school again
        if not is_right:
            return await form_page(request, desk, enrollment, to, form, status_code=422)
        return go_to(
            request,
            "enrollments.show",
            enrollment_id=enrollment.id,
            notice=_("Enrollment %(number)s is transferred. Its seat is free.") % {"number": enrollment.number},
            undo=undo_address(request, enrollment),
        )


async def form_page(
    request: Request[Any, Any, Any],
    desk: TransferDesk,
    enrollment: Enrollment,
    to: Destination | None,
    form: LeavingForm,
    *,
    status_code: int = 200,
) -> Response[str]:
    """What will happen here and there, and the form."""
    return page(
        request,
        "transfers/new.html",
        block="form",
        status_code=status_code,
        student=desk.student,
        enrollment=enrollment,
        to=to,
        form=form,
        **await desk.what_will_happen(enrollment, to),
    )
