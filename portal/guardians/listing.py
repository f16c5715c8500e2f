"""The list of guardians, as the list engine has it: its rows, columns and filters."""

from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from portal.accounts.access import Access
from portal.accounts.permissions import Permission
from portal.catalogs.codes import DocumentType
from portal.catalogs.people import initials, listed_name
from portal.catalogs.phones import spaced_phone
from portal.catalogs.words import document
from portal.db.repository import same
from portal.guardians import searching
from portal.guardians.models import Guardian, StudentGuardian
from portal.guardians.repository import GuardianRepository
from portal.guardians.searching import telling_phone
from portal.lists.answering import Desk
from portal.lists.declaring import SCHOOL, Action, Column, ListOf, Person, Source
from portal.lists.filters import Case, Choice, Without
from portal.lists.showing import Look
from portal.lists.spans import Contains, Moments, Span
from portal.lists.terms import Term
from portal.students.list_sorts import text_or_last, words_or_last
from portal.students.marks import DOTS_AND_BLANKS, marked
from portal.students.models import Student
from portal.students.repository import visible_students
from portal.web.i18n import format_date, format_list, format_number, lazy, local_day, ngettext

NAME = "guardians"
ACTIONS = (Action("export", lazy("Export"), "download", Permission.LISTS_PRINT, "guardians.export"),)
LEADER: BindParameter[Any] = bindparam("leader")
SORT_NAME = Term(Guardian.sort_name)


def guardian_desk(access: Access, guardians: GuardianRepository) -> Desk:
    """Where the list is asked."""
    own_only = guardians.led_by is not None
    return Desk(guardians.session, guardians.school_id, own_only=own_only, values={"leader": guardians.led_by})


@cache
def guardians_list(own_only: bool) -> ListOf:
    """The list; of their children only those that are seen by who sees only their own groups."""
    children = _of_children(own_only, _NAMES_OF_CHILDREN).label("children")
    number = _of_children(own_only, func.count())
    return ListOf(
        name=NAME,
        source=SOURCE,
        columns=(
            Column(
                "name",
                lazy("Guardian"),
                _person,
                export=lambda row, _look: listed_name(row),
                reads=(*_NAMES, Guardian.phone, Guardian.phone_2, children),
                sort=(SORT_NAME,),
                decides=True,
                shape="person",
                always=True,
            ),
            *COLUMNS,
            Column("children", lazy("Students"), _children, reads=(children,), cls="at-sm", shown=True),
            Column(
                "number",
                lazy("How many"),
                lambda row, _look: len(row.children or ()),
                reads=(children,),
                sort=(Term(number),),
                cls="num at-sm",
                shown=True,
            ),
            REGISTERED,
        ),
        filters=(_without(own_only), *FILTERS, Span("number", lazy("How many students"), by=Term(number))),
        counted=_counted,
        actions=ACTIONS,
        letter=Guardian.sort_name,
    )


def _of_children(own_only: bool, what: Any) -> Any:
    """Something of the students that a guardian answers for."""
    return _children_of_guardian(own_only).with_only_columns(what).scalar_subquery()


def _children_of_guardian(own_only: bool) -> Select[Any]:
    """As far as this person may see them."""
    return (
        visible_students(SCHOOL, LEADER if own_only else None)
        .join(StudentGuardian, same(StudentGuardian, Student, StudentGuardian.student_id))
        .where(StudentGuardian.school_id == SCHOOL, StudentGuardian.guardian_id == Guardian.id)
        .correlate(Guardian)
    )


_NAMES_OF_CHILDREN = func.jsonb_agg(
    aggregate_order_by(Student.first_name + " " + Student.first_surname, Student.sort_name)
)


def _ground(own_only: bool) -> Select[Any]:
    statement = select(Guardian).where(Guardian.school_id == SCHOOL, Guardian.deleted_at.is_(None))
    if not own_only:
        return statement
    of_pupils = select(StudentGuardian.guardian_id).where(
        StudentGuardian.school_id == SCHOOL,
        StudentGuardian.student_id.in_(visible_students(SCHOOL, LEADER).with_only_columns(Student.id)),
    )
    return statement.where(Guardian.id.in_(of_pupils))


SOURCE = Source(model=Guardian, ground=_ground, order=(SORT_NAME, Term(Guardian.id)), search=searching)


# --- Columns ----------------------------------------------------------------------------------------------------------

_NAMES = (Guardian.first_surname, Guardian.second_surname, Guardian.first_name, Guardian.middle_names)


def _person(row: Any, look: Look) -> Person:
    small = " · ".join(filter(None, (spaced_phone(telling_phone(row, look.words)), _children(row, look))))
    return Person(marked(listed_name(row), look.words), initials(row), small)


def _phone(row: Any, look: Look) -> str:
    return marked(spaced_phone(telling_phone(row, look.words)), look.words, DOTS_AND_BLANKS)


def _children(row: Any, _look: Look) -> str:
    return format_list(row.children or ())


def _text(key: str, label: Any, column: Any) -> Column:
    return Column(
        key,
        label,
        lambda row, _look: getattr(row, column.key) or "",
        reads=(column,),
        sort=words_or_last(column),
        cls="at-md",
        shape="clipped",
    )


COLUMNS = (
    Column(
        "document",
        lazy("Document"),
        lambda row, look: marked(document(row), look.words, DOTS_AND_BLANKS),
        reads=(Guardian.document_type, Guardian.document_number),
        sort=text_or_last(func.lpad(Guardian.document_number, 20, "0")),
        decides=True,
        cls="at-md nowrap",
        shown=True,
    ),
    Column(
        "phone",
        lazy("Phone"),
        _phone,
        reads=(Guardian.phone, Guardian.phone_2),
        sort=text_or_last(Guardian.phone),
        cls="at-sm nowrap",
        shown=True,
    ),
    Column(
        "phone_2",
        lazy("Second phone"),
        lambda row, _look: spaced_phone(row.phone_2),
        reads=(Guardian.phone_2,),
        sort=text_or_last(Guardian.phone_2),
        cls="at-md nowrap",
    ),
    _text("email", lazy("E-mail"), Guardian.email),
    _text("occupation", lazy("Occupation"), Guardian.occupation),
    _text("address", lazy("Address"), Guardian.address),
)
REGISTERED = Column(
    "registered",
    lazy("Registered on"),
    lambda row, _look: format_date(local_day(row.created_at)),
    export=lambda row, _look: local_day(row.created_at),
    reads=(Guardian.created_at,),
    sort=(Term(Guardian.created_at),),
    decides=True,
    cls="at-md nowrap",
)


# --- Filters ----------------------------------------------------------------------------------------------------------


def _without(own_only: bool) -> Without:
    return Without(
        "without",
        lazy("Without"),
        upfront=True,
        cases=(
            Case("phone", lazy("Phone"), Term(func.coalesce(Guardian.phone, Guardian.phone_2).is_(None))),
            Case("document", lazy("Document"), Term(Guardian.document_number.is_(None))),
            Case("email", lazy("E-mail"), Term(Guardian.email.is_(None))),
            Case("students", lazy("Students"), Term(~_children_of_guardian(own_only).exists())),
        ),
    )


FILTERS = (
    Choice("document_type", lazy("Document type"), by=Term(Guardian.document_type), codes=DocumentType),
    Contains("occupation", lazy("Occupation"), by=Term(Guardian.occupation)),
    Moments("registered", lazy("Registered on"), by=Term(Guardian.created_at)),
)


def _counted(number: int) -> str:
    """``23 guardians``."""
    words = ngettext("%(count)s guardian", "%(count)s guardians", number)
    return words % {"count": format_number(number)}
