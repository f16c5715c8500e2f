"""The roll-over of a year: its preview, what is decided otherwise, applying it and taking it back."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.catalogs.codes import YearStatus
from portal.db.base import now
from portal.groups.seats import NoSeat
from portal.rollovers.apply import PlanChanged, Unsolved, apply, plan_of
from portal.rollovers.choices import choose, forget, why_not
from portal.rollovers.filters import APPLY, RolloverFilter
from portal.rollovers.forms import ApplyForm, ChoiceForm
from portal.rollovers.proposals import Plan
from portal.rollovers.providers import provide_frame, provide_rollover_filter
from portal.rollovers.repository import Frame, RolloverRepository
from portal.rollovers.undoing import undo
from portal.rollovers.wizard import Wizard, picked_of
from portal.schools.providers import provide_access, provide_school
from portal.web.errors import Conflict
from portal.web.i18n import _, ngettext
from portal.web.pages import go_to, go_to_address, page, query, url_for


class RolloverController(Controller):
    """One year's pupils on their way into the next."""

    path = "/schools/{slug:str}/years/{year_id:uuid}/rollover"
    guards = [may(Permission.ENROLLMENTS_APPROVE)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "frame": Provide(provide_frame),
        "asked": Provide(provide_rollover_filter),
    }

    @get("/", name="rollovers.show")
    async def show(
        self,
        request: Request[Any, Any, Any],
        frame: NamedDependency[Frame],
        asked: NamedDependency[RolloverFilter],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """What would be done: pupils, problems and seats, or the summary before it is applied."""
        if frame.closing.status == YearStatus.PLANNING and frame.before is not None:
            return go_to(request, "rollovers.show", year_id=frame.before.id)
        if frame.target is None:
            return page(request, "rollovers/no_year.html", frame=frame)
        return await wizard_page(request, db_session, frame, asked, block="results")

    @post("/", name="rollovers.update", status_code=200)
    async def update(
        self,
        request: Request[Any, Any, Any],
        frame: NamedDependency[Frame],
        asked: NamedDependency[RolloverFilter],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """Decide otherwise for the ticked pupils, or let the proposals stand again."""
        plan = await plan_again(db_session, frame)
        form = (await ChoiceForm.read(request)).offer(plan.groups)
        picked = picked_of(plan, form.picked)
        if form.validate() and not form.as_proposed and (problem := why_not(picked, form.wish)):
            form.blame("group_id", problem)
        if form.errors:
            return await wizard_page(request, db_session, frame, asked, status_code=422, choice=form)
        assert frame.target is not None, "there is a plan"
        rollover = await RolloverRepository(db_session, frame.closing.school_id).held(frame.closing.id, frame.target)
        if form.as_proposed:
            await forget(db_session, rollover, form.picked)
        elif picked:
            await choose(db_session, rollover, picked, form.wish)
        words = ngettext("Changed for %(num)s student.", "Changed for %(num)s students.", len(picked))
        address = url_for(request, "rollovers.show", year_id=frame.closing.id) + query(asked.params, after=asked.after)
        return go_to_address(request, address, notice=words % {"num": len(picked)}, undo=False)

    @post("/application", name="rollovers.apply", status_code=200)
    async def apply(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        frame: NamedDependency[Frame],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """Write all of it or nothing; whoever comes second finds nothing missing."""
        form = await ApplyForm.read(request)
        if frame.target is None:
            raise Conflict(_("There is no year that takes enrollments after this one."))
        try:
            async with db_session.begin_nested():
                done = await apply(
                    db_session,
                    frame,
                    by=access.user_id,
                    at=now(),
                    seen=form.seen.data or "",
                    leave_without=form.leave.data,
                )
        except (PlanChanged, NoSeat):
            changed = _("The records changed since you looked. Nothing was done; this is what would be done now.")
            return await apply_again(request, db_session, frame, 409, changed)
        except Unsolved:
            unsolved = _("Some find no seat. Solve it, or say that they stay without a group.")
            return await apply_again(request, db_session, frame, 422, unsolved)
        words = ngettext("%(num)s student enrolled.", "%(num)s students enrolled.", done.enrolled)
        notice = words % {"num": done.enrolled} if done.enrolled else _("Everybody was enrolled already.")
        return _applied(request, frame, notice)

    @post("/undoing", name="rollovers.undo", status_code=200, opt={"undoes": True})
    async def undo(
        self,
        request: Request[Any, Any, Any],
        frame: NamedDependency[Frame],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """Take back what nobody has changed since."""
        done = await undo(db_session, frame)
        words = ngettext("%(num)s enrollment removed.", "%(num)s enrollments removed.", done.removed)
        kept = ngettext("%(num)s was changed since, and stays.", "%(num)s were changed since, and stay.", done.kept)
        notice = words % {"num": done.removed} + (f" {kept % {'num': done.kept}}" if done.kept else "")
        return _applied(request, frame, notice)


async def plan_again(session: AsyncSession, frame: Frame) -> Plan:
    """What would be done now. Raises Conflict without a year to go on to."""
    if frame.target is None:
        raise Conflict(_("There is no year that takes enrollments after this one."))
    return await plan_of(session, frame.closing.school_id, frame.closing.id, frame.target.id)


async def apply_again(
    request: Request[Any, Any, Any], session: AsyncSession, frame: Frame, status_code: int, problem: str
) -> Response[str]:
    """The last step with what stopped it; nothing was written."""
    asked = RolloverFilter(step=APPLY)
    return await wizard_page(request, session, frame, asked, status_code=status_code, problem=problem)


def _applied(request: Request[Any, Any, Any], frame: Frame, notice: str) -> Response[Any]:
    """A roll-over is undone on its own page, where its button stands."""
    return go_to(request, "rollovers.show", year_id=frame.closing.id, params={"step": APPLY}, notice=notice, undo=False)


async def wizard_page(
    request: Request[Any, Any, Any],
    session: AsyncSession,
    frame: Frame,
    asked: RolloverFilter,
    *,
    block: str = "wizard",
    status_code: int = 200,
    choice: ChoiceForm | None = None,
    problem: str | None = None,
) -> Response[str]:
    """The page at one of its steps."""
    plan = await plan_again(session, frame)
    rollovers = RolloverRepository(session, frame.closing.school_id)
    made = await rollovers.made_by(frame.rollover.id) if frame.rollover and asked.step == APPLY else ()
    wizard = Wizard(frame, plan, asked, made)
    return page(
        request,
        "rollovers/show.html",
        block=block,
        status_code=status_code,
        wizard=wizard,
        choice=choice or ChoiceForm.show().offer(plan.groups),
        picked=choice.picked if choice else (),
        problem=problem,
    )
