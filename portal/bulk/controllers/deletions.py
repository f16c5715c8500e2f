"""Putting the picked students into the recycle bin."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.audit.reverting.offer import undo_address
from portal.bulk.deleting import plan_of
from portal.bulk.picked import Picked
from portal.bulk.plan import Plan
from portal.bulk.providers import provide_picked
from portal.db.base import new_id, now
from portal.enrollments.providers import provide_enrollments
from portal.enrollments.repository import EnrollmentRepository
from portal.recycle_bin.deletion import delete_students
from portal.recycle_bin.kinds import Kind
from portal.recycle_bin.repository import BinRepository
from portal.schools.providers import provide_access, provide_school
from portal.students.providers import provide_students
from portal.students.repository import StudentRepository
from portal.web.i18n import ngettext
from portal.web.pages import go_to_address, page


class ManyDeletionsController(Controller):
    """The deletion of many."""

    path = "/schools/{slug:str}/students/deletion"
    guards = [may(Kind.STUDENTS.permission)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "students": Provide(provide_students),
        "enrollments": Provide(provide_enrollments),
        "picked": Provide(provide_picked),
    }

    @get("/", name="bulk_deletions.new")
    async def new(
        self,
        request: Request[Any, Any, Any],
        students: NamedDependency[StudentRepository],
        enrollments: NamedDependency[EnrollmentRepository],
        picked: NamedDependency[Picked],
    ) -> Response[str]:
        """Ask once, and say what goes along."""
        plan = plan_of(await students.picked(picked.ids), await enrollments.of_all(picked.ids))
        return _page(request, picked, plan)

    @post("/", name="bulk_deletions.create", status_code=200)
    async def create(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        students: NamedDependency[StudentRepository],
        enrollments: NamedDependency[EnrollmentRepository],
        picked: NamedDependency[Picked],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """Delete them all; where the records have changed since, nobody, and the new preview is shown."""
        # Students before their enrollments, as the deletion of one holds them.
        held = await students.picked(picked.ids, lock=True)
        theirs = await enrollments.of_all(picked.ids, lock=True)
        plan = plan_of(held, theirs)
        if not plan.able:
            return _page(request, picked, plan, status_code=422)
        if (await request.form()).get("seen") != plan.seen:
            return _page(request, picked, plan, status_code=409)
        records = BinRepository(db_session, students.school_id)
        await delete_students(records, held, new_id(), by=access.user_id, at=now())
        words = ngettext(
            "%(num)s student is in the recycle bin now.", "%(num)s students are in the recycle bin now.", plan.count
        )
        undo = undo_address(request)
        return go_to_address(request, picked.back, notice=words % {"num": plan.count}, undo=undo)


def _page(request: Request[Any, Any, Any], picked: Picked, plan: Plan, *, status_code: int = 200) -> Response[str]:
    return page(
        request,
        "bulk/deletion.html",
        block="form",
        status_code=status_code,
        picked=picked,
        plan=plan,
        has_changed=status_code == 409,
    )
