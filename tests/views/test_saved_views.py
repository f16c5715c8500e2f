"""Keeping what a list shows as a tab: one's own, or the school's; and the view that a list opens with."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.catalogs.codes import Grade
from portal.db.base import new_id
from portal.db.tenancy import enter_school
from portal.views.models import SavedView
from tests import factories
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser
from tests.queries import counted

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/students"


@pytest.fixture
def here(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/views"


def typed(**given: Any) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "list": "students",
        "of": "?grade=6&sort=-group&after=x&view=y",
        "name": "Sextos",
        "whose": "mine",
    } | given


async def kept(db: AsyncSession, cast: Cast) -> list[SavedView]:
    await enter_school(db, cast.school.id)
    return list(await db.scalars(select(SavedView).where(SavedView.school_id == cast.school.id)))


async def test_a_view_is_saved_and_becomes_a_tab_of_its_owner(
    sign_in: SignIn, at: str, here: str, cast: Cast, db: AsyncSession
) -> None:
    browser = await sign_in(cast.secretary)
    page = await browser.get(f"{at}?grade=6&sort=-group")
    form_page = await browser.get(str(page.one("#results a[href*='/views/new']").attributes["href"]))
    form = form_page.form() | {"name": " Sextos  por grupo"}
    assert (form["list"], form["of"]) == ("students", "grade=6&sort=-group")
    answer = await browser.post(f"{here}/new", form)
    assert answer.status == 303
    (view,) = await kept(db, cast)
    assert (view.name, view.query, view.owner_id) == ("Sextos por grupo", form["of"], cast.secretary.id)
    assert answer.location == f"{at}?grade=6&sort=-group&view={view.id}"
    page = await browser.get(answer.location)
    assert page.texts(".tabs a") == ["All", "Sextos por grupo"]
    assert page.texts(".tabs [aria-current]") == ["Sextos por grupo"]
    other = await (await sign_in(cast.principal)).get(at)
    assert other.all(".tabs") == []


async def test_a_form_sent_twice_makes_one_view(sign_in: SignIn, here: str, cast: Cast, db: AsyncSession) -> None:
    browser, form = await sign_in(cast.viewer), typed()
    for _time in range(2):
        assert (await browser.post(f"{here}/new", form, headers=FRAGMENT)).location.endswith(f"view={form['id']}")
    assert (await browser.post(f"{here}/new", form | {"name": "Otra"})).status == 409
    assert len(await kept(db, cast)) == 1


@pytest.mark.parametrize(
    ("changed", "blamed"),
    [
        ({"name": " "}, "#name"),
        ({"name": "a" * 61}, "#name"),
        ({"whose": "them"}, "#whose"),
        ({"of": "q=" + "a" * 3000}, "#name"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_kept(
    sign_in: SignIn, here: str, cast: Cast, db: AsyncSession, changed: dict[str, Any], blamed: str
) -> None:
    browser, form = await sign_in(cast.secretary), typed(**changed)
    for headers in ({}, FRAGMENT):
        page = await browser.post(f"{here}/new", form, headers=headers)
        assert (page.status, page.is_fragment) == (422, bool(headers))
        assert [link.attributes["href"] for link in page.all("#errors a")] == [blamed]
        assert page.one("#name").attributes["value"] == form["name"]
    assert await kept(db, cast) == []


async def test_an_unknown_list_has_no_views(sign_in: SignIn, here: str, cast: Cast) -> None:
    browser = await sign_in(cast.secretary)
    assert (await browser.get(f"{here}/new?list=nothing")).status == 404
    assert (await browser.post(f"{here}/new", typed(list="nothing"))).status == 404


async def test_names_are_free_once_an_owner(sign_in: SignIn, here: str, cast: Cast, db: AsyncSession) -> None:
    browser = await sign_in(cast.secretary)
    assert (await browser.post(f"{here}/new", typed())).status == 303
    page = await browser.post(f"{here}/new", typed(name="SEXTOS"))
    assert page.status == 422
    assert "Another view has this name" in page.text
    assert (await browser.post(f"{here}/new", typed(whose="school"))).status == 303
    assert (await (await sign_in(cast.principal)).post(f"{here}/new", typed())).status == 303
    assert len(await kept(db, cast)) == 3


async def test_the_schools_views_are_made_by_those_who_move_its_pupils(
    sign_in: SignIn, at: str, here: str, cast: Cast, db: AsyncSession
) -> None:
    viewer = await sign_in(cast.viewer)
    assert not (await viewer.get(f"{here}/new?list=students")).all("select[name=whose]")
    assert (await viewer.post(f"{here}/new", typed(whose="school"))).status == 403
    assert await kept(db, cast) == []
    coordinator = await sign_in(cast.coordinator)
    assert (await coordinator.post(f"{here}/new", typed(whose="school"), headers=FORGED)).status == 403
    assert (await coordinator.post(f"{here}/new", typed(whose="school"))).status == 303
    (view,) = await kept(db, cast)
    assert view.owner_id is None
    page = await (await sign_in(cast.viewer)).get(f"{at}?grade=6&view={view.id}")
    assert page.texts(".tabs a") == ["All", "Sextos"]
    assert not page.all("a[href*='/edit']")
    for address in (f"{here}/{view.id}/edit", f"{here}/{view.id}/deletion"):
        assert (await viewer.get(address)).status == 403
        assert (await viewer.post(address, {"name": "Mía", "whose": "mine"})).status == 403


async def test_another_persons_view_is_not_found(sign_in: SignIn, here: str, cast: Cast, db: AsyncSession) -> None:
    view = await factories.make_view(db, cast.school, owner_id=cast.secretary.id)
    principal, stranger = await sign_in(cast.principal), await sign_in(cast.stranger)
    for browser in (principal, stranger):
        for address in (f"{here}/{view.id}/edit", f"{here}/{view.id}/deletion"):
            assert (await browser.get(address)).status == 404
            assert (await browser.post(address, typed(name="Otra"))).status == 404
    assert [each.name for each in await kept(db, cast)] == [view.name]


async def test_a_view_is_renamed_and_takes_what_the_list_shows_now(
    sign_in: SignIn, at: str, here: str, cast: Cast, db: AsyncSession
) -> None:
    view = await factories.make_view(db, cast.school, owner_id=cast.secretary.id)
    browser = await sign_in(cast.secretary)
    page = await browser.get(f"{at}?grade=7&view={view.id}")
    form_page = await browser.get(str(page.one("a[href*='/edit']").attributes["href"]))
    form = form_page.form("#view")
    assert (form["name"], form["of"]) == (view.name, f"?grade=7&view={view.id}")
    assert (await browser.post(f"{here}/{view.id}/edit", form | {"name": ""}, headers=FRAGMENT)).status == 422
    answer = await browser.post(f"{here}/{view.id}/edit", form | {"name": "Séptimos", "replaces": "y"})
    assert answer.location == f"{at}?grade=7&view={view.id}"
    await db.refresh(view)
    assert (view.name, view.query) == ("Séptimos", "grade=7")
    late = await browser.post(f"{here}/{view.id}/edit", form | {"name": "Tarde"})
    assert late.status == 409


async def test_a_list_opens_with_the_view_that_was_chosen_and_everything_is_one_tab_away(
    sign_in: SignIn, at: str, here: str, cast: Cast
) -> None:
    await (await sign_in(cast.principal)).post(f"{here}/new", typed(whose="school", is_start="y", name="De todos"))
    browser = await sign_in(cast.secretary)
    opened = await browser.get(at)
    assert opened.status == 303
    assert parse_qs(urlsplit(opened.location).query)["grade"] == ["6"]
    mine = await browser.post(f"{here}/new", typed(of="grade=7", is_start="y"))
    assert (await browser.get(at)).location == mine.location
    page = await browser.get(mine.location)
    everything = str(page.all(".tabs a")[0].attributes["href"])
    assert everything == f"{at}?view=all"
    assert (await browser.get(everything)).texts(".tabs [aria-current]") == ["All"]
    assert page.one("#results a.underlined").attributes["href"] == f"{at}?view=all"
    form = (await browser.get(f"{here}/{mine.location[-36:]}/edit")).form("#view")
    assert form.pop("is_start") == "y"
    await browser.post(f"{here}/{mine.location[-36:]}/edit", form)
    assert parse_qs(urlsplit((await browser.get(at)).location).query)["grade"] == ["6"]


async def test_a_view_is_removed_after_one_question(
    sign_in: SignIn, at: str, here: str, cast: Cast, db: AsyncSession
) -> None:
    browser = await sign_in(cast.secretary)
    view_id = (await browser.post(f"{here}/new", typed(is_start="y"))).location[-36:]
    page = await browser.get(f"{here}/{view_id}/deletion")
    assert "The records that it shows stay as they are" in page.text
    assert (await browser.post(f"{here}/{view_id}/deletion", headers=FORGED)).status == 403
    answer = await browser.post(f"{here}/{view_id}/deletion")
    assert answer.location == f"{at}?view=all"
    assert await kept(db, cast) == []
    assert (await browser.get(at)).status == 200


async def test_views_and_columns_cost_the_list_no_query_more(
    app: Litestar, sign_in: SignIn, at: str, cast: Cast, db: AsyncSession
) -> None:
    for _number in range(3):
        await factories.make_view(db, cast.school)
    browser = await sign_in(cast.secretary)
    with counted(app) as queries:
        assert len((await browser.get(f"{at}?grade=6")).all(".tabs a")) == 4
    assert len(queries) <= 5, queries


@pytest.mark.parametrize("list_name", ["students", "guardians", "enrollments", "groups", "members"])
async def test_the_tabs_of_every_list_are_counted(
    sign_in: SignIn, here: str, cast: Cast, db: AsyncSession, list_name: str
) -> None:
    browser = await sign_in(cast.principal)
    root = here.removesuffix("/views")
    made = await browser.post(f"{here}/new", typed(list=list_name, of="sort=-name"))
    page = await browser.get(made.location)
    address = str(page.one("[hx-trigger=load]").attributes["hx-get"])
    assert address.startswith(root)
    tabs = await browser.get(address, headers=FRAGMENT)
    assert tabs.status == 200
    assert tabs.texts(".tabs [aria-current]") == [tabs.texts(".tabs a")[1]]
    total = len(page.all("#rows > tr"))
    assert tabs.texts(".tabs .count") == [str(total), str(total)]


async def test_a_tab_counts_what_its_view_shows_to_who_looks(
    sign_in: SignIn, at: str, here: str, cast: Cast, db: AsyncSession
) -> None:
    for grade in (cast.group.grade, cast.group.grade, Grade.SECOND):
        student = await factories.make_student(db, cast.school)
        await factories.make_enrollment(db, student, group=cast.group, grade=grade, group_id=None)
    browser = await sign_in(cast.principal)
    await browser.post(f"{here}/new", typed(whose="school", of="grade=2&q=nunez"))
    assert (await browser.get(f"{at}/tabs")).texts(".tabs a") == ["All 3", "Sextos 1"]
    assert (await (await sign_in(cast.teacher)).get(f"{at}/tabs")).texts(".tabs a") == ["All 0", "Sextos 0"]
    assert (await (await sign_in(cast.stranger)).get(f"{at}/tabs")).status == 404
