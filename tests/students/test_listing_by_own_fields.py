"""The school's own fields in the list of students: as columns, and as filters that live in the address."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from tests import factories
from tests.factories import Cast
from tests.pages import FRAGMENT, Browser, Page
from tests.queries import counted
from tests.students.own_fields import ALL, PARISH, ROUTE, WEIGHT, give_fields

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
# Some have values that are none of their field's kind.
PUPILS: dict[str, dict[str, Any]] = {
    "Ana": {"ruta": "Norte", "peso": 41.5, "desde": "2024-02-03", "parroquia": "San José"},
    "Beto": {"ruta": "Sur", "peso": 60, "desde": "2025-01-20", "parroquia": "Santa Ana"},
    "Caro": {"ruta": "Norte", "peso": "mucho", "desde": "ayer", "parroquia": None},
    "Dani": {},
    "Eva": {"ruta": ["Norte"], "peso": {"kg": 50}, "desde": 7, "parroquia": 12},
}


@pytest.fixture
async def at(db: AsyncSession, cast: Cast) -> str:
    """Where the list stands, with five pupils in it."""
    await give_fields(db, cast.school, *ALL)
    bare = {"second_surname": None, "middle_names": None}
    for name, data in PUPILS.items():
        await factories.make_student(db, cast.school, first_name=name, first_surname="Ruiz", extra_data=data, **bare)
    return f"/schools/{cast.school.slug}/students"


@pytest.fixture
async def secretary(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.secretary)


def names(page: Page) -> list[str]:
    assert page.status == 200, page.text
    return [node.text().removeprefix("Ruiz, ") for node in page.all("tbody .name")]


async def test_fields_that_the_school_wants_in_the_list_are_columns(secretary: Browser, at: str) -> None:
    page = await secretary.get(at)
    assert page.texts("thead th")[-2:] == ["Ruta de transporte", "Con nosotros desde"]
    assert [page.texts(f"tbody tr:nth-child({row}) td")[-2:] for row in (1, 2, 3, 4)] == [
        ["Norte", "3 Feb 2024"],
        ["Sur", "20 Jan 2025"],
        ["Norte", ""],
        ["", ""],
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("field-ruta=Norte", ["Ana", "Caro"]),
        ("field-ruta=Norte&field-ruta=Sur", ["Ana", "Beto", "Caro"]),
        ("field-ruta=Este", []),
        ("field-parroquia=san+jose", ["Ana"]),
        ("field-parroquia=SAN", ["Ana", "Beto"]),
        ("field-parroquia=%25", []),
        ("field-peso-from=41.5", ["Ana", "Beto"]),
        ("field-peso-from=41,6", ["Beto"]),
        ("field-peso-to=50", ["Ana"]),
        ("field-peso-from=42&field-peso-to=50", []),
        ("field-desde-from=2024-02-04", ["Beto"]),
        ("field-desde-to=3/2/2024", ["Ana"]),
        ("field-ruta=Norte&field-peso-from=1&q=ana", ["Ana"]),
    ],
)
async def test_they_filter_by_their_kind(secretary: Browser, at: str, query: str, found: list[str]) -> None:
    page = await secretary.get(f"{at}?{query}")
    assert names(page) == found
    counted_as = f"{len(found)} student{'s' * (len(found) != 1)}"
    assert page.one("[data-announce]").attributes["data-announce"] == counted_as


@pytest.mark.parametrize(
    "query",
    [
        "field-peso-from=mucho",
        "field-peso-to=1e9",
        "field-desde-from=31/2/2024",
        "field-ruta=",
        "field-parroquia=%00",
        "field-nothing=x",
        "field-peso-from=" + "9" * 400,
    ],
)
async def test_what_means_nothing_is_ignored(secretary: Browser, at: str, query: str) -> None:
    assert len(names(await secretary.get(f"{at}?{query}"))) == len(PUPILS)


async def test_a_filter_is_kept_in_every_link_and_taken_away_by_its_chip(secretary: Browser, at: str) -> None:
    page = await secretary.get(f"{at}?field-ruta=Norte&field-ruta=Sur&field-peso-from=40&field-peso-to=50,5")
    assert page.texts(".chip") == ["Ruta de transporte: Norte", "Ruta de transporte: Sur", "Peso (kg): 40 to 50.5"]
    chips = [str(link.attributes["href"]) for link in page.all(".chip a")]
    assert names(await secretary.get(at + chips[2])) == ["Ana", "Beto", "Caro"]
    assert "field-peso" not in chips[2]
    assert "field-ruta=Sur" in chips[0]
    assert "field-ruta=Norte" not in chips[0]
    page = await secretary.get(f"{at}?field-ruta=Norte&field-ruta=Sur&field-peso-from=40&field-peso-to=99,5")
    for head in page.all("thead a"):
        assert "field-peso-from=40" in str(head.attributes["href"])
    assert page.one("#further-count").text() == "3"
    assert page.one("input[name=field-peso-to]").attributes["value"] == "99.5"
    assert [box.attributes["value"] for box in page.all("input[name=field-ruta][checked]")] == ["Norte", "Sur"]


async def test_a_fragment_says_how_many_filters_are_on(secretary: Browser, at: str) -> None:
    page = await secretary.get(f"{at}?field-ruta=Norte", headers=FRAGMENT)
    assert page.is_fragment
    assert page.one("#further-count[hx-swap-oob]").text() == "1"
    assert page.response.headers["hx-replace-url"].endswith("?field-ruta=Norte")


async def test_a_school_without_fields_of_its_own_has_neither(
    secretary: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    await give_fields(db, cast.school)
    page = await secretary.get(f"{at}?field-ruta=Norte")
    assert len(names(page)) == len(PUPILS)
    assert "field-ruta" not in page.response.text


async def test_labels_and_choices_are_text_and_never_markup(
    secretary: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    odd = "<b>'x'</b>"
    fields = (replace(ROUTE, label=odd, choices=(odd,)), replace(PARISH, label=odd), replace(WEIGHT, label=odd))
    await give_fields(db, cast.school, *fields)
    page = await secretary.get(at, params={"field-ruta": odd, "field-parroquia": odd, "field-peso-from": "1"})
    assert "<b>'x'" not in page.response.text
    assert len(page.texts(".chip")) == 3


async def test_columns_and_filters_cost_no_query_more(app: Litestar, secretary: Browser, at: str) -> None:
    asked = "field-ruta=Norte&field-peso-from=1&field-desde-to=2030-01-01&field-parroquia=a"
    with counted(app) as queries:
        assert (await secretary.get(f"{at}?{asked}")).status == 200
    assert len(queries) <= 5, queries
