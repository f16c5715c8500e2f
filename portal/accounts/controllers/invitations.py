"""Coming in by an invitation's link: a password is chosen, once, and the portal opens."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts import passwords, sessions
from portal.accounts.forms import NewPasswordForm
from portal.accounts.inviting import Token, accept
from portal.accounts.models import Invitation
from portal.accounts.repository import InvitationRepository
from portal.db import tenancy
from portal.schools.models import School
from portal.web.i18n import _
from portal.web.pages import go_to, page

# The address is a key: no other site may see where its reader came from, and no search engine may keep it.
HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


class InvitationController(Controller):
    """What the link leads to. A link that was not made here is refused before anything is asked of the database."""

    path = "/invitations/{token:str}"
    opt = {"public": True}

    @get("/", name="invitations.show")
    async def show(
        self, request: Request[Any, Any, Any], db_session: NamedDependency[AsyncSession], token: FromPath[str]
    ) -> Response[str]:
        """Who asks whom, and the form."""
        found = await _find(request, db_session, token)
        if found is None:
            return _gone(request)
        return await _page(request, db_session, found, NewPasswordForm.show())

    @post("/", name="invitations.accept", status_code=200)
    async def accept(
        self, request: Request[Any, Any, Any], db_session: NamedDependency[AsyncSession], token: FromPath[str]
    ) -> Response[Any]:
        """Set the password and sign in."""
        form = await NewPasswordForm.read(request)
        found = await _find(request, db_session, token)
        if found is None:
            return _gone(request)
        if not form.validate():
            return await _page(request, db_session, found, form, status_code=422)

        # Hashing takes its time, and others need the connection meanwhile. Then the link is looked at once more.
        await db_session.rollback()
        hashed = await passwords.hash_password(form.password.data or "")
        found = await _find(request, db_session, token)
        if found is None:
            return _gone(request)
        await accept(db_session, found, hashed)
        school = await db_session.get_one(School, found.school_id)
        cookie = await sessions.begin(db_session, request, found.user_id)
        answer = go_to(request, "schools.show", slug=school.slug, notice=_("Welcome. Your password is set."))
        answer.set_cookie(cookie)
        return answer


async def _find(request: Request[Any, Any, Any], session: AsyncSession, text: str) -> Invitation | None:
    """The open invitation that a link of ours names; the school is entered, as its signature allows."""
    token = Token.read(text, sessions.settings_of(request).secret_key)
    if token is None:
        return None
    await tenancy.leave(session)
    await tenancy.enter_school(session, token.school_id)
    return await InvitationRepository(session, token.school_id).open(token.invitation_id, token.hash)


async def _page(
    request: Request[Any, Any, Any],
    session: AsyncSession,
    invitation: Invitation,
    form: NewPasswordForm,
    *,
    status_code: int = 200,
) -> Response[str]:
    school = await session.get_one(School, invitation.school_id)
    answer = page(
        request,
        "invitations/show.html",
        status_code=status_code,
        form=form,
        school_name=school.name,
        user=invitation.user,
    )
    answer.headers.update(HEADERS)
    return answer


def _gone(request: Request[Any, Any, Any]) -> Response[str]:
    """The same page for a link that is over, used or never was: it tells nobody whom it was for."""
    answer = page(request, "invitations/gone.html", status_code=404)
    answer.headers.update(HEADERS)
    return answer
