"""The year's end of a group, or of one pupil: an outcome each, and one press for all."""

from collections.abc import Sequence
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.db.base import now
from portal.db.repository import one_at_a_time
from portal.enrollments import moves
from portal.enrollments.completion import CompletionForm, Plan, complete, outcomes_in
from portal.enrollments.models import Enrollment
from portal.enrollments.providers import provide_enrollments
from portal.enrollments.repository import EnrollmentRepository
from portal.enrollments.ticked import MOST_IN_AN_ADDRESS, Chosen, came_from, done_before, whose_page
from portal.schools.providers import provide_access, provide_school
from portal.web.i18n import _, ngettext
from portal.web.pages import go_to_address, page, url_for

PAGE = "enrollments/completion.html"


class CompletionController(Controller):
    """The completion of those that the address names."""

    path = "/schools/{slug:str}/completions/new"
    guards = [may(moves.COMPLETE.permission)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "enrollments": Provide(provide_enrollments),
    }

    @get("/", name="completions.new")
    async def new(
        self, request: Request[Any, Any, Any], enrollments: NamedDependency[EnrollmentRepository]
    ) -> Response[str]:
        """Who is meant, each with the usual outcome of the grade."""
        chosen = await Chosen.of(request.query_params, most=MOST_IN_AN_ADDRESS).load(enrollments)
        if not chosen:
            return preview(request, CompletionForm.show(), (), None)
        return preview(request, CompletionForm.show(ends_on=chosen[0].year.ends_on), chosen, Plan.of(chosen, {}))

    @post("/", name="completions.create", status_code=200)
    async def create(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        enrollments: NamedDependency[EnrollmentRepository],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """End the year for all who are ticked; what does not fit any more stops all, and the page says what it is."""
        form = await CompletionForm.read(request)
        await one_at_a_time(db_session, form.minted_id)
        sent = await request.form()
        ticked = Chosen.of(sent)
        chosen = await ticked.load(enrollments, lock=True)
        if not chosen:
            return preview(request, form, (), None, problems=[("", _("Choose at least one student."))])
        if not done_before(chosen, form.minted_id):
            plan = Plan.of(chosen, outcomes_in(sent, ticked.versions))
            form.belongs_to(chosen)
            form.validate()
            if ticked.changed_since(chosen) or plan.unable:
                words = _("Something has changed since you looked. Nothing was completed: look at it again.")
                return preview(request, form, chosen, plan, problems=[("", words)], status_code=409)
            if problems := [*form.error_list, *(("", words) for words in plan.misplaced)]:
                return preview(request, form, chosen, plan, problems=problems)
            assert form.ends_on.data is not None, "it was validated"
            await complete(
                db_session, plan, ends_on=form.ends_on.data, by=access.user_id, at=now(), batch=form.minted_id
            )
        words = ngettext(
            "The year is completed for %(num)s student.", "The year is completed for %(num)s students.", len(chosen)
        )
        undo = url_for(request, "undos.batch", batch_id=form.minted_id)
        return go_to_address(request, whose_page(request, chosen), notice=words % {"num": len(chosen)}, undo=undo)


def preview(
    request: Request[Any, Any, Any],
    form: CompletionForm,
    chosen: Sequence[Enrollment],
    plan: Plan | None,
    *,
    problems: Sequence[tuple[str, str]] = (),
    status_code: int | None = None,
) -> Response[str]:
    """The page; ``problems`` are what stopped it."""
    status_code = status_code or (422 if problems else 200)
    back = came_from(request, chosen)
    return page(
        request, PAGE, block="completion", status_code=status_code, form=form, plan=plan, back=back, problems=problems
    )
