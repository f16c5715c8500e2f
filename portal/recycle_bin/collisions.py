"""Why a record cannot come back as it was: what took its place meanwhile, and the way out.

Unique rules ignore what is deleted, so that a document, a code, a year or a seat may be taken when its old owner comes
back. Everything is asked here before anything is written; the database has the last word in a race.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.catalogs.codes import DocumentType
from portal.catalogs.documents import same_document_key
from portal.enrollments.models import Enrollment
from portal.groups.models import Group
from portal.guardians.repository import GuardianRepository
from portal.recycle_bin.forms import RestorationForm
from portal.recycle_bin.kinds import Kind, name_of
from portal.recycle_bin.places import Places, places_of
from portal.recycle_bin.repository import BinRepository
from portal.students.models import Student
from portal.students.registration import hold_document, hold_documents
from portal.students.repository import StudentRepository
from portal.web.i18n import _


@dataclass(frozen=True)
class Collision:
    """Something in the way: what, the record that is there now, and the fields by which one gets past it."""

    message: str
    fields: tuple[str, ...] = ()
    other: tuple[str, dict[str, Any]] | None = None
    other_name: str = ""


@dataclass(frozen=True)
class Returning:
    """A deleted student who is to come back, under which document and number of SIMAT's, and what comes along."""

    student_id: UUID
    document: tuple[DocumentType, str]
    per_id: str | None
    enrollments: Sequence[Enrollment]
    without_group: bool = False

    @classmethod
    def as_they_were(cls, student: Student, along: Sequence[Enrollment]) -> "Returning":
        """With all that went along."""
        return cls(student.id, (student.document_type, student.document_number), student.per_id, along)

    @classmethod
    def as_said(cls, student: Student, along: Sequence[Enrollment], form: Any) -> "Returning":
        """As the form says."""
        document = form.document_type.data, form.document_number.data
        return cls(student.id, document, form.per_id.data, coming_along(along, form), form.without_group.data)


async def collisions(
    records: BinRepository, kind: Kind, row: Any, along: Sequence[Enrollment], form: RestorationForm, *, hold: bool
) -> list[Collision]:
    """What keeps this deleted record, and the enrollments that went along, from coming back as the form says.

    ``hold`` what is free, documents and seats, until the transaction ends: for whoever writes then.
    """
    if kind is Kind.STUDENTS:
        returning = Returning.as_said(row, along, form)
        return (await collisions_of_students(records, [returning], hold=hold)).get(row.id, [])
    if kind is Kind.GUARDIANS:
        return await _of_guardian(records, row, form, hold=hold)
    if kind is Kind.GROUPS:
        return await _of_group(records, row, form)
    is_there = row.student.deleted_at is None
    if is_there and hold:
        is_there = bool(await StudentRepository(records.session, records.school_id).kept([row.student_id]))
    if not is_there:
        return [_student_away(row)]
    return _of_enrollments(await places_of(records, [row], hold=hold), [row], without_group=form["without_group"].data)


async def collisions_of_students(
    records: BinRepository, returning: Sequence[Returning], *, hold: bool
) -> dict[UUID, list[Collision]]:
    """The same for many students at once, by id; whoever has nothing in the way is left out, and has their seats.

    As many statements as for one. The seats that are left go to the first.
    """
    students = StudentRepository(records.session, records.school_id)
    if hold:
        await hold_documents(records.session, records.school_id, "student", [each.document for each in returning])
    by_document = await students.by_document({each.document[1] for each in returning})
    by_per_id = await students.by_per_id({each.per_id for each in returning if each.per_id})
    places = await places_of(records, [row for each in returning for row in each.enrollments], hold=hold)
    found = {}
    for each in returning:
        in_the_way = []
        if other := by_document.get(same_document_key(*each.document)):
            words = _("Another student has this document now: %(name)s.")
            in_the_way.append(_taken(words, other, "document_type", "document_number"))
        if other := by_per_id.get(each.per_id or ""):
            in_the_way.append(_taken(_("Another student has this PER_ID now: %(name)s."), other, "per_id"))
        in_the_way += _of_enrollments(places, each.enrollments, "without_enrollments", without_group=each.without_group)
        if in_the_way:
            found[each.student_id] = in_the_way
        else:
            places.take(each.enrollments)
    return found


def coming_along(along: Sequence[Enrollment], form: RestorationForm) -> list[Enrollment]:
    """The enrollments that come back with the student: all of them, unless the person leaves them in the bin."""
    left = "without_enrollments" in form and form["without_enrollments"].data
    return [] if left else list(along)


async def _of_guardian(records: BinRepository, guardian: Any, form: Any, *, hold: bool) -> list[Collision]:
    kind, number = form.document_type.data, form.document_number.data
    if not number:
        return []
    if hold:
        await hold_document(records.session, records.school_id, "guardian", kind, number)
    other = await GuardianRepository(records.session, records.school_id).with_document(kind, number, but=guardian.id)
    if other is None:
        return []
    message = _("Another guardian has this document now: %(name)s.") % {"name": name_of(other)}
    where = ("guardians.show", {"guardian_id": other.id})
    return [Collision(message, ("document_type", "document_number"), where, name_of(other))]


async def _of_group(records: BinRepository, group: Group, form: Any) -> list[Collision]:
    statement = select(Group).where(
        Group.school_id == records.school_id,
        Group.year_id == group.year_id,
        Group.campus_id == group.campus_id,
        Group.grade == group.grade,
        Group.shift == group.shift,
        Group.code == form.code.data,
        Group.deleted_at.is_(None),
    )
    other = (await records.session.scalars(statement)).one_or_none()
    if other is None:
        return []
    message = _("Another group of the same grade, campus and shift has this code now: %(name)s.")
    return [Collision(message % {"name": other.label}, ("code",), ("groups.show", {"group_id": other.id}), other.label)]


def _of_enrollments(places: Places, rows: Sequence[Enrollment], *ways_out: str, without_group: bool) -> list[Collision]:
    others = [(row, places.other_of_year(row)) for row in rows]
    found = [_year_taken(row, other, ways_out) for row, other in others if other]
    if not without_group:
        free = [row for row, other in others if not other]
        found += [Collision(why, ("without_group",)) for row in free if (why := places.why_seatless(row))]
    return found


def _year_taken(row: Enrollment, other: Any, ways_out: tuple[str, ...]) -> Collision:
    words = _("Enrollment %(number)s: the student has another one for that year now, %(other)s.")
    named = {"number": row.number, "other": other.number}
    return Collision(words % named, ways_out, ("enrollments.show", {"enrollment_id": other.id}), other.number)


def _student_away(row: Any) -> Collision:
    name = name_of(row.student)
    return Collision(
        _("Its student is in the recycle bin, too: %(name)s. Bring the student back first.") % {"name": name},
        other=("bin.restoration", {"kind_name": Kind.STUDENTS.value, "row_id": row.student_id}),
        other_name=name,
    )


def _taken(message: str, other: Any, *fields: str) -> Collision:
    name = name_of(other)
    return Collision(message % {"name": name}, fields, ("students.show", {"student_id": other.id}), name)
