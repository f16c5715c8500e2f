"""The columns of the list of students."""

from typing import Any

from portal.attachments.repository import photo_of
from portal.catalogs.codes import FieldKind
from portal.catalogs.divipola import municipality_name
from portal.catalogs.people import age_on, initials, listed_name
from portal.catalogs.phones import spaced_phone
from portal.catalogs.words import dotted
from portal.lists.declaring import SCHOOL, Column, Person
from portal.lists.showing import Look
from portal.schools.rules import CustomField
from portal.students import list_sorts as sorts
from portal.students.list_source import CAMPUS, GROUP, GUARDIAN, PLACE, SORT_NAME
from portal.students.marks import DOTS_AND_BLANKS, marked
from portal.students.models import Student
from portal.students.own_conditions import own_sort
from portal.students.own_fields import in_words, name_of, own_value
from portal.web.i18n import format_date, lazy, local_day, today

_NAMES = (Student.first_surname, Student.second_surname, Student.first_name, Student.middle_names)
_DOCUMENT = (Student.document_type, Student.document_number)
_THEIR_PLACE = (PLACE.c.grade, GROUP.c.code)
_GUARDIAN_NAME = GUARDIAN.c.full_name.label("guardian")
_CAMPUS_NAME = CAMPUS.c.name.label("campus")
_PHOTO = photo_of(SCHOOL, Student.id).label("photo_id")
_OWN_PHONE = Student.phone.label("student_phone")


def _person(row: Any, look: Look) -> Person:
    group, phone = _group(row, look), spaced_phone(row.phone)
    small = f"{group} · {phone}" if group and phone else group or phone
    return Person(marked(listed_name(row), look.words), initials(row), small, row.photo_id)


def _document(row: Any, look: Look) -> str:
    return marked(f"{row.document_type} {dotted(row.document_number)}", look.words, DOTS_AND_BLANKS)


def _group(row: Any, look: Look) -> str:
    """``6th A``, put together once a page."""
    key = (row.grade, row.code)
    if key not in look.said:
        look.said[key] = " ".join(filter(None, (look.label(row.grade), row.code)))
    return look.said[key]


def _phone(row: Any, look: Look) -> str:
    return marked(spaced_phone(row.phone), look.words, DOTS_AND_BLANKS)


def _age(row: Any, _look: Look) -> int | str:
    return age_on(row.birth_date, today()) if row.birth_date else ""


COLUMNS = (
    Column(
        "name",
        lazy("Student"),
        _person,
        export=lambda row, _look: listed_name(row),
        reads=(*_NAMES, _PHOTO),
        beside=(*_THEIR_PLACE, GUARDIAN.c.phone),
        needs=("group", "guardian"),
        sort=(SORT_NAME,),
        decides=True,
        shape="person",
        always=True,
    ),
    Column(
        "document",
        lazy("Document"),
        _document,
        export=lambda row, _look: f"{row.document_type.value} {row.document_number}",
        reads=_DOCUMENT,
        sort=sorts.DOCUMENT,
        decides=True,
        cls="at-mid nowrap",
        shown=True,
    ),
    Column(
        "group",
        lazy("Group"),
        _group,
        beside=_THEIR_PLACE,
        needs=("group",),
        sort=sorts.GROUPS,
        cls="at-sm nowrap",
        shown=True,
    ),
    Column(
        "grade",
        lazy("Grade"),
        lambda row, look: look.label(row.grade),
        beside=(PLACE.c.grade,),
        needs=("place",),
        sort=sorts.GRADE,
        cls="at-sm nowrap",
    ),
    Column(
        "shift",
        lazy("Shift"),
        lambda row, look: look.label(row.shift),
        beside=(PLACE.c.shift,),
        needs=("place",),
        sort=sorts.SHIFT,
        cls="at-lg",
        shown=True,
    ),
    Column(
        "campus",
        lazy("Campus"),
        lambda row, _look: row.campus or "",
        beside=(_CAMPUS_NAME,),
        needs=("campus",),
        sort=sorts.CAMPUSES,
        cls="at-mid nowrap",
        shape="clipped",
    ),
    Column(
        "status",
        lazy("Enrollment"),
        lambda row, _look: row.status or "",
        beside=(PLACE.c.status,),
        needs=("place",),
        sort=sorts.STATUS,
        shape="state",
        shown=True,
    ),
    Column(
        "guardian",
        lazy("Guardian"),
        lambda row, look: marked(row.guardian or "", look.words),
        beside=(_GUARDIAN_NAME,),
        needs=("guardian",),
        sort=sorts.GUARDIANS,
        cls="at-mid",
        shape="clipped",
        shown=True,
    ),
    Column(
        "phone",
        lazy("Phone"),
        _phone,
        beside=(GUARDIAN.c.phone,),
        needs=("guardian",),
        sort=sorts.PHONE,
        cls="at-sm nowrap",
        shown=True,
    ),
    Column("age", lazy("Age"), _age, reads=(Student.birth_date,), sort=sorts.AGE, cls="at-sm num"),
    Column(
        "birth_date",
        lazy("Born on"),
        lambda row, _look: format_date(row.birth_date),
        export=lambda row, _look: row.birth_date,
        reads=(Student.birth_date,),
        sort=sorts.BORN,
        cls="at-mid nowrap",
    ),
    Column(
        "gender",
        lazy("Gender"),
        lambda row, look: look.label(row.gender),
        reads=(Student.gender,),
        sort=sorts.GENDER,
        cls="at-mid",
    ),
    Column(
        "number",
        lazy("Enrollment number"),
        lambda row, _look: row.number or "",
        beside=(PLACE.c.number,),
        needs=("place",),
        sort=sorts.NUMBER,
        decides=True,
        cls="at-mid nowrap",
    ),
    Column(
        "entered",
        lazy("Enrolled from"),
        lambda row, _look: format_date(row.starts_on),
        export=lambda row, _look: row.starts_on,
        beside=(PLACE.c.starts_on,),
        needs=("place",),
        sort=sorts.ENTERED,
        cls="at-mid nowrap",
    ),
    Column(
        "own_phone",
        lazy("Student's phone"),
        lambda row, _look: spaced_phone(row.student_phone),
        reads=(_OWN_PHONE,),
        sort=sorts.text_or_last(Student.phone),
        cls="at-mid nowrap",
    ),
    Column(
        "email",
        lazy("E-mail"),
        lambda row, _look: row.email or "",
        reads=(Student.email,),
        sort=sorts.words_or_last(Student.email),
        cls="at-mid",
        shape="clipped",
    ),
    Column(
        "address",
        lazy("Address"),
        lambda row, _look: row.address or "",
        reads=(Student.address,),
        sort=sorts.words_or_last(Student.address),
        cls="at-mid",
        shape="clipped",
    ),
    Column(
        "municipality",
        lazy("Municipality"),
        lambda row, _look: municipality_name(row.municipality_code),
        reads=(Student.municipality_code,),
        sort=sorts.text_or_last(Student.municipality_code),
        cls="at-mid",
        shape="clipped",
    ),
    Column(
        "stratum",
        lazy("Stratum"),
        lambda row, _look: "" if row.stratum is None else row.stratum,
        reads=(Student.stratum,),
        sort=sorts.STRATUM,
        cls="at-mid num",
    ),
    Column(
        "registered",
        lazy("Registered on"),
        lambda row, _look: format_date(local_day(row.created_at)),
        export=lambda row, _look: local_day(row.created_at),
        reads=(Student.created_at,),
        sort=sorts.REGISTERED,
        decides=True,
        cls="at-mid nowrap",
    ),
)
# Only for those who may see health and other sensitive data (Ley 1581 of 2012).
SENSITIVE = (
    Column(
        "eps",
        lazy("EPS"),
        lambda row, _look: row.eps or "",
        reads=(Student.eps,),
        sort=sorts.words_or_last(Student.eps),
        cls="at-mid",
        shape="clipped",
    ),
)


def own_column(slot: int, field: CustomField) -> Column:
    """Of one of the school's own fields; ``slot`` is its number among them."""

    def value(row: Any, _look: Look) -> Any:
        return own_value(field, row.extra_data)

    return Column(
        name_of(field),
        field.label,
        lambda row, look: in_words(value(row, look), "medium"),
        export=value,
        reads=(Student.extra_data,),
        sort=own_sort(slot, field.kind),
        cls="at-mid num" if field.kind == FieldKind.NUMBER else "at-mid",
        shown=field.in_list,
    )
