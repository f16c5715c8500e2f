"""Offering an undo: in the notice that tells of a change, and beside it in the history."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request

from portal.accounts.access import Access
from portal.audit.models import Channel
from portal.audit.recording import change_id_of, channel_of, tables_changed
from portal.audit.reverting.change_sets import PERMISSIONS, is_open, may_undo
from portal.db.plugin import session_of
from portal.web.pages import url_for


def undo_address(request: Request[Any, Any, Any]) -> str | None:
    """Where all that this request has changed is taken back; None where it changed nothing, or nothing that can be."""
    access: Access | None = request.scope["state"].get("access")
    if access is None or access.school is None:
        return None
    session = session_of(request)
    tables = tables_changed(session)
    if not tables or not tables <= PERMISSIONS.keys() or channel_of(session) != Channel.WEB:
        return None
    return url_for(request, "changes.undo", change_id=change_id_of(session))


def undoable(access: Access, events: Iterable[Any], at: datetime) -> set[UUID]:
    """The changes among these lines of a history (``audit.listing``) that this person may take back now."""
    found: dict[UUID, bool] = {}
    for event in events:
        if is_open(event, at):
            may = may_undo(event, access) and not event.is_undone
            found[event.change_id] = found.get(event.change_id, True) and may
    return {change_id for change_id, may in found.items() if may}
