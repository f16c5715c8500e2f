"""What goes along when a record is deleted, in words, before anybody decides; and why it cannot be deleted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from portal.attachments.repository import AttachmentRepository
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import EntityType
from portal.catalogs.people import listed_name
from portal.enrollments.models import Enrollment
from portal.groups.repository import SEATED
from portal.guardians.models import StudentGuardian
from portal.guardians.tie_repository import TieRepository
from portal.recycle_bin.kinds import Kind
from portal.recycle_bin.repository import BinRepository
from portal.web.i18n import _, ngettext

# Whoever asks for a seat, or will: a group that they name cannot go.
ASKING = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED)


@dataclass(frozen=True)
class Consequences:
    """What a deletion does: (ok | look, text) lines, and ``refusal`` where it cannot be."""

    lines: Sequence[tuple[str, str]] = field(default=())
    refusal: str | None = None


async def consequences(records: BinRepository, kind: Kind, row: Any) -> Consequences:
    """Of deleting this living record, which comes with what it names."""
    return await _OF[kind](records, row)


async def _of_student(records: BinRepository, student: Any) -> Consequences:
    enrollments = await records.enrollments_of(student.id)
    guardians = len(await TieRepository(records.session, records.school_id).of_student(student.id))
    papers = len(await AttachmentRepository(records.session, records.school_id).of(EntityType.STUDENT, student.id))
    lines = [("look", _goes_along(enrollment)) for enrollment in enrollments]
    if papers:
        words = ngettext("The document on file goes along.", "The %(n)d documents on file go along.", papers)
        lines.append(("look", words % {"n": papers}))
    if guardians:
        words = ngettext(
            "The guardian stays on record, and answers for the student again when the student comes back.",
            "The %(n)d guardians stay on record, and answer for the student again when the student comes back.",
            guardians,
        )
        lines.append(("ok", words % {"n": guardians}))
    return Consequences([*lines, _restorable()])


async def _of_guardian(records: BinRepository, guardian: Any) -> Consequences:
    ties = TieRepository(records.session, records.school_id)
    # The names first: asking for a student's guardians reads these ties anew, without their students.
    children = [
        (tie, listed_name(tie.student)) for tie in await ties.of_guardian(guardian.id) if tie.student.deleted_at is None
    ]
    lines = [_loses_guardian(tie, child, await ties.of_student(tie.student_id)) for tie, child in children]
    return Consequences([*lines, _restorable()])


async def _of_group(records: BinRepository, group: Any) -> Consequences:
    statement = (
        select(
            func.count().filter(Enrollment.status.in_(SEATED)).label("seated"),
            func.count().filter(Enrollment.status.in_(ASKING)).label("asking"),
        )
        .where(
            Enrollment.school_id == records.school_id, Enrollment.group_id == group.id, Enrollment.deleted_at.is_(None)
        )
        .select_from(Enrollment)
    )
    count = (await records.session.execute(statement)).one()
    if count.seated:
        words = ngettext(
            "A student sits in this group. Move them to another group first.",
            "%(n)d students sit in this group. Move them to another group first.",
            count.seated,
        )
        return Consequences(refusal=words % {"n": count.seated})
    if count.asking:
        words = ngettext(
            "An enrollment that is not decided yet asks for this group. Give it another group first.",
            "%(n)d enrollments that are not decided yet ask for this group. Give them another group first.",
            count.asking,
        )
        return Consequences(refusal=words % {"n": count.asking})
    return Consequences([("ok", _("Nobody sits in it, and nobody asks for it.")), _restorable()])


async def _of_enrollment(records: BinRepository, enrollment: Any) -> Consequences:
    if enrollment.status == Status.COMPLETED:
        return Consequences(
            refusal=_("The year was completed with it: it is part of what the school certifies, and stays.")
        )
    lines = [("ok", _("The student's record stays."))]
    if enrollment.status == Status.ACTIVE:
        lines.append(("look", _("The student is not enrolled in %(year)s any more.") % {"year": enrollment.year.name}))
        if enrollment.group:
            lines.append(("look", _("The seat in %(group)s becomes free.") % {"group": enrollment.group.label}))
    if enrollment.status in ASKING:
        lines.append(("look", _("It is not asked for any more, and not reviewed.")))
    return Consequences([*lines, _restorable()])


def _goes_along(enrollment: Enrollment) -> str:
    named = {
        "number": enrollment.number,
        "status": str(enrollment.status.label).lower(),
        "group": enrollment.group.label if enrollment.group else "",
    }
    if enrollment.status == Status.ACTIVE and enrollment.group:
        return _("Enrollment %(number)s (%(status)s) goes along, and its seat in %(group)s becomes free.") % named
    return _("Enrollment %(number)s (%(status)s) goes along.") % named


def _loses_guardian(tie: StudentGuardian, child: str, ties: Sequence[StudentGuardian]) -> tuple[str, str]:
    """What the deletion is to one child; ``ties`` are all of the child's, in the order of calling."""
    others = [other for other in ties if other.id != tie.id]
    if not others:
        return "look", _("%(student)s has no guardian then.") % {"student": child}
    if tie.is_primary:
        words = _("%(student)s: %(guardian)s becomes the primary guardian.")
        return "look", words % {"student": child, "guardian": others[0].guardian.full_name}
    return "ok", _("%(student)s keeps the other guardians.") % {"student": child}


def _restorable() -> tuple[str, str]:
    return "ok", _("It can be brought back from the recycle bin, with all that goes along.")


_OF = {
    Kind.STUDENTS: _of_student,
    Kind.GUARDIANS: _of_guardian,
    Kind.GROUPS: _of_group,
    Kind.ENROLLMENTS: _of_enrollment,
}
