"""The members of a school: who they are, asking others in, and what each may do."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts import membership, sessions
from portal.accounts.access import Access, SchoolLink
from portal.accounts.forms import InviteForm, RolesForm
from portal.accounts.guards import may
from portal.accounts.inviting import Invited, NotInvited, invite
from portal.accounts.member_list import MEMBERS, NAME, member_desk
from portal.accounts.models import SchoolMembership
from portal.accounts.permissions import ROLE_LABELS, ROLE_TASKS, SCHOOL_ROLES, Permission
from portal.accounts.providers import provide_locked_member, provide_member, provide_members
from portal.accounts.repository import MembershipRepository
from portal.audit.since import catch_up
from portal.audit.versions import version_of
from portal.lists.asking import Question
from portal.lists.pages import list_answer
from portal.lists.showing import ListPage
from portal.schools.providers import provide_access, provide_school
from portal.views.showing import opening, views_of
from portal.web.i18n import _
from portal.web.pages import go_to, page, url_for

# Role, its name, and what it may do: what a form offers. Administrators of the installation are made elsewhere.
OFFERED = [(role.value, ROLE_LABELS[role], ROLE_TASKS[role]) for role in SCHOOL_ROLES]


class MemberController(Controller):
    """Who belongs to the school."""

    path = "/schools/{slug:str}/members"
    guards = [may(Permission.SETTINGS_WRITE)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "members": Provide(provide_members),
    }

    @get("/", name="members.index", opt={"list": NAME})
    async def index(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        members: NamedDependency[MembershipRepository],
    ) -> Response[Any]:
        """A page of the list, with what each may do and the groups that they lead this year."""
        here = url_for(request, "members.index")
        if (start := opening(request, access, here)) is not None:
            return start
        question = Question.read(MEMBERS, request.query_params, access.kept.columns)
        shown = ListPage(await member_desk(access, members).listing(question), question, here)
        return list_answer(request, "members/index.html", shown, views=views_of(request, access, shown))

    @get("/new", name="members.new", opt={"drafts": True})
    async def new(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Whom to ask in."""
        return _form(request, InviteForm.show())

    @post("/", name="members.create", status_code=200)
    async def create(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        school: NamedDependency[SchoolLink],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """Ask them in. Whoever has an account is a member now; for the others there is a link to pass on."""
        form = await InviteForm.read(request)
        if not form.validate():
            return _form(request, form, status_code=422)
        try:
            invited = await invite(
                db_session,
                school.id,
                email=form.email.data or "",
                full_name=form.full_name.data or "",
                roles=form.roles.data,
                by=access.user_id,
                secret_key=sessions.settings_of(request).secret_key,
                member_id=form.minted_id,
            )
        except NotInvited as refusal:
            form.blame("email", str(refusal))
            return _form(request, form, status_code=422)
        return invited_page(request, invited)

    @get("/{member_id:uuid}/edit", name="members.edit", dependencies={"member": Provide(provide_member)})
    async def edit(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        member: NamedDependency[SchoolMembership],
    ) -> Response[str]:
        """What the member may do."""
        version, is_me = await version_of(request, member), member.user_id == access.user_id
        form = RolesForm.show(of=version.row)
        return _form(request, form, member=member, is_me=is_me, as_of=version.told(form, member))

    @post(
        "/{member_id:uuid}/edit",
        name="members.update",
        status_code=200,
        dependencies={"member": Provide(provide_locked_member)},
    )
    async def update(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        members: NamedDependency[MembershipRepository],
        member: NamedDependency[SchoolMembership],
    ) -> Response[Any]:
        """Give them other roles, which count from their next request on."""
        form = await RolesForm.read(request)
        if not form.validate():
            is_me = member.user_id == access.user_id
            return _form(request, form, status_code=422, member=member, is_me=is_me)
        await catch_up(members.session, form, member)
        await membership.change_roles(members, member, form.roles.data, by=access.user_id)
        return go_to(request, "members.index", notice=form.telling(_("The roles were saved.")))


def invited_page(request: Request[Any, Any, Any], invited: Invited) -> Response[Any]:
    """To the list, or the link: it is shown this once."""
    if invited.token is None:
        return go_to(
            request,
            "members.index",
            notice=_("This person has an account already, and can enter this school from now on."),
        )
    address = str(request.base_url).rstrip("/") + url_for(request, "invitations.show", token=invited.token)
    return page(request, "members/invited.html", user=invited.user, member=invited.member, address=address)


def _form(request: Request[Any, Any, Any], form: RolesForm, *, status_code: int = 200, **shown: Any) -> Response[str]:
    template = "members/edit.html" if "member" in shown else "members/new.html"
    return page(request, template, block="form", status_code=status_code, form=form, offered=OFFERED, **shown)
