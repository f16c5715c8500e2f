"""Offering an undo: in the notice that tells of a change, and beside it in the history."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.audit.models import AuditEvent, Channel
from portal.audit.recording import change_id_of, channel_of, tables_changed
from portal.audit.reverting.change_sets import PERMISSIONS, is_open, may_undo, undone
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


async def undoable(
    session: AsyncSession, access: Access, events: Iterable[AuditEvent], at: datetime
) -> Collection[UUID]:
    """The changes among these events that this person may take back now: one question, and none where all are old."""
    found: dict[UUID, bool] = {}
    for event in events:
        if is_open(event, at):
            found[event.change_id] = found.get(event.change_id, True) and may_undo(event, access)
    wanted = {change_id for change_id, may in found.items() if may}
    assert access.school is not None, "a guard has let them in"
    return wanted - await undone(session, access.school.id, wanted) if wanted else wanted
