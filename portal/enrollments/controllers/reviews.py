"""The review: what waits for the principal, and her decisions on it."""

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
from portal.enrollments.places import Places
from portal.enrollments.providers import provide_enrollments, provide_locked
from portal.enrollments.review.approval import NotApproved, approve, give_back
from portal.enrollments.review.batch_approval import approve_many, seen_in
from portal.enrollments.review.decided_today import decided_today
from portal.enrollments.review.desk import NotDecided, ReviewDesk, nothing_ticked, provide_review_desk
from portal.enrollments.review.forms import ApprovalForm, ReturnForm
from portal.enrollments.review.queue import ReviewQueue
from portal.enrollments.review.tabs import tabs_of_decisions
from portal.schools.providers import provide_access, provide_school
from portal.web.errors import NotFound
from portal.web.pages import page, url_for
from portal.web.reading import parse_id

DEPENDENCIES = {
    "access": Provide(provide_access),
    "school": Provide(provide_school),
    "desk": Provide(provide_review_desk),
}


class ReviewController(Controller):
    """The queue with the chosen enrollment beside it, approving many of it, and what was decided today."""

    path = "/schools/{slug:str}/enrollments"
    guards = [may(moves.APPROVE.permission)]
    dependencies = DEPENDENCIES

    @get("/review", name="reviews.index")
    async def index(self, request: Request[Any, Any, Any], desk: NamedDependency[ReviewDesk]) -> Response[str]:
        """What waits, the longest waiting first; htmx asks for the chosen one alone."""
        review = await desk.load(chosen=parse_id(request.query_params.get("id")))
        if review is None:
            raise NotFound
        return desk.answer(review, block="detail")

    @post("/approvals", name="approvals.batch", status_code=200)
    async def approve_many(self, request: Request[Any, Any, Any], desk: NamedDependency[ReviewDesk]) -> Response[Any]:
        """Approve the ticked ones, or all without remarks, as far as the checks let them; say who was left and why."""
        sent = await request.form()
        seen = seen_in(sent.getall("clean" if sent.get("which") == "clean" else "id", []))
        if not seen:
            return await desk.refuse(nothing_ticked())
        access, session = desk.access, desk.session
        summary = await approve_many(session, desk.school_id, seen, access.rules, by=access.user_id, at=now())
        return await desk.sum_up(summary)

    @get("/review/decisions", name="decisions.index")
    async def decisions(self, request: Request[Any, Any, Any], desk: NamedDependency[ReviewDesk]) -> Response[str]:
        """What this person approved and returned today, the last first, with undo while there is one."""
        decided = await decided_today(request, desk.session, desk.access)
        counts = await ReviewQueue(desk.session, desk.school_id).counts()
        tabs = tabs_of_decisions(desk.here, url_for(request, "decisions.index"), counts, len(decided))
        return page(request, "reviews/decisions.html", block="decisions", decided=decided, tabs=tabs)


class DecisionController(Controller):
    """A decision is a new thing: an approval, or a return with its reason."""

    path = "/schools/{slug:str}/enrollments/{enrollment_id:uuid}"
    dependencies = DEPENDENCIES | {
        "enrollments": Provide(provide_enrollments),
        "enrollment": Provide(provide_locked),
    }

    @post("/approval", name="approvals.create", status_code=200, guards=[may(moves.APPROVE.permission)])
    async def approve(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        desk: NamedDependency[ReviewDesk],
        enrollment: NamedDependency[Enrollment],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """Approve it, unless a check stops that; the answer shows the next one."""
        form = await ApprovalForm.read(request)

        async def write() -> None:
            if form.group_id.data:
                form.offer((await Places.of(db_session, enrollment.school_id)).groups)
            if not form.validate():
                raise NotDecided([str(error) for error in form.group_id.errors])
            group_id = form.group_id.id_chosen
            try:
                await approve(db_session, enrollment, access.rules, by=access.user_id, at=now(), group_id=group_id)
            except NotApproved as stopped:
                words = stopped.in_words(saw_a_seat=form.saw_a_seat.data)
                raise NotDecided(words, status_code=409 if stopped.lacks_seat else 422) from stopped

        return await desk.decide(enrollment, Status.ACTIVE, form, write)

    @post("/return", name="returns.create", status_code=200, guards=[may(moves.RETURN.permission)])
    async def give_back(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        desk: NamedDependency[ReviewDesk],
        enrollment: NamedDependency[Enrollment],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """Return it to the secretary with what must be corrected; the answer shows the next one."""
        form = await ReturnForm.read(request)
        form.offer(access.rules.review.return_reasons)

        async def write() -> None:
            if not form.validate():
                raise NotDecided
            await give_back(db_session, enrollment, by=access.user_id, at=now(), reason=form.words)

        return await desk.decide(enrollment, Status.RETURNED, form, write)
