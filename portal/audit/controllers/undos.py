"""Undoing a change: all that one press of a button did, from the notice and from the history."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.audit.reverting.places import place_of
from portal.audit.reverting.remains import remains
from portal.audit.reverting.reversal import revert
from portal.db.base import now
from portal.schools.providers import provide_access, provide_school
from portal.web.i18n import ngettext
from portal.web.pages import go_to_address, page
from portal.web.reading import local_path


class ChangeUndoController(Controller):
    """An undo is a change of its own. Whose right each is, its kind says; who may undo nothing is refused here."""

    path = "/schools/{slug:str}/changes/{change_id:uuid}/undo"
    guards = [may(Permission.GROUPS_CHANGE)]
    dependencies = {"access": Provide(provide_access), "school": Provide(provide_school)}

    @post("/", name="changes.undo", status_code=200, opt={"undoes": True})
    async def create(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        db_session: NamedDependency[AsyncSession],
        change_id: FromPath[UUID],
    ) -> Response[Any]:
        """Take back all that can be; where something cannot, a page says what and why."""
        reverted = await revert(db_session, access, change_id, at=now())
        place = local_path((await request.form()).get("next")) or place_of(request, reverted.changes)
        if reverted.kept:
            status = 200 if reverted.done else 409
            stays = await remains(request, db_session, access, request.app.state.tellings, reverted.kept)
            return page(request, "audit/undone.html", status_code=status, reverted=reverted, stays=stays, back=place)
        notice = ngettext(
            "Undone: the record is as it was before.",
            "Undone: %(num)s records are as they were before.",
            reverted.whole,
        )
        return go_to_address(
            request, place, notice=notice % {"num": reverted.whole}, undo=None if reverted.can_be_redone else False
        )
