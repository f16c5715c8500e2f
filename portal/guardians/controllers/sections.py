"""One section of a guardian's record, corrected in its place, or on a page of its own where there is no script."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide

from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.audit.since import catch_up
from portal.guardians.adding import other_owner
from portal.guardians.models import Guardian
from portal.guardians.providers import (
    provide_guardian,
    provide_guardian_record,
    provide_guardian_section,
    provide_guardians,
    provide_locked_guardian,
)
from portal.guardians.record import SECTIONS, GuardianRecord, Section
from portal.guardians.repository import GuardianRepository
from portal.schools.providers import provide_access, provide_school
from portal.web.forms import Form
from portal.web.i18n import _
from portal.web.pages import go_to, is_partial, page


class GuardianSectionController(Controller):
    """One section: its facts, and its form."""

    path = "/schools/{slug:str}/guardians/{guardian_id:uuid}/sections/{section_name:str}"
    guards = [may(Permission.STUDENTS_READ)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "guardians": Provide(provide_guardians),
        "guardian": Provide(provide_guardian),
        "record": Provide(provide_guardian_record),
        "section": Provide(provide_guardian_section),
    }

    @get("/", name="guardians.sections.show")
    async def show(
        self,
        request: Request[Any, Any, Any],
        record: NamedDependency[GuardianRecord],
        section: NamedDependency[Section],
    ) -> Response[Any]:
        """The section's facts, to put back where its form was; as a page it is a part of the record."""
        if not is_partial(request):
            return go_to(request, "guardians.show", guardian_id=record.guardian.id)
        return self._shown(request, record, section)

    @get("/edit", name="guardians.sections.edit", guards=[may(Permission.STUDENTS_WRITE)])
    async def edit(
        self,
        request: Request[Any, Any, Any],
        record: NamedDependency[GuardianRecord],
        section: NamedDependency[Section],
    ) -> Response[str]:
        """The section's form."""
        return self._form(request, record, section, section.form.show(of=record.guardian))

    @post(
        "/edit",
        name="guardians.sections.update",
        guards=[may(Permission.STUDENTS_WRITE)],
        dependencies={"guardian": Provide(provide_locked_guardian)},
        status_code=200,
    )
    async def update(
        self,
        request: Request[Any, Any, Any],
        guardians: NamedDependency[GuardianRepository],
        record: NamedDependency[GuardianRecord],
        section: NamedDependency[Section],
    ) -> Response[Any]:
        """Save the section, and show it again with the focus where it was before."""
        guardian = record.guardian
        form = await section.form.read(request, of=guardian)
        await catch_up(guardians.session, form, guardian)
        form.validate()
        other = await other_owner(guardians, form, but=guardian.id)
        if form.errors:
            return self._form(request, record, section, form, status_code=422, other=other)
        form.populate_obj(guardian)
        await guardians.session.flush()
        if not is_partial(request):
            return go_to(request, "guardians.show", guardian_id=guardian.id, notice=form.telling(_("Saved.")))
        return self._shown(request, record, section, saved=form)

    def _shown(
        self,
        request: Request[Any, Any, Any],
        record: GuardianRecord,
        section: Section,
        saved: Form | None = None,
    ) -> Response[str]:
        return page(
            request,
            "guardians/section.html",
            block="section",
            record=record,
            section=section,
            form=None,
            facts=section.facts(record.guardian),
            others=[name for name in SECTIONS if name != section.name],
            saved=saved,
        )

    def _form(
        self,
        request: Request[Any, Any, Any],
        record: GuardianRecord,
        section: Section,
        form: Form,
        *,
        status_code: int = 200,
        other: Guardian | None = None,
    ) -> Response[str]:
        return page(
            request,
            "guardians/section.html",
            block="section",
            status_code=status_code,
            record=record,
            section=section,
            form=form,
            other=other,
        )
