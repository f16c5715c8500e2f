"""Putting many students into the recycle bin at once, with what goes along."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from portal.bulk.plan import Line, Plan
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import new_id
from portal.enrollments.models import Enrollment
from portal.recycle_bin.deletion import put_into_the_bin
from portal.students.models import Student
from portal.web.i18n import _, ngettext


def plan_of(students: Sequence[Student], enrollments: Sequence[Enrollment]) -> Plan:
    """Who goes, and what goes along with each; nothing hinders the deletion of a student."""
    theirs: dict[UUID, list[Enrollment]] = {}
    for each in enrollments:
        theirs.setdefault(each.student_id, []).append(each)
    lines = [Line(student, then=_goes_along(theirs.get(student.id, []))) for student in students]
    return Plan(lines, [], [*students, *enrollments])


def delete_all(plan: Plan, enrollments: Sequence[Enrollment], *, by: UUID, at: datetime) -> None:
    """Delete everybody of the plan, who are held with their enrollments. Each can be brought back alone."""
    for line in plan.able:
        along = [each for each in enrollments if each.student_id == line.student.id]
        put_into_the_bin([line.student, *along], new_id(), by=by, at=at)


def _goes_along(enrollments: Sequence[Enrollment]) -> str:
    seats = [each.group.label for each in enrollments if each.status == Status.ACTIVE and each.group]
    if seats:
        return _("The seat in %(group)s becomes free.") % {"group": seats[0]}
    if not enrollments:
        return ""
    words = ngettext("%(num)s enrollment goes along.", "%(num)s enrollments go along.", len(enrollments))
    return words % {"num": len(enrollments)}
