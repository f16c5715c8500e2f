"""The review: what waits for the principal, and her decisions on it."""

from collections.abc import Sequence
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, SchoolLink
from portal.accounts.guards import may
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import now
from portal.enrollments import moves
from portal.enrollments.approval import NotApproved, approve, give_back
from portal.enrollments.decisions import made_before, why_too_late
from portal.enrollments.forms import ApprovalForm, ReturnForm
from portal.enrollments.models import Enrollment
from portal.enrollments.places import Places
from portal.enrollments.providers import provide_enrollments, provide_locked, provide_review_filter
from portal.enrollments.review import Review, ReviewFilter, load_review
from portal.schools.providers import provide_access, provide_school
from portal.web.errors import NotFound
from portal.web.i18n import _
from portal.web.pages import go_to_address, is_partial, page, query, url_for
from portal.web.reading import parse_id

PAGE = "reviews/index.html"


class ReviewController(Controller):
    """The queue with the chosen enrollment beside it."""

    path = "/schools/{slug:str}/enrollments/review"
    guards = [may(moves.APPROVE.permission)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "wanted": Provide(provide_review_filter),
    }

    @get("/", name="reviews.index")
    async def index(
        self,
        request: Request[Any, Any, Any],
        school: NamedDependency[SchoolLink],
        wanted: NamedDependency[ReviewFilter],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[str]:
        """What waits, the longest waiting first; htmx asks for the chosen one alone."""
        review = await load_review(db_session, school.id, wanted, chosen=parse_id(request.query_params.get("id")))
        if review is None:
            raise NotFound
        return review_page(request, review, block="detail")


class DecisionController(Controller):
    """A decision is a new thing: an approval, or a return with its reason."""

    path = "/schools/{slug:str}/enrollments/{enrollment_id:uuid}"
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "wanted": Provide(provide_review_filter),
        "enrollments": Provide(provide_enrollments),
        "enrollment": Provide(provide_locked),
    }

    @post("/approval", name="approvals.create", status_code=200, guards=[may(moves.APPROVE.permission)])
    async def approve(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        wanted: NamedDependency[ReviewFilter],
        enrollment: NamedDependency[Enrollment],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """Approve it, unless a check stops that; the answer shows the next one."""
        form = await ApprovalForm.read(request)
        notice = _("Enrollment %(number)s approved.") % {"number": enrollment.number}
        if made_before(enrollment, Status.ACTIVE, by=access.user_id):
            return await show_next(request, db_session, wanted, enrollment, notice)
        if late := await why_too_late(db_session, enrollment, form.seen_version):
            return await show_again(request, db_session, wanted, enrollment, [late], status_code=409)
        if form.group_id.data:
            form.offer((await Places.of(db_session, enrollment.school_id)).groups)
        if not form.validate():
            return await show_again(request, db_session, wanted, enrollment, [str(e) for e in form.group_id.errors])
        try:
            await approve(db_session, enrollment, by=access.user_id, at=now(), group_id=form.group_id.id_chosen)
        except NotApproved as stopped:
            words = stopped.in_words(saw_a_seat=form.saw_a_seat.data)
            status = 409 if stopped.lacks_seat else 422
            return await show_again(request, db_session, wanted, enrollment, words, status_code=status)
        return await show_next(request, db_session, wanted, enrollment, notice)

    @post("/return", name="returns.create", status_code=200, guards=[may(moves.RETURN.permission)])
    async def give_back(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        wanted: NamedDependency[ReviewFilter],
        enrollment: NamedDependency[Enrollment],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """Return it to the secretary with what must be corrected; the answer shows the next one."""
        form = await ReturnForm.read(request)
        notice = _("Enrollment %(number)s returned to the secretary.") % {"number": enrollment.number}
        if made_before(enrollment, Status.RETURNED, by=access.user_id):
            return await show_next(request, db_session, wanted, enrollment, notice)
        if late := await why_too_late(db_session, enrollment, form.seen_version):
            return await show_again(request, db_session, wanted, enrollment, [late], status_code=409, returning=form)
        if not form.validate():
            return await show_again(request, db_session, wanted, enrollment, (), returning=form)
        await give_back(db_session, enrollment, by=access.user_id, at=now(), reason=form.words)
        return await show_next(request, db_session, wanted, enrollment, notice)


async def show_next(
    request: Request[Any, Any, Any],
    session: AsyncSession,
    wanted: ReviewFilter,
    decided: Enrollment,
    notice: str,
) -> Response[Any]:
    """After a decision: the queue without it, and whoever comes next."""
    review = await load_review(session, decided.school_id, wanted, next_to=decided)
    assert review is not None, "the next one is of the queue"
    next_id = review.detail.candidate.id if review.detail else None
    address = url_for(request, "reviews.index") + query(wanted.params, id=next_id)
    if not is_partial(request):
        return go_to_address(request, address, notice=notice)
    response = review_page(request, review, block="review", notice=notice)
    response.headers["HX-Replace-Url"] = address
    return response


async def show_again(
    request: Request[Any, Any, Any],
    session: AsyncSession,
    wanted: ReviewFilter,
    enrollment: Enrollment,
    problems: Sequence[str],
    *,
    status_code: int = 422,
    returning: ReturnForm | None = None,
) -> Response[str]:
    """The same enrollment with what stopped the decision; nothing was written."""
    review = await load_review(session, enrollment.school_id, wanted, chosen=enrollment.id)
    assert review is not None, "it is locked, so it is there"
    return review_page(request, review, block="review", status_code=status_code, problems=problems, returning=returning)


def review_page(
    request: Request[Any, Any, Any],
    review: Review,
    *,
    block: str,
    status_code: int = 200,
    notice: str | None = None,
    problems: Sequence[str] = (),
    returning: ReturnForm | None = None,
) -> Response[str]:
    """The page, with forms for the chosen one; ``notice`` says what has just been done."""
    approval = ApprovalForm.show()
    approval.offer(review.detail.groups if review.detail else ())
    return page(
        request,
        PAGE,
        block=block,
        status_code=status_code,
        review=review,
        detail=review.detail,
        approval=approval,
        returning=returning or ReturnForm.show(),
        problems=problems,
        notice=notice,
    )
