"""Handing the school over to another principal: both changes or neither."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from tests import factories
from tests.accounts.test_members import member_of
from tests.conftest import Committing
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/members/handover"


@pytest.fixture
async def principal(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.principal)


async def test_the_secretary_becomes_principal_and_the_principal_stays_as_coordinator(
    principal: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    page = await principal.get(at)
    assert page.status == 200
    successor = await member_of(db, cast.school, cast.secretary)
    answer = await principal.post(at, {"member_id": str(successor.id), "stay_as": "coordinator"})
    assert (answer.status, answer.location) == (303, f"/schools/{cast.school.slug}")
    assert (await member_of(db, cast.school, cast.secretary)).roles == ["principal", "secretary"]
    assert (await member_of(db, cast.school, cast.principal)).roles == ["coordinator"]
    assert (await principal.get(f"/schools/{cast.school.slug}/members")).status == 403


async def test_the_principal_may_leave(principal: Browser, db: AsyncSession, cast: Cast, at: str) -> None:
    successor = await member_of(db, cast.school, cast.coordinator)
    answer = await principal.post(at, {"member_id": str(successor.id), "stay_as": "leave"})
    assert (answer.status, answer.location) == (303, "/schools")
    assert not (await member_of(db, cast.school, cast.principal)).is_active
    assert (await principal.get(f"/schools/{cast.school.slug}")).status == 404


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
async def test_a_wrong_form_changes_nothing(
    principal: Browser, db: AsyncSession, cast: Cast, at: str, headers: dict[str, str]
) -> None:
    stranger = str(cast.stranger.id)
    answer = await principal.post(at, {"member_id": stranger, "stay_as": "superuser"}, headers=headers)
    assert answer.status == 422
    assert answer.is_fragment == bool(headers)
    assert [link.attributes["href"] for link in answer.all("#errors a")] == ["#member_id", "#stay_as"]
    assert (await member_of(db, cast.school, cast.principal)).roles == ["principal"]


async def test_who_is_no_principal_cannot_hand_it_over(
    sign_in: SignIn, db: AsyncSession, cast: Cast, at: str, principal: Browser
) -> None:
    successor = await member_of(db, cast.school, cast.secretary)
    sent = {"member_id": str(successor.id), "stay_as": "viewer"}
    assert (await (await sign_in(cast.secretary)).post(at, sent)).status == 403
    assert (await (await sign_in(cast.stranger)).post(at, sent)).status == 404
    assert (await (await sign_in(cast.superuser)).post(at, sent)).status == 409
    assert (await principal.post(at, sent, headers=FORGED)).status == 403
    assert (await member_of(db, cast.school, cast.secretary)).roles == ["secretary"]


async def test_an_inactive_or_waiting_member_is_not_offered(
    principal: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    (await member_of(db, cast.school, cast.viewer)).is_active = False
    await db.flush()
    members = at.removesuffix("/handover")
    form = (await principal.get(f"{members}/new")).form()
    await principal.post(members, {**form, "email": "n@school.example", "full_name": "Nadia", "roles": "teacher"})
    names = (await principal.get(at)).texts("#member_id option")
    assert names == ["Choose a member", *sorted(u.full_name for u in (cast.secretary, cast.coordinator, cast.teacher))]


async def test_a_failure_leaves_nothing(committing: Committing) -> None:
    async with committing.session() as db:
        cast = await factories.make_cast(db)
        successor = await member_of(db, cast.school, cast.secretary)
    # The database refuses the second of the two changes.
    await committing.as_superuser(
        "ALTER TABLE school_memberships ADD CONSTRAINT broken "
        f"CHECK (user_id <> '{cast.principal.id}' OR roles ? 'principal')"
    )
    async with committing.browser(cast.principal) as browser:
        answer = await browser.post(
            f"/schools/{cast.school.slug}/members/handover", {"member_id": str(successor.id), "stay_as": "viewer"}
        )
    assert answer.status == 500
    async with committing.session() as db:
        assert (await member_of(db, cast.school, cast.secretary)).roles == ["secretary"]
        assert (await member_of(db, cast.school, cast.principal)).roles == ["principal"]


async def test_of_two_hand_overs_at_once_one_is_done(committing: Committing) -> None:
    async with committing.session() as db:
        cast = await factories.make_cast(db)
        heirs = [await member_of(db, cast.school, user) for user in (cast.secretary, cast.teacher)]
    async with committing.browser(cast.principal) as browser:
        answers = await asyncio.gather(
            *(
                browser.post(
                    f"/schools/{cast.school.slug}/members/handover", {"member_id": str(heir.id), "stay_as": "viewer"}
                )
                for heir in heirs
            )
        )
    assert sorted(answer.status for answer in answers) in ([303, 403], [303, 409])
    async with committing.session() as db:
        kept = [await member_of(db, cast.school, user) for user in (cast.secretary, cast.teacher)]
        assert ["principal" in member.roles for member in kept].count(True) == 1
