"""The list of enrollments, one of them, its correction, and sending it to review."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.accounts.repository import UserRepository
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import now
from portal.enrollments import moves, opening
from portal.enrollments.decisions import made_before
from portal.enrollments.editing import CorrectionForm, correct, refuse_unless_editable
from portal.enrollments.list_page import list_enrollments
from portal.enrollments.models import Enrollment
from portal.enrollments.places import Places
from portal.enrollments.providers import provide_enrollment, provide_enrollments, provide_locked
from portal.enrollments.repository import EnrollmentRepository
from portal.enrollments.trail import people_in, trail
from portal.schools.providers import provide_access, provide_school
from portal.web.errors import Conflict
from portal.web.forms import Form
from portal.web.i18n import _
from portal.web.pages import go_to, page
from portal.web.reading import parse_id
from portal.years.repository import YearRepository


class EnrollmentController(Controller):
    """Reading enrollments."""

    path = "/schools/{slug:str}/enrollments"
    guards = [may(Permission.ENROLLMENTS_READ)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "enrollments": Provide(provide_enrollments),
    }

    @get("/", name="enrollments.index")
    async def index(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        enrollments: NamedDependency[EnrollmentRepository],
    ) -> Response[str]:
        """Those with a status, by name; an unknown status is no filter."""
        wanted = next((each for each in Status if each == request.query_params.get("status")), None)
        listing = await list_enrollments(
            enrollments,
            wanted,
            parse_id(request.query_params.get("after")),
            for_the_office=access.may(moves.SUBMIT_AGAIN.permission),
        )
        return page(request, "enrollments/index.html", block="rows", list=listing)

    @get("/{enrollment_id:uuid}", name="enrollments.show", dependencies={"enrollment": Provide(provide_enrollment)})
    async def show(
        self,
        request: Request[Any, Any, Any],
        enrollment: NamedDependency[Enrollment],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[str]:
        """One enrollment: what it asks for, where it stands, and who did what."""
        names = await UserRepository(session=db_session).names_of(people_in([enrollment]))
        events = trail([enrollment], names)
        return page(request, "enrollments/show.html", block="enrollment", enrollment=enrollment, events=events)


class CorrectionController(Controller):
    """Changing what an enrollment asks for, and sending it to the principal."""

    path = "/schools/{slug:str}/enrollments/{enrollment_id:uuid}"
    guards = [may(moves.SUBMIT.permission)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "enrollments": Provide(provide_enrollments),
    }

    @get("/edit", name="enrollments.edit", dependencies={"enrollment": Provide(provide_enrollment)})
    async def edit(
        self,
        request: Request[Any, Any, Any],
        enrollment: NamedDependency[Enrollment],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[str]:
        """The form with what it asks for now."""
        refuse_unless_editable(enrollment)
        form = CorrectionForm.show(of=enrollment)
        await offer(form, db_session, enrollment)
        return page(request, "enrollments/edit.html", block="form", form=form, enrollment=enrollment)

    @post("/edit", name="enrollments.update", status_code=200, dependencies={"enrollment": Provide(provide_locked)})
    async def update(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        enrollment: NamedDependency[Enrollment],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """Write it, over the version that was seen."""
        form = await CorrectionForm.read(request, of=enrollment)
        await offer(form, db_session, enrollment)
        valid = form.validate()
        form.refuse_if_older_than(enrollment)
        if form.changes(enrollment):
            refuse_unless_editable(enrollment)
        if not valid:
            return page(
                request, "enrollments/edit.html", block="form", status_code=422, form=form, enrollment=enrollment
            )
        if form.changes(enrollment):
            correct(enrollment, form, by=access.user_id, at=now())
            await db_session.flush()
        return go_to(request, "enrollments.show", enrollment_id=enrollment.id, notice=_("Saved."))

    @post(
        "/submission", name="submissions.create", status_code=200, dependencies={"enrollment": Provide(provide_locked)}
    )
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
        return go_to(request, "enrollments.show", enrollment_id=enrollment.id, notice=_("Sent for review."))


async def offer(form: CorrectionForm, session: AsyncSession, enrollment: Enrollment) -> None:
    """Fill in what can be chosen: the groups of its own year."""
    year = await YearRepository(session, enrollment.school_id).find(enrollment.year_id)
    assert year is not None, "an enrollment has a year of its school"
    form.offer(await Places.of(session, enrollment.school_id, years=[year]), usual_year=year.id)
