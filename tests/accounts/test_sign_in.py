"""Signing in and out."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts import passwords
from portal.accounts.models import User
from portal.accounts.throttle import TRIES_PER_EMAIL
from portal.db.plugin import engine_of
from portal.db.tenancy import enter_user
from tests.conftest import Committing
from tests.factories import Cast
from tests.pages import FORGED, Browser

pytestmark = pytest.mark.anyio
PASSWORD = "a long enough password"


@pytest.fixture
async def secretary(db: AsyncSession, cast: Cast) -> User:
    cast.secretary.password_hash = await passwords.hash_password(PASSWORD)
    await db.flush()
    return cast.secretary


async def test_a_secretary_signs_in_and_lands_in_her_school(anyone: Browser, secretary: User, cast: Cast) -> None:
    answer = await anyone.post("/login", {"email": secretary.email.upper(), "password": PASSWORD})
    assert (answer.status, answer.location) == (303, "/schools")
    assert "httponly" in answer.response.headers["set-cookie"].lower()
    assert (await anyone.get("/schools")).location == f"/schools/{cast.school.slug}"
    assert (await anyone.get(f"/schools/{cast.school.slug}")).status == 200


@pytest.mark.parametrize(("email", "password"), [("nobody@school.example", PASSWORD), (None, "wrong")])
async def test_unknown_people_and_wrong_passwords_hear_the_same(
    anyone: Browser, secretary: User, email: str | None, password: str
) -> None:
    answer = await anyone.post("/login", {"email": email or secretary.email, "password": password})
    assert answer.status == 422
    assert "The e-mail or the password is wrong." in answer.text
    assert answer.one("#email").attributes["value"] == (email or secretary.email)
    assert answer.title.startswith("Error:")
    assert "set-cookie" not in answer.response.headers


async def test_an_empty_form_names_both_fields(anyone: Browser) -> None:
    answer = await anyone.post("/login", {})
    assert answer.status == 422
    assert [link.attributes["href"] for link in answer.all("#errors a")] == ["#email", "#password"]


async def test_the_eleventh_wrong_password_has_to_wait_and_so_has_the_right_one(
    anyone: Browser, secretary: User
) -> None:
    for _ in range(TRIES_PER_EMAIL):
        assert (await anyone.post("/login", {"email": secretary.email, "password": "wrong"})).status == 422
    answer = await anyone.post("/login", {"email": secretary.email, "password": PASSWORD})
    assert answer.status == 429
    assert answer.response.headers["retry-after"] == "900"


async def test_the_eleventh_wrong_password_is_the_eleventh_also_when_all_come_at_once(committing: Committing) -> None:
    async with committing.browser() as browser:
        answers = await asyncio.gather(
            *(browser.post("/login", {"email": "a@school.example", "password": "wrong"}) for _ in range(30))
        )
    statuses = Counter(answer.status for answer in answers)
    # Those whose passwords were compared side by side may slip in together.
    assert statuses[422] < TRIES_PER_EMAIL + passwords.AT_ONCE
    assert statuses[422] + statuses[429] == 30


async def test_a_password_that_is_compared_holds_no_connection(
    committing: Committing, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool: Any = engine_of(committing.app).pool
    held = []

    async def matches(_password: str, _kept: str | None) -> bool:
        held.append(pool.checkedout())
        return False

    monkeypatch.setattr(passwords, "matches", matches)
    async with committing.browser() as browser:
        assert (await browser.post("/login", {"email": "a@school.example", "password": "wrong"})).status == 422
    assert held == [0]


async def test_a_token_that_the_browser_made_up_is_not_taken_over(anyone: Browser, secretary: User) -> None:
    anyone.client.cookies.set("session", "made-up", domain="127.0.0.1")
    await anyone.post("/login", {"email": secretary.email, "password": PASSWORD})
    assert anyone.client.cookies["session"] != "made-up"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb", "/" + "a" * 3000],
)
async def test_nobody_is_sent_elsewhere_after_signing_in(anyone: Browser, secretary: User, elsewhere: str) -> None:
    answer = await anyone.post("/login", {"email": secretary.email, "password": PASSWORD, "next": elsewhere})
    assert answer.location == "/schools"


async def test_a_page_that_was_wanted_may_have_any_letters(anyone: Browser, secretary: User) -> None:
    sent = {"email": secretary.email, "password": PASSWORD, "next": "/schools?q=ñ%20ﷺ&a=1"}
    assert (await anyone.post("/login", sent)).location == "/schools?q=%C3%B1%20%EF%B7%BA&a=1"


async def test_whoever_is_signed_out_gets_the_sign_in_page_and_then_the_page_they_wanted(
    anyone: Browser, secretary: User, cast: Cast
) -> None:
    wanted = f"/schools/{cast.school.slug}"
    first = await anyone.get(wanted)
    assert (first.status, first.location) == (303, f"/login?next={wanted}")
    sent = (await anyone.get(first.location)).form("form[action='/login']") | {
        "email": secretary.email,
        "password": PASSWORD,
    }
    assert (await anyone.post("/login", sent)).location == wanted


async def test_a_forged_sign_in_is_refused(anyone: Browser, secretary: User) -> None:
    answer = await anyone.post("/login", {"email": secretary.email, "password": PASSWORD}, headers=FORGED)
    assert answer.status == 403


async def test_signing_out_ends_the_session(sign_in: Callable[[User], Awaitable[Browser]], cast: Cast) -> None:
    browser = await sign_in(cast.secretary)
    token = browser.client.cookies["session"]
    answer = await browser.post("/logout")
    assert answer.location == "/login"
    assert answer.response.headers["Clear-Site-Data"] == '"cache"', "pictures of pupils do not stay behind"
    browser.client.cookies.set("session", token, domain="127.0.0.1")
    assert (await browser.get("/schools")).location.startswith("/login")


async def test_over_https_cookies_are_secure_and_the_session_is_bound_to_its_host(
    app: Litestar, secretary: User
) -> None:
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="https://127.0.0.1") as client:
        signed_in = await client.post("/login", data={"email": secretary.email, "password": PASSWORD})
        preferring = await client.post("/preferences", data={"locale": "en"})
        signed_out = await client.post("/logout")
    for answer in (signed_in, preferring, signed_out):
        assert answer.headers["strict-transport-security"]
        assert answer.headers.get_list("set-cookie")
        assert all("; Secure" in cookie for cookie in answer.headers.get_list("set-cookie"))
    (session,) = signed_in.headers.get_list("set-cookie")
    assert session.startswith("__Host-session=")
    assert all(flag in session for flag in ("Path=/;", "HttpOnly", "SameSite=lax"))
    assert any(cookie.startswith('__Host-session=""') for cookie in signed_out.headers.get_list("set-cookie"))


async def test_a_member_who_was_deactivated_is_a_stranger_at_once(
    sign_in: Callable[[User], Awaitable[Browser]], db: AsyncSession, cast: Cast
) -> None:
    browser = await sign_in(cast.stranger)
    assert (await browser.get(f"/schools/{cast.school.slug}")).status == 404


async def test_language_and_theme_are_kept_with_the_user(
    sign_in: Callable[[User], Awaitable[Browser]], db: AsyncSession, cast: Cast
) -> None:
    browser = await sign_in(cast.secretary)
    assert (await browser.post("/preferences", {"locale": "es", "next": "/schools"})).location == "/schools"
    assert (await browser.post("/preferences", {"theme": "dark"})).status == 303
    page = await browser.get(f"/schools/{cast.school.slug}")
    assert page.one("html").attributes["lang"] == "es-CO"
    assert page.one("html").attributes["data-bs-theme"] == "dark"
    await enter_user(db, cast.secretary.id)
    await db.refresh(cast.secretary)
    assert (cast.secretary.locale, cast.secretary.theme) == ("es", "dark")


async def test_over_https_the_cookie_is_bound_to_the_host_and_taken_away_as_it_was_given(
    anyone: Browser, secretary: User
) -> None:
    """Browsers refuse to set, and so to remove, a ``__Host-`` cookie without Secure and the path /."""
    anyone.client.base_url = str(anyone.client.base_url).replace("http:", "https:")
    given = await anyone.post("/login", {"email": secretary.email, "password": PASSWORD})
    taken = await anyone.post("/logout")
    for answer in (given, taken):
        [cookie] = [
            line for line in answer.response.headers.get_list("set-cookie") if line.startswith("__Host-session")
        ]
        assert {"secure", "httponly", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}
    assert "__Host-session" not in anyone.client.cookies
