"""The filters of the list of students."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, bindparam, cast, func, select

from portal.attachments.models import Attachment
from portal.attachments.repository import PICTURES, SENSITIVE
from portal.catalogs.codes import (
    AttachmentKind,
    DocumentType,
    EnrollmentStatus,
    EntityType,
    FieldKind,
    Gender,
    Grade,
    Shift,
)
from portal.db.repository import same
from portal.enrollments.models import GIVES_WAY, Enrollment
from portal.guardians.models import Guardian, StudentGuardian
from portal.lists.declaring import SCHOOL
from portal.lists.filters import Case, Choice, Choices, Filter, Without
from portal.lists.spans import Ages, Contains, Days, Moments, Span
from portal.lists.terms import Term
from portal.schools.rules import CustomField
from portal.students.list_source import GROUP, PLACE
from portal.students.models import Student
from portal.students.own_conditions import own_term
from portal.students.own_fields import name_of
from portal.web.i18n import lazy
from portal.web.reading import parse_ids
from portal.years.models import SchoolYear

# Somebody to call: a tie to a guardian who was not deleted.
HAS_GUARDIAN: ColumnElement[bool] = (
    select(StudentGuardian.id)
    .join(Guardian, same(StudentGuardian, Guardian, StudentGuardian.guardian_id))
    .where(
        StudentGuardian.school_id == Student.school_id,
        StudentGuardian.student_id == Student.id,
        Guardian.deleted_at.is_(None),
    )
    .correlate(Student)
    .exists()
)


def _has_file(*kinds: AttachmentKind) -> ColumnElement[bool]:
    return (
        select(Attachment.id)
        .where(
            Attachment.school_id == SCHOOL,
            Attachment.entity_type == EntityType.STUDENT,
            Attachment.entity_id == Student.id,
            Attachment.deleted_at.is_(None),
            Attachment.kind.in_(kinds),
        )
        .correlate(Student)
        .exists()
    )


# A place, or the asking for one: a student has one a year at most.
_PLACES = select(Enrollment.id).where(
    Enrollment.school_id == SCHOOL, Enrollment.deleted_at.is_(None), Enrollment.status.not_in(GIVES_WAY)
)
_HAS_PLACE_IN: ColumnElement[bool] = (
    _PLACES.where(Enrollment.student_id == Student.id, Enrollment.year_id.in_(bindparam("without_ids", expanding=True)))
    .correlate(Student)
    .exists()
)


def _without_place(students: Select[Any]) -> Select[Any]:
    """How many of the students have no place in each of the school's years."""
    found = students.cte("found")
    everybody = select(func.count()).select_from(found).scalar_subquery()
    placed = (
        _PLACES.with_only_columns(Enrollment.year_id, func.count().label("students"))
        .join(found, found.c.id == Enrollment.student_id)
        .group_by(Enrollment.year_id)
        .subquery()
    )
    number = everybody - func.coalesce(placed.c.students, 0)
    return (
        select(cast(SchoolYear.id, Text).label("value"), number.label("rows"))
        .outerjoin(placed, placed.c.year_id == SchoolYear.id)
        .where(SchoolYear.school_id == SCHOOL)
    )


_PAPERS = tuple(kind for kind in AttachmentKind if kind not in PICTURES)
_OPEN_PAPERS = tuple(kind for kind in _PAPERS if kind not in SENSITIVE)


def _by_name(named: Any) -> list[tuple[str, str]]:
    return sorted((named or {}).items(), key=lambda item: str(item[1]))


def _without(papers: tuple[AttachmentKind, ...]) -> Without:
    return Without(
        "without",
        lazy("Without"),
        upfront=True,
        cases=(
            Case("group", lazy("Group"), Term(PLACE.c.group_id.is_(None), ("place",))),
            Case("guardian", lazy("Guardian"), Term(~HAS_GUARDIAN), old="guardian"),
            Case("papers", lazy("Document on file"), Term(~_has_file(*papers))),
            Case("photo", lazy("Photo"), Term(~_has_file(AttachmentKind.PHOTO))),
        ),
        among=Term(~_HAS_PLACE_IN),
        things=_years,
        lacking=_without_place,
    )


def _years(overview: Any) -> Choices:
    """The last one first, which is the one that is asked about."""
    for year_id, name in reversed(_by_name(overview.years)):
        yield year_id, lazy("Enrollment in %(year)s") % {"year": name}


def _codes(overview: Any) -> Choices:
    return ((code, code) for code in sorted(overview.codes or ()))


def _of(codes: Any, offered: Iterable[Any] | None) -> Choices:
    return ((code.value, code.label) for code in codes if code in (offered or ()))


FILTERS: tuple[Filter, ...] = (
    Choice(
        "grade",
        lazy("Grade"),
        upfront=True,
        by=Term(PLACE.c.grade, ("place",)),
        codes=Grade,
        offered=lambda overview: _of(sorted(Grade), overview.grades),
    ),
    Choice("group", lazy("Group"), upfront=True, by=Term(GROUP.c.code, ("group",)), offered=_codes),
    Choice(
        "status",
        lazy("Enrollment"),
        upfront=True,
        by=Term(PLACE.c.status, ("place",)),
        codes=EnrollmentStatus,
        nothing=lazy("Not enrolled"),
    ),
)
FURTHER: tuple[Filter, ...] = (
    Choice(
        "campus",
        lazy("Campus"),
        by=Term(PLACE.c.campus_id, ("place",)),
        reads=parse_ids,
        offered=lambda overview: _by_name(overview.campuses),
    ),
    Choice(
        "shift",
        lazy("Shift"),
        by=Term(PLACE.c.shift, ("place",)),
        codes=Shift,
        offered=lambda overview: _of(Shift, overview.shifts),
    ),
    Choice("gender", lazy("Gender"), by=Term(Student.gender), codes=Gender, nothing=lazy("Not recorded")),
    Choice("document_type", lazy("Document type"), by=Term(Student.document_type), codes=DocumentType),
    Ages("age", lazy("Age"), by=Term(Student.birth_date)),
    Days("born", lazy("Born on"), by=Term(Student.birth_date)),
    Moments("registered", lazy("Registered on"), by=Term(Student.created_at)),
)
WITHOUT, WITHOUT_OPEN = _without(_PAPERS), _without(_OPEN_PAPERS)


def own_filter(slot: int, field: CustomField) -> Filter:
    """Of one of the school's own fields, by its kind."""
    by, name, called = own_term(slot, field.kind), name_of(field), f"own_value_{slot}"
    match field.kind:
        case FieldKind.CHOICE:
            choices = [(choice, choice) for choice in field.choices]
            return Choice(name, field.label, by=by, slot=called, offered=lambda _overview: choices)
        case FieldKind.TEXT:
            return Contains(name, field.label, by=by, slot=called)
        case FieldKind.NUMBER:
            return Span(name, field.label, by=by, slot=called)
        case _:
            return Days(name, field.label, by=by, slot=called, iso=True)
