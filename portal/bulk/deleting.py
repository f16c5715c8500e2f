"""What putting many students into the recycle bin at once does to each."""

from collections.abc import Sequence
from uuid import UUID

from portal.bulk.plan import Line, Plan
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments.models import Enrollment
from portal.students.models import Student
from portal.web.i18n import _, ngettext


def plan_of(students: Sequence[Student], enrollments: Sequence[Enrollment]) -> Plan:
    """Who goes, and what goes along with each; nothing hinders the deletion of a student."""
    theirs: dict[UUID, list[Enrollment]] = {}
    for each in enrollments:
        theirs.setdefault(each.student_id, []).append(each)
    lines = [Line(student, then=_goes_along(theirs.get(student.id, []))) for student in students]
    return Plan(lines, [], [*students, *enrollments])


def _goes_along(enrollments: Sequence[Enrollment]) -> str:
    seats = [each.group.label for each in enrollments if each.status == Status.ACTIVE and each.group]
    if seats:
        return _("The seat in %(group)s becomes free.") % {"group": seats[0]}
    if not enrollments:
        return ""
    words = ngettext("%(num)s enrollment goes along.", "%(num)s enrollments go along.", len(enrollments))
    return words % {"num": len(enrollments)}
