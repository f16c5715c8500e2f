"""Two who decide the same enrollment: who was first, and what the other is told."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.repository import UserRepository
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments.models import Enrollment
from portal.web.i18n import _, format_datetime, lazy, today

_DONE = {
    Status.ACTIVE: lazy("%(name)s approved it at %(time)s."),
    Status.RETURNED: lazy("%(name)s returned it at %(time)s."),
    Status.CANCELLED: lazy("%(name)s cancelled it at %(time)s."),
}


async def why_too_late(session: AsyncSession, enrollment: Enrollment, seen_version: int | None) -> str | None:
    """What to tell whoever would decide on something that is no longer what they looked at; None when it is."""
    if enrollment.status == Status.SUBMITTED:
        if seen_version in (None, enrollment.version):
            return None
        return _("It has changed since you opened it. Look at it again; nothing was decided.")
    last = enrollment.status_history[-1] if enrollment.status_history else {}
    done = _DONE.get(enrollment.status)
    if done is None or not last.get("by"):
        return _("It does not wait for review any more: %(status)s.") % {"status": str(enrollment.status.label).lower()}
    names = await UserRepository(session=session).names_of([last["by"]])
    at = datetime.fromisoformat(last["at"])
    form = "H:mm" if format_datetime(at, "yyyyMMdd") == f"{today():%Y%m%d}" else "d MMM y, H:mm"
    return str(done) % {"name": names.get(last["by"], _("Somebody")), "time": format_datetime(at, form)}
