"""Taking the picked students out of the year."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.bulk.picked import Picked
from portal.bulk.plan import Plan
from portal.bulk.providers import provide_picked
from portal.bulk.withdrawing import plan_of, withdraw_all
from portal.db.base import now
from portal.enrollments import moves
from portal.enrollments.providers import provide_enrollments
from portal.enrollments.repository import EnrollmentRepository
from portal.enrollments.withdrawal import WithdrawalForm
from portal.schools.providers import provide_access, provide_school
from portal.students.providers import provide_students
from portal.students.repository import StudentRepository
from portal.web.i18n import ngettext, today
from portal.web.pages import go_to_address, page, url_for


class ManyWithdrawalsController(Controller):
    """The withdrawal of many."""

    path = "/schools/{slug:str}/students/withdrawal"
    guards = [may(moves.WITHDRAW.permission)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "students": Provide(provide_students),
        "enrollments": Provide(provide_enrollments),
        "picked": Provide(provide_picked),
    }

    @get("/", name="bulk_withdrawals.new")
    async def new(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        students: NamedDependency[StudentRepository],
        enrollments: NamedDependency[EnrollmentRepository],
        picked: NamedDependency[Picked],
    ) -> Response[str]:
        """Who would be withdrawn, who cannot be and why, and the form."""
        form = WithdrawalForm.show(ends_on=_usual_last_day(access))
        return _page(request, picked, form, await _plan(access, students, enrollments, picked, form))

    @post("/", name="bulk_withdrawals.create", status_code=200)
    async def create(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        students: NamedDependency[StudentRepository],
        enrollments: NamedDependency[EnrollmentRepository],
        picked: NamedDependency[Picked],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """Withdraw them all; where the records have changed since, nobody, and the new preview is shown."""
        form = await WithdrawalForm.read(request)
        form.first_day, form.last_day = _days(access)
        is_valid = form.validate()
        plan = await _plan(access, students, enrollments, picked, form, lock=True)
        if not is_valid or not plan.able:
            return _page(request, picked, form, plan, status_code=422)
        if (await request.form()).get("seen") != plan.seen:
            return _page(request, picked, form, plan, status_code=409)
        batch = withdraw_all(plan, form, by=access.user_id, at=now())
        await db_session.flush()
        words = ngettext("%(num)s student is withdrawn.", "%(num)s students are withdrawn.", plan.count)
        undo = url_for(request, "undos.batch", batch_id=batch)
        return go_to_address(request, picked.back, notice=words % {"num": plan.count}, undo=undo)


async def _plan(
    access: Access,
    students: StudentRepository,
    enrollments: EnrollmentRepository,
    picked: Picked,
    form: WithdrawalForm,
    *,
    lock: bool = False,
) -> Plan:
    year = access.year
    theirs = await enrollments.of_students(picked.ids, year.id, lock=lock) if year else []
    return plan_of(await students.picked(picked.ids), theirs, year, form.ends_on.data)


def _page(
    request: Request[Any, Any, Any], picked: Picked, form: WithdrawalForm, plan: Plan, *, status_code: int = 200
) -> Response[str]:
    return page(
        request, "bulk/withdrawal.html", block="form", status_code=status_code, form=form, plan=plan, picked=picked,
        has_changed=status_code == 409,
    )  # fmt: skip


def _days(access: Access) -> tuple[Any, Any]:
    """The first and the last day that somebody can have been at the school; without a year nobody was."""
    return (access.year.starts_on, max(access.year.ends_on, today())) if access.year else (today(), today())


def _usual_last_day(access: Access) -> Any:
    first, last = _days(access)
    return min(max(today(), first), last)
