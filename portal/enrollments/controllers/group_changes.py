"""One pupil or many to another group: choose, look at what it will do, apply."""

from collections.abc import Sequence
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.db.base import now
from portal.db.repository import one_at_a_time
from portal.enrollments.group_changes import GroupChangeForm, Plan, change_group
from portal.enrollments.models import Enrollment
from portal.enrollments.providers import provide_enrollments
from portal.enrollments.repository import EnrollmentRepository
from portal.enrollments.ticked import MOST_IN_AN_ADDRESS, Chosen, came_from, done_before, whose_page
from portal.groups.seats import NoSeat
from portal.schools.providers import provide_access, provide_school
from portal.web.i18n import _, ngettext
from portal.web.pages import go_to_address, page, url_for

PAGE = "enrollments/group_change.html"


class GroupChangeController(Controller):
    """The change of group of those that the address names."""

    path = "/schools/{slug:str}/group-changes/new"
    guards = [may(Permission.GROUPS_CHANGE)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "enrollments": Provide(provide_enrollments),
    }

    @get("/", name="group_changes.new")
    async def new(
        self,
        request: Request[Any, Any, Any],
        enrollments: NamedDependency[EnrollmentRepository],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[str]:
        """Who is meant, the groups to choose from, and once one is chosen what the change will do."""
        chosen = await Chosen.of(request.query_params, most=MOST_IN_AN_ADDRESS).load(enrollments)
        form = GroupChangeForm.show()
        if not chosen:
            return preview(request, form, (), None)
        form.group_id.data = request.query_params.get("group_id") or None
        await form.offer(db_session, chosen)
        return preview(request, form, chosen, Plan.of(chosen, form.target))

    @post("/", name="group_changes.create", status_code=200)
    async def create(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        enrollments: NamedDependency[EnrollmentRepository],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """Move all of them in one go; what does not fit any more stops all, and the new preview says what it is."""
        form = await GroupChangeForm.read(request)
        await one_at_a_time(db_session, form.minted_id)
        ticked = Chosen.of(await request.form())
        chosen = await ticked.load(enrollments, lock=True)
        if not chosen:
            return preview(request, form, (), None, problems=[_("Choose at least one student.")])
        await form.offer(db_session, chosen)
        form.validate()
        if not done_before(chosen, form.minted_id):
            plan = Plan.of(chosen, form.target)
            if form.errors or plan.target is None:
                return preview(request, form, chosen, plan, problems=form.group_id.errors)
            if ticked.changed_since(chosen) or plan.unable:
                words = _("Something has changed since you looked. Nothing was moved: look at it again.")
                return preview(request, form, chosen, plan, problems=[words], status_code=409)
            try:
                await change_group(db_session, plan, by=access.user_id, at=now(), batch=form.minted_id)
            except NoSeat as full:
                return preview(request, form, chosen, plan, problems=[full.message], status_code=409)
        undo = url_for(request, "undos.batch", batch_id=form.minted_id)
        return go_to_address(request, whose_page(request, chosen), notice=moved(chosen, form), undo=undo)


def preview(
    request: Request[Any, Any, Any],
    form: GroupChangeForm,
    chosen: Sequence[Enrollment],
    plan: Plan | None,
    *,
    problems: Sequence[Any] = (),
    status_code: int | None = None,
) -> Response[str]:
    """The page; ``problems`` are what stopped the change."""
    return page(
        request,
        PAGE,
        block="change",
        status_code=status_code or (422 if problems else 200),
        form=form,
        plan=plan,
        back=came_from(request, chosen),
        problems=[("group_id", str(problem)) for problem in problems],
    )


def moved(enrollments: Sequence[Enrollment], form: GroupChangeForm) -> str:
    """What was done, in words."""
    number, target = len(enrollments), form.target
    words = ngettext("%(num)s student moved to %(group)s.", "%(num)s students moved to %(group)s.", number)
    return words % {"num": number, "group": target.name if target else ""}
