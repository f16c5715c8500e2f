"""Editing a student: what only the other records can tell about a form."""

from portal.students.models import Student
from portal.students.registration import hold_document
from portal.students.repository import StudentRepository
from portal.web.forms import Form
from portal.web.i18n import _


async def other_owner(students: StudentRepository, student: Student, form: Form) -> Student | None:
    """Another student who has the document or the SIMAT number that was typed; the field then says so. Else None.

    ``form`` has been validated, and may be one section's. No other form can write the same document meanwhile: what is
    free here stays free until the transaction ends.
    """
    return await _with_document(students, student, form) or await _with_per_id(students, student, form)


async def _with_document(students: StudentRepository, student: Student, form: Form) -> Student | None:
    if "document_number" not in form or form["document_type"].errors or form["document_number"].errors:
        return None
    kind, number = form["document_type"].data, form["document_number"].data
    await hold_document(students.session, students.school_id, "student", kind, number)
    other = await students.with_document(kind, number, but=student.id)
    if other is not None:
        form.blame(
            "document_number",
            _("It belongs to another student: %(name)s. Check the number or open that record.")
            % {"name": other.full_name},
        )
    return other


async def _with_per_id(students: StudentRepository, student: Student, form: Form) -> Student | None:
    if "per_id" not in form or form["per_id"].errors or not form["per_id"].data:
        return None
    other = await students.with_per_id(form["per_id"].data, but=student.id)
    if other is not None:
        form.blame(
            "per_id",
            _("It belongs to another student: %(name)s. Check the number or open that record.")
            % {"name": other.full_name},
        )
    return other
