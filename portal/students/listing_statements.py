"""The SQL of the list of students, built once for each kind of question and kept.

Building a statement of this size costs more than running it. So a ``Kind`` holds what changes the text of the SQL, and
everything else is a parameter: school, year, leader (a teacher's groups only), mark (the student at whom a page ends).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Table,
    bindparam,
    case,
    distinct,
    func,
    null,
    or_,
    select,
    tuple_,
    type_coerce,
)

from portal.attachments.repository import photo_of
from portal.catalogs.codes import EnrollmentStatus
from portal.db.repository import same
from portal.enrollments.models import GIVES_WAY, Enrollment
from portal.groups.models import Group
from portal.guardians.models import Guardian, StudentGuardian
from portal.schools.models import Campus
from portal.students import searching
from portal.students.models import Student
from portal.students.own_conditions import wants
from portal.students.repository import visible_students
from portal.students.searching import SCHOOL

PAGE = 50
# Sorts behind everything that has a value.
LAST = "~"

YEAR: BindParameter[Any] = bindparam("year")
LEADER: BindParameter[Any] = bindparam("leader")
MARK: BindParameter[Any] = bindparam("mark")


def _table(model: Any, name: str) -> FromClause:
    return cast(Table, model.__table__).alias(name)


_place, _other, _group = _table(Enrollment, "place"), _table(Enrollment, "other"), _table(Group, "place_group")
_tie, _guardian = _table(StudentGuardian, "tie"), _table(Guardian, "guardian")


@dataclass(frozen=True)
class Kind:
    """What changes the text of the SQL. ``numbers`` are the kinds of the words of a search.

    ``start`` is where the page begins: "" (the first), "after" or "before" a mark, or "letter". ``own`` are conditions
    on the school's own fields, whose keys are parameters; ``shows_own`` says whether such fields are shown.
    """

    led: bool
    numbers: tuple[bool, ...]
    narrowed_by: tuple[str, ...]
    sort: str
    descending: bool
    start: str = ""
    own: tuple[str, ...] = ()
    shows_own: bool = False

    @property
    def shown(self) -> tuple[Any, ...]:
        """The columns of a student that the list needs."""
        return (*_SHOWN, Student.extra_data) if self.shows_own else _SHOWN

    @property
    def backwards(self) -> bool:
        """Whether the rows come in falling order: a page that ends at a mark is read from its end."""
        return self.descending != (self.start == "before")

    @property
    def sorts_by_place(self) -> bool:
        """Whether the order is that of enrollments."""
        return self.sort in ("group", "status")


# --- The two questions ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def page_of(kind: Kind) -> Select[Any]:
    """The page's students, and one more, with what is shown of them.

    The page is found first, on the index of names where it can be; only its rows are joined with the rest.
    """
    keys = _sort_keys(kind)
    names = [f"key_{number}" for number in range(len(keys))]
    found = _matching(kind).add_columns(*kind.shown, *(key.label(name) for key, name in zip(keys, names, strict=True)))
    page = found.where(*_start(kind)).order_by(*_in_order(keys, kind)).limit(PAGE + 1).subquery("page")
    beside = (
        _with_place(page, page.c.id)
        .outerjoin(_tie, (_tie.c.school_id == SCHOOL) & (_tie.c.student_id == page.c.id) & _tie.c.is_primary)
        .outerjoin(
            _guardian,
            (_guardian.c.school_id == SCHOOL)
            & (_guardian.c.id == _tie.c.guardian_id)
            & _guardian.c.deleted_at.is_(None),
        )
    )
    return (
        select(
            page.c.id,
            *(page.c[column.key] for column in kind.shown),
            _place.c.status,
            _place.c.grade,
            _place.c.shift,
            _group.c.code,
            _guardian.c.full_name.label("guardian"),
            _guardian.c.phone,
            photo_of(SCHOOL, page.c.id).label("photo_id"),
        )
        .select_from(beside)
        .order_by(*_in_order([page.c[name] for name in names], kind))
    )


@lru_cache(maxsize=512)
def overview_of(kind: Kind) -> Select[Any]:
    """One row: how many match, how many there are at all, and what the groups of the year offer to filter by.

    How many each offer would leave is not counted: that read every enrollment of the school, ten times the cost.
    """
    total = select(func.count()).select_from(_matching(kind).subquery()).scalar_subquery()
    everyone = _visible(kind).with_only_columns(func.count()).scalar_subquery()
    campuses = select(func.jsonb_object_agg(Campus.id, Campus.name)).where(Campus.school_id == SCHOOL).scalar_subquery()
    groups = [Group.school_id == SCHOOL, Group.year_id == YEAR, Group.deleted_at.is_(None)]
    if kind.led:
        groups.append(Group.lead_teacher_id == LEADER)
    return select(
        total.label("total"),
        (everyone if kind.numbers or kind.narrowed_by or kind.own else null()).label("everyone"),
        func.array_agg(distinct(Group.grade)).label("grades"),
        func.array_agg(distinct(Group.code)).label("codes"),
        func.array_agg(distinct(Group.shift)).label("shifts"),
        campuses.label("campuses"),
    ).where(*groups)


_SHOWN = (
    Student.document_type,
    Student.document_number,
    Student.first_surname,
    Student.second_surname,
    Student.first_name,
    Student.middle_names,
)


# --- Which students -------------------------------------------------------------------------------------------------


def _visible(kind: Kind) -> Select[Any]:
    return visible_students(SCHOOL, LEADER if kind.led else None)


def _matching(kind: Kind) -> Select[Any]:
    """The ids of those whom the filter wants."""
    statement: Select[Any] = _visible(kind).with_only_columns(Student.id)
    if kind.narrowed_by or kind.sorts_by_place:
        statement = statement.select_from(_with_place(Student, Student.id))
    own = (wants(slot, condition) for slot, condition in enumerate(kind.own))
    return statement.where(*searching.conditions(kind.numbers), *(_NARROWED[name] for name in kind.narrowed_by), *own)


def _with_place(students: Any, student_id: Any) -> Any:
    """Joined with the enrollment of the year that counts, and its group.

    A cancelled or transferred enrollment counts only where the student has no other, or no later one.
    """
    better = (
        select(_other.c.id)
        .where(
            _other.c.school_id == SCHOOL,
            _other.c.student_id == _place.c.student_id,
            _other.c.year_id == YEAR,
            _other.c.deleted_at.is_(None),
            _other.c.status.not_in(GIVES_WAY) | (_other.c.id > _place.c.id),
        )
        .exists()
    )
    counts = (
        (_place.c.school_id == SCHOOL)
        & (_place.c.student_id == student_id)
        & (_place.c.year_id == YEAR)
        & _place.c.deleted_at.is_(None)
        & or_(_place.c.status.not_in(GIVES_WAY), ~better)
    )
    whole = students if isinstance(students, FromClause) else cast(Table, students.__table__)
    return whole.outerjoin(_place, counts).outerjoin(
        _group, (_group.c.school_id == SCHOOL) & (_group.c.id == _place.c.group_id)
    )


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

# "guardian" wants those who have none; "status" wants some, "unplaced" those without an enrollment,
# "status_or_unplaced" both.
_NARROWED: dict[str, ColumnElement[bool]] = {
    "grade": _place.c.grade.in_(bindparam("grade", expanding=True)),
    "group": _group.c.code.in_(bindparam("group", expanding=True)),
    "campus": _place.c.campus_id.in_(bindparam("campus", expanding=True)),
    "shift": _place.c.shift.in_(bindparam("shift", expanding=True)),
    "status": _place.c.status.in_(bindparam("status", expanding=True)),
    "unplaced": _place.c.id.is_(None),
    "guardian": ~HAS_GUARDIAN,
    "status_or_unplaced": _place.c.status.in_(bindparam("status", expanding=True)) | _place.c.id.is_(None),
}


# --- In which order, and from where on --------------------------------------------------------------------------------


def _sort_keys(kind: Kind) -> list[ColumnElement[Any]]:
    """What the list is sorted by: never null, and with the id never equal."""
    name: list[Any] = [Student.sort_name, Student.id]
    return {
        "name": name,
        "document": [func.lpad(Student.document_number, 20, "0").collate("C"), *name],
        "group": [_grade_and_code(), *name],
        "status": [_rank_of_status(), *name],
    }[kind.sort]


def _grade_and_code() -> ColumnElement[Any]:
    """Grade, then code, the latter's numbers by value: ``106 00000000000000000601``. Grades begin at -2, hence 100."""
    grade = func.to_char(type_coerce(_place.c.grade, Integer) + 100, "FM000")
    return func.coalesce(grade + " " + func.coalesce(func.lpad(_group.c.code, 20, "0"), LAST), LAST).collate("C")


def _rank_of_status() -> ColumnElement[Any]:
    """In the order of an enrollment's life, those without one last."""
    ranks = {status.value: rank for rank, status in enumerate(EnrollmentStatus)}
    return case(ranks, value=_place.c.status, else_=len(ranks))


def _in_order(keys: Sequence[ColumnElement[Any]], kind: Kind) -> list[ColumnElement[Any]]:
    return [key.desc() if kind.backwards else key.asc() for key in keys]


def _start(kind: Kind) -> list[ColumnElement[bool]]:
    """Behind the mark in the order of reading. It is found by id, deleted or not: no address holds a name."""
    if kind.start == "letter":
        letter: BindParameter[Any] = bindparam("letter")
        return [Student.sort_name < letter if kind.descending else Student.sort_name >= letter]
    if not kind.start:
        return []
    keys = _sort_keys(kind)
    mark = select(*(key.label(f"key_{number}") for number, key in enumerate(keys)))
    if kind.sorts_by_place:
        mark = mark.select_from(_with_place(Student, Student.id))
    at = mark.where(Student.school_id == SCHOOL, Student.id == MARK).cte("at")
    here, there = tuple_(*keys), tuple_(*(select(key).scalar_subquery() for key in at.c))
    return [here < there if kind.backwards else here > there]
