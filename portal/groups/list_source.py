"""Where the rows of the list of groups come from, with the seats that are taken and asked for.

Parameters besides the engine's: ``current_year``, and ``leader`` (the teacher whose groups are looked at).
"""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import BindParameter, ColumnElement, FromClause, Select, Table, Uuid, bindparam, distinct, func, select

from portal.accounts.models import User
from portal.catalogs.codes import EnrollmentStatus
from portal.enrollments.models import Enrollment
from portal.groups import searching
from portal.groups.models import Group
from portal.groups.repository import SEATED, led_now
from portal.lists.declaring import SCHOOL, Join, Source
from portal.lists.terms import Term
from portal.schools.models import Campus
from portal.years.models import SchoolYear

CURRENT_YEAR: BindParameter[Any] = bindparam("current_year", type_=Uuid)
LEADER: BindParameter[Any] = bindparam("leader")
YEAR: FromClause = cast(Table, SchoolYear.__table__).alias("year_of_it")
CAMPUS: FromClause = cast(Table, Campus.__table__).alias("campus_of_it")
LEAD: FromClause = cast(Table, User.__table__).alias("lead_of_it")


def _seats(*statuses: EnrollmentStatus) -> ColumnElement[int]:
    """How many enrollments of a group have one of these statuses."""
    return (
        select(func.count())
        .where(
            Enrollment.school_id == SCHOOL,
            Enrollment.group_id == Group.id,
            Enrollment.status.in_(statuses),
            Enrollment.deleted_at.is_(None),
        )
        .correlate(Group)
        .scalar_subquery()
    )


TAKEN, WAITING = _seats(*SEATED), _seats(EnrollmentStatus.SUBMITTED)
# What is left when all who wait are let in, as the board counts.
FREE: ColumnElement[int] = Group.capacity - TAKEN - WAITING


def _year_of(row: Any) -> Any:
    return (YEAR.c.school_id == SCHOOL) & (YEAR.c.id == row.year_id)


def _campus_of(row: Any) -> Any:
    return (CAMPUS.c.school_id == SCHOOL) & (CAMPUS.c.id == row.campus_id)


def _lead_of(row: Any) -> Any:
    return LEAD.c.id == row.lead_teacher_id


def _ground(own_only: bool) -> Select[Any]:
    statement = select(Group).where(Group.school_id == SCHOOL, Group.deleted_at.is_(None))
    return statement.where(*led_now(Group, LEADER)) if own_only else statement


def _offers(own_only: bool) -> Sequence[ColumnElement[Any]]:
    """What the groups are, where, who leads them, the years, and which of these is the current one."""
    rows = _ground(own_only)
    lists = {
        name: rows.with_only_columns(func.array_agg(distinct(column))).scalar_subquery().label(name)
        for name, column in {"grades": Group.grade, "shifts": Group.shift}.items()
    }
    named = {
        "campuses": rows.join(Campus, (Campus.school_id == SCHOOL) & (Campus.id == Group.campus_id)).with_only_columns(
            func.jsonb_object_agg(Campus.id, Campus.name)
        ),
        "leads": rows.join(User, User.id == Group.lead_teacher_id).with_only_columns(
            func.jsonb_object_agg(User.id, User.full_name)
        ),
    }
    years = select(func.jsonb_object_agg(SchoolYear.id, SchoolYear.name)).where(SchoolYear.school_id == SCHOOL)
    return [
        *lists.values(),
        *(statement.scalar_subquery().label(name) for name, statement in (named | {"years": years}).items()),
        CURRENT_YEAR.label("current_year"),
    ]


# Grade by grade as on the board, the codes' numbers by value.
ORDER = (Term(Group.grade), Term(func.lpad(Group.code, 20, "0").collate("C")), Term(Group.shift))
SOURCE = Source(
    model=Group,
    ground=_ground,
    order=(*ORDER, Term(Group.id)),
    joins={"year": Join(YEAR, _year_of), "campus": Join(CAMPUS, _campus_of), "lead": Join(LEAD, _lead_of)},
    keys=(Group.year_id, Group.campus_id, Group.lead_teacher_id),
    search=searching,
    offers=_offers,
)
