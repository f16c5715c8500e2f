"""The list of schools, and the front door."""

from collections.abc import Awaitable, Callable

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import SchoolMembership, User
from portal.db.tenancy import enter_school
from tests.factories import Cast, make_school, make_user
from tests.pages import FRAGMENT, Browser
from tests.queries import counted

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


async def test_schools_are_found_by_name_code_place_and_state(
    app: Litestar, db: AsyncSession, cast: Cast, sign_in: SignIn
) -> None:
    await make_school(db, name="Colegio Ñandú", dane_code="305001000777", municipality_code="05001")
    await make_school(db, name="Liceo Ñandú 100%", municipality_code="11001", is_active=False)
    browser = await sign_in(cast.superuser)
    for asked, names in {
        "q=nandu": ["Colegio Ñandú", "Liceo Ñandú 100%"],
        "q=3050010007": ["Colegio Ñandú"],
        "q=%25": ["Liceo Ñandú 100%"],
        "q=nandu&municipality=11001": ["Liceo Ñandú 100%"],
        "q=nandu&state=active": ["Colegio Ñandú"],
        "state=active&state=inactive&q=liceo": ["Liceo Ñandú 100%"],
        "q=zzz": [],
        "after=nonsense&state=x&municipality=%00&q=liceo": ["Liceo Ñandú 100%"],
    }.items():
        with counted(app) as statements:
            page = await browser.get(f"/schools?{asked}")
        assert page.texts("#rows .name") == names, asked
        assert len(statements) <= 5, statements
    fragment = await browser.get("/schools?q=liceo", headers=FRAGMENT)
    assert (fragment.is_fragment, fragment.texts("#rows .name")) == (True, ["Liceo Ñandú 100%"])


async def test_a_long_list_has_pages(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    for number in range(60):
        await make_school(db, name=f"Ávila {number:02}" if number % 2 else f"avila {number:02}")
    browser = await sign_in(cast.superuser)
    first = await browser.get("/schools?q=avila")
    assert (len(first.all("#rows tr")), first.one("h1 .count").text()) == (50, "60")
    second = await browser.get("/schools" + str(first.one("a[rel=next]").attributes["href"]))
    assert second.texts("#rows .name") == [f"Ávila {n:02}" if n % 2 else f"avila {n:02}" for n in range(50, 60)]
    assert second.one("a[rel=prev]").attributes["href"] == "?q=avila"


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
