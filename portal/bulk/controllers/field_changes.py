"""Writing one field of the picked students: choose it, say its value, look at what changes, apply."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.audit.reverting.offer import undo_address
from portal.bulk.field_changes import form_for, offered_fields, plan_of, write
from portal.bulk.picked import Picked
from portal.bulk.plan import Plan
from portal.bulk.providers import provide_picked
from portal.schools.providers import provide_access, provide_school
from portal.students.providers import provide_students
from portal.students.repository import StudentRepository
from portal.web.forms import Form
from portal.web.i18n import ngettext
from portal.web.pages import go_to_address, page


class FieldChangeController(Controller):
    """One field of many."""

    path = "/schools/{slug:str}/students/field"
    guards = [may(Permission.STUDENTS_WRITE)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "students": Provide(provide_students),
        "picked": Provide(provide_picked),
    }

    @get("/", name="bulk_fields.new")
    async def new(
        self, request: Request[Any, Any, Any], access: NamedDependency[Access], picked: NamedDependency[Picked]
    ) -> Response[str]:
        """Which field, and once one is chosen its value."""
        name = request.query_params.get("field", "")
        one_field = form_for(access, name)
        return _page(request, access, picked, name, one_field.show() if one_field else None)

    @post("/preview", name="bulk_fields.preview", status_code=200, opt={"writes": False})
    async def preview(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        students: NamedDependency[StudentRepository],
        picked: NamedDependency[Picked],
    ) -> Response[str]:
        """What would change. A POST that writes nothing: what is typed about pupils belongs in no address."""
        name, form = await _sent(request, access)
        if form is None or not form.validate():
            return _page(request, access, picked, name, form, status_code=422)
        plan = plan_of(await students.picked(picked.ids), form, access.rules.fields)
        return _page(request, access, picked, name, form, plan)

    @post("/", name="bulk_fields.create", status_code=200)
    async def create(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        students: NamedDependency[StudentRepository],
        picked: NamedDependency[Picked],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """Write it for all of them; where the records have changed since, for nobody, and the new preview is shown."""
        name, form = await _sent(request, access)
        if form is None or not form.validate():
            return _page(request, access, picked, name, form, status_code=422)
        plan = plan_of(await students.picked(picked.ids, lock=True), form, access.rules.fields)
        if not plan.able:
            return _page(request, access, picked, name, form, plan, status_code=422)
        if (await request.form()).get("seen") != plan.seen:
            return _page(request, access, picked, name, form, plan, status_code=409)
        write(plan, form, access.rules.fields)
        await db_session.flush()
        words = ngettext("%(field)s: %(num)s student changed.", "%(field)s: %(num)s students changed.", plan.count)
        notice = words % {"field": offered_fields(access)[name], "num": plan.count}
        return go_to_address(request, picked.back, notice=notice, undo=undo_address(request))


async def _sent(request: Request[Any, Any, Any], access: Access) -> tuple[str, Form | None]:
    """The field's name and its form; None for a field that nobody may write for many: it is asked for again."""
    name = str((await request.form()).get("field", ""))
    one_field = form_for(access, name)
    return name, await one_field.read(request) if one_field else None


def _page(
    request: Request[Any, Any, Any],
    access: Access,
    picked: Picked,
    name: str,
    form: Form | None,
    plan: Plan | None = None,
    *,
    status_code: int = 200,
) -> Response[str]:
    return page(
        request,
        "bulk/field.html",
        block="form",
        status_code=status_code,
        picked=picked,
        fields=offered_fields(access),
        name=name,
        form=form,
        plan=plan,
        has_changed=status_code == 409,
    )
