"""The list of groups, as the list engine has it: its columns and filters."""

from functools import lru_cache
from typing import Any

from portal.accounts.access import Access
from portal.accounts.permissions import Permission
from portal.catalogs.codes import Grade, Shift
from portal.groups.board import Seats
from portal.groups.list_source import (
    CAMPUS,
    CURRENT_YEAR,
    FREE,
    LEAD,
    ORDER,
    SOURCE,
    TAKEN,
    WAITING,
    YEAR,
)
from portal.groups.models import Group
from portal.groups.repository import GroupRepository
from portal.lists.answering import Desk
from portal.lists.declaring import Action, Column, ListOf, Person
from portal.lists.filters import ALL, Case, Choice, OneThing, Without
from portal.lists.showing import Look
from portal.lists.spans import Span
from portal.lists.terms import Term
from portal.students.list_sorts import rank_of, text_or_last, words_or_last
from portal.students.marks import marked
from portal.web.i18n import format_number, lazy, ngettext
from portal.web.reading import parse_ids

NAME = "groups"
ACTIONS = (Action("export", lazy("Export"), "download", Permission.LISTS_PRINT, "groups.export"),)
_LEAD_NAME, _YEAR_NAME = LEAD.c.full_name.label("lead"), YEAR.c.name.label("year_name")
_SEATS = (Group.capacity, TAKEN.label("taken"), WAITING.label("waiting"))


def groups_list(access: Access) -> ListOf:
    """Of the current year unless another is asked for; without one, of all."""
    return _list_of(has_current_year=access.year is not None)


def group_desk(access: Access, groups: GroupRepository) -> Desk:
    """Where it is asked."""
    return Desk(
        groups.session,
        groups.school_id,
        own_only=groups.led_by is not None,
        values={"current_year": access.year.id if access.year else None, "leader": groups.led_by},
    )


def _group(row: Any, look: Look) -> Person:
    seats = Seats(row.taken, row.waiting, row.capacity)
    name = f"{look.label(row.grade)} {row.code}"
    return Person(marked(name, look.words), "", f"{look.label(row.shift)} · {seats.room_label}")


def _number(key: str, label: Any, value: Any, sort: Any, *, shown: bool = True, cls: str = "num at-sm") -> Column:
    return Column(key, label, value, reads=_SEATS, sort=(Term(sort),), cls=cls, shown=shown)


COLUMNS = (
    Column(
        "name",
        lazy("Group"),
        _group,
        export=lambda row, look: f"{look.label(row.grade)} {row.code}",
        reads=(Group.grade, Group.code, Group.shift, *_SEATS),
        sort=ORDER,
        shape="record",
        always=True,
    ),
    Column(
        "year",
        lazy("Year"),
        lambda row, _look: row.year_name,
        beside=(_YEAR_NAME,),
        needs=("year",),
        sort=text_or_last(YEAR.c.name, "year"),
        cls="at-sm nowrap",
        shown=lambda values: values.get("year") == ALL,
    ),
    Column(
        "grade",
        lazy("Grade"),
        lambda row, look: look.label(row.grade),
        reads=(Group.grade,),
        sort=(Term(Group.grade),),
        cls="at-sm nowrap",
    ),
    Column(
        "shift",
        lazy("Shift"),
        lambda row, look: look.label(row.shift),
        reads=(Group.shift,),
        sort=rank_of(Shift, Group.shift),
        cls="at-sm nowrap",
        shown=True,
    ),
    Column(
        "campus",
        lazy("Campus"),
        lambda row, look: marked(row.campus, look.words),
        beside=(CAMPUS.c.name.label("campus"),),
        needs=("campus",),
        sort=words_or_last(CAMPUS.c.name, "campus"),
        cls="at-mid",
        shape="clipped",
        shown=True,
    ),
    Column(
        "lead",
        lazy("Lead teacher"),
        lambda row, look: marked(row.lead or "", look.words),
        beside=(_LEAD_NAME,),
        needs=("lead",),
        sort=words_or_last(LEAD.c.full_name, "lead"),
        cls="at-md",
        shape="clipped",
        shown=True,
    ),
    _number("taken", lazy("Enrolled"), lambda row, _look: row.taken, TAKEN),
    _number("waiting", lazy("To review"), lambda row, _look: row.waiting, WAITING, cls="num at-md"),
    _number("capacity", lazy("Seats"), lambda row, _look: row.capacity, Group.capacity),
    _number("free", lazy("Free"), lambda row, _look: row.capacity - row.taken - row.waiting, FREE, cls="num"),
)
FILTERS = (
    Choice(
        "grade",
        lazy("Grade"),
        upfront=True,
        by=Term(Group.grade),
        codes=Grade,
        offered=lambda overview: [(each.value, each.label) for each in sorted(overview.grades or ())],
    ),
    Choice(
        "shift",
        lazy("Shift"),
        upfront=True,
        by=Term(Group.shift),
        codes=Shift,
        offered=lambda overview: [(each.value, each.label) for each in Shift if each in (overview.shifts or ())],
    ),
    Choice(
        "campus",
        lazy("Campus"),
        upfront=True,
        by=Term(Group.campus_id),
        reads=parse_ids,
        offered=lambda overview: _by_name(overview.campuses),
    ),
    Choice(
        "lead",
        lazy("Lead teacher"),
        by=Term(Group.lead_teacher_id),
        reads=parse_ids,
        offered=lambda overview: _by_name(overview.leads),
        nothing=lazy("Nobody leads it"),
    ),
    Without(
        "without",
        lazy("Without"),
        cases=(
            Case("free", lazy("Free seats"), Term(FREE <= 0)),
            Case("students", lazy("Students"), Term(TAKEN == 0)),
        ),
    ),
    Span("free", lazy("Free seats"), by=Term(FREE)),
)


def _by_name(named: Any) -> list[tuple[str, str]]:
    return sorted((named or {}).items(), key=lambda item: str(item[1]))


def _counted(number: int) -> str:
    """``23 groups``."""
    words = ngettext("%(num)s group", "%(num)s groups", number)
    return words % {"num": format_number(number)}


@lru_cache(maxsize=2)
def _list_of(*, has_current_year: bool) -> ListOf:
    year = OneThing(
        "year",
        lazy("School year"),
        leads=True,
        by=Term(Group.year_id),
        usual=Term(Group.year_id == CURRENT_YEAR) if has_current_year else None,
        things=lambda overview: reversed(_by_name(overview.years)),
        at_hand=lambda overview: overview.current_year,
        all_label=lazy("All years"),
    )
    return ListOf(
        name=NAME,
        source=SOURCE,
        columns=COLUMNS,
        filters=(year, *FILTERS),
        counted=_counted,
        actions=ACTIONS,
    )
