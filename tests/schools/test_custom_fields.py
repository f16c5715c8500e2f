"""The fields of a school's own about its students."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.catalogs.codes import FieldKind
from portal.schools.rule_forms.custom_fields import minted_key
from portal.schools.rules import CustomField
from tests.conftest import Committing
from tests.factories import Cast, make_cast, make_student
from tests.pages import FORGED, FRAGMENT, Browser
from tests.schools.conftest import Stored

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
Decide = Callable[..., Awaitable[None]]
BUS = CustomField("ruta", "Ruta", FieldKind.TEXT)
HOUSE = CustomField("casa", "Casa", FieldKind.CHOICE, choices=("Roja", "Azul"))


def address(cast: Cast, rest: str = "") -> str:
    return f"/schools/{cast.school.slug}/settings/fields{rest}"


async def test_a_field_is_added(cast: Cast, sign_in: SignIn, stored: Stored) -> None:
    browser = await sign_in(cast.principal)
    form = (await browser.get(address(cast, "/new"))).form()
    sent = {"label": "Ruta escolar", "kind": "choice", "choices": "Norte\r\n\r\n Sur ", "in_list": "y"}
    answer = await browser.post(address(cast, "/new"), form | sent)
    assert (answer.status, answer.location) == (303, address(cast))
    kept = CustomField("ruta_escolar", "Ruta escolar", FieldKind.CHOICE, choices=("Norte", "Sur"), in_list=True)
    assert (await stored()).fields == (kept,)
    assert (await browser.get(address(cast))).texts("#field-ruta_escolar .name") == ["Ruta escolar"]


async def test_a_form_sent_ten_times_at_once_adds_one_field(committing: Committing) -> None:
    async with committing.session() as db:
        cast = await make_cast(db)
    async with committing.browser(cast.principal) as browser:
        sent = {"label": "Ruta", "kind": "text"}
        answers = await asyncio.gather(*[browser.post(address(cast, "/new"), sent) for _time in range(10)])
        assert {(answer.status, answer.location) for answer in answers} == {(303, address(cast))}
        assert (await browser.get(address(cast))).texts("tbody .name") == ["Ruta"]
        other = await browser.post(address(cast, "/new"), sent | {"is_required": "y"})
        assert (other.status, other.texts("#errors a")) == (422, ["Name of the field: Another field has this name."])


@pytest.mark.parametrize(
    ("changed", "blamed"),
    [
        ({"label": "", "kind": "song"}, {"label", "kind"}),
        ({"label": "RUTA"}, {"label"}),
        ({"kind": "choice", "choices": "Una sola"}, {"choices"}),
        ({"kind": "choice", "choices": "Azul\nazul"}, {"choices"}),
        ({"kind": "choice", "choices": f"a\n{'x' * 81}"}, {"choices"}),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_added(
    cast: Cast, sign_in: SignIn, stored: Stored, decide: Decide, changed: dict[str, Any], blamed: set[str]
) -> None:
    await decide(fields=(BUS,))
    browser = await sign_in(cast.principal)
    form = {"label": "Otra", "kind": "text"} | changed
    page = await browser.post(address(cast, "/new"), form)
    assert page.status == 422
    assert {str(link.attributes["href"]).lstrip("#") for link in page.all("#errors a")} == blamed
    assert page.one("#label").attributes["value"] == form["label"]
    fragment = await browser.post(address(cast, "/new"), form, headers=FRAGMENT)
    assert (fragment.status, fragment.is_fragment) == (422, True)
    assert (await stored()).fields == (BUS,)


async def test_a_field_is_renamed_and_keeps_its_key(
    cast: Cast, sign_in: SignIn, stored: Stored, decide: Decide
) -> None:
    await decide(fields=(BUS, HOUSE))
    browser = await sign_in(cast.principal)
    form = (await browser.get(address(cast, "/casa/edit"))).form()
    assert form["choices"].split() == ["Roja", "Azul"]
    sent = form | {"label": "Casa deportiva", "choices": "Roja\nAzul\nVerde", "is_required": "y"}
    assert (await browser.post(address(cast, "/casa/edit"), sent)).status == 303
    changed = CustomField("casa", "Casa deportiva", FieldKind.CHOICE, True, ("Roja", "Azul", "Verde"))
    assert (await stored()).fields == (BUS, changed)


async def test_what_a_used_field_holds_stays(
    db: AsyncSession, cast: Cast, sign_in: SignIn, stored: Stored, decide: Decide
) -> None:
    await decide(fields=(BUS,))
    await make_student(db, cast.school, extra_data={"ruta": "Norte"})
    browser = await sign_in(cast.principal)
    page = await browser.get(address(cast, "/ruta/edit"))
    assert "1 student has a value in this field" in page.text
    answer = await browser.post(address(cast, "/ruta/edit"), page.form() | {"kind": "number"})
    assert answer.status == 422
    assert "#kind" in {link.attributes["href"] for link in answer.all("#errors a")}
    assert (await browser.post(address(cast, "/ruta/edit"), page.form() | {"label": "Bus"})).status == 303
    assert [(field.label, field.kind) for field in (await stored()).fields] == [("Bus", FieldKind.TEXT)]


async def test_fields_change_places(cast: Cast, sign_in: SignIn, stored: Stored, decide: Decide) -> None:
    await decide(fields=(BUS, HOUSE))
    browser = await sign_in(cast.principal)
    for to, order in (("down", ["casa", "ruta"]), ("down", ["casa", "ruta"]), ("up", ["ruta", "casa"])):
        assert (await browser.post(address(cast, "/ruta/moves"), {"to": to})).status == 303
        assert [field.key for field in (await stored()).fields] == order


async def test_removing_one_says_what_stays_and_its_key_is_not_used_again(
    db: AsyncSession, cast: Cast, sign_in: SignIn, stored: Stored, decide: Decide
) -> None:
    await decide(fields=(BUS, HOUSE))
    student = await make_student(db, cast.school, extra_data={"ruta": "Norte"})
    browser = await sign_in(cast.principal)
    assert "1 student has a value in this field." in (await browser.get(address(cast, "/ruta/removal"))).text
    assert "No student has a value in this field." in (await browser.get(address(cast, "/casa/removal"))).text
    assert (await browser.post(address(cast, "/ruta/removal"))).status == 303
    assert (await stored()).fields == (HOUSE,)
    await db.refresh(student)
    assert student.extra_data == {"ruta": "Norte"}
    await browser.post(address(cast, "/new"), {"label": "Ruta", "kind": "number"})
    assert [field.key for field in (await stored()).fields] == ["casa", "ruta_2"]


async def test_twenty_are_the_most(cast: Cast, sign_in: SignIn, stored: Stored, decide: Decide) -> None:
    await decide(fields=tuple(CustomField(f"f{n}", f"Campo {n}") for n in range(20)))
    browser = await sign_in(cast.principal)
    page = await browser.post(address(cast, "/new"), {"label": "Otro", "kind": "text"})
    assert page.status == 422
    assert len((await stored()).fields) == 20
    assert "/fields/new" not in (await browser.get(address(cast))).response.text


async def test_who_saves_later_sees_both_versions(cast: Cast, sign_in: SignIn, decide: Decide, stored: Stored) -> None:
    await decide(fields=(BUS, HOUSE))
    browser = await sign_in(cast.principal)
    bus, house = [(await browser.get(address(cast, f"/{key}/edit"))).form() for key in ("ruta", "casa")]
    await browser.post(address(cast, "/ruta/edit"), bus | {"label": "Bus"})
    assert (await browser.post(address(cast, "/casa/edit"), house | {"label": "Equipo"})).status == 303
    page = await browser.post(address(cast, "/ruta/edit"), bus | {"label": "Transporte"})
    assert page.status == 409
    assert (await browser.post(address(cast, "/ruta/edit"), page.form())).status == 303
    assert [field.label for field in (await stored()).fields] == ["Transporte", "Equipo"]


@pytest.mark.parametrize("rest", ["/new", "/ruta/edit", "/ruta/moves", "/ruta/removal"])
async def test_nobody_else_may(cast: Cast, sign_in: SignIn, decide: Decide, stored: Stored, rest: str) -> None:
    await decide(fields=(BUS,))
    assert (await (await sign_in(cast.stranger)).post(address(cast, rest))).status == 404
    assert (await (await sign_in(cast.secretary)).post(address(cast, rest))).status == 403
    assert (await (await sign_in(cast.principal)).post(address(cast, rest), headers=FORGED)).status == 403
    assert (await (await sign_in(cast.principal)).post(address(cast, "/nada/edit"))).status == 404
    assert (await stored()).fields == (BUS,)


@pytest.mark.parametrize(
    ("label", "key"), [("Ruta escolar", "ruta_escolar"), ("¿Alérgico?", "alergico"), ("2.º idioma", "field_2_o_idioma")]
)
def test_a_label_makes_a_key(label: str, key: str) -> None:
    assert minted_key(label) == key
