"""The history as lists: of the school, of a student, of a guardian, of one record. They differ in their ground only."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from portal.accounts.models import SchoolMembership, User
from portal.audit import searching
from portal.audit.list_filters import filters_of
from portal.audit.looking_up import look_up
from portal.audit.models import AuditEvent
from portal.audit.telling import Key, Names, Tellings, Told
from portal.enrollments.models import Enrollment
from portal.enrollments.repository import visible_enrollments
from portal.guardians.models import Guardian
from portal.lists.answering import Desk, Listing
from portal.lists.asking import Question, Sort
from portal.lists.declaring import SCHOOL, Column, ListOf, Source
from portal.lists.statements import Kind, overview_of, page_of
from portal.lists.terms import Term
from portal.merging.survivors import made_one
from portal.schools.rules import CustomField
from portal.students.models import Student
from portal.students.repository import visible_students
from portal.web.i18n import format_number, lazy, ngettext

LEADER: BindParameter[Any] = bindparam("leader")
# What a history is about: a condition over the parameter ``about``, which is ids, or nothing for the whole school. To
# a person's belongs that of the records which were made one with theirs.
_ABOUT: BindParameter[Any] = bindparam("about", expanding=True)
_GROUNDS: dict[str, tuple[ColumnElement[bool], ...]] = {
    "school": (),
    "student": (AuditEvent.student_id.in_(made_one(Student, SCHOOL, Student.id.in_(_ABOUT))),),
    "guardian": (AuditEvent.guardian_id.in_(made_one(Guardian, SCHOOL, Guardian.id.in_(_ABOUT))),),
}
_UNDOING = aliased(AuditEvent)
_EVENT = Column(
    "what",
    lazy("What happened"),
    cell=lambda row, _look: str(row.id),
    reads=(
        *(getattr(AuditEvent, name) for name in AuditEvent.__table__.c.keys() if name != "id"),  # noqa: SIM118
        select(_UNDOING.id)
        .where(_UNDOING.school_id == SCHOOL, _UNDOING.undoes_id == AuditEvent.change_id)
        .exists()
        .label("is_undone"),
    ),
    sort=(Term(AuditEvent.id),),
    decides=True,
    always=True,
)


class EventQuestion(Question):
    """A question to a history, whose newest events come first, also while something is searched."""

    @property
    def is_ranked(self) -> bool:
        """Never."""
        return False

    @cached_property
    def order(self) -> tuple[Sort, ...]:
        """As it happened, backwards."""
        return (Sort(self.of.columns[0], descending=True),)


@dataclass(frozen=True)
class EventDesk(Desk):
    """Where a history is asked: a page of it, and in one more statement everything that the page speaks of."""

    tellings: Tellings = None  # type: ignore[assignment]
    own: tuple[CustomField, ...] = ()

    async def told(self, question: Question, *beside: Key) -> tuple[Listing, Names]:
        """The page with its exact count, and the names in it and ``beside`` it."""
        rows, earlier, later = await self._page(question)
        kind = Kind.counting(question, own_only=self.own_only)
        names, overview = await look_up(
            self.session,
            self.school_id,
            self.tellings,
            rows,
            own=self.own,
            beside=beside,
            overview=overview_of(kind),
            parameters=self._parameters(question),
        )
        total = overview["total"] if overview["total"] is not None else rows[0].total if rows else 0
        listing = Listing(
            rows=rows,
            total=total,
            everyone=total if overview["everyone"] is None else overview["everyone"],
            overview=SimpleNamespace(**overview),  # type: ignore[arg-type]
            before=rows[0].id if rows and earlier else None,
            after=rows[-1].id if rows and later else None,
        )
        return listing, names

    async def first(self, question: Question, most: int) -> list[Any]:
        """The newest that match, one more than ``most`` where there are more."""
        kind = Kind.of(question.unplaced(), own_only=self.own_only, size=most)
        return list(await self.session.execute(page_of(kind), self._parameters(question)))

    async def names_of(self, rows: Any) -> Names:
        """The names that these events speak of."""
        names, _nothing = await look_up(self.session, self.school_id, self.tellings, rows, own=self.own)
        return names


@lru_cache(maxsize=32)
def events_list(about: str, tellings: Tellings, *, sees_all: bool) -> ListOf:
    """The history of the ``school``, of a ``student`` or ``guardian``, or of a record of the table that is named.

    ``sees_all`` is whether sensitive things are told.
    """
    return ListOf(
        name=f"history of {about}",
        source=Source(
            AuditEvent,
            ground=lambda own_only: _ground(about, own_only),
            order=(Term(AuditEvent.id),),
            search=searching if about == "school" else None,
            offers=_offers,
        ),
        columns=(_EVENT,),
        filters=filters_of(_kinds(about, tellings), sees_all=sees_all),
        counted=_counted,
    )


def _kinds(about: str, tellings: Tellings) -> list[Told]:
    """What such a history may speak of."""
    return [told for told in tellings if about in ("school", told.table, *told.whose)]


def _ground(about: str, own_only: bool) -> Select[Any]:
    """The events; for a teacher, what is told of the pupils in the groups that they lead, and of their places there."""
    of_a_record = AuditEvent.entity == about, AuditEvent.entity_id.in_(_ABOUT)
    statement = select(AuditEvent).where(AuditEvent.school_id == SCHOOL, *_GROUNDS.get(about, of_a_record))
    if not own_only:
        return statement
    pupils = visible_students(SCHOOL, LEADER).with_only_columns(Student.id)
    places = visible_enrollments(SCHOOL, LEADER).with_only_columns(Enrollment.id)
    return statement.where(
        or_(AuditEvent.student_id.is_(None), AuditEvent.student_id.in_(pupils)),
        or_(AuditEvent.entity != "enrollments", AuditEvent.entity_id.in_(places)),
    )


def _offers(_own_only: bool) -> tuple[Any, ...]:
    """``actors``: the members of the school by name, as pairs of id and name."""
    members = (
        select(User.id, User.full_name)
        .join(SchoolMembership, SchoolMembership.user_id == User.id)
        .where(SchoolMembership.school_id == SCHOOL)
        .subquery()
    )
    pair = func.jsonb_build_array(members.c.id, members.c.full_name)
    return (select(func.jsonb_agg(pair, type_=JSONB)).select_from(members).scalar_subquery().label("actors"),)


def _counted(number: int) -> str:
    words = ngettext("%(count)s event", "%(count)s events", number)
    return words % {"count": format_number(number)}
