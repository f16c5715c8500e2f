"""Enrollments go back by their own table of moves, which holds seats and writes a line; other fields as everywhere."""

from collections.abc import Mapping
from typing import Any

from portal.audit.models import AuditEvent
from portal.audit.reverting.fields import Changes, put_back
from portal.audit.reverting.task import Task, of
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.enrollments.repository import whole
from portal.enrollments.undoing import undo_last_steps
from portal.web.i18n import _

# What a draft may change freely, and a seated pupil only by a move.
PLACE = ("grade", "group_id", "campus_id", "shift", "starts_on", "ends_on")


async def give_back(task: Task) -> None:
    """Take back the last step where it is this one, and the fields that were written with it."""
    steps: dict[Any, tuple[AuditEvent, Enrollment]] = {}
    for event, row in await task.held(Enrollment, of(task.changes, "enrollments"), *whole()):
        line = row.status_history[-1] if row.status_history else {}
        if _tells_of(line, event):
            steps[row.id] = event, row
        elif _tells_of(line, event, undone=True):
            task.finish(event)
        elif "status" in event.changes or (_place(event.changes) and row.status not in moves.EDITABLE):
            task.keep(event, _("Something else was done since."))
        else:
            _give_fields_back(task, event, row, event.changes)
    rows = [row for _event, row in steps.values()]
    undone = await undo_last_steps(task.session, rows, access=task.access, at=task.at)
    for row, why in undone.kept:
        task.keep(steps[row.id][0], why)
    for row in undone.done:
        event = steps[row.id][0]
        written = row.status_history[-1].get("was", {})
        rest = {name: values for name, values in event.changes.items() if name != "status" and name not in written}
        task.finish(event, put_back(row, rest))
    await task.session.flush()


def _give_fields_back(task: Task, event: AuditEvent, row: Enrollment, changes: Changes) -> None:
    later = put_back(row, changes)
    if row.status == Status.RETURNED and len(later) < len(changes):
        moves.remember(row, _("Correction undone"), by=task.by, at=task.at)
    task.finish(event, later)


def _tells_of(line: Mapping[str, Any], event: AuditEvent, *, undone: bool = False) -> bool:
    """Whether a line of the history is the step of this event, or else the line that took it back."""
    if not line or ("undoes" in line) is not undone:
        return False
    old, new = ("became", "was") if undone else ("was", "became")
    first, last = ("to", "from") if undone else ("from", "to")
    before, after = line.get(old, {}), line.get(new, {})
    written = all(event.changes.get(name) == [before[name], after[name]] for name in before)
    if "status" in event.changes:
        return event.changes["status"] == [line[first], line[last]] and written
    return bool(before) and line["from"] == line["to"] and written


def _place(changes: Changes) -> bool:
    return any(name in changes for name in PLACE)
