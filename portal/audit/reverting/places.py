"""Where a person is led after an undo: to the record that it was about, or to its like where it is gone again."""

from typing import Any

from litestar import Request

from portal.audit.models import Action, AuditEvent
from portal.audit.reverting.change_sets import ChangeSet
from portal.web.pages import url_for

# The page of a record with the name of its parameter, and the list of its like; of several records the first counts.
_PAGES = {
    "students": ("students.show", "student_id", "students.index"),
    "student_guardians": ("ties.index", "student_id", "students.index"),
    "guardians": ("guardians.show", "guardian_id", "guardians.index"),
    "enrollments": ("enrollments.show", "enrollment_id", "enrollments.index"),
    "school_years": ("years.show", "year_id", "years.index"),
    "groups": ("groups.show", "group_id", "years.index"),
    "academic_periods": ("", "", "years.index"),
    "campuses": ("", "", "campuses.index"),
    "school_memberships": ("", "", "members.index"),
    "attachments": ("students.documents", "student_id", "logo.edit"),
    "schools": ("", "", "settings.index"),
    "school_settings": ("", "", "settings.index"),
}
_ORDER = list(_PAGES)


def place_of(request: Request[Any, Any, Any], changes: ChangeSet) -> str:
    """The page of what was changed; of several records, of the one that the others belong to."""
    event = min(changes.events, key=_rank)
    shown, parameter, listed = _PAGES[event.entity]
    row_id = event.student_id if parameter == "student_id" else event.entity_id
    is_gone = event.action in (Action.CREATED, Action.RESTORED) and row_id == event.entity_id
    if not shown or row_id is None or is_gone:
        return url_for(request, listed)
    return url_for(request, shown, **{parameter: row_id})


def _rank(event: AuditEvent) -> int:
    """A guardian who was only corrected is met at the student; one who was deleted has a page of their own."""
    if event.entity == "guardians" and event.action in (Action.DELETED, Action.RESTORED):
        return 0
    return _ORDER.index(event.entity)
