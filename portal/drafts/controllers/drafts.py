"""Keeping what is being typed, and discarding it."""

from typing import Any

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.drafts.offering import continued, is_page_of_school
from portal.drafts.repository import DraftRepository
from portal.drafts.typed import ADDRESS, is_too_long, seal_of, sealed, typed_in
from portal.schools.providers import provide_access
from portal.web.errors import BadRequest
from portal.web.i18n import _
from portal.web.minting import FIELD, key_of
from portal.web.pages import go_to_address


async def provide_drafts(db_session: NamedDependency[AsyncSession], access: NamedDependency[Access]) -> DraftRepository:
    """The drafts of the person who asks, in the school at hand."""
    assert access.school is not None
    return DraftRepository(db_session, access.school.id, access.user_id)


async def provide_page(request: Request[Any, Any, Any], access: NamedDependency[Access]) -> str:
    """The page of the draft. Raises BadRequest for what is no page of this school."""
    address = str((await request.form()).get(ADDRESS, ""))
    if access.school is None or not is_page_of_school(request, address, access.school.slug):
        raise BadRequest
    return address


class DraftController(Controller):
    """A draft belongs to a person and a page; there is no way to anybody else's."""

    path = "/schools/{slug:str}/drafts"
    opt = {"drafts": False}
    guards = [may(Permission.STUDENTS_READ)]
    dependencies = {
        "access": Provide(provide_access),
        "drafts": Provide(provide_drafts),
        "address": Provide(provide_page),
    }

    @post("/", name="drafts.create", status_code=200)
    async def create(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        drafts: NamedDependency[DraftRepository],
        address: NamedDependency[str],
    ) -> Response[Any]:
        """Keep it: told in a notice to whoever pressed the button, silently to the script that sends what is typed."""
        sent = await request.form()
        typed = typed_in(sent)
        if is_too_long(typed):
            raise BadRequest
        form_key = {FIELD: sent.get("draft_of", "")}
        secret_key = request.app.state.settings.secret_key
        key = key_of(form_key, access.user_id, secret_key, str(sent.get("draft_sent_to", "")))
        if key is None or not await drafts.was_saved(key):
            await drafts.keep(address, sealed(seal_of(request), typed, access.user_id))
        if FIELD in sent:
            return go_to_address(
                request, continued(address), notice=_("What you wrote is kept for a week. Nothing is saved yet.")
            )
        return Response(None, status_code=204)

    @post("/removal", name="drafts.destroy", status_code=200)
    async def destroy(
        self, request: Request[Any, Any, Any], drafts: NamedDependency[DraftRepository], address: NamedDependency[str]
    ) -> Response[Any]:
        """Discard it, and show its page as it is without it."""
        await drafts.discard(address)
        return go_to_address(request, address, notice=_("What you had written is discarded."))
