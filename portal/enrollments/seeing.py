"""Whoever acts on an enrollment acts on what they saw: is it still that?"""

from portal.enrollments.models import Enrollment
from portal.web.errors import Conflict
from portal.web.i18n import _


def refuse_unless_as_seen(enrollment: Enrollment, seen_version: int | None) -> None:
    """Raise Conflict when it changed since its page was opened; a form that carries no version has seen nothing."""
    if seen_version not in (None, enrollment.version):
        raise Conflict(_("It has changed since you opened it. Look at it again; nothing was changed now."))
