"""A guardian's phones, corrected on their card in a student's record: the numbers alone, where they stand."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide

from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.audit.since import catch_up
from portal.guardians.controllers.ties import DEPENDENCIES, PATH
from portal.guardians.forms import GuardianPhonesForm
from portal.guardians.models import StudentGuardian
from portal.guardians.providers import provide_locked_tie, provide_tie
from portal.guardians.tie_repository import TieRepository
from portal.students.record import Record
from portal.web.i18n import _
from portal.web.pages import go_to, is_partial, page


class PhonesController(Controller):
    """The phones of one guardian of a student; without a script their form is a page of its own."""

    path = f"{PATH}/{{tie_id:uuid}}/phones"
    guards = [may(Permission.STUDENTS_WRITE)]
    dependencies = {**DEPENDENCIES, "tie": Provide(provide_tie)}

    @get("/", name="ties.phones")
    async def show(
        self, request: Request[Any, Any, Any], record: NamedDependency[Record], tie: NamedDependency[StudentGuardian]
    ) -> Response[Any]:
        """The numbers, to put back where their form was; as a page they are a part of the record."""
        if not is_partial(request):
            return go_to(request, "ties.index", student_id=record.student.id)
        return _page(request, record, tie)

    @get("/edit", name="ties.phones.edit")
    async def edit(
        self, request: Request[Any, Any, Any], record: NamedDependency[Record], tie: NamedDependency[StudentGuardian]
    ) -> Response[str]:
        """The form, in the place of the numbers."""
        return _page(request, record, tie, form=GuardianPhonesForm.show(of=tie.guardian).within(f"tie-{tie.id}"))

    @post(
        "/edit",
        name="ties.phones.update",
        status_code=200,
        dependencies={"tie": Provide(provide_locked_tie)},
    )
    async def update(
        self,
        request: Request[Any, Any, Any],
        record: NamedDependency[Record],
        ties: NamedDependency[TieRepository],
        tie: NamedDependency[StudentGuardian],
    ) -> Response[Any]:
        """Save the numbers, for all students whose guardian it is, and show them with the focus where it was."""
        form = (await GuardianPhonesForm.read(request, of=tie.guardian)).within(f"tie-{tie.id}")
        await catch_up(ties.session, form, tie.guardian)
        if not form.validate():
            return _page(request, record, tie, form=form, status_code=422)
        form.populate_obj(tie.guardian)
        await ties.session.flush()
        if not is_partial(request):
            return go_to(request, "ties.index", student_id=record.student.id, notice=form.telling(_("Saved.")))
        return _page(request, record, tie, notice=form.telling(_("Saved.")))


def _page(
    request: Request[Any, Any, Any],
    record: Record,
    tie: StudentGuardian,
    *,
    form: GuardianPhonesForm | None = None,
    notice: str | None = None,
    status_code: int = 200,
) -> Response[str]:
    context = {"record": record, "each": tie, "form": form, "notice": notice}
    return page(request, "ties/phones.html", block="phones", status_code=status_code, **context)
