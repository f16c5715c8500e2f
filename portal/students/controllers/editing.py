"""Editing a student: the whole form on a page of its own, or one section in its place in the record."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.schools.providers import provide_access, provide_school
from portal.students.editing import other_owner
from portal.students.forms import SECTIONS, Section, StudentForm, WholeStudentForm
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
from portal.web.i18n import _
from portal.web.pages import go_to, is_partial, page

LOCKED = {"student": Provide(provide_locked_student)}


class EditingController(Controller):
    """The whole record in one form."""

    path = "/schools/{slug:str}/students/{student_id:uuid}/edit"
    guards = [may(Permission.STUDENTS_WRITE)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "students": Provide(provide_students),
        "student": Provide(provide_student),
    }

    @get("/", name="students.edit")
    async def edit(
        self, request: Request[Any, Any, Any], access: NamedDependency[Access], student: NamedDependency[Student]
    ) -> Response[str]:
        """The form, filled."""
        return self._page(request, access, student, _form_for(access).show(of=student))

    @post("/", name="students.update", status_code=200, dependencies=LOCKED)
    async def update(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        students: NamedDependency[StudentRepository],
        student: NamedDependency[Student],
    ) -> Response[Any]:
        """Save what was typed, or say everything that is wrong with it."""
        form = await _form_for(access).read(request, of=student)
        form.refuse_if_older_than(student)
        form.validate()
        other = await other_owner(students, student, form)
        if form.errors:
            return self._page(request, access, student, form, status_code=422, other=other)
        form.populate_obj(student)
        await students.session.flush()
        return go_to(request, "students.show", student_id=student.id, notice=_("Saved."))

    def _page(
        self,
        request: Request[Any, Any, Any],
        access: Access,
        student: Student,
        form: StudentForm,
        *,
        status_code: int = 200,
        other: Student | None = None,
    ) -> Response[str]:
        parts = [
            (section, [form[field.short_name] for field in section.form()])
            for section in SECTIONS.values()
            if not section.sensitive or access.may(Permission.SENSITIVE_READ)
        ]
        return page(
            request,
            "students/edit.html",
            status_code=status_code,
            student=student,
            form=form,
            parts=parts,
            other=other,
        )


class SectionController(Controller):
    """One section: shown, edited in its place, or on a page of its own where there is no script."""

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
        self, request: Request[Any, Any, Any], record: NamedDependency[Record], section: NamedDependency[Section]
    ) -> Response[Any]:
        """The section's facts, to put back where its form was; as a page it is a part of the record."""
        if not is_partial(request):
            return go_to(request, "students.show", student_id=record.student.id)
        return self._shown(request, record, section)

    @get("/edit", name="students.sections.edit", guards=[may(Permission.STUDENTS_WRITE)])
    async def edit(
        self, request: Request[Any, Any, Any], record: NamedDependency[Record], section: NamedDependency[Section]
    ) -> Response[str]:
        """The section's form."""
        return self._form(request, record, section, section.form.show(of=record.student))

    @post(
        "/edit",
        name="students.sections.update",
        guards=[may(Permission.STUDENTS_WRITE)],
        dependencies=LOCKED,
        status_code=200,
    )
    async def update(
        self,
        request: Request[Any, Any, Any],
        students: NamedDependency[StudentRepository],
        record: NamedDependency[Record],
        section: NamedDependency[Section],
    ) -> Response[Any]:
        """Save the section, and show it again with the focus where it was before."""
        student = record.student
        form = await section.form.read(request, of=student)
        form.refuse_if_older_than(student)
        form.validate()
        other = await other_owner(students, student, form)
        if form.errors:
            return self._form(request, record, section, form, status_code=422, other=other)
        form.populate_obj(student)
        await students.session.flush()
        if not is_partial(request):
            return go_to(request, "students.show", student_id=student.id, notice=_("Saved."))
        return self._shown(request, record, section, replaced_version=form.seen_version)

    def _shown(
        self, request: Request[Any, Any, Any], record: Record, section: Section, replaced_version: int | None = None
    ) -> Response[str]:
        return page(
            request,
            "students/section.html",
            block="section",
            record=record,
            section=section,
            form=None,
            facts=facts(section.name, record),
            others=[name for name in SECTIONS if name != section.name],
            replaced_version=replaced_version,
        )

    def _form(
        self,
        request: Request[Any, Any, Any],
        record: Record,
        section: Section,
        form: Any,
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


def _form_for(access: Access) -> type[StudentForm]:
    return WholeStudentForm if access.may(Permission.SENSITIVE_READ) else StudentForm
