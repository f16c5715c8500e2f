"""What happened to enrollments, as a record tells it: their histories in one line of time, the newest first."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments.models import Enrollment
from portal.web.i18n import _, format_datetime, lazy

# Where it went → how it is told, with icon and tone. ``%(year)s`` is the enrollment's year.
_TOLD = {
    Status.DRAFT: (lazy("Enrollment %(year)s begun"), "circle-dashed", "grey"),
    Status.SUBMITTED: (lazy("Enrollment %(year)s sent for review"), "clock", "blue"),
    Status.RETURNED: (lazy("Enrollment %(year)s returned"), "arrow-back-up", "amber"),
    Status.ACTIVE: (lazy("Enrollment %(year)s approved"), "circle-check", "green"),
    Status.COMPLETED: (lazy("Finished %(year)s"), "flag", "grey"),
    Status.WITHDRAWN: (lazy("Withdrawn from %(year)s"), "circle-minus", "red"),
    Status.TRANSFERRED: (lazy("Transferred in %(year)s"), "circle-arrow-right", "violet"),
    Status.CANCELLED: (lazy("Enrollment %(year)s cancelled"), "circle-x", "grey"),
}
_ENROLLED = lazy("Enrolled for %(year)s")
_ENROLLED_AGAIN = lazy("Enrolled again for %(year)s")
_CHANGED = lazy("Enrollment %(year)s changed")


def people_in(enrollments: Iterable[Enrollment]) -> set[str]:
    """The ids of the users who did something in these histories."""
    return {line["by"] for enrollment in enrollments for line in enrollment.status_history if line.get("by")}


def trail(enrollments: Iterable[Enrollment], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The events of these enrollments, which have their years loaded; ``names`` gives users' names by their ids."""
    told = [
        (line["at"], _event(enrollment, line, names))
        for enrollment in enrollments
        for line in enrollment.status_history
    ]
    told.sort(key=lambda moment: moment[0])
    # Backwards, not sorted backwards: begun and sent in one go, two lines have one time, and the later comes first.
    return [event for _at, event in reversed(told)]


def last_line(history: Sequence[dict[str, Any]], to: Status) -> dict[str, Any] | None:
    """The last line of a history that led to a status."""
    return next((line for line in reversed(history) if line["to"] == to.value and line["from"] != to.value), None)


def corrections(history: Sequence[Mapping[str, Any]]) -> list[str]:
    """The events since the last return that changed something and no status, in their words."""
    since: list[str] = []
    for line in history:
        if line["to"] == Status.RETURNED and line["from"] != Status.RETURNED:
            since = []
        elif line["from"] == line["to"] and line.get("reason"):
            since.append(line["reason"])
    return since


def _event(enrollment: Enrollment, line: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    before, after = line.get("from"), Status(line["to"])
    text, icon, tone = _TOLD[after]
    if before == after:
        text, icon, tone = _CHANGED, "arrows-diff", "grey"
    elif after == Status.ACTIVE and before is None:
        text = _ENROLLED
    elif after == Status.ACTIVE and before == Status.WITHDRAWN:
        text = _ENROLLED_AGAIN
    return {
        "status": None if before == after else after,
        "icon": icon,
        "tone": tone,
        "text": str(text) % {"year": enrollment.year.name},
        "reason": line.get("reason"),
        "by": names.get(line.get("by") or "", _("The portal")),
        "at": format_datetime(datetime.fromisoformat(line["at"])),
    }
