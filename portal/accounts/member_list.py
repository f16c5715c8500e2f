"""The list of the members of a school, as the list engine has it: its rows, columns and filters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from litestar.datastructures import MultiDict
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    Table,
    Uuid,
    bindparam,
    case,
    func,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from portal.accounts import searching
from portal.accounts.access import Access
from portal.accounts.guards import initials_of
from portal.accounts.models import Invitation, SchoolMembership
from portal.accounts.permissions import ROLE_LABELS, SCHOOL_ROLES, Permission, Role
from portal.accounts.repository import MembershipRepository
from portal.accounts.searching import USER
from portal.catalogs.codes import Code, Grade
from portal.groups.models import Group
from portal.lists.answering import Desk
from portal.lists.declaring import SCHOOL, Action, Column, Join, ListOf, Person, Source
from portal.lists.filters import Case, Choice, Choices, Rows, Several, Without
from portal.lists.showing import Look
from portal.lists.spans import Moments
from portal.lists.terms import Term
from portal.students.marks import marked
from portal.web.i18n import _, format_date, format_list, format_number, lazy, local_day, ngettext

NAME = "members"
CURRENT_YEAR: BindParameter[Any] = bindparam("current_year", type_=Uuid)
ME: BindParameter[Any] = bindparam("me", type_=Uuid)
INVITATION: FromClause = cast(Table, Invitation.__table__).alias("invitation_of_it")
# Sorts behind everything that has a value.
LAST = chr(0x10FFFF)


class State(Code):
    """Whether a member can come in."""

    IN = "in", lazy("Has access")
    INVITED = "invited", lazy("Invited")
    EXPIRED = "expired", lazy("Link expired")
    OUT = "out", lazy("No access")


def member_desk(access: Access, members: MembershipRepository) -> Desk:
    """Where the list is asked."""
    year = access.year.id if access.year else None
    return Desk(members.session, members.school_id, values={"current_year": year, "me": access.user_id})


# --- Rows -------------------------------------------------------------------------------------------------------------


def _ground(_own_only: bool) -> Select[Any]:
    return select(SchoolMembership).where(SchoolMembership.school_id == SCHOOL)


def _user_of(row: Any) -> Any:
    return USER.c.id == row.user_id


def _invitation_of(row: Any) -> Any:
    """One that waits: no password has been chosen, by it or otherwise."""
    return (
        (INVITATION.c.school_id == SCHOOL)
        & (INVITATION.c.user_id == row.user_id)
        & INVITATION.c.accepted_at.is_(None)
        & USER.c.password_hash.is_(None)
        & USER.c.google_subject.is_(None)
    )


_INVITED: ColumnElement[str] = case(
    (INVITATION.c.id.is_(None), State.IN.value),
    (INVITATION.c.expires_at < func.now(), State.EXPIRED.value),
    else_=State.INVITED.value,
)
_STATE: ColumnElement[str] = case((~SchoolMembership.is_active, State.OUT.value), else_=_INVITED)
STATE = Term(_STATE, ("invitation",))
_STATE_RANK = Term(
    case({state.value: rank for rank, state in enumerate(State)}, value=_STATE, else_=len(State)), ("invitation",)
)
_ROLE_RANK = Term(
    case(
        *((SchoolMembership.roles.contains([role.value]), rank) for rank, role in enumerate(SCHOOL_ROLES)),
        else_=len(SCHOOL_ROLES),
    )
)
SORT_NAME = Term(func.fold(USER.c.full_name).collate("C"), ("user",))
SOURCE = Source(
    model=SchoolMembership,
    ground=_ground,
    order=(SORT_NAME, Term(SchoolMembership.id)),
    joins={"user": Join(USER, _user_of), "invitation": Join(INVITATION, _invitation_of, ("user",))},
    keys=(SchoolMembership.user_id,),
    search=searching,
)


# --- Columns ----------------------------------------------------------------------------------------------------------

# Grade, then code, the latter's numbers by value. Grades begin at -2, hence 100.
_grade_and_code = func.to_char(type_coerce(Group.grade, Integer) + 100, "FM000") + " " + func.lpad(Group.code, 20, "0")


def _led(what: Any) -> Any:
    """Something of the groups that a member leads this year."""
    return (
        select(what)
        .where(
            Group.school_id == SCHOOL,
            Group.year_id == CURRENT_YEAR,
            Group.lead_teacher_id == SchoolMembership.user_id,
            Group.deleted_at.is_(None),
        )
        .correlate(SchoolMembership)
        .scalar_subquery()
    )


_LED = _led(func.jsonb_agg(aggregate_order_by(func.jsonb_build_array(Group.grade, Group.code), _grade_and_code)))
_first_led = _led(func.min(_grade_and_code))
_FIRST_LED = Term(func.coalesce(_first_led, LAST).collate("C"), falling=func.coalesce(_first_led, "").collate("C"))


def _person(row: Any, look: Look) -> Person:
    return Person(marked(row.full_name, look.words), initials_of(row.full_name), _roles(row, look))


def _roles(row: Any, _look: Look) -> str:
    roles = format_list(str(ROLE_LABELS[Role(role)]) for role in row.roles)
    return f"{roles} · {_('you')}" if row.is_me else roles


def _groups(row: Any, look: Look) -> str:
    return format_list(f"{look.label(Grade(grade))} {code}" for grade, code in row.led or ())


_ROLES = (SchoolMembership.roles, (SchoolMembership.user_id == ME).label("is_me"))
COLUMNS = (
    Column(
        "name",
        lazy("Name"),
        _person,
        export=lambda row, _look: row.full_name,
        # What can be done with a member depends on whether they can come in.
        reads=(*_ROLES, SchoolMembership.is_active),
        beside=(USER.c.full_name, INVITATION.c.expires_at.label("invited_until")),
        needs=("user", "invitation"),
        sort=(SORT_NAME,),
        shape="person",
        always=True,
    ),
    Column(
        "email",
        lazy("E-mail"),
        lambda row, look: marked(row.email, look.words),
        beside=(USER.c.email,),
        needs=("user",),
        sort=(Term(func.fold(USER.c.email).collate("C"), ("user",)),),
        decides=True,
        cls="at-mid",
        shown=True,
    ),
    Column("roles", lazy("Roles"), _roles, reads=_ROLES, sort=(_ROLE_RANK,), cls="at-sm", shown=True),
    Column(
        "groups",
        lazy("Leads"),
        _groups,
        reads=(_LED.label("led"),),
        sort=(_FIRST_LED,),
        cls="at-md",
        shape="clipped",
        shown=True,
    ),
    Column(
        "state",
        lazy("State"),
        lambda row, _look: State(row.invited) if row.is_active else State.OUT,
        reads=(SchoolMembership.is_active,),
        beside=(_INVITED.label("invited"),),
        needs=("invitation",),
        sort=(_STATE_RANK,),
        shape="state",
        cls="nowrap",
        shown=True,
    ),
    Column(
        "since",
        lazy("Since"),
        lambda row, _look: format_date(local_day(row.created_at)),
        export=lambda row, _look: local_day(row.created_at),
        reads=(SchoolMembership.created_at,),
        sort=(Term(SchoolMembership.created_at),),
        decides=True,
        cls="at-md nowrap",
        shown=True,
    ),
)


# --- Filters ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class HasRole(Several):
    """Members who have one of several roles; one who has two counts for each."""

    def read(self, sent: MultiDict[str]) -> tuple[str, ...]:
        """Each once."""
        return tuple(role for role in dict.fromkeys(sent.getall(self.name, [])) if role in SCHOOL_ROLES)

    def offers(self, overview: Any) -> Choices:
        """As the school knows them."""
        return [(role.value, ROLE_LABELS[role]) for role in SCHOOL_ROLES]

    def terms(self, value: Sequence[str]) -> tuple[Term, ...]:
        """Any of them."""
        return (_ANY_ROLE,)

    def binds(self, value: Sequence[str]) -> dict[str, Any]:
        """Their names."""
        return {"roles": list(value)}

    def tally(self, rows: Rows) -> Any:
        """By role."""
        names = (
            rows().with_only_columns(func.jsonb_array_elements_text(SchoolMembership.roles).label("name")).subquery()
        )
        groups = select(names.c.name, func.count().label("rows")).group_by(names.c.name).subquery()
        return select(func.jsonb_agg(func.jsonb_build_array(groups.c.name, groups.c.rows))).scalar_subquery()


_ANY_ROLE = Term(SchoolMembership.roles.has_any(bindparam("roles", type_=ARRAY(String))))
FILTERS = (
    HasRole("role", lazy("Role"), upfront=True),
    Choice("state", lazy("State"), by=STATE, codes=State, upfront=True),
    Without(
        "without",
        lazy("Without"),
        cases=(Case("groups", lazy("Group"), Term(_led(func.count()) == 0)),),
    ),
    Moments("since", lazy("Since"), by=Term(SchoolMembership.created_at)),
)


def _counted(number: int) -> str:
    """``23 members``."""
    words = ngettext("%(num)s member", "%(num)s members", number)
    return words % {"num": format_number(number)}


MEMBERS = ListOf(
    name=NAME,
    source=SOURCE,
    columns=COLUMNS,
    filters=FILTERS,
    counted=_counted,
    actions=(Action("export", lazy("Export"), "download", Permission.SETTINGS_WRITE, "members.export"),),
)
