"""Where the rows of the list of enrollments come from, and the tables beside them.

Parameters besides the engine's: ``current_year``, and ``leader`` (the teacher whose groups are looked at).
"""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Select,
    Table,
    Uuid,
    bindparam,
    case,
    distinct,
    func,
    select,
)
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH

from portal.catalogs.codes import EnrollmentStatus
from portal.enrollments import searching
from portal.enrollments.models import Enrollment
from portal.enrollments.repository import visible_enrollments
from portal.enrollments.searching import STUDENT
from portal.groups.models import Group
from portal.groups.repository import led_now
from portal.lists.declaring import SCHOOL, Join, Source
from portal.lists.terms import Term
from portal.schools.models import Campus
from portal.years.models import SchoolYear

CURRENT_YEAR: BindParameter[Any] = bindparam("current_year", type_=Uuid)
LEADER: BindParameter[Any] = bindparam("leader")


def _table(model: Any, name: str) -> FromClause:
    return cast(Table, model.__table__).alias(name)


YEAR, GROUP, CAMPUS = _table(SchoolYear, "year_of_it"), _table(Group, "group_of_it"), _table(Campus, "campus_of_it")
SORT_NAME = Term(STUDENT.c.sort_name, ("student",))
# The steps of its history that led from one status to another: the last is when it got the one that it has.
_STEPS = func.jsonb_path_query_array(
    Enrollment.status_history, as_type("$[*] ? (@.from != @.to)", JSONPATH), type_=JSONB
)
# ISO texts in UTC sort by time.
SINCE: ColumnElement[str] = func.coalesce(_STEPS[-1]["at"].astext, "").collate("C")
# What must be corrected: why somebody left is not for everybody, not even as an order of rows.
WHY: ColumnElement[str] = case((Enrollment.status == EnrollmentStatus.RETURNED, _STEPS[-1]["reason"].astext))


def _student_of(row: Any) -> Any:
    return (STUDENT.c.school_id == SCHOOL) & (STUDENT.c.id == row.student_id)


def _year_of(row: Any) -> Any:
    return (YEAR.c.school_id == SCHOOL) & (YEAR.c.id == row.year_id)


def _group_of(row: Any) -> Any:
    return (GROUP.c.school_id == SCHOOL) & (GROUP.c.id == row.group_id)


def _campus_of(row: Any) -> Any:
    """Where its group is; without a group, what was asked for."""
    return (CAMPUS.c.school_id == SCHOOL) & (CAMPUS.c.id == func.coalesce(GROUP.c.campus_id, row.campus_id))


def _ground(own_only: bool) -> Select[Any]:
    return visible_enrollments(SCHOOL, LEADER if own_only else None)


def _offers(own_only: bool) -> Sequence[ColumnElement[Any]]:
    """What the school's groups are, its campuses and years, and which of these is the current one."""
    groups = [Group.school_id == SCHOOL, Group.deleted_at.is_(None)]
    if own_only:
        groups += led_now(Group, LEADER)
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
    return [*lists.values(), *named.values(), CURRENT_YEAR.label("current_year")]


SOURCE = Source(
    model=Enrollment,
    ground=_ground,
    order=(SORT_NAME, Term(Enrollment.id)),
    joins={
        "student": Join(STUDENT, _student_of),
        "year": Join(YEAR, _year_of),
        "group": Join(GROUP, _group_of),
        "campus": Join(CAMPUS, _campus_of, ("group",)),
    },
    keys=(Enrollment.student_id, Enrollment.year_id, Enrollment.group_id, Enrollment.campus_id),
    search=searching,
    offers=_offers,
)
