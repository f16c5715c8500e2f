"""One section of a record, corrected in its place."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.catalogs.codes import DocumentType
from portal.db.tenancy import enter_school
from portal.students.models import Student
from tests import factories
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
async def student(db: AsyncSession, cast: Cast) -> Student:
    return await factories.make_student(db, cast.school, phone="3105550148", eps="Savia Salud")


@pytest.fixture
def sections(cast: Cast, student: Student) -> str:
    return f"/schools/{cast.school.slug}/students/{student.id}/sections"


@pytest.fixture
async def secretary(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.secretary)


async def kept(db: AsyncSession, student: Student) -> Student:
    await enter_school(db, student.school_id)
    await db.refresh(student)
    return student


@pytest.mark.parametrize("section", ["identity", "birth", "contact", "support", "simat"])
async def test_a_section_opens_in_its_place_and_goes_back_to_its_facts(
    secretary: Browser, sections: str, section: str
) -> None:
    form = await secretary.get(f"{sections}/{section}/edit", headers=FRAGMENT)
    assert form.is_fragment
    assert form.one(f"section#{section} form").attributes["hx-post"] == f"{sections}/{section}/edit"
    assert len(form.all("[data-focus]")) == 1
    facts = await secretary.get(f"{sections}/{section}", headers=FRAGMENT)
    assert facts.is_fragment
    assert facts.one(f"section#{section} a[data-focus]").attributes["href"] == f"{sections}/{section}/edit"


async def test_a_correction_in_place_gives_the_focus_back_and_says_that_it_was_saved(
    secretary: Browser, db: AsyncSession, student: Student, sections: str
) -> None:
    edit = f"{sections}/contact/edit"
    sent = (await secretary.get(edit, headers=FRAGMENT)).form("form") | {"phone": "310 555 0199"}
    answer = await secretary.post(edit, sent, headers=FRAGMENT)
    assert (answer.status, answer.is_fragment) == (200, True)
    assert "310 555 0199" in answer.one("section#contact").text()
    assert answer.one("[data-focus]").attributes["data-announce"] == "Saved."
    assert (await kept(db, student)).phone == "3105550199"


async def test_forms_that_are_open_beside_it_learn_the_new_version(secretary: Browser, sections: str) -> None:
    edit = f"{sections}/identity/edit"
    sent = (await secretary.get(edit, headers=FRAGMENT)).form("form") | {"first_name": "Angélica"}
    answer = await secretary.post(edit, sent, headers=FRAGMENT)
    assert answer.one("#record-head h1").text().startswith("Angélica")
    beside = answer.one("#version-2-contact").attributes
    assert (beside["value"], beside["hx-swap-oob"]) == ("2", "outerHTML:#version-1-contact")


async def test_without_a_script_the_same_link_is_a_page(
    secretary: Browser, db: AsyncSession, student: Student, sections: str
) -> None:
    edit = f"{sections}/contact/edit"
    page = await secretary.get(edit)
    assert not page.is_fragment
    answer = await secretary.post(edit, page.form() | {"email": "angela@correo.example"})
    assert (answer.status, answer.location) == (303, sections.removesuffix("/sections"))
    assert (await kept(db, student)).email == "angela@correo.example"


@pytest.mark.parametrize("headers", [FRAGMENT, {}])
async def test_a_wrong_section_comes_back_as_typed(
    secretary: Browser, db: AsyncSession, student: Student, sections: str, headers: dict[str, str]
) -> None:
    edit = f"{sections}/contact/edit"
    sent = (await secretary.get(edit, headers=headers)).form("form.is-editing")
    answer = await secretary.post(edit, sent | {"phone": "310 555 014", "email": "nobody"}, headers=headers)
    assert (answer.status, answer.is_fragment) == (422, bool(headers))
    assert {link.attributes["href"] for link in answer.all("#errors a")} == {"#phone", "#email"}
    assert answer.one("#phone").attributes["value"] == "310 555 014"
    assert (await kept(db, student)).version == 1


async def test_a_section_saves_nothing_but_its_own(
    secretary: Browser, db: AsyncSession, student: Student, sections: str
) -> None:
    answer = await secretary.post(f"{sections}/contact/edit", {"phone": "3105550199", "first_name": "Eva", "eps": "x"})
    assert answer.status == 303
    student = await kept(db, student)
    assert (student.first_name, student.eps, student.phone) == ("Ángela", "Savia Salud", "3105550199")


async def test_simats_attributes_of_the_person_are_kept_by_its_columns_and_the_rest_stays(
    secretary: Browser, db: AsyncSession, student: Student, sections: str
) -> None:
    await enter_school(db, student.school_id)
    student.simat = {"RES": "12", "TRASTORNOS_ESPECIFICOS": "1", "OTRA": "x", "DPTO_EXP": "5", "MUN_EXP": "1"}
    await db.flush()
    support = (await secretary.get(f"{sections}/support/edit", headers=FRAGMENT)).form("form")
    assert support["left_municipality_code"] == "Medellín, Antioquia"
    sent = support | {"TRASTORNOS_ESPECIFICOS": "2", "RES": "", "left_municipality_code": "Quibdó"}
    assert (await secretary.post(f"{sections}/support/edit", sent)).status == 303
    simat = (await secretary.get(f"{sections}/simat/edit")).form() | {"CAB_FAMILIA": "N", "BEN_VET_FP": "S"}
    assert (await secretary.post(f"{sections}/simat/edit", simat)).status == 303
    assert (await kept(db, student)).simat == {
        "TRASTORNOS_ESPECIFICOS": "2",
        "OTRA": "x",
        "DPTO_EXP": "27",
        "MUN_EXP": "001",
        "CAB_FAMILIA": "N",
        "BEN_VET_FP": "S",
    }


async def test_a_code_that_simat_does_not_have_is_refused(secretary: Browser, sections: str) -> None:
    for section, wrong in (("simat", {"CAB_FAMILIA": "J"}), ("support", {"TRASTORNOS_ESPECIFICOS": "77"})):
        answer = await secretary.post(f"{sections}/{section}/edit", wrong, headers=FRAGMENT)
        assert answer.status == 422
        assert [link.attributes["href"] for link in answer.all("#errors a")] == [f"#{name}" for name in wrong]


async def test_a_code_of_an_older_list_keeps_its_words_and_is_not_lost(
    secretary: Browser, db: AsyncSession, student: Student, sections: str
) -> None:
    await enter_school(db, student.school_id)
    student.disability_code = "9"
    await db.flush()
    assert "Síndrome de Down" in (await secretary.get(f"{sections}/support", headers=FRAGMENT)).text
    form = await secretary.get(f"{sections}/support/edit", headers=FRAGMENT)
    assert form.one("#disability_code option[selected]").text() == "9 · Síndrome de Down"
    answer = await secretary.post(f"{sections}/support/edit", form.form("form") | {"eps": "Sura"}, headers=FRAGMENT)
    assert answer.status == 200
    assert ((await kept(db, student)).disability_code, student.eps) == ("9", "Sura")


async def test_only_foreigners_may_come_without_a_date_of_birth(
    secretary: Browser, db: AsyncSession, student: Student, sections: str
) -> None:
    nothing = {"birth_date": "", "version": "1"}
    assert (await secretary.post(f"{sections}/birth/edit", nothing)).status == 422
    await enter_school(db, student.school_id)
    student.document_type = DocumentType.CE
    await db.flush()
    assert (await secretary.post(f"{sections}/birth/edit", nothing | {"version": "2"})).status == 303
    assert (await kept(db, student)).birth_date is None


async def test_a_document_that_the_age_has_outgrown_is_a_remark_and_no_error(
    secretary: Browser, student: Student, sections: str
) -> None:
    record, edit = sections.removesuffix("/sections"), f"{sections}/identity/edit"
    assert "another type of document" not in (await secretary.get(record)).text
    sent = (await secretary.get(edit, headers=FRAGMENT)).form("form") | {"document_type": "RC"}
    answer = await secretary.post(edit, sent, headers=FRAGMENT)
    assert answer.status == 200
    assert "another type of document" in answer.one("#record-remarks[hx-swap-oob]").text()
    assert "another type of document" in (await secretary.get(record)).text


async def test_links_to_edit_are_told_apart_and_simat_keeps_its_capitals(secretary: Browser, sections: str) -> None:
    links = (await secretary.get(sections.removesuffix("/sections"))).texts(".section-head a[href$=edit]")
    assert links == ["Edit identity", "Edit birth", "Edit contact", "Edit health and support", "Edit SIMAT"]


async def test_there_are_no_other_sections(secretary: Browser, sections: str) -> None:
    for section in ("grades", "identity%00", "'"):
        assert (await secretary.get(f"{sections}/{section}/edit")).status == 404


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("coordinator", 403), ("stranger", 404)])
async def test_who_may_not_write_gets_no_form(
    sign_in: SignIn, db: AsyncSession, cast: Cast, student: Student, sections: str, role: str, status: int
) -> None:
    browser = await sign_in(getattr(cast, role))
    for section in ("contact", "support"):
        assert (await browser.get(f"{sections}/{section}/edit", headers=FRAGMENT)).status == status
        assert (await browser.post(f"{sections}/{section}/edit", {"eps": "x"})).status == status
    assert (await kept(db, student)).version == 1


async def test_a_forged_section_is_refused(secretary: Browser, sections: str) -> None:
    assert (await secretary.post(f"{sections}/contact/edit", {"phone": ""}, headers=FORGED)).status == 403


async def test_municipalities_are_suggested_while_typing(secretary: Browser, anyone: Browser) -> None:
    page = await secretary.get("/municipalities?field=municipality_code&municipality_code=medel", headers=FRAGMENT)
    assert page.all("option")[0].attributes["value"] == "Medellín, Antioquia"
    assert (await secretary.get("/municipalities?field=%00&q=%25")).status == 200
    assert (await anyone.get("/municipalities?field=q&q=medel")).status == 303
