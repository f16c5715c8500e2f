"""Whoever acts on an enrollment acts on what they saw, and once: is it still that, or was it done a moment before?"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments.models import Enrollment
from portal.web.errors import Conflict
from portal.web.i18n import _


def refuse_unless_as_seen(enrollment: Enrollment, seen_version: int | None) -> None:
    """Raise Conflict when it changed since its page was opened; a form that carries no version has seen nothing."""
    if seen_version not in (None, enrollment.version):
        raise Conflict(_("It has changed since you opened it. Look at it again; nothing was changed now."))


def made_before(enrollment: Enrollment, status: Status, *, by: UUID, **said: Any) -> bool:
    """Whether this very person has taken it there already, with nothing done since: their form came twice.

    ``said`` is what their form says: ``reason`` and ``on`` as the history keeps them, and columns. Where it says
    something else it is another form, and was never made.
    """
    last = enrollment.status_history[-1] if enrollment.status_history else {}
    is_theirs = last.get("to") == status.value and last.get("by") == str(by) and "undoes" not in last
    is_the_same = all(_is_kept(enrollment, last, name, value) for name, value in said.items())
    return enrollment.status == status and is_theirs and is_the_same


def _is_kept(enrollment: Enrollment, last: Mapping[str, Any], name: str, value: Any) -> bool:
    if name == "on":
        return last.get("on") == (value.isoformat() if value else None)
    return bool(value == (last.get("reason") if name == "reason" else getattr(enrollment, name)))
