"""The SQL of the palette: one question a school, for its people and groups at once.

Built once for each kind of question, like the list of students; everything else is a parameter: school, leader (a
teacher's groups only), recent (the records opened last), most (how many of each kind), grades (how people call them).
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CompoundSelect,
    Integer,
    ScalarSelect,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB

from portal.attachments.repository import photo_of
from portal.db.repository import same
from portal.enrollments.models import GIVES_WAY, Enrollment
from portal.groups.models import Group
from portal.groups.repository import led_now
from portal.guardians import searching as guardians
from portal.guardians.models import Guardian, StudentGuardian
from portal.schools.models import Campus
from portal.students import searching as students
from portal.students.models import Student
from portal.students.repository import visible_students
from portal.students.searching import SCHOOL, Kinds
from portal.years.models import SchoolYear
from portal.years.repository import the_current_year

STUDENTS, GUARDIANS, GROUPS, YEAR = "students", "guardians", "groups", "year"

LEADER: Any = bindparam("leader")
RECENT: Any = bindparam("recent", type_=ARRAY(Uuid))
MOST: Any = bindparam("most", type_=Integer)
GRADES: Any = bindparam("grades", type_=JSONB)

Rows = Select[Any]


@lru_cache(maxsize=64)
def records_with(numbers: Kinds, *, led: bool) -> CompoundSelect[Any]:
    """What every word is found in: of each kind those opened last first, then by rank and name.

    Rows of kind, place in the order, total of the kind, id, and what is told of it; besides them the school's year.
    """
    return union_all(
        _students(students.conditions(numbers), students.rank(numbers), led=led),
        _guardians(guardians.conditions(numbers), guardians.rank(numbers), led=led),
        _groups([_calls(f"word_{number}") for number in range(len(numbers))], led=led),
        _year(),
    )


@lru_cache
def records_opened(*, led: bool) -> CompoundSelect[Any]:
    """The same of the records opened last that this person may still see."""
    anyhow = literal(0, Integer)
    return union_all(
        _students([Student.id == any_(RECENT)], anyhow, led=led),
        _guardians([Guardian.id == any_(RECENT)], anyhow, led=led),
        _groups([Group.id == any_(RECENT)], led=led),
        _year(),
    )


def _students(wanted: Sequence[ColumnElement[bool]], rank: ColumnElement[int], *, led: bool) -> Rows:
    names = (Student.first_name, Student.middle_names, Student.first_surname, Student.second_surname)
    document = (Student.document_type, Student.document_number)
    living = visible_students(SCHOOL, LEADER if led else None).where(*wanted)
    found = _first(living, Student.id, [rank, Student.sort_name, Student.id], *names, *document)
    return _rows(STUDENTS, found, group=_seat_of(found.c.id), photo_id=photo_of(SCHOOL, found.c.id))


def _guardians(wanted: Sequence[ColumnElement[bool]], rank: ColumnElement[int], *, led: bool) -> Rows:
    names = (Guardian.first_name, Guardian.middle_names, Guardian.first_surname, Guardian.second_surname)
    answers_for = (
        visible_students(SCHOOL, LEADER if led else None)
        .join(StudentGuardian, same(StudentGuardian, Student, StudentGuardian.student_id))
        .where(StudentGuardian.school_id == SCHOOL)
    )
    living = select(Guardian).where(Guardian.school_id == SCHOOL, Guardian.deleted_at.is_(None), *wanted)
    if led:
        living = living.where(Guardian.id.in_(answers_for.with_only_columns(StudentGuardian.guardian_id)))
    found = _first(
        living, Guardian.id, [rank, Guardian.sort_name, Guardian.id], *names, Guardian.phone, Guardian.phone_2
    )
    children = answers_for.where(StudentGuardian.guardian_id == found.c.id).with_only_columns(func.count())
    return _rows(GUARDIANS, found, children=children.correlate(found).scalar_subquery())


def _groups(wanted: Sequence[ColumnElement[bool]], *, led: bool) -> Rows:
    """Those of the school's year; whoever leads some sees only these."""
    living = (
        select(Group)
        .join(Campus, same(Group, Campus, Group.campus_id))
        .where(Group.school_id == SCHOOL, Group.year_id == _year_id(), Group.deleted_at.is_(None), *wanted)
    )
    if led:
        living = living.where(*led_now(Group, LEADER))
    order = [Group.grade, Group.code, Group.id]
    return _rows(
        GROUPS, _first(living, Group.id, order, Group.grade, Group.code, Group.shift, Campus.name.label("campus"))
    )


def _year() -> Rows:
    year = the_current_year(SCHOOL).subquery()
    return select(literal(YEAR), literal(0), literal(1), year.c.id, func.jsonb_build_object("name", year.c.name))


def _first(living: Any, row_id: Any, order: list[Any], *shown: Any) -> Any:
    """The first few of the living rows, numbered, with the number of all. What was never opened has no position."""
    in_order = [func.array_position(RECENT, row_id), *order]
    return (
        living.with_only_columns(
            row_id.label("id"),
            *shown,
            func.row_number().over(order_by=in_order).label("place"),
            func.count().over().label("total"),
        )
        .order_by(*in_order)
        .limit(MOST)
        .subquery()
    )


def _rows(kind: str, found: Any, **beside: Any) -> Rows:
    """Rows of all kinds alike, so that they come in one answer."""
    told = {column.key: column for column in found.c if column.key not in ("id", "place", "total")} | beside
    pairs = [part for name, value in told.items() for part in (literal(name), value)]
    return select(
        literal(kind).label("kind"),
        found.c.place,
        found.c.total,
        found.c.id,
        type_coerce(func.jsonb_build_object(*pairs), JSONB).label("told"),
    )


def _year_id() -> ScalarSelect[Any]:
    return the_current_year(SCHOOL).with_only_columns(SchoolYear.id).scalar_subquery()


def _seat_of(student_id: Any) -> ScalarSelect[Any]:
    """Grade and group of the year's enrollment."""
    return (
        select(func.jsonb_build_object("grade", Enrollment.grade, "code", Group.code))
        .outerjoin(Group, same(Enrollment, Group, Enrollment.group_id))
        .where(
            Enrollment.school_id == SCHOOL,
            Enrollment.student_id == student_id,
            Enrollment.year_id == _year_id(),
            Enrollment.deleted_at.is_(None),
            Enrollment.status.not_in(GIVES_WAY),
        )
        .limit(1)
        .scalar_subquery()
    )


def _calls(name: str) -> ColumnElement[bool]:
    """A word begins one of the names of a group: of its grade in any language, its code, or both in one, as in 6B."""
    grade = cast(Group.grade, Text)
    names = " " + GRADES.op("->>", return_type=Text())(grade) + " " + Group.code + " " + grade + Group.code
    word = select("% " + func.fold(bindparam(name, type_=Text)) + "%").scalar_subquery()
    return func.fold(names).like(word)
