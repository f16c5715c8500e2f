"""Why a record cannot come back as it was: what took its place meanwhile, and the way out.

Unique rules ignore what is deleted, so that a document, a code, a year or a seat may be taken when its old owner comes
back. Everything is asked here before anything is written; the database has the last word in a race.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments.models import GIVES_WAY, Enrollment
from portal.groups.models import Group
from portal.groups.repository import GroupRepository
from portal.groups.seats import NoSeat, hold_seats
from portal.guardians.repository import GuardianRepository
from portal.recycle_bin.consequences import ASKING
from portal.recycle_bin.forms import RestorationForm
from portal.recycle_bin.kinds import Kind, name_of
from portal.recycle_bin.repository import BinRepository
from portal.students.registration import hold_document
from portal.students.repository import StudentRepository
from portal.web.i18n import _

# Those that need a place in a group; whoever left or finished keeps the name of theirs, and takes no seat.
PLACED = (Status.ACTIVE, *ASKING)


@dataclass(frozen=True)
class Collision:
    """Something in the way: what, the record that is there now, and the fields by which one gets past it."""

    message: str
    fields: tuple[str, ...] = ()
    other: tuple[str, dict[str, Any]] | None = None
    other_name: str = ""


async def collisions(
    records: BinRepository, kind: Kind, row: Any, along: Sequence[Enrollment], form: RestorationForm, *, hold: bool
) -> list[Collision]:
    """What keeps this deleted record, and the enrollments that went along, from coming back as the form says.

    ``hold`` what is free, documents and seats, until the transaction ends: for whoever writes then.
    """
    if kind is Kind.STUDENTS:
        found = await _of_student(records, row, form, hold=hold)
        return found + await _of_enrollments(records, coming_along(along, form), form, hold=hold)
    if kind is Kind.GUARDIANS:
        return await _of_guardian(records, row, form, hold=hold)
    if kind is Kind.GROUPS:
        return await _of_group(records, row, form)
    is_there = row.student.deleted_at is None
    if is_there and hold:
        is_there = bool(await StudentRepository(records.session, records.school_id).kept([row.student_id]))
    if not is_there:
        return [_student_away(row)]
    return await _of_enrollments(records, [row], form, hold=hold)


def coming_along(along: Sequence[Enrollment], form: RestorationForm) -> list[Enrollment]:
    """The enrollments that come back with the student: all of them, unless the person leaves them in the bin."""
    left = "without_enrollments" in form and form["without_enrollments"].data
    return [] if left else list(along)


async def seatless(records: BinRepository, rows: Sequence[Enrollment], *, hold: bool) -> dict[UUID, str]:
    """Those of these enrollments that cannot go back into their group, by id, and why. What is free can be held."""
    found = {}
    for row in sorted(rows, key=lambda each: str(each.group_id)):  # groups are held in one order
        if row.status in PLACED and row.group_id and (why := await _no_seat(records, row, row.group_id, hold=hold)):
            found[row.id] = why
    return found


async def _of_student(records: BinRepository, student: Any, form: Any, *, hold: bool) -> list[Collision]:
    students = StudentRepository(records.session, records.school_id)
    kind, number, per_id = form.document_type.data, form.document_number.data, form.per_id.data
    if hold:
        await hold_document(records.session, records.school_id, "student", kind, number)
    found = []
    if other := await students.with_document(kind, number, but=student.id):
        found.append(
            _taken(_("Another student has this document now: %(name)s."), other, "document_type", "document_number")
        )
    if per_id and (other := await students.with_per_id(per_id, but=student.id)):
        found.append(_taken(_("Another student has this PER_ID now: %(name)s."), other, "per_id"))
    return found


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


async def _of_enrollments(
    records: BinRepository, rows: Sequence[Enrollment], form: Any, *, hold: bool
) -> list[Collision]:
    years = [(row, await _other_of_year(records, row)) for row in rows]
    found = [_year_taken(row, other, form) for row, other in years if other is not None]
    if not form.without_group.data:
        free = [row for row, other in years if other is None]
        found += [Collision(why, ("without_group",)) for why in (await seatless(records, free, hold=hold)).values()]
    return found


async def _other_of_year(records: BinRepository, row: Enrollment) -> Enrollment | None:
    """The living enrollment that the student has in the same year."""
    if row.status in GIVES_WAY:
        return None
    statement = select(Enrollment).where(
        Enrollment.school_id == records.school_id,
        Enrollment.student_id == row.student_id,
        Enrollment.year_id == row.year_id,
        Enrollment.deleted_at.is_(None),
        Enrollment.status.not_in(GIVES_WAY),
    )
    return (await records.session.scalars(statement)).one_or_none()


async def _no_seat(records: BinRepository, row: Enrollment, group_id: UUID, *, hold: bool) -> str | None:
    """Why the enrollment cannot go back into its group; None when it can."""
    groups = GroupRepository(records.session, records.school_id)
    group = await groups.find(group_id)
    if group is None:
        return _("Enrollment %(number)s: its group is not there any more.") % {"number": row.number}
    if row.status != Status.ACTIVE:
        return None
    if hold:
        try:
            await hold_seats(records.session, records.school_id, {group_id: 1})
        except NoSeat:
            return _full(row, group)
        return None
    return _full(row, group) if await groups.taken_seats(group_id) >= group.capacity else None


def _full(row: Enrollment, group: Group) -> str:
    words = _("Enrollment %(number)s: the seat in %(group)s is taken; all %(capacity)d are.")
    return words % {"number": row.number, "group": group.label, "capacity": group.capacity}


def _year_taken(row: Enrollment, other: Enrollment, form: Any) -> Collision:
    words = _("Enrollment %(number)s: the student has another one for that year now, %(other)s.")
    return Collision(
        words % {"number": row.number, "other": other.number},
        ("without_enrollments",) if "without_enrollments" in form else (),
        ("enrollments.show", {"enrollment_id": other.id}),
        other.number,
    )


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
