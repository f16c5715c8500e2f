"""One enrollment."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.accounts.repository import UserRepository
from portal.attachments.repository import AttachmentRepository
from portal.db.base import now
from portal.enrollments.actions import actions
from portal.enrollments.ending import how_it_ended
from portal.enrollments.models import Enrollment
from portal.enrollments.papers import papers
from portal.enrollments.providers import provide_enrollment, provide_enrollments
from portal.enrollments.trail import people_in, trail
from portal.enrollments.undoing import offered_undo
from portal.schools.providers import provide_access, provide_school
from portal.web.pages import page


class EnrollmentController(Controller):
    """Reading enrollments."""

    path = "/schools/{slug:str}/enrollments"
    guards = [may(Permission.ENROLLMENTS_READ)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "enrollments": Provide(provide_enrollments),
    }

    @get("/{enrollment_id:uuid}", name="enrollments.show", dependencies={"enrollment": Provide(provide_enrollment)})
    async def show(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        enrollment: NamedDependency[Enrollment],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[str]:
        """One enrollment: what it asks for, where it stands, what can be done with it, and who did what."""
        names = await UserRepository(session=db_session).names_of(people_in([enrollment]))
        files = await AttachmentRepository(db_session, enrollment.school_id).kinds_of_students([enrollment.student_id])
        filed = files.get(enrollment.student_id, ())
        asked = papers(access.rules.checklist, enrollment.grade, filed=filed, seen=enrollment.checklist)
        sees_all = access.may(Permission.SENSITIVE_READ)
        return page(
            request,
            "enrollments/show.html",
            block="enrollment",
            enrollment=enrollment,
            events=trail([enrollment], names, sees_all=sees_all),
            how_it_ended=how_it_ended(enrollment, sees_all=sees_all),
            actions=actions(request, enrollment, access),
            undo=offered_undo(request, enrollment, access, now()),
            papers=[paper for paper in asked if sees_all or not paper.kind.is_sensitive],
        )
