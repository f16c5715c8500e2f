"""What happened to enrollments, as a record tells it: their histories in one line of time, the newest first."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.web.i18n import _, format_date, format_datetime, lazy

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
# Where it came from matters for these.
_TOLD_OF_ARROWS = {
    (None, Status.SUBMITTED): (lazy("Received by transfer for %(year)s"), "circle-arrow-right", "blue"),
    (None, Status.ACTIVE): (lazy("Enrolled for %(year)s"), "circle-check", "green"),
    (Status.WITHDRAWN, Status.ACTIVE): (lazy("Enrolled again for %(year)s"), "circle-check", "green"),
}
_ROLLED_OVER = (lazy("Enrolled for %(year)s by the roll-over"), "circle-check", "green")
_MOVED = (lazy("Changed group in %(year)s"), "users", "blue")
_CHANGED = (lazy("Enrollment %(year)s changed"), "arrows-diff", "grey")


class Step(NamedTuple):
    """A line of an enrollment's history, as it is told."""

    enrollment: Enrollment
    at: datetime
    told: dict[str, Any]


def people_in(enrollments: Iterable[Enrollment]) -> set[str]:
    """The ids of the users who did something in these histories."""
    return {line["by"] for enrollment in enrollments for line in enrollment.status_history if line.get("by")}


def trail(enrollments: Iterable[Enrollment], names: Mapping[str, str], *, sees_all: bool) -> list[dict[str, Any]]:
    """The events of these enrollments, which have their years loaded; ``names`` gives users' names by their ids.

    Only with ``sees_all`` it is told why somebody left, which may speak of health or displacement (Ley 1581 of 2012).
    """
    return [step.told for step in steps(enrollments, names, sees_all=sees_all)]


def steps(enrollments: Iterable[Enrollment], names: Mapping[str, str], *, sees_all: bool) -> list[Step]:
    """The same with what each belongs to, the newest first."""
    told = [
        Step(enrollment, datetime.fromisoformat(line["at"]), _event(enrollment, line, names, sees_all=sees_all))
        for enrollment in enrollments
        for line in enrollment.status_history
    ]
    told.sort(key=lambda step: step.at)
    # Backwards, not sorted backwards: begun and sent in one go, two lines have one time, and the later comes first.
    return told[::-1]


def last_line(history: Sequence[Mapping[str, Any]], to: Status) -> Mapping[str, Any] | None:
    """The last line of a history that led to a status and was not undone; coming back by an undo is no new arrival."""
    arrivals = (line for line in reversed(_standing(history)) if line["from"] != line["to"])
    return next((line for line in arrivals if line["to"] == to.value), None)


def corrections(history: Sequence[Mapping[str, Any]]) -> list[str]:
    """The events since the last return that changed something and no status, in their words."""
    since: list[str] = []
    for line in _standing(history):
        if line["to"] == Status.RETURNED and line["from"] != Status.RETURNED:
            since = []
        elif line["from"] == line["to"] and line.get("reason"):
            since.append(line["reason"])
    return since


def _standing(history: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The lines of a history without the undos, and without what they took back."""
    undone = {(line["undoes"], line["to"], line["from"]) for line in history if "undoes" in line}
    lines = (line for line in history if "undoes" not in line)
    return [line for line in lines if (line["at"], line["from"], line["to"]) not in undone]


def _event(
    enrollment: Enrollment, line: Mapping[str, Any], names: Mapping[str, str], *, sees_all: bool
) -> dict[str, Any]:
    event = _told(enrollment, line) if "undoes" not in line else _told_of_undo(enrollment, line)
    if event["status"] == Status.WITHDRAWN and not sees_all:
        event |= {"detail": _days(line), "reason": None}
    return event | {
        "by": names.get(line.get("by") or "", _("The portal")),
        "at": format_datetime(datetime.fromisoformat(line["at"])),
    }


def _told(enrollment: Enrollment, line: Mapping[str, Any]) -> dict[str, Any]:
    source, target = Status(line["from"]) if line["from"] else None, Status(line["to"])
    # What a change of group says, the portal wrote; everything else somebody said.
    moved = source == target and "group_id" in line.get("was", {}) and target == Status.ACTIVE
    if source == target:
        text, icon, tone = _MOVED if moved else _CHANGED
    elif source is None and target == Status.ACTIVE and enrollment.rollover_id is not None:
        text, icon, tone = _ROLLED_OVER
    else:
        text, icon, tone = _TOLD_OF_ARROWS.get((source, target)) or _TOLD[target]
    return {
        "status": None if source == target else target,
        "icon": icon,
        "tone": tone,
        "text": str(text) % {"year": enrollment.year.name},
        "detail": line.get("reason") if moved else _detail(line),
        "reason": None if moved else line.get("reason"),
    }


def _told_of_undo(enrollment: Enrollment, line: Mapping[str, Any]) -> dict[str, Any]:
    # Of two lines of one moment the later one is meant.
    undone = next((each for each in reversed(enrollment.status_history) if _is_undone_by(each, line)), None)
    what = _told(enrollment, undone)["text"] if undone else ""
    text = _("Undone: %(what)s") % {"what": what[:1].lower() + what[1:]}
    return {"status": None, "icon": "arrow-back-up", "tone": "grey", "text": text, "detail": None, "reason": None}


def _is_undone_by(line: Mapping[str, Any], undo: Mapping[str, Any]) -> bool:
    return line["at"] == undo["undoes"] and (line["from"], line["to"]) == (undo["to"], undo["from"])


def _detail(line: Mapping[str, Any]) -> str:
    """What the columns of a line say, in the reader's language: why somebody left and when, how the year ended."""
    became = moves.after(line)
    codes = (became.get("withdrawal_reason"), became.get("outcome"))
    return " · ".join(filter(None, [*(str(code.label) for code in codes if code), _days(line, first=not any(codes))]))


def _days(line: Mapping[str, Any], *, first: bool = True) -> str:
    """Until when, and from when; ``first`` where nothing stands before it."""
    ends_on, back_on = moves.after(line).get("ends_on"), line.get("on")
    said = [_("until %(day)s") % {"day": format_date(ends_on, "d MMM y")}] if ends_on else []
    said += [_("from %(day)s") % {"day": format_date(date.fromisoformat(back_on), "d MMM y")}] if back_on else []
    text = " · ".join(said)
    return text[:1].upper() + text[1:] if first else text
