"""Is this person here already? Asked while a new student is being written, and once more before they are registered.

Two kinds of answer: a *likely* duplicate must be looked at before registering, the others are shown as a help. Twins
and homonyms must not stop anybody, so that one mark alone (a number with a digit changed, a name) is never enough.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from portal.catalogs.codes import DocumentType
from portal.catalogs.documents import LONGEST_NUMBER, normalised_number, same_document_key
from portal.catalogs.text import folded
from portal.enrollments.models import GIVES_WAY, Enrollment
from portal.groups.models import Group
from portal.students.models import Student
from portal.students.repository import StudentRepository
from portal.web.i18n import _
from portal.web.reading import CONTROL

SHOWN_AT_MOST = 5
# Of a shorter number nearly every other is a neighbour.
SHORTEST_COMPARED = 6
LONGEST_TEXT = 120


@dataclass(frozen=True)
class Described:
    """The person who is being written, as far as they are written yet."""

    document_type: DocumentType | None = None
    document_number: str | None = None
    first_surname: str | None = None
    second_surname: str | None = None
    first_name: str | None = None
    middle_names: str | None = None
    birth_date: date | None = None
    per_id: str | None = None

    @classmethod
    def by(cls, form: Any) -> "Described":
        """As a form has them, judged or not: what no record can hold is left out."""
        typed = {name: _if_possible(getattr(form, name).data) for name in cls.__dataclass_fields__ if name in form}
        number = typed.get("document_number")
        return cls(**typed | {"document_number": normalised_number(number) if number else None})


@dataclass(frozen=True)
class Likeness:
    """A student of the school, and in what they are like the person."""

    student: Any
    person: Described = field(repr=False)

    @property
    def same_document(self) -> bool:
        """The same document; RC, TI and CC are one document in the course of a life."""
        typed = self.person.document_type
        return self.same_number and typed is not None and self._document_key(typed) == self._document_key(None)

    @property
    def same_number(self) -> bool:
        """The same number, under whatever type."""
        return bool(self.person.document_number == self.student.document_number)

    @property
    def near_number(self) -> bool:
        """A number that differs by one slip of the hand."""
        return self.student.document_number in set(numbers_near(self.person.document_number or ""))

    @property
    def same_per_id(self) -> bool:
        """SIMAT knows both as one person."""
        return self.person.per_id is not None and self.person.per_id == self.student.per_id

    @property
    def same_names(self) -> bool:
        """The same first name and first surname; the others too where both are known."""
        return all(
            _same(getattr(self.person, name), getattr(self.student, name)) for name in ("first_surname", "first_name")
        ) and all(
            _same_or_unknown(getattr(self.person, name), getattr(self.student, name))
            for name in ("second_surname", "middle_names")
        )

    @property
    def same_birth_date(self) -> bool:
        """Born on the same day."""
        return self.person.birth_date is not None and self.person.birth_date == self.student.birth_date

    @property
    def is_likely(self) -> bool:
        """Whether somebody must look before a second record is made."""
        one_birth_date_unknown = self.person.birth_date is None or self.student.birth_date is None
        return (
            self.same_number
            or self.same_per_id
            or (self.same_names and (self.same_birth_date or one_birth_date_unknown or self.near_number))
        )

    @property
    def is_worth_a_look(self) -> bool:
        """Whether it helps to see them: likely ones, homonyms, and near numbers with something else in common."""
        related = self.same_birth_date or _same(self.person.first_surname, self.student.first_surname)
        return self.is_likely or self.same_names or (self.near_number and related)

    @property
    def in_common(self) -> list[tuple[str, ...]]:
        """What both have in common, for people: a text, and for near numbers where they differ."""
        ends = _("…%(one)s and …%(other)s") % {
            "one": self.student.document_number[-3:],
            "other": (self.person.document_number or "")[-3:],
        }
        marks: list[tuple[bool, tuple[str, ...]]] = [
            (self.same_names, (_("The same names"),)),
            (self.same_birth_date, (_("The same date of birth"),)),
            (self.same_document, (_("The same document"),)),
            (self.same_number and not self.same_document, (_("The same number, as another kind of document"),)),
            (self.near_number, (_("A document number with one slip"), ends)),
            (self.same_per_id, (_("The same PER_ID"),)),
        ]
        return [mark for holds, mark in marks if holds]

    @property
    def group_name(self) -> str:
        """Where they sit this year, or at least the grade; nothing without an enrollment."""
        return (
            " ".join(filter(None, (str(self.student.grade.label), self.student.group_code)))
            if self.student.grade is not None
            else ""
        )

    def _document_key(self, typed: DocumentType | None) -> tuple[str, str]:
        return same_document_key(typed or self.student.document_type, self.student.document_number)


async def likenesses(students: StudentRepository, person: Described, year_id: UUID | None = None) -> list[Likeness]:
    """The students that the person may be, the same document first, then the likely ones. One query, or none.

    Each comes with the enrollment that it has in the year.
    """
    candidates = _candidates(person)
    if not candidates:
        return []

    statement = (
        select(
            Student.id,
            Student.document_type,
            Student.document_number,
            Student.per_id,
            Student.first_surname,
            Student.second_surname,
            Student.first_name,
            Student.middle_names,
            Student.full_name,
            Student.birth_date,
            Enrollment.grade,
            Enrollment.status,
            Group.code.label("group_code"),
        )
        .outerjoin(
            Enrollment,
            and_(
                Enrollment.school_id == Student.school_id,
                Enrollment.student_id == Student.id,
                Enrollment.year_id == year_id,
                Enrollment.deleted_at.is_(None),
                Enrollment.status.not_in(GIVES_WAY),
            ),
        )
        .outerjoin(Group, and_(Group.school_id == Enrollment.school_id, Group.id == Enrollment.group_id))
        .where(Student.school_id == students.school_id, Student.deleted_at.is_(None), or_(*candidates))
        .order_by((Student.document_number == person.document_number).desc(), Student.sort_name, Student.id)
        .limit(100)
    )
    alike = [Likeness(row, person) for row in await students.session.execute(statement)]
    worth_a_look = [likeness for likeness in alike if likeness.is_worth_a_look]
    return sorted(worth_a_look, key=lambda each: (not each.same_document, not each.is_likely))[:SHOWN_AT_MOST]


def numbers_near(number: str) -> Iterator[str]:
    """The numbers that one slip makes of this one: a digit changed, left out or added, or two neighbours swapped.

    There are some 200 of them, which the index on the number finds at once; no measure of distance would use it.
    """
    if not SHORTEST_COMPARED <= len(number) <= LONGEST_NUMBER:
        return
    digits = "0123456789"
    for at in range(len(number) + 1):
        before, here, after = number[:at], number[at : at + 1], number[at + 1 :]
        yield from (before + digit + here + after for digit in digits)
        if here:
            yield before + after
            yield from (before + digit + after for digit in digits if digit != here)
        if here and after and here != after[0]:
            yield before + after[0] + here + after[1:]


def _candidates(person: Described) -> list[ColumnElement[bool]]:
    """What the database can find by its indexes; who of them is alike is judged afterwards."""
    found: list[ColumnElement[bool]] = []
    if person.document_number:
        found.append(Student.document_number.in_({person.document_number, *numbers_near(person.document_number)}))
    if person.per_id:
        found.append(Student.per_id == person.per_id)
    if person.first_surname and person.first_name:
        # sort_name begins with the folded surname; "!" is the sign after the blank that ends it.
        surname = func.fold(person.first_surname)
        found.append(
            and_(
                Student.sort_name >= surname.concat(" "),
                Student.sort_name < surname.concat("!"),
                func.fold(Student.first_name) == func.fold(person.first_name),
            )
        )
    return found


def _if_possible(value: Any) -> Any:
    """The value, unless it is a text that is too long for any column or that PostgreSQL cannot read."""
    return None if isinstance(value, str) and (len(value) > LONGEST_TEXT or CONTROL.search(value)) else value


def _same(one: str | None, other: str | None) -> bool:
    return bool(one and other) and folded(one or "") == folded(other or "")


def _same_or_unknown(one: str | None, other: str | None) -> bool:
    return not one or not other or _same(one, other)
