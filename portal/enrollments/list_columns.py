"""The columns of the list of enrollments."""

from datetime import datetime
from typing import Any

from sqlalchemy import func

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import Outcome, Shift
from portal.catalogs.people import initials, listed_name
from portal.catalogs.words import dotted
from portal.enrollments.list_filters import is_of_every_year, is_of_status
from portal.enrollments.list_source import CAMPUS, CURRENT_YEAR, GROUP, SINCE, SORT_NAME, WHY, YEAR
from portal.enrollments.models import Enrollment
from portal.enrollments.searching import STUDENT
from portal.enrollments.trail import last_line
from portal.lists.declaring import Column, Person
from portal.lists.showing import Look
from portal.lists.terms import Term
from portal.students.list_sorts import day_or_last, rank_of, text_or_last, words_or_last
from portal.students.marks import DOTS_AND_BLANKS, marked
from portal.web.i18n import format_date, format_datetime, lazy, local_day

_NAMES = (STUDENT.c.first_surname, STUDENT.c.second_surname, STUDENT.c.first_name, STUDENT.c.middle_names)
_CODE, _YEAR_NAME = GROUP.c.code.label("group_code"), YEAR.c.name.label("year_name")
_SHIFT = func.coalesce(GROUP.c.shift, Enrollment.shift)
_SHIFT_BESIDE = GROUP.c.shift.label("group_shift")
# Grade, then code, the latter's numbers by value.
_GROUPS = (Term(Enrollment.grade), *text_or_last(func.lpad(GROUP.c.code, 20, "0"), "group"))


def _person(row: Any, look: Look) -> Person:
    place = _place(row, look)
    small = place if row.is_current else f"{row.year_name} · {place}"
    return Person(marked(listed_name(row), look.words), initials(row), small)


def _place(row: Any, look: Look) -> str:
    """``6th A``, put together once a page."""
    key = (row.grade, row.group_code)
    if key not in look.said:
        look.said[key] = " ".join(filter(None, (look.label(row.grade), row.group_code)))
    return look.said[key]


def _since(row: Any) -> datetime | None:
    return datetime.fromisoformat(row.since) if row.since else None


def _reason(row: Any, _look: Look) -> str:
    """Why it was returned: what must be corrected."""
    line = last_line(row.status_history, Status.RETURNED) if row.status == Status.RETURNED else None
    return (line or {}).get("reason") or ""


def _day(key: str, label: Any, column: Any) -> Column:
    return Column(
        key,
        label,
        lambda row, _look: format_date(getattr(row, key)),
        export=lambda row, _look: getattr(row, key),
        reads=(column,),
        sort=day_or_last(column),
        cls="at-mid nowrap",
    )


COLUMNS = (
    Column(
        "name",
        lazy("Student"),
        _person,
        export=lambda row, _look: listed_name(row),
        reads=(Enrollment.grade, (Enrollment.year_id == CURRENT_YEAR).label("is_current")),
        beside=(*_NAMES, _CODE, _YEAR_NAME),
        needs=("student", "group", "year"),
        sort=(SORT_NAME,),
        shape="person",
        always=True,
    ),
    Column(
        "document",
        lazy("Document"),
        lambda row, look: marked(f"{row.document_type} {dotted(row.document_number)}", look.words, DOTS_AND_BLANKS),
        export=lambda row, _look: f"{row.document_type.value} {row.document_number}",
        beside=(STUDENT.c.document_type, STUDENT.c.document_number),
        needs=("student",),
        sort=text_or_last(func.lpad(STUDENT.c.document_number, 20, "0"), "student"),
        cls="at-mid nowrap",
    ),
    Column(
        "year",
        lazy("Year"),
        lambda row, _look: row.year_name,
        beside=(_YEAR_NAME,),
        needs=("year",),
        sort=text_or_last(YEAR.c.name, "year"),
        cls="at-sm nowrap",
        shown=is_of_every_year,
    ),
    Column(
        "group",
        lazy("Group"),
        _place,
        reads=(Enrollment.grade,),
        beside=(_CODE,),
        needs=("group",),
        sort=_GROUPS,
        cls="at-sm nowrap",
        shown=True,
    ),
    Column(
        "campus",
        lazy("Campus"),
        lambda row, _look: row.campus or "",
        beside=(CAMPUS.c.name.label("campus"),),
        needs=("campus",),
        sort=words_or_last(CAMPUS.c.name, "campus"),
        cls="at-mid nowrap",
        shape="clipped",
    ),
    Column(
        "shift",
        lazy("Shift"),
        lambda row, look: look.label(row.group_shift or row.shift),
        reads=(Enrollment.shift,),
        beside=(_SHIFT_BESIDE,),
        needs=("group",),
        sort=rank_of(Shift, _SHIFT, "group"),
        cls="at-mid",
    ),
    Column(
        "status",
        lazy("State"),
        lambda row, _look: row.status,
        reads=(Enrollment.status,),
        sort=rank_of(Status, Enrollment.status),
        shape="state",
        cls="nowrap",
        # Where all were returned, what must be corrected needs the room, also on a phone.
        shown=lambda values: not is_of_status(values, Status.RETURNED),
    ),
    Column(
        "outcome",
        lazy("Outcome"),
        lambda row, look: look.label(row.outcome),
        reads=(Enrollment.outcome,),
        sort=rank_of(Outcome, Enrollment.outcome),
        cls="at-md nowrap",
        shown=lambda values: is_of_status(values, Status.COMPLETED),
    ),
    Column(
        "since",
        lazy("Since"),
        lambda row, _look: format_datetime(_since(row), "d MMM y"),
        export=lambda row, _look: local_day(moment) if (moment := _since(row)) else "",
        reads=(SINCE.label("since"),),
        sort=(Term(SINCE),),
        cls="at-md nowrap",
        shown=True,
    ),
    Column(
        "number",
        lazy("Number"),
        lambda row, look: marked(row.number, look.words, "-"),
        reads=(Enrollment.number,),
        sort=(Term(Enrollment.number),),
        decides=True,
        cls="at-sm nowrap",
        shown=True,
    ),
    _day("starts_on", lazy("Enrolled from"), Enrollment.starts_on),
    _day("ends_on", lazy("Enrolled until"), Enrollment.ends_on),
    Column(
        "reason",
        lazy("What must be corrected"),
        _reason,
        reads=(Enrollment.status, Enrollment.status_history),
        sort=words_or_last(WHY),
        shown=lambda values: is_of_status(values, Status.RETURNED),
    ),
)
