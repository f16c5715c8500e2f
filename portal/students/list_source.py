"""Where the rows of the list of students come from, and the tables beside them.

Parameters besides the engine's: ``year`` (enrollments are those of one year; without a year nobody has one) and
``leader`` (the teacher whose groups are looked at).
"""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import BindParameter, ColumnElement, FromClause, Select, Table, bindparam, distinct, func, or_, select

from portal.enrollments.models import GIVES_WAY, Enrollment
from portal.groups.models import Group
from portal.guardians.models import Guardian, StudentGuardian
from portal.lists.declaring import SCHOOL, Join, Source
from portal.lists.terms import Term
from portal.schools.models import Campus
from portal.students import searching
from portal.students.models import Student
from portal.students.repository import visible_students
from portal.years.models import SchoolYear

YEAR: BindParameter[Any] = bindparam("year")
LEADER: BindParameter[Any] = bindparam("leader")


def _table(model: Any, name: str) -> FromClause:
    return cast(Table, model.__table__).alias(name)


PLACE, GROUP, CAMPUS = _table(Enrollment, "place"), _table(Group, "place_group"), _table(Campus, "place_campus")
TIE, GUARDIAN = _table(StudentGuardian, "tie"), _table(Guardian, "guardian")
_other = _table(Enrollment, "other")

SORT_NAME = Term(Student.sort_name)


def _place_of(student: Any) -> Any:
    """The enrollment of the year that counts.

    A cancelled or transferred enrollment counts only where the student has no other, or no later one.
    """
    better = (
        select(_other.c.id)
        .where(
            _other.c.school_id == SCHOOL,
            _other.c.student_id == PLACE.c.student_id,
            _other.c.year_id == YEAR,
            _other.c.deleted_at.is_(None),
            _other.c.status.not_in(GIVES_WAY) | (_other.c.id > PLACE.c.id),
        )
        .exists()
    )
    return (
        (PLACE.c.school_id == SCHOOL)
        & (PLACE.c.student_id == student.id)
        & (PLACE.c.year_id == YEAR)
        & PLACE.c.deleted_at.is_(None)
        & or_(PLACE.c.status.not_in(GIVES_WAY), ~better)
    )


def _group_of(_student: Any) -> Any:
    return (GROUP.c.school_id == SCHOOL) & (GROUP.c.id == PLACE.c.group_id)


def _campus_of(_student: Any) -> Any:
    return (CAMPUS.c.school_id == SCHOOL) & (CAMPUS.c.id == PLACE.c.campus_id)


def _primary_tie_of(student: Any) -> Any:
    return (TIE.c.school_id == SCHOOL) & (TIE.c.student_id == student.id) & TIE.c.is_primary


def _guardian_of(_student: Any) -> Any:
    return (GUARDIAN.c.school_id == SCHOOL) & (GUARDIAN.c.id == TIE.c.guardian_id) & GUARDIAN.c.deleted_at.is_(None)


def _ground(own_only: bool) -> Select[Any]:
    return visible_students(SCHOOL, LEADER if own_only else None)


def _offers(own_only: bool) -> Sequence[ColumnElement[Any]]:
    """What the groups of the year are, and what campuses and years the school has."""
    groups = [Group.school_id == SCHOOL, Group.year_id == YEAR, Group.deleted_at.is_(None)]
    if own_only:
        groups.append(Group.lead_teacher_id == LEADER)
    lists = {
        name: select(func.array_agg(distinct(column))).where(*groups).scalar_subquery().label(name)
        for name, column in {"grades": Group.grade, "codes": Group.code, "shifts": Group.shift}.items()
    }
    kinds: dict[str, Any] = {"campuses": Campus, "years": SchoolYear}
    named = {
        name: select(func.jsonb_object_agg(model.id, model.name))
        .where(model.school_id == SCHOOL)
        .scalar_subquery()
        .label(name)
        for name, model in kinds.items()
    }
    return [*lists.values(), *named.values()]


SOURCE = Source(
    model=Student,
    ground=_ground,
    order=(SORT_NAME, Term(Student.id)),
    joins={
        "place": Join(PLACE, _place_of),
        "group": Join(GROUP, _group_of, ("place",)),
        "campus": Join(CAMPUS, _campus_of, ("place",)),
        "tie": Join(TIE, _primary_tie_of),
        "guardian": Join(GUARDIAN, _guardian_of, ("tie",)),
    },
    search=searching,
    offers=_offers,
)
