"""Whoever acts on an enrollment acts on what they saw, and once: is it still that, or was it done a moment before?"""

from uuid import UUID

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments.models import Enrollment
from portal.web.errors import Conflict
from portal.web.i18n import _


def refuse_unless_as_seen(enrollment: Enrollment, seen_version: int | None) -> None:
    """Raise Conflict when it changed since its page was opened; a form that carries no version has seen nothing."""
    if seen_version not in (None, enrollment.version):
        raise Conflict(_("It has changed since you opened it. Look at it again; nothing was changed now."))


def made_before(enrollment: Enrollment, status: Status, *, by: UUID) -> bool:
    """Whether this very person has taken it there already, with nothing done since: their form came twice."""
    last = enrollment.status_history[-1] if enrollment.status_history else {}
    return enrollment.status == status and last.get("to") == status.value and last.get("by") == str(by)
