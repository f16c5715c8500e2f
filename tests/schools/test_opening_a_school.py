"""Opening a school: who may, what is proposed, what is refused."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.db.base import new_id
from portal.schools.models import School
from portal.schools.slugs import free_slug, proposed_slug
from tests.conftest import Committing
from tests.factories import Cast, make_school, make_user
from tests.pages import FORGED, FRAGMENT, Browser

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
NEW = "/schools/new"


def typed(**given: Any) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "name": "Institución Educativa Antonio Nariño",
        "short_name": "",
        "slug": "",
        "nit": "900.555.014-1",
        "dane_code": "105 001 009 999",
        "sector": "public",
        "calendar": "A",
        "municipality_code": "Medellín, Antioquia",
        "time_zone": "America/Bogota",
        "email": "rectoria@narino.example",
    } | given


async def opened(db: AsyncSession, form: dict[str, Any]) -> School | None:
    return (await db.scalars(select(School).where(School.id == form["id"]))).one_or_none()


async def test_an_administrator_opens_a_school(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    browser, form = await sign_in(cast.superuser), typed()
    answer = await browser.post(NEW, form)
    assert (answer.status, answer.location) == (303, "/schools/antonio-narino/settings")
    school = await opened(db, form)
    assert school is not None
    assert (school.nit, school.dane_code, school.municipality_code) == ("900555014-1", "105001009999", "05001")
    assert (await browser.get(answer.location)).status == 200


async def test_the_page_asks_for_what_a_school_needs(cast: Cast, sign_in: SignIn) -> None:
    page = await (await sign_in(cast.superuser)).get(NEW)
    assert page.status == 200
    assert page.form("form.measure")["time_zone"] == "America/Bogota"
    assert set(typed()) <= set(page.form("form.measure"))


async def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_lost(
    db: AsyncSession, cast: Cast, sign_in: SignIn
) -> None:
    wrong = typed(name=" ", nit="900.555.014-8", dane_code="12", slug="Mal Hecho", email="nada", time_zone="Mars/Base")
    page = await (await sign_in(cast.superuser)).post(NEW, wrong)
    assert page.status == 422
    assert {link.attributes["href"] for link in page.all("#errors a")} == {
        f"#{name}" for name in ("name", "nit", "dane_code", "slug", "email", "time_zone")
    }
    assert page.title.startswith("Error:")
    assert page.one("#nit").attributes["value"] == "900.555.014-8"
    assert page.one("#slug").attributes["value"] == "Mal Hecho"
    assert await opened(db, wrong) is None


async def test_only_the_form_comes_back_to_htmx(cast: Cast, sign_in: SignIn) -> None:
    page = await (await sign_in(cast.superuser)).post(NEW, typed(name=""), headers=FRAGMENT)
    assert (page.status, page.is_fragment) == (422, True)
    assert page.all("#errors") != []


async def test_a_form_sent_twice_opens_one_school(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    browser, form = await sign_in(cast.superuser), typed()
    first, second = await browser.post(NEW, form), await browser.post(NEW, form)
    assert first.location == second.location
    assert (await browser.post(NEW, form | {"name": "Otra"})).status == 409
    edited = (await browser.get(f"{first.location}/school")).form("#school") | {"name": "Institución Antonio Nariño"}
    await browser.post(f"{first.location}/school", edited)
    assert (await browser.post(NEW, form)).location == first.location, "what became of it since is another matter"
    assert await db.scalar(select(func.count()).where(School.slug.startswith("antonio"))) == 1


async def test_codes_and_addresses_belong_to_one_school(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    form = typed(slug=cast.school.slug, dane_code=cast.school.dane_code)
    page = await (await sign_in(cast.superuser)).post(NEW, form)
    assert page.status == 422
    assert f"It belongs to another school: {cast.school.name}." in page.text
    assert f"{cast.school.slug}-2" in page.text


async def test_a_proposed_address_is_always_free(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    await make_school(db, slug="antonio-narino")
    answer = await (await sign_in(cast.superuser)).post(NEW, typed())
    assert answer.location == "/schools/antonio-narino-2/settings"


async def test_nobody_else_may(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    form = typed()
    for person in (cast.principal, cast.secretary, cast.viewer, cast.stranger):
        browser = await sign_in(person)
        assert (await browser.get(NEW)).status == 403
        assert (await browser.post(NEW, form)).status == 403
    assert (await (await sign_in(cast.superuser)).post(NEW, form, headers=FORGED)).status == 403
    assert await opened(db, form) is None


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Institución Educativa Simón Bolívar", "simon-bolivar"),
        ("I.E. Niño Jesús de Praga", "nino-jesus-de-praga"),
        ("Colegio", "colegio"),
        ("Escuela 21 de Abril", "21-de-abril"),
        ("???", "school"),
        ("x" * 80, "x" * 60),
    ],
)
def test_a_name_makes_an_address(name: str, slug: str) -> None:
    assert proposed_slug(name) == slug


def test_an_address_of_the_portal_is_no_schools() -> None:
    assert free_slug("new", set()) == "new-2"
    assert free_slug("a", {"a", "a-2"}) == "a-3"


async def test_of_two_who_give_one_code_at_once_one_is_told(committing: Committing) -> None:
    async with committing.session() as db:
        administrator = await make_user(db, is_superuser=True)
    async with committing.browser(administrator) as browser:
        forms = [typed(name=f"Colegio {name}") for name in ("Uno", "Dos", "Tres")]
        answers = await asyncio.gather(*[browser.post(NEW, form) for form in forms])
    assert sorted(answer.status for answer in answers) == [303, 422, 422]
    assert len(await committing.as_superuser("SELECT FROM schools WHERE dane_code = '105001009999'")) == 1
