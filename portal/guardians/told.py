"""The words in which a school's history tells of guardians, and of what they are to students."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from portal.accounts.permissions import Permission
from portal.audit.models import AuditEvent
from portal.audit.telling import Named, Names, Told
from portal.audit.values import Value, of_forms
from portal.guardians.forms import GuardianForm, TiedGuardianForm, TieForm
from portal.guardians.models import Guardian, StudentGuardian
from portal.guardians.repository import visible_guardians
from portal.merging.told import of_merging
from portal.students.models import Student
from portal.students.repository import visible_students
from portal.web.i18n import _, lazy


def _who_to_whom(event: AuditEvent, names: Names) -> str:
    guardian, student = names.of("guardians", event.guardian_id), names.of("students", event.student_id)
    return _("%(guardian)s and %(student)s") % {"guardian": guardian or _("(gone)"), "student": student or _("(gone)")}


def _ties(school_id: UUID, led_by: UUID | None) -> Select[Any]:
    pupils = visible_students(school_id, led_by).with_only_columns(Student.id)
    return select(StudentGuardian.id).where(
        StudentGuardian.school_id == school_id, StudentGuardian.student_id.in_(pupils)
    )


GUARDIAN = Told(
    model=Guardian,
    kind=lazy("Guardians"),
    thing=lazy("the guardian record of %(name)s"),
    fields={**of_forms(GuardianForm), "merged_into_id": Value(lazy("Merged into"), names="guardians")},
    whose=("guardian",),
    read=Permission.STUDENTS_READ,
    seen=lambda school_id, led_by: visible_guardians(school_id, led_by).with_only_columns(Guardian.id),
    named=Named(
        ask=lambda school_id: select(Guardian.id, func.jsonb_build_array(Guardian.full_name)).where(
            Guardian.school_id == school_id
        ),
        words=str,
    ),
    said=of_merging,
    shown_at=("guardians.show", "guardian_id"),
    edited_at=("guardians.edit", "guardian_id", Permission.STUDENTS_WRITE),
)
TIE = Told(
    model=StudentGuardian,
    kind=lazy("Guardians of a student"),
    thing=lazy("the tie between %(name)s"),
    fields={
        "guardian_id": Value(lazy("Guardian"), names="guardians"),
        "student_id": Value(lazy("Student"), names="students"),
        **of_forms(TieForm),
        "contact_order": of_forms(TiedGuardianForm)["contact_order"],
    },
    whose=("student", "guardian"),
    read=Permission.STUDENTS_READ,
    seen=_ties,
    name=_who_to_whom,
)
