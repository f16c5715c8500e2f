"""Editing a student: the whole form, on a page of its own."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.audit.versions import AsOf, version_of
from portal.schools.providers import provide_access, provide_school
from portal.students.editing import judged
from portal.students.models import Student
from portal.students.providers import provide_locked_student, provide_student, provide_students
from portal.students.repository import StudentRepository
from portal.students.sections import sections_for, whole_form
from portal.students.sheet import Sheet
from portal.web.forms import Form
from portal.web.i18n import _
from portal.web.pages import go_to, page


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

    @get("/", name="students.edit", opt={"drafts": True})
    async def edit(
        self, request: Request[Any, Any, Any], access: NamedDependency[Access], student: NamedDependency[Student]
    ) -> Response[str]:
        """The form, filled; from the history with what stood there once (``as_of``)."""
        version, fields = await version_of(request, student), access.rules.fields
        form = whole_form(access).show(of=Sheet(version.row, fields))
        return self._page(request, access, student, form, as_of=version.told(form, Sheet(student, fields)))

    @post("/", name="students.update", status_code=200, dependencies={"student": Provide(provide_locked_student)})
    async def update(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        students: NamedDependency[StudentRepository],
        student: NamedDependency[Student],
    ) -> Response[Any]:
        """Save what was typed, or say everything that is wrong with it."""
        sheet = Sheet(student, access.rules.fields)
        form, other = await judged(request, whole_form(access), sheet, students)
        if form.errors:
            return self._page(request, access, student, form, status_code=422, other=other)
        sheet.fill(form)
        await students.session.flush()
        return go_to(request, "students.show", student_id=student.id, notice=form.telling(_("Saved.")))

    def _page(
        self,
        request: Request[Any, Any, Any],
        access: Access,
        student: Student,
        form: Form,
        *,
        status_code: int = 200,
        other: Student | None = None,
        as_of: AsOf | None = None,
    ) -> Response[str]:
        parts = [(section, [form[field.short_name] for field in section.form()]) for section in sections_for(access)]
        return page(
            request,
            "students/edit.html",
            status_code=status_code,
            student=student,
            form=form,
            parts=parts,
            other=other,
            as_of=as_of,
        )
