"""The words in which a school's history tells that two records were made one: the other record was not just deleted."""

from typing import Any

from portal.audit.models import Action, AuditEvent
from portal.web.i18n import lazy

_DONE = {
    Action.DELETED: lazy("%(who)s merged %(thing)s into another record"),
    Action.RESTORED: lazy("%(who)s took the merging of %(thing)s back"),
}


def of_merging(event: AuditEvent) -> Any:
    """The sentence of an event by which a record was merged into another, or came apart again; None of any other."""
    return _DONE.get(event.action) if "merged_into_id" in event.changes else None
