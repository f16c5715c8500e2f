"""A guardian's own record: shown with all their children, and corrected as a whole."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide

from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.audit.since import catch_up
from portal.audit.versions import version_of
from portal.guardians.adding import other_owner
from portal.guardians.forms import GuardianForm
from portal.guardians.providers import (
    provide_guardian,
    provide_guardian_record,
    provide_guardians,
    provide_locked_guardian,
)
from portal.guardians.record import SECTIONS, GuardianRecord
from portal.guardians.repository import GuardianRepository
from portal.schools.providers import provide_access, provide_school
from portal.web.i18n import _
from portal.web.pages import go_to, page
from portal.web.recents import remember


class GuardianController(Controller):
    """One guardian. What is corrected here counts for all students whose guardian they are."""

    path = "/schools/{slug:str}/guardians/{guardian_id:uuid}"
    guards = [may(Permission.STUDENTS_READ)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "guardians": Provide(provide_guardians),
        "guardian": Provide(provide_guardian),
        "record": Provide(provide_guardian_record),
    }

    @get("/", name="guardians.show")
    async def show(self, request: Request[Any, Any, Any], record: NamedDependency[GuardianRecord]) -> Response[str]:
        """Who it is, how to reach them, and for whom they answer."""
        sections = [(section, section.facts(record.guardian)) for section in SECTIONS.values()]
        answer = page(request, "guardians/show.html", record=record, sections=sections)
        remember(request, answer, "guardians", record.guardian.id)
        return answer

    @get("/edit", name="guardians.edit", guards=[may(Permission.STUDENTS_WRITE)], opt={"drafts": True})
    async def edit(self, request: Request[Any, Any, Any], record: NamedDependency[GuardianRecord]) -> Response[str]:
        """The form, filled; from the history with what stood there once (``as_of``)."""
        version = await version_of(request, record.guardian)
        form = GuardianForm.show(of=version.row)
        return self._form(request, record, form, as_of=version.told(form, record.guardian))

    @post(
        "/edit",
        name="guardians.update",
        guards=[may(Permission.STUDENTS_WRITE)],
        dependencies={"guardian": Provide(provide_locked_guardian)},
        status_code=200,
    )
    async def update(
        self,
        request: Request[Any, Any, Any],
        guardians: NamedDependency[GuardianRepository],
        record: NamedDependency[GuardianRecord],
    ) -> Response[Any]:
        """Save what was typed, or say everything that is wrong with it."""
        guardian = record.guardian
        form = await GuardianForm.read(request, of=guardian)
        await catch_up(guardians.session, form, guardian)
        form.validate()
        other = await other_owner(guardians, form, but=guardian.id)
        if form.errors:
            return self._form(request, record, form, status_code=422, other=other)
        form.populate_obj(guardian)
        await guardians.session.flush()
        return go_to(request, "guardians.show", guardian_id=guardian.id, notice=form.telling(_("Saved.")))

    def _form(
        self, request: Request[Any, Any, Any], record: GuardianRecord, form: GuardianForm, **shown: Any
    ) -> Response[str]:
        parts = [(section, [form[field.short_name] for field in section.form()]) for section in SECTIONS.values()]
        shown = {"other": None, **shown}
        return page(request, "guardians/edit.html", record=record, form=form, parts=parts, **shown)
