"""Coming and going of members: out of the school and in again, a new link, and another principal."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts import membership, sessions
from portal.accounts.access import Access
from portal.accounts.controllers.members import invited_page
from portal.accounts.forms import HandoverForm
from portal.accounts.guards import may
from portal.accounts.inviting import NotInvited, new_link
from portal.accounts.models import SchoolMembership
from portal.accounts.permissions import Permission, Role
from portal.accounts.providers import provide_locked_member, provide_members
from portal.accounts.repository import MembershipRepository
from portal.schools.providers import provide_access, provide_school
from portal.web.errors import Conflict
from portal.web.i18n import _
from portal.web.pages import go_to, page, url_for

DEPENDENCIES = {
    "access": Provide(provide_access),
    "school": Provide(provide_school),
    "members": Provide(provide_members),
}


class MembershipController(Controller):
    """One member: whether they may come in."""

    path = "/schools/{slug:str}/members/{member_id:uuid}"
    guards = [may(Permission.SETTINGS_WRITE)]
    dependencies = {**DEPENDENCIES, "member": Provide(provide_locked_member)}

    @post("/deactivation", name="members.deactivation", status_code=200)
    async def deactivate(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        members: NamedDependency[MembershipRepository],
        member: NamedDependency[SchoolMembership],
    ) -> Response[Any]:
        """End their access here, at once."""
        await membership.deactivate(members, member, by=access.user_id)
        return go_to(
            request,
            "members.index",
            notice=_("They can no longer enter this school. Their account is kept."),
            undo=url_for(request, "members.activation", member_id=member.id),
        )

    @post("/activation", name="members.activation", status_code=200)
    async def activate(
        self,
        request: Request[Any, Any, Any],
        members: NamedDependency[MembershipRepository],
        member: NamedDependency[SchoolMembership],
    ) -> Response[Any]:
        """Let them in again."""
        await membership.activate(members, member)
        return go_to(
            request, "members.index", notice=_("They can enter this school again, with the same roles as before.")
        )

    @post("/invitation", name="members.invitation", status_code=200)
    async def invite_again(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        db_session: NamedDependency[AsyncSession],
        member: NamedDependency[SchoolMembership],
    ) -> Response[Any]:
        """Another link, since the first was lost or is over."""
        secret_key = sessions.settings_of(request).secret_key
        try:
            invited = await new_link(db_session, member.school_id, member, by=access.user_id, secret_key=secret_key)
        except NotInvited as refusal:
            raise Conflict(str(refusal)) from refusal
        if invited is None:
            return go_to(request, "members.index", notice=_("No link is needed: they can sign in."), tone="blue")
        return invited_page(request, invited)


class HandoverController(Controller):
    """The school gets another principal."""

    path = "/schools/{slug:str}/members/handover"
    guards = [may(Permission.SETTINGS_WRITE)]
    dependencies = DEPENDENCIES

    @get("/", name="handover.new")
    async def new(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        members: NamedDependency[MembershipRepository],
    ) -> Response[str]:
        """Who it shall be, and what becomes of whoever hands over."""
        return await self._page(request, members, await _principal(members, access), HandoverForm.show())

    @post("/", name="handover.create", status_code=200)
    async def create(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        members: NamedDependency[MembershipRepository],
    ) -> Response[Any]:
        """Both changes, or neither."""
        await membership.principals_wait(members.session, members.school_id)
        principal = await _principal(members, access)
        form = await HandoverForm.read(request)
        form.offer(await members.successors(but=principal.id))
        if not form.validate():
            return await self._page(request, members, principal, form, status_code=422)
        assert form.member_id.id_chosen is not None, "the field has been checked"
        successor = await members.locked(form.member_id.id_chosen)
        assert successor is not None, "it is one of those that were offered"
        leaves = form.stay_as.data == form.LEAVE
        stay_as = None if leaves else form.stay_as.data
        await membership.hand_over(members, principal, successor, stay_as=stay_as)
        # Whoever has handed it over may not take it back.
        notice = _("The school has another principal now.")
        return go_to(request, "schools.index" if leaves else "schools.show", notice=notice, undo=False)

    async def _page(
        self,
        request: Request[Any, Any, Any],
        members: MembershipRepository,
        principal: SchoolMembership,
        form: HandoverForm,
        *,
        status_code: int = 200,
    ) -> Response[str]:
        successors = await members.successors(but=principal.id)
        form.offer(successors)
        return page(
            request, "members/handover.html", block="form", status_code=status_code, form=form, successors=successors
        )


async def _principal(members: MembershipRepository, access: Access) -> SchoolMembership:
    """Who hands over: the principal who asks."""
    own = await members.of_user(access.user_id)
    if own is None or not own.is_active or Role.PRINCIPAL not in own.roles:
        raise Conflict(_("You are not principal of this school. Give the role to another member on their own page."))
    return own
