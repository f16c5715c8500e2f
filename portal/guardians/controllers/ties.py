"""A student's guardians: shown, added, corrected and taken away in their place in the record."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery

from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.audit.since import catch_up
from portal.guardians import ties as tying
from portal.guardians.adding import SCOPE, Adding, other_owner
from portal.guardians.forms import TiedGuardian, TiedGuardianForm
from portal.guardians.models import StudentGuardian
from portal.guardians.providers import provide_guardians, provide_locked_tie, provide_tie, provide_ties, provide_wards
from portal.guardians.repository import GuardianRepository, Wards
from portal.guardians.tie_repository import TieRepository
from portal.schools.providers import provide_access, provide_school
from portal.students.providers import provide_record, provide_student, provide_students
from portal.students.record import Record
from portal.web.i18n import _
from portal.web.pages import go_to, is_partial, page
from portal.web.reading import parse_id, typed_query

PATH = "/schools/{slug:str}/students/{student_id:uuid}/guardians"
DEPENDENCIES = {
    "access": Provide(provide_access),
    "school": Provide(provide_school),
    "students": Provide(provide_students),
    "student": Provide(provide_student),
    "record": Provide(provide_record),
    "guardians": Provide(provide_guardians),
    "ties": Provide(provide_ties),
    "wards": Provide(provide_wards),
}


class TieController(Controller):
    """The guardians of one student. Whatever changes, their section of the record is drawn anew."""

    path = PATH
    guards = [may(Permission.STUDENTS_READ)]
    dependencies = DEPENDENCIES

    @get("/", name="ties.index")
    async def index(
        self,
        request: Request[Any, Any, Any],
        record: NamedDependency[Record],
        wards: NamedDependency[Wards],
        focus: FromQuery[UUID | None] = None,
    ) -> Response[str]:
        """Who answers for the student. ``focus`` is the tie whose edit link takes the focus, after leaving its form."""
        return _section(request, record, wards, focus=focus)

    @get("/new", name="ties.new", guards=[may(Permission.STUDENTS_WRITE)])
    async def new(
        self,
        request: Request[Any, Any, Any],
        record: NamedDependency[Record],
        wards: NamedDependency[Wards],
        guardians: NamedDependency[GuardianRepository],
        q: FromQuery[str] = "",
        guardian_id: FromQuery[UUID | None] = None,
    ) -> Response[str]:
        """Look for a guardian who is kept already, choose one, or write a new one."""
        adding = Adding.show(is_first=not record.ties)
        if guardian_id is not None:
            adding.choose(await guardians.find(guardian_id))
        await adding.look(guardians, typed_query(q))
        return _section(request, record, wards, adding=adding)

    @get("/candidates", name="ties.candidates", guards=[may(Permission.STUDENTS_WRITE)])
    async def candidates(
        self,
        request: Request[Any, Any, Any],
        record: NamedDependency[Record],
        guardians: NamedDependency[GuardianRepository],
        q: FromQuery[str] = "",
    ) -> Response[Any]:
        """Those whom the words mean that are typed so far."""
        if not is_partial(request):
            return go_to(request, "ties.new", student_id=record.student.id, params={"q": q})
        adding = Adding.show(is_first=not record.ties)
        await adding.look(guardians, typed_query(q))
        return page(request, "ties/_found.html", record=record, adding=adding)

    @post(
        "/likenesses",
        name="ties.likenesses",
        guards=[may(Permission.STUDENTS_WRITE)],
        status_code=200,
        opt={"writes": False},
    )
    async def look_for_likenesses(
        self,
        request: Request[Any, Any, Any],
        record: NamedDependency[Record],
        wards: NamedDependency[Wards],
        guardians: NamedDependency[GuardianRepository],
    ) -> Response[str]:
        """Who is like the new guardian that is being typed. A POST: what is typed does not belong into addresses."""
        adding = await Adding.read(request, is_first=not record.ties)
        await adding.compare(guardians)
        if is_partial(request):
            return page(request, "ties/_likenesses.html", record=record, adding=adding)
        return _section(request, record, wards, adding=adding)

    @post("/", name="ties.create", guards=[may(Permission.STUDENTS_WRITE)], status_code=200)
    async def create(
        self,
        request: Request[Any, Any, Any],
        record: NamedDependency[Record],
        wards: NamedDependency[Wards],
        guardians: NamedDependency[GuardianRepository],
        ties: NamedDependency[TieRepository],
    ) -> Response[Any]:
        """Add the chosen guardian or the new one."""
        adding = await Adding.read(request, is_first=not record.ties)
        if wanted := str((await request.form()).get("guardian_id", "")):
            wanted_id = parse_id(wanted)
            adding.choose(await guardians.find(wanted_id) if wanted_id else None)
        tie = await adding.add_to(record.student.id, guardians, ties)
        if tie is None:
            return _section(request, record, wards, status_code=422, adding=adding)
        return await _saved(request, record, guardians, ties, _("The guardian was added."), focus=tie.id)


class TieEditingController(Controller):
    """One guardian of a student: corrected or taken away."""

    path = f"{PATH}/{{tie_id:uuid}}"
    guards = [may(Permission.STUDENTS_WRITE)]
    dependencies = {**DEPENDENCIES, "tie": Provide(provide_tie)}

    @get("/edit", name="ties.edit")
    async def edit(
        self,
        request: Request[Any, Any, Any],
        record: NamedDependency[Record],
        wards: NamedDependency[Wards],
        tie: NamedDependency[StudentGuardian],
    ) -> Response[str]:
        """The guardian's form, in the place of their card."""
        form = TiedGuardianForm.show(of=TiedGuardian(tie.guardian, tie))
        return _section(request, record, wards, tie=tie, form=_prepared(form, tie))

    @post("/edit", name="ties.update", status_code=200, dependencies={"tie": Provide(provide_locked_tie)})
    async def update(
        self,
        request: Request[Any, Any, Any],
        record: NamedDependency[Record],
        wards: NamedDependency[Wards],
        guardians: NamedDependency[GuardianRepository],
        ties: NamedDependency[TieRepository],
        tie: NamedDependency[StudentGuardian],
    ) -> Response[Any]:
        """Save the guardian, for all students whose guardian they are, and what they are to this one."""
        row = TiedGuardian(tie.guardian, tie)
        form = _prepared(await TiedGuardianForm.read(request, of=row), tie)
        await catch_up(ties.session, form, tie.guardian, tie, view=TiedGuardian)
        form.validate()
        known = await other_owner(guardians, form, but=tie.guardian_id)
        if form.errors:
            return _section(request, record, wards, status_code=422, tie=tie, form=form, known=known)
        row.fill(form)
        await ties.session.flush()
        if "is_primary" in form and form.is_primary.data:
            await tying.make_primary(ties, tie)
        if form.contact_order.data != tie.contact_order:
            await tying.call_in_place(ties, tie, form.contact_order.data)
        return await _saved(request, record, guardians, ties, form.telling(_("The guardian was saved.")), focus=tie.id)

    @get("/removal", name="ties.removal")
    async def removal(
        self,
        request: Request[Any, Any, Any],
        record: NamedDependency[Record],
        wards: NamedDependency[Wards],
        tie: NamedDependency[StudentGuardian],
    ) -> Response[str]:
        """Ask once, and say what will happen."""
        following = next((other for other in record.ties if other is not tie), None) if tie.is_primary else None
        return _section(request, record, wards, tie=tie, removing=True, following=following)

    @post("/removal", name="ties.remove", status_code=200, dependencies={"tie": Provide(provide_locked_tie)})
    async def remove(
        self,
        request: Request[Any, Any, Any],
        record: NamedDependency[Record],
        guardians: NamedDependency[GuardianRepository],
        ties: NamedDependency[TieRepository],
        tie: NamedDependency[StudentGuardian],
    ) -> Response[Any]:
        """Untie the guardian from the student; the guardian's record is kept."""
        await tying.remove(ties, tie)
        notice = _("No longer a guardian of this student. The guardian's own record is kept and can be added again.")
        return await _saved(request, record, guardians, ties, notice)


def _prepared(form: TiedGuardianForm, tie: StudentGuardian) -> TiedGuardianForm:
    form.within(SCOPE).offer_primary(is_choice=not tie.is_primary)
    return form


async def _saved(
    request: Request[Any, Any, Any],
    record: Record,
    guardians: GuardianRepository,
    ties: TieRepository,
    notice: str,
    *,
    focus: UUID | None = None,
) -> Response[Any]:
    """The section as it is now, or the way back to it."""
    if not is_partial(request):
        return go_to(request, "ties.index", student_id=record.student.id, notice=notice)
    now = replace(record, ties=await ties.of_student(record.student.id))
    wards = await guardians.wards_of((tie.guardian_id for tie in now.ties), but=record.student.id)
    return _section(request, now, wards, focus=focus, notice=notice)


def _section(
    request: Request[Any, Any, Any],
    record: Record,
    wards: Wards,
    *,
    status_code: int = 200,
    **state: Any,
) -> Response[str]:
    """The guardians' tab, or in its place in the record the section alone; ``state`` says what is being done in it."""
    usual = {"adding": None, "tie": None, "form": None, "known": None, "removing": False, "focus": None, "notice": None}
    return page(
        request,
        "ties/index.html",
        block="guardians",
        status_code=status_code,
        record=record,
        wards=wards,
        tab="guardians" if request.headers.get("hx-current-url", "/guardians").endswith("/guardians") else "profile",
        **usual | state,
    )
