"""The list of schools, and the front door."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import SchoolMembership, User
from portal.db.tenancy import enter_school
from tests.factories import Cast, make_school, make_user
from tests.pages import Browser

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


async def test_a_superuser_finds_every_school_with_its_place_and_state(
    db: AsyncSession, cast: Cast, sign_in: SignIn
) -> None:
    closed = await make_school(db, name="Colegio Cerrado", municipality_code="05001", is_active=False)
    page = await (await sign_in(cast.superuser)).get("/schools")
    assert page.status == 200
    assert page.one("h1 .count").text() == "3"
    assert page.texts(f"#school-{closed.id} a") == ["Colegio Cerrado"]
    assert page.texts(f"#school-{closed.id} td")[1:] == [closed.dane_code, "Medellín, Antioquia", "Not in use"]
    link = page.one(f"#school-{cast.school.id} a").attributes["href"]
    assert link == f"/schools/{cast.school.slug}"


async def test_a_member_of_one_school_goes_straight_in(cast: Cast, sign_in: SignIn) -> None:
    assert (await (await sign_in(cast.viewer)).get("/schools")).location == f"/schools/{cast.school.slug}"


async def test_a_member_of_two_schools_chooses(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    await enter_school(db, cast.other_school.id)
    db.add(SchoolMembership(school_id=cast.other_school.id, user_id=cast.viewer.id, roles=["viewer"]))
    await db.flush()
    page = await (await sign_in(cast.viewer)).get("/schools")
    assert {link.attributes["href"] for link in page.all("main li a")} == {
        f"/schools/{cast.school.slug}",
        f"/schools/{cast.other_school.slug}",
    }


async def test_somebody_without_a_school_is_told_what_to_do(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    page = await (await sign_in(await make_user(db))).get("/schools")
    assert page.status == 200
    assert "Ask the principal of your school to invite you." in page.text
    assert cast.school.name not in page.text


async def test_the_front_door_leads_to_the_schools(cast: Cast, sign_in: SignIn) -> None:
    assert (await (await sign_in(cast.viewer)).get("/")).location == "/schools"


async def test_nobody_sees_schools_without_signing_in(anyone: Browser) -> None:
    assert (await anyone.get("/schools")).location.startswith("/login")
