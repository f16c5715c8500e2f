"""What a school decides for itself: periods, grading scale, documents, review. Each is checked before it is stored."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest
from litestar import Litestar

from portal.accounts.models import User
from portal.catalogs.codes import AttachmentKind, Grade, NationalLevel
from portal.schools.rules import DEFAULT_PERIODS, DEFAULT_SCALE, ChecklistItem, DefaultPeriod, ReviewPolicy
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser
from tests.queries import counted
from tests.schools.conftest import Stored

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
PARTS = ("periods", "scale", "checklist", "review")
# A wrong form of each part: what is changed, and the fields that are blamed.
WRONG: dict[str, list[tuple[dict[str, Any], set[str]]]] = {
    "periods": [
        ({"weight_4": "20"}, {"weight_4"}),
        ({"weight_4": "x", "name_1": "y" * 61}, {"weight_4", "name_1"}),
        ({"name_2": "PERIODO 1"}, {"name_1", "name_2"}),
        ({"name_4": "", "weight_3": ""}, {"name_4", "weight_3"}),
        ({"weight_1": "101", "weight_2": "12.345"}, {"weight_1", "weight_2"}),
        ({f"{column}_{n}": "" for column in ("name", "weight") for n in range(1, 7)}, {"name_1"}),
    ],
    "scale": [
        ({"highest_2": "4,4"}, {"highest_2"}),
        ({"highest_2": "4,6"}, {"highest_2"}),
        ({"lowest_4": "3", "highest_4": "2,9"}, {"highest_4"}),
        ({"level_2": "superior"}, {"level_1"}),
        ({"level_1": "alto", "level_2": "superior"}, {"level_2"}),
        ({"label_2": "superior"}, {"label_1", "label_2"}),
        ({"label_5": "Deficiente", "lowest_1": "4.66"}, {"lowest_1"}),
        ({"label_5": "Deficiente"}, {"level_5"}),
    ],
    "checklist": [
        ({"contract": "maybe", "vaccination_grades": "77"}, {"contract", "vaccination_grades"}),
    ],
    "review": [
        ({"unusual_years": "11"}, {"unusual_years"}),
        ({"unusual_years": "", "reason_3": "x" * 201}, {"unusual_years", "reason_3"}),
        ({"reason_1": "Falta la firma", "reason_2": "FALTA LA FIRMA"}, {"reason_2"}),
    ],
}


def address(cast: Cast, part: str) -> str:
    return f"/schools/{cast.school.slug}/settings/{part}"


async def test_periods_are_named_and_weighed(cast: Cast, sign_in: SignIn, stored: Stored) -> None:
    browser = await sign_in(cast.principal)
    form = (await browser.get(address(cast, "periods"))).form()
    assert (form["name_4"], form["weight_4"], form["name_6"]) == ("Periodo 4", "25", "")
    sent = {"name_1": "Primer semestre", "weight_1": "50", "name_2": "Segundo", "weight_2": "33.5"}
    rest = {"name_3": "Final", "weight_3": "16,5", "name_4": "", "weight_4": ""}
    answer = await browser.post(address(cast, "periods"), form | sent | rest)
    assert (answer.status, answer.location) == (303, f"/schools/{cast.school.slug}/settings")
    assert (await stored()).periods == (
        DefaultPeriod("Primer semestre", Decimal(50)),
        DefaultPeriod("Segundo", Decimal("33.5")),
        DefaultPeriod("Final", Decimal("16.5")),
    )
    assert "3 periods: 50 %, 33.5 %, 16.5 %" in (await browser.get(answer.location)).text


async def test_a_level_may_have_several_steps(cast: Cast, sign_in: SignIn, stored: Stored) -> None:
    browser = await sign_in(cast.principal)
    form = (await browser.get(address(cast, "scale"))).form()
    assert (form["label_1"], form["level_1"], form["lowest_1"]) == ("Superior", "superior", "4.6")
    steps = {"lowest_4": "2,0", "label_5": "Muy bajo", "level_5": "bajo", "lowest_5": "1", "highest_5": "1.9"}
    assert (await browser.post(address(cast, "scale"), form | steps)).status == 303
    scale = (await stored()).scale
    assert [step.level for step in scale[-2:]] == [NationalLevel.BAJO, NationalLevel.BAJO]
    assert (scale[-1].lowest, scale[-1].highest, scale[:3]) == (Decimal(1), Decimal("1.9"), DEFAULT_SCALE[:3])


async def test_documents_are_asked_for_by_grade(cast: Cast, sign_in: SignIn, stored: Stored) -> None:
    browser = await sign_in(cast.principal)
    page = await browser.get(address(cast, "checklist"))
    assert {node.attributes["value"] for node in page.all("[name=vaccination_grades]")} == {"6"}
    sent = page.form() | {"identity_document": "required", "vaccination": "asked", "vaccination_grades": ["6"]}
    assert (await browser.post(address(cast, "checklist"), sent)).status == 303
    assert (await stored()).checklist == (
        ChecklistItem(AttachmentKind.IDENTITY_DOCUMENT, is_required=True),
        ChecklistItem(AttachmentKind.VACCINATION, is_required=False, grades=(Grade.SIXTH,)),
    )
    again = await browser.get(address(cast, "checklist"))
    assert again.form()["vaccination"] == "asked"
    assert len(again.all("[name=vaccination_grades][checked]")) == 1


async def test_the_review_is_made_milder(cast: Cast, sign_in: SignIn, stored: Stored) -> None:
    browser = await sign_in(cast.principal)
    form = (await browser.get(address(cast, "review"))).form()
    assert form.pop("documents_stop") == "y"
    sent = {"unusual_years": "3", "reason_2": " Falta la  firma "}
    assert (await browser.post(address(cast, "review"), form | sent)).status == 303
    assert (await stored()).review == ReviewPolicy(False, 3, ("Falta la firma",))


@pytest.mark.parametrize(
    ("part", "changed", "blamed"), [(part, *case) for part, cases in WRONG.items() for case in cases]
)
async def test_what_is_wrong_is_said_and_not_stored(
    cast: Cast, sign_in: SignIn, stored: Stored, part: str, changed: dict[str, Any], blamed: set[str]
) -> None:
    browser = await sign_in(cast.principal)
    form = (await browser.get(address(cast, part))).form()
    page = await browser.post(address(cast, part), form | changed)
    assert page.status == 422
    assert {str(link.attributes["href"]).lstrip("#") for link in page.all("#errors a")} == blamed
    assert page.title.startswith("Error:")
    for name, value in changed.items():
        if fields := page.all(f"input[name={name}][type=text]"):
            assert fields[0].attributes["value"] == value
    rules = await stored()
    assert (rules.periods, rules.scale, rules.checklist) == (DEFAULT_PERIODS, DEFAULT_SCALE, ())
    fragment = await browser.post(address(cast, part), form | changed, headers=FRAGMENT)
    assert (fragment.status, fragment.is_fragment) == (422, True)


async def test_who_saves_the_same_part_later_sees_both_versions(cast: Cast, sign_in: SignIn, stored: Stored) -> None:
    browser = await sign_in(cast.principal)
    form = (await browser.get(address(cast, "periods"))).form()
    await browser.post(address(cast, "periods"), form | {"name_1": "Uno"})
    page = await browser.post(address(cast, "periods"), form | {"name_1": "Primero"})
    assert page.status == 409
    assert [node.attributes["value"] for node in page.all("#mix input[name=name_1]")] == ["Uno", "Primero"]
    assert (await browser.post(address(cast, "periods"), page.form())).status == 303
    assert (await stored()).periods[0].name == "Primero"


async def test_grades_are_compared_by_their_names(cast: Cast, sign_in: SignIn, stored: Stored) -> None:
    browser = await sign_in(cast.principal)
    form = (await browser.get(address(cast, "checklist"))).form() | {"vaccination": "required"}
    await browser.post(address(cast, "checklist"), form | {"vaccination_grades": ["0", "6"]})
    page = await browser.post(address(cast, "checklist"), form)
    assert page.status == 409
    [kept, typed] = page.texts("label:has([name=vaccination_grades])")
    assert "Transición and 6th" in kept
    assert typed.endswith("All grades")
    assert (await browser.post(address(cast, "checklist"), page.form())).status == 303
    assert (await stored()).checklist[0].grades == ()


async def test_who_saves_another_part_meets_nobody(cast: Cast, sign_in: SignIn, stored: Stored) -> None:
    browser = await sign_in(cast.principal)
    periods = (await browser.get(address(cast, "periods"))).form() | {"name_1": "Uno"}
    review = (await browser.get(address(cast, "review"))).form() | {"unusual_years": "2"}
    assert (await browser.post(address(cast, "periods"), periods)).status == 303
    assert (await browser.post(address(cast, "review"), review)).status == 303
    rules = await stored()
    assert (rules.periods[0].name, rules.review.unusual_years) == ("Uno", 2)


@pytest.mark.parametrize("part", PARTS)
async def test_only_who_may_set_the_school_may(cast: Cast, sign_in: SignIn, part: str) -> None:
    assert (await (await sign_in(cast.superuser)).get(address(cast, part))).status == 200
    assert (await (await sign_in(cast.stranger)).post(address(cast, part), {})).status == 404
    assert (await (await sign_in(cast.secretary)).post(address(cast, part), {})).status == 403
    assert (await (await sign_in(cast.principal)).post(address(cast, part), {}, headers=FORGED)).status == 403


@pytest.mark.parametrize("part", ["", *PARTS, "fields", "school"])
async def test_a_page_takes_few_queries(app: Litestar, cast: Cast, sign_in: SignIn, part: str) -> None:
    browser = await sign_in(cast.principal)
    with counted(app) as statements:
        assert (await browser.get(address(cast, part).rstrip("/"))).status == 200
    assert len(statements) <= 5, statements
