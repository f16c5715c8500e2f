"""The year of a school in three stories: a pupil goes to another school, pupils change groups, everybody goes on."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import SignedIn, faultless
from tests.e2e.steps import REVIEW, SCHOOL, STUDENTS, no_page_load

DESTINATION = "/schools/santa-teresa"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A portal of this file's own: its stories begin where the demo begins, whatever other files have done."""
    with faultless(tmp_path_factory.mktemp("year")) as address:
        yield address


def open_pupil(page: Page, which: int) -> str:
    """Open the record of somebody who sits in the fifth grade, and give the name."""
    page.goto(f"{STUDENTS}?status=active&grade=5")
    page.locator("tr[id^=student-] a.name").nth(which).click()
    page.wait_for_url(re.compile(r"/students/[0-9a-f-]{36}"))
    return page.get_by_role("heading", level=1).inner_text()


def transfer(page: Page, which: int) -> str:
    """Send somebody to the other school, with everything that can go along; give the name."""
    name = open_pupil(page, which)
    page.locator(".record-head summary").first.click()
    page.get_by_role("link", name="Trasladar").click()
    page.fill("#q", "teresa")
    page.press("#q", "Enter")
    page.get_by_role("link", name="Colegio Santa Teresa").click()
    page.get_by_role("button", name="Trasladar").click()
    expect(page.locator("#notices")).to_contain_text("queda trasladada")
    expect(page.locator(".record-head .state")).to_have_text("Trasladado")
    return name


def waiting(page: Page, name: str) -> Locator:
    """Whoever has this first name and waits in the review of the other school."""
    page.goto(f"{DESTINATION}/enrollments/review")
    return page.locator("#queue li", has_text=name.split(maxsplit=1)[0]).filter(has_text="5.º")


def year(page: Page, name: str) -> str:
    """The address of a school year."""
    page.goto(f"{SCHOOL}/years")
    return page.locator("tbody a", has_text=name).first.get_attribute("href") or ""


def figure(page: Page, label: str) -> int:
    """What a page counts under a label."""
    return int(page.locator(".figures > *", has_text=label).first.inner_text().split("\n")[-1].replace(".", ""))


def test_the_other_school_sees_who_comes_and_takes_them_in(signed_in: SignedIn) -> None:
    page, principal = signed_in("secretaria"), signed_in("rector.teresa")
    name = transfer(page, 3)

    waiting(principal, name).get_by_role("link").click()
    expect(principal.locator("#who")).to_have_text(name)
    expect(principal.locator("#detail")).to_contain_text("Institución Educativa Simón Bolívar")
    principal.keyboard.press("a")
    expect(principal.locator("#errors")).to_contain_text("No se ha elegido grupo.")
    principal.select_option("#detail select", index=1)
    principal.get_by_role("button", name="Aprobar", exact=True).click()
    expect(principal.locator(".note.tone-green")).to_contain_text("aprobada")
    expect(waiting(principal, name)).to_have_count(0)

    page.reload()
    expect(page.locator(".trail")).to_contain_text("Colegio Santa Teresa")


def test_who_is_taken_back_waits_nowhere(signed_in: SignedIn) -> None:
    page, principal = signed_in("secretaria", javascript=False), signed_in("rector.teresa", javascript=False)
    name = transfer(page, 5)
    expect(waiting(principal, name)).to_have_count(1)
    page.get_by_role("button", name="Deshacer").click()
    expect(page.locator("#notices")).to_contain_text("está como antes")
    expect(page.locator(".record-head .state")).to_have_text("Activa")
    expect(waiting(principal, name)).to_have_count(0)


def test_everybody_goes_on_and_back(signed_in: SignedIn) -> None:
    page = signed_in("rectora")
    closing, coming = year(page, "2026"), year(page, "2027")
    page.goto(coming)
    seated = figure(page, "Matriculados")

    page.goto(f"{closing}/rollover")
    page.locator("#rows input[type=checkbox]").first.check()
    page.select_option(".picks [name=decision]", label="Repetir")
    page.get_by_role("button", name="Cambiar", exact=True).click()
    expect(page.locator("#notices")).to_contain_text("Cambiado para 1 estudiante")
    assert figure(page, "Repetir") == 1

    page.goto(f"{closing}/rollover?step=apply")
    apply = page.get_by_role("button", name=re.compile(r"^Matricular \d+ estudiantes en 2027"))
    going = int(re.findall(r"\d+", apply.inner_text())[0])
    apply.click()
    expect(page.locator("#notices")).to_contain_text(f"{going} estudiantes matriculados")
    page.goto(coming)
    assert figure(page, "Matriculados") == seated + going

    page.goto(f"{closing}/rollover")
    page.get_by_role("link", name="Deshacer").click()
    page.get_by_role("button", name="Deshacer el paso de año").click()
    expect(page.locator("#notices")).to_contain_text(f"{going} matrículas eliminadas")
    page.goto(coming)
    assert figure(page, "Matriculados") == seated


def test_codes_are_proposed_before_groups_are_opened(signed_in: SignedIn) -> None:
    page = signed_in("rectora")
    coming = year(page, "2027")
    page.goto(f"{coming}/groups/new")
    page.fill("[name=count]", "3")
    page.select_option("[name=grade]", label="6.º")
    page.select_option("[name=shift]", label="Mañana")
    page.select_option("[name=campus_id]", label="Sede La Primavera")
    with no_page_load(page):
        page.get_by_role("button", name="Proponer códigos").click()
        expect(page.locator("[name=codes]")).to_have_value("A, B, C")
    expect(page).to_have_url(re.compile("/groups/new$"))


def test_what_a_batch_did_stays_in_sight(signed_in: SignedIn) -> None:
    page = signed_in("rectora")
    page.set_viewport_size({"width": 1280, "height": 600})
    page.goto(REVIEW)
    page.wait_for_load_state("networkidle")
    page.keyboard.press("j")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("x")
    page.get_by_role("button", name="Aprobar las elegidas").click()
    expect(page.locator("#review .note").first).to_be_in_viewport()
