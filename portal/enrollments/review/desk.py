"""The principal's desk: shows the review, takes a decision, and shows what comes next."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, SchoolLink
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments.models import Enrollment
from portal.enrollments.review.batch_approval import Summary
from portal.enrollments.review.forms import ApprovalForm, ReturnForm
from portal.enrollments.review.page import Review, ReviewFilter, load_review
from portal.enrollments.review.tabs import tabs_of
from portal.enrollments.review.too_late import why_too_late
from portal.enrollments.seeing import made_before
from portal.enrollments.undoing import undo_address
from portal.web.forms import Form
from portal.web.i18n import _, format_datetime, lazy, ngettext
from portal.web.pages import UNDO_FOR, go_to_address, is_partial, page, query, url_for

PAGE = "reviews/index.html"
_DECIDED = {
    Status.ACTIVE: lazy("Enrollment %(number)s approved."),
    Status.RETURNED: lazy("Enrollment %(number)s returned to the secretary."),
}


class NotDecided(Exception):
    """Nothing was written; the page says why."""

    def __init__(self, problems: Sequence[str] = (), *, status_code: int = 422) -> None:
        """``problems`` in words; without any they stand at the fields of the form."""
        super().__init__("not decided")
        self.problems = problems
        self.status_code = status_code


@dataclass(frozen=True)
class Done:
    """What has just been done, and where its undoing is posted, until when."""

    text: str
    undo: str | None
    until: str = ""

    @classmethod
    def now(cls, text: str, undo: str | None) -> "Done":
        """Done this moment."""
        return cls(text, undo, format_datetime(datetime.now(UTC) + UNDO_FOR, "H:mm"))


@dataclass(frozen=True)
class ReviewDesk:
    """One request about the review."""

    request: Request[Any, Any, Any]
    session: AsyncSession
    access: Access
    school_id: UUID
    wanted: ReviewFilter

    async def load(self, **which: Any) -> Review | None:
        """The review with the ``chosen`` enrollment, the one ``next_to`` another, or the first."""
        return await load_review(self.session, self.school_id, self.wanted, self.access.rules, here=self.here, **which)

    async def decide(
        self, enrollment: Enrollment, to: Status, form: ApprovalForm | ReturnForm, write: Callable[[], Awaitable[None]]
    ) -> Response[Any]:
        """Take the decision by ``write`` and show the next one, or the same again with what stopped it.

        The same decision sent twice is one, with the same answer; with other words it comes too late.
        """
        if not made_before(enrollment, to, by=self.access.user_id, **form.said):
            try:
                await self._refuse_if_too_late(enrollment, form)
                await write()
            except NotDecided as stopped:
                return await self._show_again(enrollment, stopped, form)
        words = str(_DECIDED[to]) % {"number": enrollment.number}
        return await self._show_next(enrollment, Done.now(words, undo_address(self.request, enrollment)))

    async def sum_up(self, summary: Summary) -> Response[Any]:
        """After a batch: how many were approved, and who was left; the queue without the approved."""
        words = ngettext("%(num)s enrollment approved.", "%(num)s enrollments approved.", summary.approved)
        undo = url_for(self.request, "undos.batch", batch_id=summary.batch) if summary.batch else None
        done = Done.now(words % {"num": summary.approved}, undo) if summary.approved else None
        if done and not summary.left and not is_partial(self.request):
            return go_to_address(self.request, self.address, notice=done.text, undo=done.undo)
        review = await self.load()
        assert review is not None, "no enrollment was named"
        status_code = 200 if done else 422
        response = self.answer(review, block="review", status_code=status_code, done=done, summary=summary)
        response.headers["HX-Replace-Url"] = self.address
        return response

    async def refuse(self, problem: str) -> Response[str]:
        """The queue with what stopped the batch."""
        review = await self.load()
        assert review is not None, "no enrollment was named"
        return self.answer(review, block="review", status_code=422, problems=[problem])

    def answer(
        self,
        review: Review,
        *,
        block: str,
        status_code: int = 200,
        done: Done | None = None,
        summary: Summary | None = None,
        problems: Sequence[str] = (),
        returning: ReturnForm | None = None,
    ) -> Response[str]:
        """The page, with forms for the chosen one."""
        approval, returning = ApprovalForm.show(), returning or ReturnForm.show()
        approval.offer(review.detail.groups if review.detail else ())
        returning.offer(self.access.rules.review.return_reasons)
        return page(
            self.request,
            PAGE,
            block=block,
            status_code=status_code,
            review=review,
            detail=review.detail,
            tabs=tabs_of(review, url_for(self.request, "decisions.index")),
            approval=approval,
            returning=returning,
            problems=problems,
            done=done,
            summary=summary,
        )

    @property
    def here(self) -> str:
        """The address of the page."""
        return url_for(self.request, "reviews.index")

    @property
    def address(self) -> str:
        """The same with what is asked for."""
        return self.here + query(self.wanted.params).rstrip("?")

    async def _refuse_if_too_late(self, enrollment: Enrollment, form: Form) -> None:
        if late := await why_too_late(self.session, enrollment, form.seen_version):
            raise NotDecided([late], status_code=409)

    async def _show_next(self, decided: Enrollment, done: Done) -> Response[Any]:
        review = await self.load(next_to=decided)
        assert review is not None, "the next one is of the queue"
        address = review.address(id=review.detail.candidate.id if review.detail else None)
        if not is_partial(self.request):
            return go_to_address(self.request, address, notice=done.text, undo=done.undo)
        response = self.answer(review, block="review", done=done)
        response.headers["HX-Replace-Url"] = address
        return response

    async def _show_again(self, enrollment: Enrollment, stopped: NotDecided, form: Form) -> Response[str]:
        review = await self.load(chosen=enrollment.id)
        assert review is not None, "it is locked, so it is there"
        returning = form if isinstance(form, ReturnForm) else None
        status_code, problems = stopped.status_code, stopped.problems
        return self.answer(review, block="review", status_code=status_code, problems=problems, returning=returning)


async def provide_review_desk(
    request: Request[Any, Any, Any],
    db_session: NamedDependency[AsyncSession],
    access: NamedDependency[Access],
    school: NamedDependency[SchoolLink],
) -> ReviewDesk:
    """The desk of the school at hand, with the part of the queue that the address asks for."""
    return ReviewDesk(request, db_session, access, school.id, ReviewFilter.of(request.query_params))


def nothing_ticked() -> str:
    """What to tell whoever approves many, and ticked none."""
    return _("Tick the enrollments to approve first.")
