"""Taking many out of the year at once: one reason and one last day for all."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from portal.accounts.access import YearLink
from portal.bulk.plan import Line, Plan
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import new_id
from portal.enrollments.models import Enrollment
from portal.enrollments.withdrawal import WithdrawalForm, withdraw
from portal.students.models import Student
from portal.web.i18n import _, format_date


def plan_of(
    students: Sequence[Student], enrollments: Sequence[Enrollment], year: YearLink | None, last_day: date | None
) -> Plan:
    """Whose active enrollment of the year ends, and whose cannot: there is none, or it began after the last day."""
    active = {each.student_id: each for each in enrollments if each.status == Status.ACTIVE}
    others = {each.student_id: each for each in enrollments if each.status != Status.ACTIVE}
    able, unable = [], []
    for student in students:
        enrollment = active.get(student.id)
        if enrollment is None:
            unable.append((student, _why_not(others.get(student.id), year)))
        elif last_day and enrollment.starts_on and enrollment.starts_on > last_day:
            words = _("Enrolled only from %(day)s.") % {"day": format_date(enrollment.starts_on, "long")}
            unable.append((student, words))
        else:
            group = enrollment.group.label if enrollment.group else str(enrollment.grade.label)
            able.append(Line(student, now=group, then=str(Status.WITHDRAWN.label)))
    return Plan(able, unable, [active[line.student.id] for line in able])


def withdraw_all(plan: Plan, form: WithdrawalForm, *, by: UUID, at: datetime) -> UUID:
    """Withdraw everybody of the plan, whose enrollments are held; gives the id under which all of it can be undone."""
    batch = new_id()
    for enrollment in plan.rows:
        withdraw(enrollment, form, by=by, at=at, batch=batch)
    return batch


def _why_not(enrollment: Enrollment | None, year: YearLink | None) -> str:
    if enrollment is not None:
        return _("The enrollment is “%(status)s”.") % {"status": str(enrollment.status.label).lower()}
    return _("Not enrolled in %(year)s.") % {"year": year.name} if year else _("Not enrolled.")
