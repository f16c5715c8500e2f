"""Signing in and out, and how the portal speaks and looks to a person."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts import passwords, sessions, throttle
from portal.accounts.demo_accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from portal.accounts.forms import SignInForm
from portal.accounts.guards import SignInFirst, access_of
from portal.accounts.providers import provide_users
from portal.accounts.repository import UserRepository
from portal.db import tenancy
from portal.drafts.carrying import taken_up
from portal.web import recents
from portal.web.errors import TooManyRequests
from portal.web.forms import Form
from portal.web.i18n import LOCALES, _
from portal.web.pages import go_to_address, is_htmx, page, url_for
from portal.web.reading import local_path

YEAR_IN_SECONDS = 365 * 24 * 3600
THEMES = ("light", "dark", "auto")
SWITCH = ("on", "off")


class SessionController(Controller):
    """A sign-in is a new session; signing out is its end."""

    opt = {"public": True}
    dependencies = {"users": Provide(provide_users)}

    @get("/login", name="sessions.new")
    async def new(self, request: Request[Any, Any, Any], next: FromQuery[str] = "") -> Response[str]:
        """The sign-in page."""
        form = SignInForm.show()
        form.next.data = local_path(next)
        return sign_in_page(request, form)

    @post("/login", name="sessions.create", status_code=200)
    async def create(
        self,
        request: Request[Any, Any, Any],
        db_session: NamedDependency[AsyncSession],
        users: NamedDependency[UserRepository],
    ) -> Response[Any]:
        """Sign in. The same words, after the same time, whether the person is unknown or the password wrong.

        A failed try is answered, not raised, so that it is committed and counted.
        """
        form = await SignInForm.read(request)
        if not form.validate():
            return sign_in_page(request, form, status_code=422)

        email, password = form.email.data or "", form.password.data or ""
        settings = sessions.settings_of(request)
        address = request.client.host if request.client else ""
        tried = throttle.email_hash(email, settings.secret_key)
        await refuse_after_too_many(db_session, tried, address)
        user = await users.by_email(email)
        user_id, kept = (user.id, user.password_hash) if user and user.is_active else (None, None)
        # When a whole school signs in at eight, passwords wait for one another; others need the connections meanwhile.
        await db_session.rollback()
        fits = await passwords.matches(password, kept)
        # Of many tries that were let in at once, only the first ones get an answer.
        await refuse_after_too_many(db_session, tried, address)
        if user_id is None or not fits:
            await throttle.count(db_session, tried, address)
            form.password.errors = [_("The e-mail or the password is wrong.")]
            return sign_in_page(request, form, status_code=422)

        await throttle.forget(db_session, tried)
        again = await taken_up(request, db_session, user_id, form.typed.data or "")
        response = go_to_address(request, again or local_path(form.next.data) or url_for(request, "schools.index"))
        response.set_cookie(await sessions.begin(db_session, request, user_id))
        return response

    @post("/logout", name="sessions.destroy", status_code=200)
    async def destroy(
        self, request: Request[Any, Any, Any], db_session: NamedDependency[AsyncSession]
    ) -> Response[Any]:
        """Sign out: the session ends here and now, whatever of it still runs."""
        if token := sessions.token_of(request):
            await sessions.end(db_session, token)
        response = go_to_address(request, url_for(request, "sessions.new"), notice=_("You have signed out."))
        response.set_cookie(sessions.forgotten(request))
        recents.forget(response)
        # The faces of pupils, which a browser may keep for a year, do not stay on a shared computer.
        response.headers["Clear-Site-Data"] = '"cache"'
        return response


class PreferenceController(Controller):
    """Language, theme and keys: kept with the user; the first two also in a cookie for those who are not signed in."""

    opt = {"public": True}
    dependencies = {"users": Provide(provide_users)}

    @post("/preferences", name="preferences.update", status_code=200)
    async def update(
        self,
        request: Request[Any, Any, Any],
        db_session: NamedDependency[AsyncSession],
        users: NamedDependency[UserRepository],
    ) -> Response[Any]:
        """Take what was chosen, and go back to where the person was."""
        sent = await request.form()
        chosen = {
            name: str(value)
            for name, allowed in (("locale", LOCALES), ("theme", THEMES))
            if (value := sent.get(name)) in allowed
        }
        response = go_to_address(request, local_path(sent.get("next")) or "/")
        for name, value in chosen.items():
            response.set_cookie(Cookie(key=name, value=value, path="/", max_age=YEAR_IN_SECONDS, samesite="lax"))
        try:
            access = await access_of(request)
        except SignInFirst:
            return response
        keys = {"single_keys": sent["single_keys"] == "on"} if sent.get("single_keys") in SWITCH else {}
        if chosen or keys:
            await tenancy.enter_user(db_session, access.user.id)
            await users.prefer(access.user.id, **chosen, **keys)
        return response


async def refuse_after_too_many(session: AsyncSession, tried: bytes, address: str) -> None:
    """Raise TooManyRequests when there were too many wrong passwords of late."""
    if await throttle.is_closed(session, tried, address):
        raise TooManyRequests(
            _("There were too many wrong passwords. Wait 15 minutes and try again."),
            headers={"Retry-After": str(int(throttle.WINDOW.total_seconds()))},
        )


def sign_in_again(request: Request[Any, Any, Any], error: SignInFirst) -> Response[Any]:
    """The sign-in page first, then the page that was wanted, or the form that was sent.

    What htmx has sent is sent once more by the page's script, as a page of its own: the sign-in is no part of a page.
    """
    if not error.typed:
        return go_to_address(request, error.address)
    if is_htmx(request):
        return Response("", status_code=401, headers={"Cache-Control": "no-store"})
    form = SignInForm.show()
    form.typed.data = error.typed
    return sign_in_page(request, form, status_code=401)


def sign_in_page(request: Request[Any, Any, Any], form: Form, *, status_code: int = 200) -> Response[str]:
    """The sign-in page, with the demo's buttons where the demo is on."""
    demo = DEMO_ACCOUNTS if sessions.settings_of(request).demo else ()
    return page(
        request,
        "accounts/login.html",
        status_code=status_code,
        form=form,
        demo_accounts=demo,
        demo_password=DEMO_PASSWORD if demo else "",
    )
