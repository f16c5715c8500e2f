"""Asking people into a school, and coming in by the link."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts import passwords
from portal.accounts.inviting import Token
from portal.accounts.models import Invitation, SchoolMembership, User
from portal.db.base import now
from portal.db.tenancy import enter_school
from portal.settings import Settings
from tests import factories
from tests.conftest import Committing
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser, Page

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
NADIA: dict[str, Any] = {
    "email": "Nadia@school.example",
    "full_name": "Nadia Rincón",
    "roles": ["secretary", "coordinator"],
}
PASSWORD = {"password": "tres gatos en un tejado", "password_again": "tres gatos en un tejado"}


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/members"


@pytest.fixture
async def principal(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.principal)


async def ask_in(browser: Browser, at: str, **given: Any) -> Page:
    form = (await browser.get(f"{at}/new")).form()
    return await browser.post(at, {**form, **NADIA, **given})


def link_in(page: Page) -> str:
    """The path of the link that the page shows."""
    assert page.status == 200, page.text
    return "/invitations/" + page.one("#link").text().rpartition("/")[2]


async def by_email(db: AsyncSession, email: str) -> User | None:
    statement = select(User).where(func.lower(User.email) == email.lower()).execution_options(populate_existing=True)
    return (await db.scalars(statement)).one_or_none()


async def memberships(db: AsyncSession, cast: Cast, user: User) -> list[SchoolMembership]:
    await enter_school(db, cast.school.id)
    statement = select(SchoolMembership).where(SchoolMembership.user_id == user.id)
    return list(await db.scalars(statement.execution_options(populate_existing=True)))


async def invitation_of(db: AsyncSession, cast: Cast) -> Invitation:
    await enter_school(db, cast.school.id)
    return (await db.scalars(select(Invitation).execution_options(populate_existing=True))).one()


# --- Asking in ----------------------------------------------------------------------------------------------------


async def test_somebody_new_gets_a_link_chooses_a_password_and_is_in(
    principal: Browser, anyone: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    shown = await ask_in(principal, at)
    assert "shown only this once" in shown.text
    assert "sends no e-mail" in shown.text
    assert "Invited" in " ".join((await principal.get(at)).texts("tbody tr"))

    page = await anyone.get(link_in(shown))
    assert cast.school.name in page.text
    assert "Nadia Rincón" in page.text
    assert page.response.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in page.response.headers["x-robots-tag"]
    assert page.response.headers["cache-control"] == "no-store"
    answer = await anyone.post(link_in(shown), PASSWORD)
    assert (answer.status, answer.location) == (303, f"/schools/{cast.school.slug}")
    assert (await anyone.get(f"/schools/{cast.school.slug}/enrollments")).status == 200

    user = await by_email(db, "nadia@school.example")
    assert user is not None
    assert await passwords.matches(PASSWORD["password"], user.password_hash)
    [member] = await memberships(db, cast, user)
    assert member.roles == ["secretary", "coordinator"]
    assert (await invitation_of(db, cast)).accepted_at is not None
    assert "Invited" not in " ".join((await principal.get(at)).texts("tbody tr"))


async def test_only_the_hash_of_the_secret_is_kept(
    principal: Browser, db: AsyncSession, cast: Cast, at: str, settings: Settings
) -> None:
    link = link_in(await ask_in(principal, at))
    token = Token.read(link.rpartition("/")[2], settings.secret_key)
    kept = await invitation_of(db, cast)
    assert token is not None
    assert (token.school_id, token.invitation_id, token.hash) == (cast.school.id, kept.id, kept.token_hash)
    assert token.secret.encode() not in kept.token_hash
    assert timedelta(days=6) < kept.expires_at - now() <= timedelta(days=7)


async def test_whoever_has_an_account_is_a_member_at_once_and_keeps_their_name(
    principal: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    cast.stranger.password_hash = "-"
    name = cast.stranger.full_name
    await db.flush()
    answer = await ask_in(principal, at, email=cast.stranger.email.upper(), roles="teacher")
    assert (answer.status, answer.location) == (303, at)
    await db.refresh(cast.stranger)
    assert cast.stranger.full_name == name
    [member] = await memberships(db, cast, cast.stranger)
    assert (member.roles, member.is_active) == (["teacher"], True)


async def test_an_inactive_member_comes_back_with_the_new_roles(
    principal: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    cast.viewer.password_hash = "-"
    [member] = await memberships(db, cast, cast.viewer)
    member.is_active = False
    await db.flush()
    answer = await ask_in(principal, at, email=cast.viewer.email, roles="secretary")
    assert answer.status == 303
    [member] = await memberships(db, cast, cast.viewer)
    assert (member.is_active, member.roles) == (True, ["secretary"])


async def test_an_active_member_is_not_invited_again(principal: Browser, db: AsyncSession, cast: Cast, at: str) -> None:
    cast.viewer.password_hash = "-"
    await db.flush()
    answer = await ask_in(principal, at, email=cast.viewer.email, roles="principal")
    assert answer.status == 422
    assert "is a member already" in answer.text
    assert (await memberships(db, cast, cast.viewer))[0].roles == ["viewer"]


async def test_whoever_another_school_has_just_invited_must_come_in_there_first(
    principal: Browser, sign_in: SignIn, db: AsyncSession, cast: Cast, at: str
) -> None:
    elsewhere = await sign_in(cast.stranger)
    await ask_in(elsewhere, f"/schools/{cast.other_school.slug}/members")
    answer = await ask_in(principal, at)
    assert answer.status == 422
    assert "Another school has invited this person" in answer.text
    user = await by_email(db, NADIA["email"])
    assert user is not None
    assert await memberships(db, cast, user) == []


async def test_whoever_the_other_school_has_put_out_again_is_invited_here_and_not_there_any_more(
    principal: Browser, sign_in: SignIn, db: AsyncSession, cast: Cast, at: str
) -> None:
    elsewhere, their_at = await sign_in(cast.stranger), f"/schools/{cast.other_school.slug}/members"
    await ask_in(elsewhere, their_at)
    row = (await elsewhere.get(their_at)).one("button[formaction$=deactivation]").attributes["formaction"]
    theirs = str(row).removesuffix("/deactivation")
    await elsewhere.post(f"{theirs}/deactivation")
    assert link_in(await ask_in(principal, at))
    # Else they could set the password themselves, and come in here.
    await elsewhere.post(f"{theirs}/activation")
    answer = await elsewhere.post(f"{theirs}/invitation")
    assert (answer.status, "Another school has invited this person" in answer.text) == (409, True)


async def test_the_same_form_with_other_roles_is_not_taken_for_the_first(
    principal: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    form = (await principal.get(f"{at}/new")).form() | NADIA
    assert (await principal.post(at, form)).status == 200
    assert (await principal.post(at, form | {"roles": "viewer"})).status == 409
    answer = await principal.post(at, form | {"roles": "viewer", "once": ""})
    assert (answer.status, "is a member already" in answer.text) == (422, True)


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
async def test_a_wrong_form_says_everything_and_keeps_what_was_typed(
    principal: Browser, db: AsyncSession, at: str, headers: dict[str, str]
) -> None:
    answer = await principal.post(at, {"email": "nada", "full_name": " ", "roles": "superuser"}, headers=headers)
    assert answer.status == 422
    assert answer.is_fragment == bool(headers)
    assert [link.attributes["href"] for link in answer.all("#errors a")] == ["#email", "#full_name", "#roles"]
    assert answer.one("#email").attributes["value"] == "nada"
    assert await by_email(db, "nada") is None


async def test_who_may_not_invite(sign_in: SignIn, db: AsyncSession, cast: Cast, at: str, principal: Browser) -> None:
    assert (await (await sign_in(cast.secretary)).post(at, NADIA)).status == 403
    assert (await (await sign_in(cast.stranger)).post(at, NADIA)).status == 404
    assert (await principal.post(at, NADIA, headers=FORGED)).status == 403
    assert await by_email(db, NADIA["email"]) is None


async def test_the_form_sent_twice_at_once_makes_one_member(committing: Committing) -> None:
    async with committing.session() as db:
        school = await factories.make_school(db)
        user = await factories.make_member(db, school, "principal")
    at = f"/schools/{school.slug}/members"
    async with committing.browser(user) as browser:
        form = {**(await browser.get(f"{at}/new")).form(), **NADIA}
        answers = await asyncio.gather(*(browser.post(at, form) for _ in range(5)))
        assert [answer.status for answer in answers] == [200] * 5
        assert len((await browser.get(at)).all("tbody tr")) == 2


# --- Coming in ----------------------------------------------------------------------------------------------------


async def test_a_wrong_password_is_told_and_nothing_is_set(
    principal: Browser, anyone: Browser, db: AsyncSession, at: str
) -> None:
    link = link_in(await ask_in(principal, at))
    answer = await anyone.post(link, {"password": "short", "password_again": "other"})
    assert answer.status == 422
    assert "at least 12 characters" in answer.text
    assert "not the same" in answer.text
    assert answer.title.startswith("Error:")
    assert "short" not in answer.response.text
    assert (await anyone.post(link, PASSWORD, headers=FORGED)).status == 403
    user = await by_email(db, NADIA["email"])
    assert user is not None
    assert user.password_hash is None


async def test_a_link_works_once(principal: Browser, anyone: Browser, at: str) -> None:
    link = link_in(await ask_in(principal, at))
    assert (await anyone.post(link, PASSWORD)).status == 303
    await assert_gone(anyone, link)


async def test_a_link_is_over_after_seven_days_and_there_is_a_new_one(
    principal: Browser, anyone: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    link = link_in(await ask_in(principal, at))
    (await invitation_of(db, cast)).expires_at = now() - timedelta(minutes=1)
    await db.flush()
    await assert_gone(anyone, link)
    page = await principal.get(at)
    assert "Link expired" in page.text
    again = page.one("button[formaction$=invitation]").attributes["formaction"]
    newer = link_in(await principal.post(str(again)))
    assert newer != link
    await assert_gone(anyone, link)
    assert (await anyone.get(newer)).status == 200


async def test_nobody_who_was_put_out_comes_in_by_the_link(
    principal: Browser, anyone: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    link = link_in(await ask_in(principal, at))
    user = await by_email(db, NADIA["email"])
    assert user is not None
    [member] = await memberships(db, cast, user)
    assert (await principal.post(f"{at}/{member.id}/deactivation")).status == 303
    await assert_gone(anyone, link)


async def test_a_school_that_is_shut_lets_nobody_in_by_a_link(
    principal: Browser, anyone: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    link = link_in(await ask_in(principal, at))
    cast.school.is_active = False
    await db.flush()
    await assert_gone(anyone, link)


async def test_a_link_sets_no_second_password(principal: Browser, anyone: Browser, db: AsyncSession, at: str) -> None:
    link = link_in(await ask_in(principal, at))
    user = await by_email(db, NADIA["email"])
    assert user is not None
    user.password_hash = "kept"
    await db.flush()
    await assert_gone(anyone, link)
    await db.refresh(user)
    assert user.password_hash == "kept"


async def test_no_new_link_for_whoever_can_sign_in(principal: Browser, db: AsyncSession, cast: Cast, at: str) -> None:
    [member] = await memberships(db, cast, cast.viewer)
    answer = await principal.post(f"{at}/{member.id}/invitation")
    assert (answer.status, answer.location) == (303, at)


async def test_what_is_no_link_of_ours_asks_nothing_of_anybody(
    app: Litestar, anyone: Browser, cast: Cast, settings: Settings
) -> None:
    forged = Token(cast.school.id, cast.year.id, "secret").signed("another key")
    unknown = Token(cast.school.id, cast.year.id, "secret").signed(settings.secret_key)
    for token in ("x", forged, unknown, forged[:-2]):
        await assert_gone(anyone, f"/invitations/{token}")


async def test_a_link_used_by_two_at_once_lets_one_in(committing: Committing) -> None:
    async with committing.session() as db:
        school = await factories.make_school(db)
        user = await factories.make_member(db, school, "principal")
    async with committing.browser(user) as browser:
        link = link_in(await ask_in(browser, f"/schools/{school.slug}/members"))
    async with committing.browser() as one, committing.browser() as two:
        answers = await asyncio.gather(one.post(link, PASSWORD), two.post(link, PASSWORD))
    assert sorted(answer.status for answer in answers) == [303, 404]


async def assert_gone(browser: Browser, link: str) -> None:
    """The same page, whatever is wrong with the link; it names nobody."""
    for page in (await browser.get(link), await browser.post(link, PASSWORD)):
        assert page.status == 404
        assert "This link does not work any more" in page.text
        assert "Nadia" not in page.response.text
        assert "nadia" not in page.response.text
        assert page.response.headers["referrer-policy"] == "no-referrer"
        assert "session=" not in page.response.headers.get("set-cookie", "")
