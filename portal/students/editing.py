"""Editing a student: a form read over the record, and held against what only the other records can tell."""

from typing import Any

from litestar import Request

from portal.audit.since import catch_up
from portal.students.models import Student
from portal.students.registration import hold_document
from portal.students.repository import StudentRepository
from portal.students.sheet import Sheet
from portal.web.forms import Form
from portal.web.i18n import _


async def judged(
    request: Request[Any, Any, Any], kind: type[Form], sheet: Sheet, students: StudentRepository
) -> tuple[Form, Student | None]:
    """What was sent, with everything that is wrong about it; and whose document it is, where it is another student's.

    ``kind`` is the form of the whole record or of one section. Raises Conflict when somebody else changed the same.
    """
    form = await kind.read(request, of=sheet)
    await catch_up(students.session, form, sheet.student, view=sheet.over)
    form.validate()
    return form, await _other_owner(students, sheet.student, form)


async def _other_owner(students: StudentRepository, student: Student, form: Form) -> Student | None:
    """Another student who has the document or the SIMAT number that was typed; the field then says so. Else None.

    No other form can write the same document meanwhile: what is free here stays free until the transaction ends.
    """
    return await _with_document(students, student, form) or await _with_per_id(students, student, form)


async def _with_document(students: StudentRepository, student: Student, form: Form) -> Student | None:
    if "document_number" not in form or form["document_type"].errors or form["document_number"].errors:
        return None
    kind, number = form["document_type"].data, form["document_number"].data
    await hold_document(students.session, students.school_id, "student", kind, number)
    other = await students.with_document(kind, number, but=student.id)
    _blame(form, "document_number", other)
    return other


async def _with_per_id(students: StudentRepository, student: Student, form: Form) -> Student | None:
    if "per_id" not in form or form["per_id"].errors or not form["per_id"].data:
        return None
    other = await students.with_per_id(form["per_id"].data, but=student.id)
    _blame(form, "per_id", other)
    return other


def _blame(form: Form, field: str, other: Student | None) -> None:
    if other is not None:
        message = _("It belongs to another student: %(name)s. Check the number or open that record.")
        form.blame(field, message % {"name": other.full_name})
