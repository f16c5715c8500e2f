"""The words in which a school's history tells of students."""

from sqlalchemy import func, select

from portal.accounts.permissions import Permission
from portal.audit.telling import Named, Told
from portal.audit.values import Value, of_forms
from portal.merging.told import of_merging
from portal.schools.rules import CustomField
from portal.students.forms import WholeStudentForm
from portal.students.models import Student
from portal.students.own_fields import in_words, own_value
from portal.students.repository import visible_students
from portal.students.sheet import LEFT_DEPARTMENT, LEFT_MUNICIPALITY, LEFT_PLACE, SIMAT_COLUMNS
from portal.web.i18n import lazy

_FORM = of_forms(WholeStudentForm)


def _own(key: str, fields: tuple[CustomField, ...]) -> Value:
    """A field of the school's own; one that it took out of its settings has no name any more."""
    own = next((each for each in fields if each.key == key), None)
    if own is None:
        return Value(lazy("A field that the school has taken out"))
    return Value(own.label, lambda kept: in_words(own_value(own, {key: kept})))


STUDENT = Told(
    model=Student,
    kind=lazy("Students"),
    thing=lazy("the student record of %(name)s"),
    fields={
        **{f"simat.{name}" if name in SIMAT_COLUMNS else name: _FORM[name] for name in _FORM if name != LEFT_PLACE},
        f"simat.{LEFT_DEPARTMENT}": Value(lazy("Displaced from: code of the department")),
        f"simat.{LEFT_MUNICIPALITY}": Value(lazy("Displaced from: code of the municipality")),
        "merged_into_id": Value(lazy("Merged into"), names="students"),
        "user_id": Value(lazy("Account"), names="users"),
    },
    # SIMAT's other columns have no words but their names.
    inside={"simat": lambda key, _fields: Value(f"SIMAT {key}"), "extra_data": _own},
    whose=("student",),
    read=Permission.STUDENTS_READ,
    seen=lambda school_id, led_by: visible_students(school_id, led_by).with_only_columns(Student.id),
    named=Named(
        ask=lambda school_id: select(Student.id, func.jsonb_build_array(Student.full_name)).where(
            Student.school_id == school_id
        ),
        words=str,
    ),
    said=of_merging,
    shown_at=("students.show", "student_id"),
    edited_at=("students.edit", "student_id", Permission.STUDENTS_WRITE),
)
