"""The palette by keyboard: found while one types, opened with Enter, left with Esc. Keys that can be switched off."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.conftest import SignedIn
from tests.e2e.steps import SCHOOL, STUDENTS, names, no_page_load, open_student, said

GUARDIAN = re.compile(r"/guardians/[0-9a-f-]{36}$")


def box(page: Page) -> Locator:
    return page.locator("#palette [role=combobox]")


def chosen(page: Page) -> Locator:
    return page.locator("#palette [aria-selected=true]")


def look_for(page: Page, typed: str) -> None:
    """Open the palette and type; wait for the answer to what was typed."""
    page.keyboard.press("Control+k")
    expect(box(page)).to_be_focused()
    page.keyboard.type(typed)
    expect(page.locator("#palette mark").first).to_be_visible()


class TestByKeyboard:
    def test_a_student_is_found_and_opened(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        page.goto(SCHOOL)
        look_for(page, "nunez an")
        options = page.locator("#palette [role=option]")
        expect(options.first).to_have_attribute("aria-selected", "true")
        page.keyboard.press("ArrowDown")
        expect(options.nth(1)).to_have_attribute("aria-selected", "true")
        expect(box(page)).to_have_attribute("aria-activedescendant", options.nth(1).get_attribute("id") or "?")
        expect(box(page)).to_be_focused()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")  # around to the last one
        expect(options.last).to_have_attribute("aria-selected", "true")
        page.keyboard.press("ArrowDown")
        href = options.first.get_attribute("href") or "?"
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{href}")
        expect(page.locator("#palette")).to_be_hidden()
        expect(page.locator("main h1")).to_contain_text("Núñez")

    def test_enter_waits_for_the_answer(self, signed_in: SignedIn) -> None:
        """Whoever types fast never opens what stood there before."""
        page = signed_in("secretaria")
        page.goto(SCHOOL)
        page.keyboard.press("Control+k")
        expect(chosen(page)).to_be_visible()
        page.keyboard.type("acudientes")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{SCHOOL}/guardians")

    def test_esc_gives_the_focus_back(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        page.goto(STUDENTS)
        link = page.locator("tr[id^=student-] a.name").nth(2)
        link.focus()
        look_for(page, "grupos")
        page.keyboard.press("Escape")
        expect(page.locator("#palette")).to_be_hidden()
        expect(link).to_be_focused()
        assert page.url.endswith(STUDENTS)
        page.keyboard.press("Control+k")
        expect(box(page)).to_have_value("grupos")

    def test_the_count_is_said_inside_the_dialog(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        page.goto(SCHOOL)
        look_for(page, "nunez")
        expect(page.locator("#palette [role=status]")).to_have_text(re.compile(r"^\d+ resultados$"))

    def test_what_was_opened_last_stands_first(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        record = open_student(page, 5)
        page.goto(SCHOOL)
        page.keyboard.press("Control+k")
        expect(chosen(page)).to_have_attribute("href", record.removeprefix(page.url.split("/schools")[0]))

    def test_slash_goes_to_the_lists_box_or_opens_the_palette(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        page.goto(STUDENTS)
        page.keyboard.press("/")
        expect(page.locator("#q")).to_be_focused()
        page.goto(SCHOOL)
        page.keyboard.press("/")
        expect(box(page)).to_be_focused()

    def test_a_failure_is_told_where_it_is_seen(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        page.goto(SCHOOL)
        page.route("**/search?**", lambda route: route.abort())
        page.keyboard.press("Control+k")
        expect(page.locator("#palette")).to_be_hidden()
        expect(page.locator("#notices")).to_contain_text("No hubo conexión")


class TestAGuardiansPhone:
    def test_it_is_corrected_from_any_page_without_a_page_load(self, signed_in: SignedIn) -> None:
        """T2 of the product: search and open, edit in place, save."""
        page = signed_in("secretaria")
        page.goto(f"{STUDENTS}?sort=-name")
        phone = page.locator(
            "tr[id^=student-] td", has_text=re.compile(r"^\s*3\d\d \d{3} \d{4}\s*$")
        ).first.inner_text()
        page.goto(SCHOOL)
        with no_page_load(page):
            look_for(page, phone.strip())
            page.keyboard.press("Enter")
            page.wait_for_url(GUARDIAN)
            expect(page.locator("#main")).to_be_focused()
            expect(page.locator("#side [aria-current=page]")).to_have_text("Acudientes")
            page.get_by_role("link", name="Editar contacto").click()
            page.fill("[name=phone]", "3009998877")
            page.keyboard.press("Control+Enter")
            expect(page.locator("#main")).to_contain_text("300 999 8877")
            expect(said(page)).to_have_text("Se guardó.")
        guardian = page.url
        page.get_by_role("link", name="Editar contacto").click()
        page.fill("[name=phone]", phone.replace(" ", ""))
        page.keyboard.press("Control+Enter")
        expect(page.locator("#main")).to_contain_text(phone.strip())
        page.go_back()
        expect(page.locator("main h1")).not_to_be_empty()
        assert page.url != guardian

    def test_back_leads_to_the_page_before(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        page.goto(STUDENTS)
        listed = names(page)
        look_for(page, "nunez an")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/students/[0-9a-f-]{36}$"))
        page.go_back()
        expect(page.locator("tr[id^=student-]").first).to_be_visible()
        assert names(page) == listed


class TestSingleKeys:
    def test_they_are_switched_off_for_the_person(self, signed_in: SignedIn) -> None:
        page = signed_in("lectora")
        page.goto(STUDENTS)
        page.keyboard.press("?")
        expect(page.locator("#shortcuts")).to_be_visible()
        page.get_by_role("button", name="Desactivar teclas sueltas").click()
        page.wait_for_url(f"**{STUDENTS}")
        page.keyboard.press("?")
        page.keyboard.press("/")
        expect(page.locator("#shortcuts")).to_be_hidden()
        expect(page.locator("#q")).not_to_be_focused()
        page.keyboard.press("Control+k")  # no single key
        expect(box(page)).to_be_focused()
        page.keyboard.press("Escape")

        page.locator(".side-user summary").click()
        page.get_by_role("button", name="Atajos de teclado").click()
        page.get_by_role("button", name="Activar teclas sueltas").click()
        expect(page.locator("html:not([data-keys])")).to_have_count(1)
        page.keyboard.press("/")
        expect(page.locator("#q")).to_be_focused()


def test_without_javascript_it_is_a_page(signed_in: SignedIn) -> None:
    page = signed_in("secretaria", javascript=False)
    page.goto(SCHOOL)
    page.get_by_role("link", name="Buscar").first.click()
    page.wait_for_url("**/search?school=simon-bolivar")
    page.fill("#q", "nunez an")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?school=simon-bolivar&q=nunez+an")
    page.locator("#found a").first.click()
    expect(page.locator("main h1")).to_contain_text("Núñez")


def test_on_a_phone_the_glass_opens_it(opened: Callable[..., BrowserContext], signed_in: SignedIn) -> None:
    page = signed_in("docente", width=390)
    page.goto(SCHOOL)
    page.locator(".topbar a").click()
    expect(box(page)).to_be_focused()
    page.locator("#palette").get_by_role("button", name="Cerrar").click()
    expect(page.locator("#palette")).to_be_hidden()
