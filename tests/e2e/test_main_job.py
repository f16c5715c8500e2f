"""The school's main job, first half: its SIMAT file comes in, a pupil is found, a record is corrected."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignedIn
from tests.e2e.steps import (
    GOOD_FILE,
    IMPORTS,
    STUDENTS,
    WRONG_FILE,
    bring,
    cell,
    column,
    figures,
    named_so,
    names,
    no_page_load,
    open_student,
    said,
)

EIGHT_WRONG = {
    "3": ("NRO_DOCUMENTO", "vacío"),
    "5": ("FECHA_NACIMIENTO", "31/02/2015"),
    "7": ("GRADO", "77"),
    "9": ("GENERO", "X"),
    "11": ("NRO_DOCUMENTO", "1030000101"),
    "13": ("FECHA_NACIMIENTO", "01/01/1975"),
    "15": ("CONS_SEDE", "999"),
    "17": ("APELLIDO1", "vacío"),
}

# As over a slow line; without it they are there before a person can tick anything.
COUNTS_COME_LATE = """
const quick = window.fetch;
window.fetch = async (asked, ...how) => {
  const answer = await quick(asked, ...how);
  if (String(asked.url ?? asked).includes("/choices/")) await new Promise((done) => setTimeout(done, 700));
  return answer;
};
"""


@pytest.fixture
def page(signed_in: SignedIn) -> Page:
    """The secretary at her desk."""
    return signed_in("secretaria")


class TestBringingTheSimatFile:
    """In this order: the file with errors holds the first pupils of the good one."""

    def test_of_a_file_with_errors_only_the_wrong_rows_stay_out(self, page: Page, tmp_path: Path) -> None:
        bring(page, WRONG_FILE)
        assert figures(page) == {"Con error": 8, "Nuevas": 32, "Con cambios": 0, "Sin cambios": 0}
        rows = [row.locator("th, td") for row in page.locator("tbody tr").all()]
        assert {row.nth(0).inner_text(): (row.nth(2).inner_text(), row.nth(3).inner_text()) for row in rows} == (
            EIGHT_WRONG
        )
        assert all(len(row.nth(4).inner_text()) > 10 for row in rows), "each says what is the matter"

        with page.expect_download() as download:
            page.get_by_role("link", name="Descargar solo estas filas").click()
        wrong_rows = tmp_path / "wrong.csv"
        download.value.save_as(wrong_rows)
        brought, asked = (file.read_text(encoding="utf-8-sig").splitlines() for file in (WRONG_FILE, wrong_rows))
        assert len(asked) == 1 + len(EIGHT_WRONG)
        for line, given_back in zip(EIGHT_WRONG, asked[1:], strict=True):
            assert given_back.startswith(brought[int(line) - 1])

        page.get_by_role("radio", name="Dejar fuera las 8 filas").check()
        page.get_by_role("button", name="Continuar").click()
        expect(page.locator(".note.tone-green")).to_contain_text(re.compile("32 nuev[ao]s"))
        expect(page.locator(".note.tone-green")).to_contain_text("8 filas")
        assert figures(page)["Con error"] == 8, "they are kept with the run"

    def test_nothing_is_applied_while_the_wrong_rows_are_to_be_corrected(self, page: Page) -> None:
        bring(page, WRONG_FILE)
        page.goto(IMPORTS)
        expect(page.locator("tr[id^=import-]").first).to_contain_text("Sin aplicar")

    def test_the_whole_school_comes_out_of_its_file(self, page: Page) -> None:
        page.get_by_role("link", name="Importaciones").click()
        bring(page, GOOD_FILE)
        counted = figures(page)
        assert counted["Con error"] == counted["Con cambios"] == 0
        assert counted["Nuevas"] + counted["Sin cambios"] == 600
        page.get_by_role("button", name="Aplicar el archivo").click()
        expect(page.locator(".note.tone-green")).to_contain_text("Aplicado")

        page.get_by_role("link", name="Ver los estudiantes").click()
        page.locator("#q").fill("1030000024")
        expect(page.locator("tr[id^=student-]")).to_have_count(1)
        expect(page.locator("tr[id^=student-]")).to_contain_text("D'Andréis Ulcué, Ángela Isabella")
        expect(page.locator("tr[id^=student-]")).to_contain_text("Activa")

    def test_the_same_file_again_changes_nothing(self, page: Page) -> None:
        bring(page, GOOD_FILE)
        assert figures(page) == {"Con error": 0, "Nuevas": 0, "Con cambios": 0, "Sin cambios": 600}
        expect(page.locator("main")).to_contain_text("No hay nada que aplicar")
        expect(page.get_by_role("button", name="Aplicar el archivo")).to_have_count(0)


class TestFinding:
    def test_parts_of_a_name_in_any_order_without_accents_while_typing(self, page: Page) -> None:
        page.goto(STUDENTS)
        with no_page_load(page):
            page.keyboard.press("/")
            expect(page.locator("#q")).to_be_focused()
            page.keyboard.type("nunez angel", delay=30)
            expect(page).to_have_url(re.compile(r"q=nunez(\+|%20)angel"))
            expect(page.locator("tr[id^=student-] a.name").first).to_contain_text("Núñez")
        found = names(page)
        own = named_so(found, "Núñez", "Ángel")
        assert own
        assert found[: len(own)] == own
        expect(said(page)).to_contain_text(re.compile(rf"^{len(found)} "))
        page.locator("#q").fill("angel nunez")
        expect(page).to_have_url(re.compile(r"q=angel(\+|%20)nunez"))
        assert names(page) == found

    def test_a_document_number_with_and_without_points(self, page: Page) -> None:
        page.goto(STUDENTS)
        row = page.locator("tr[id^=student-]").nth(2)
        number = cell(row, "Documento").split()[-1]
        name = row.locator("a.name").inner_text()
        for typed in (number, number.replace(".", "")):
            page.locator("#q").fill(typed)
            expect(page.locator("tr[id^=student-] a.name")).to_have_text([name])

    def test_a_guardians_phone(self, page: Page) -> None:
        page.goto(STUDENTS)
        row = page.locator("tr[id^=student-]").nth(2)
        name, phone = row.locator("a.name").inner_text(), cell(row, "Teléfono")
        page.locator("#q").fill(phone)
        expect(page.locator("tr[id^=student-] a.name").filter(has_text=name)).to_have_count(1)
        expect(page.locator("tr[id^=student-]").filter(has_not_text=phone)).to_have_count(0)

    def test_filters_narrow_and_can_be_sent_to_somebody_else(self, page: Page, signed_in: SignedIn) -> None:
        page.goto(STUDENTS)
        with no_page_load(page):
            page.locator("summary", has_text="Matrícula").click()
            page.get_by_role("checkbox", name=re.compile("^Por revisar")).check()
            expect(page.locator(".filters .chip")).to_contain_text(["Por revisar"])
            page.locator("summary", has_text="Grado").click()
            page.get_by_role("checkbox", name=re.compile(r"^3\.º")).check()
            expect(page.locator(".filters .chip")).to_have_count(2)
        expect(page).to_have_url(re.compile(r"grade=.*status=|status=.*grade="))
        groups = column(page.locator("tr[id^=student-]"), "Grupo")
        assert groups
        assert all(group.startswith("3.º") for group in groups)

        other = signed_in("coordinador")
        other.goto(page.url)
        assert names(other) == names(page)

    def test_what_is_ticked_before_the_counts_have_come_stays_ticked(self, page: Page) -> None:
        page.add_init_script(COUNTS_COME_LATE)
        page.goto(STUDENTS)
        menu = page.locator("details.menu", has=page.locator("summary", has_text="Matrícula"))
        menu.locator("summary").click()
        box = menu.get_by_role("checkbox", name=re.compile("^Por revisar"))
        box.check()
        expect(menu.locator(".count")).not_to_have_count(0)
        expect(box).to_be_checked()
        expect(box).to_be_focused()
        expect(page.locator(".filters .chip")).to_contain_text(["Por revisar"])

    def test_the_pages_turn(self, page: Page) -> None:
        page.goto(STUDENTS)
        first = names(page)
        page.get_by_role("link", name="Siguientes").click()
        expect(page.locator("tr[id^=student-] a.name").first).not_to_have_text(first[0])
        assert len(first) == len(names(page)) == 50
        page.get_by_role("link", name="Anteriores").click()
        expect(page.locator("tr[id^=student-] a.name").first).to_have_text(first[0])


class TestCorrecting:
    def test_a_section_in_its_place(self, page: Page) -> None:
        record = open_student(page, 3)
        with no_page_load(page):
            page.get_by_role("link", name="Editar contacto").click()
            expect(page.locator("#address")).to_be_focused()
            page.locator("#address").fill("Calle 10 # 20-30")
            page.get_by_role("button", name="Guardar").click()
            expect(page.locator("#contact dd").first).to_have_text("Calle 10 # 20-30")
            expect(page.locator("#contact form.is-editing")).to_have_count(0)
        assert page.url == record

    def test_escape_leaves_a_section_as_it_was(self, page: Page) -> None:
        open_student(page, 3)
        before = page.locator("#contact dd").all_inner_texts()
        with no_page_load(page):
            page.get_by_role("link", name="Editar contacto").click()
            expect(page.locator("#address")).to_be_focused()
            page.keyboard.press("Escape")
            expect(page.locator("#contact form.is-editing")).to_have_count(0)
        assert page.locator("#contact dd").all_inner_texts() == before

    def test_a_guardians_phone_in_three_steps(self, page: Page) -> None:
        """Open the form, type, Enter."""
        open_student(page, 5)
        card = page.locator("#guardians article").first
        with no_page_load(page):
            card.get_by_role("link", name=re.compile("^Editar")).click()
            expect(page.locator("#guardians [name=phone]")).to_be_focused()
            page.locator("#guardians [name=phone]").fill("3105550199")
            page.keyboard.press("Enter")
            expect(card).to_contain_text("310 555 0199")
        page.goto(f"{STUDENTS}?q=310+555+0199")
        assert names(page)

    def test_from_the_list_to_a_record_by_keyboard(self, page: Page) -> None:
        page.goto(STUDENTS)
        page.keyboard.press("/")
        expect(page.locator("#q")).to_be_focused()
        page.keyboard.type("nunez angel")
        expect(page.locator("tr[id^=student-] a.name").first).to_contain_text("Núñez")
        page.keyboard.press("Enter")
        page.wait_for_load_state("networkidle")
        page.locator("#q").blur()
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/students/[0-9a-f-]{36}"))
        expect(page.get_by_role("heading", level=1)).to_contain_text("Núñez")
