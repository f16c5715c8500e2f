"""Editing one section of a student's record: in its place, or on a page of its own where there is no script."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.schools.providers import provide_access, provide_school
from portal.students.editing import judged
from portal.students.models import Student
from portal.students.providers import (
    provide_locked_student,
    provide_record,
    provide_section,
    provide_student,
    provide_students,
)
from portal.students.record import Record, facts
from portal.students.repository import StudentRepository
from portal.students.sections import Section, sections_of
from portal.web.forms import Form
from portal.web.i18n import _
from portal.web.pages import go_to, is_partial, page


class SectionController(Controller):
    """One section: its facts, and its form."""

    path = "/schools/{slug:str}/students/{student_id:uuid}/sections/{section_name:str}"
    guards = [may(Permission.STUDENTS_READ)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "students": Provide(provide_students),
        "student": Provide(provide_student),
        "record": Provide(provide_record),
        "section": Provide(provide_section),
    }

    @get("/", name="students.sections.show")
    async def show(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        record: NamedDependency[Record],
        section: NamedDependency[Section],
    ) -> Response[Any]:
        """The section's facts, to put back where its form was; as a page it is a part of the record."""
        if not is_partial(request):
            return go_to(request, "students.show", student_id=record.student.id)
        return self._shown(request, access, record, section)

    @get("/edit", name="students.sections.edit", guards=[may(Permission.STUDENTS_WRITE)])
    async def edit(
        self, request: Request[Any, Any, Any], record: NamedDependency[Record], section: NamedDependency[Section]
    ) -> Response[str]:
        """The section's form."""
        return self._form(request, record, section, section.form.show(of=record.sheet))

    @post(
        "/edit",
        name="students.sections.update",
        guards=[may(Permission.STUDENTS_WRITE)],
        dependencies={"student": Provide(provide_locked_student)},
        status_code=200,
    )
    async def update(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        students: NamedDependency[StudentRepository],
        record: NamedDependency[Record],
        section: NamedDependency[Section],
    ) -> Response[Any]:
        """Save the section, and show it again with the focus where it was before."""
        form, other = await judged(request, section.form, record.sheet, students)
        if form.errors:
            return self._form(request, record, section, form, status_code=422, other=other)
        record.sheet.fill(form)
        await students.session.flush()
        if not is_partial(request):
            return go_to(request, "students.show", student_id=record.student.id, notice=form.telling(_("Saved.")))
        return self._shown(request, access, record, section, saved=form)

    def _shown(
        self,
        request: Request[Any, Any, Any],
        access: Access,
        record: Record,
        section: Section,
        saved: Form | None = None,
    ) -> Response[str]:
        return page(
            request,
            "students/section.html",
            block="section",
            record=record,
            section=section,
            form=None,
            facts=facts(section.name, record),
            others=[name for name in sections_of(access) if name != section.name],
            saved=saved,
        )

    def _form(
        self,
        request: Request[Any, Any, Any],
        record: Record,
        section: Section,
        form: Form,
        *,
        status_code: int = 200,
        other: Student | None = None,
    ) -> Response[str]:
        return page(
            request,
            "students/section.html",
            block="section",
            status_code=status_code,
            record=record,
            section=section,
            form=form,
            other=other,
        )
