"""The words in which a school's history tells of enrollments: a move is told as such, not as a change of a column."""

from typing import Any

from sqlalchemy import func, select

from portal.accounts.permissions import Permission
from portal.audit.models import Action, AuditEvent
from portal.audit.telling import Named, Told
from portal.audit.values import Value, coded, day, of_forms, yes_no
from portal.catalogs.codes import AttachmentKind, Outcome, WithdrawalReason
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.repository import same
from portal.enrollments.models import Enrollment
from portal.enrollments.moves import TABLE
from portal.enrollments.places import PlaceForm
from portal.enrollments.repository import visible_enrollments
from portal.enrollments.simat_attributes import SimatAttributesForm
from portal.schools.rules import CustomField
from portal.students.models import Student
from portal.web.i18n import _, lazy
from portal.years.models import SchoolYear

_TO = {
    Status.DRAFT: lazy("%(who)s began %(thing)s"),
    Status.SUBMITTED: lazy("%(who)s sent %(thing)s for review"),
    Status.RETURNED: lazy("%(who)s returned %(thing)s"),
    Status.ACTIVE: lazy("%(who)s approved %(thing)s"),
    Status.COMPLETED: lazy("%(who)s completed %(thing)s"),
    Status.WITHDRAWN: lazy("%(who)s recorded the withdrawal in %(thing)s"),
    Status.TRANSFERRED: lazy("%(who)s recorded the transfer in %(thing)s"),
    Status.CANCELLED: lazy("%(who)s cancelled %(thing)s"),
}
# Where it came from matters for these.
_ALONG = {
    # Begun and sent in one go, or received by a transfer.
    (None, Status.SUBMITTED): lazy("%(who)s asked for %(thing)s"),
    (None, Status.ACTIVE): lazy("%(who)s made %(thing)s, active from the start"),
    (Status.WITHDRAWN, Status.ACTIVE): lazy("%(who)s recorded the return in %(thing)s"),
}
_TAKEN_BACK = lazy("%(who)s took back the last step of %(thing)s")


def _said(event: AuditEvent) -> Any:
    if "status" not in event.changes or event.action not in (Action.CREATED, Action.CHANGED):
        return None
    source, target = (Status(status) if status else None for status in event.changes["status"])
    if target is None:
        return None
    if source is not None and (source, target) not in TABLE and target != Status.ACTIVE:
        return _TAKEN_BACK
    return _ALONG.get((source, target)) or _TO[target]


def _paper(key: str, _own: tuple[CustomField, ...]) -> Value:
    return Value(_("Seen on paper: %(document)s") % {"document": coded(AttachmentKind)(key)}, yes_no)


_FORM = of_forms(PlaceForm)
ENROLLMENT = Told(
    model=Enrollment,
    kind=lazy("Enrollments"),
    thing=lazy("the enrollment %(name)s"),
    fields={
        "status": Value(lazy("State"), coded(Status)),
        "number": Value(lazy("Number")),
        "student_id": Value(lazy("Student"), names="students"),
        "year_id": Value(_FORM["year_id"].label, names="school_years"),
        "grade": _FORM["grade"],
        "group_id": Value(_FORM["group_id"].label, names="groups"),
        "campus_id": Value(_FORM["campus_id"].label, names="campuses"),
        "shift": _FORM["shift"],
        "starts_on": Value(lazy("First day"), day),
        "ends_on": Value(lazy("Last day"), day),
        "outcome": Value(lazy("How the year ended"), coded(Outcome)),
        "withdrawal_reason": Value(lazy("Reason of the withdrawal"), coded(WithdrawalReason)),
        "previous_school": _FORM["previous_school"],
        "note": _FORM["note"],
        "destination_name": Value(lazy("Transferred to")),
        "destination_dane_code": Value(lazy("DANE code of the other school")),
        **{f"simat_status.{name}": value for name, value in of_forms(SimatAttributesForm).items()},
    },
    inside={"simat_status": lambda key, _own: Value(f"SIMAT {key}"), "checklist": _paper},
    said=_said,
    whose=("student",),
    read=Permission.ENROLLMENTS_READ,
    seen=lambda school_id, led_by: visible_enrollments(school_id, led_by).with_only_columns(Enrollment.id),
    named=Named(
        ask=lambda school_id: (
            select(Enrollment.id, func.jsonb_build_array(SchoolYear.name, Student.full_name))
            .join(SchoolYear, same(Enrollment, SchoolYear, Enrollment.year_id))
            .join(Student, same(Enrollment, Student, Enrollment.student_id))
            .where(Enrollment.school_id == school_id)
        ),
        words=lambda year, student: _("%(year)s of %(student)s") % {"year": year, "student": student},
    ),
    shown_at=("enrollments.show", "enrollment_id"),
)
