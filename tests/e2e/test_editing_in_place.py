"""A section or a phone is corrected where it stands: by a click, by E, with the focus kept; also by two at once."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignedIn
from tests.e2e.steps import no_page_load, open_student, said

CONTACT = "Editar contacto"


def phone(page: Page) -> str:
    """What the first number on a card says."""
    return page.locator(".guardian-card .phones .edits").first.inner_text()


class TestASection:
    def test_a_click_on_a_value_edits_just_that(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        open_student(page, 11)
        with no_page_load(page):
            page.locator("#contact .facts > div", has_text="Barrio").click()
            expect(page.locator("#neighborhood")).to_be_focused()
            page.keyboard.press("Control+a")
            page.keyboard.type("Villa Hermosa")
            page.keyboard.press("Enter")
            expect(page.get_by_role("link", name=CONTACT)).to_be_focused()
            expect(said(page)).to_have_text("Se guardó.")
        expect(page.locator("#contact")).to_contain_text("Villa Hermosa")

    def test_e_edits_the_section_in_focus_and_esc_leaves_it(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        open_student(page, 11)
        with no_page_load(page):
            page.get_by_role("link", name=CONTACT).focus()
            page.keyboard.press("e")
            expect(page.locator("#contact form #address")).to_be_focused()
            page.keyboard.press("Escape")
            expect(page.get_by_role("link", name=CONTACT)).to_be_focused()

    def test_e_edits_the_section_under_the_mouse_and_the_whole_record_elsewhere(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        record = open_student(page, 11)
        page.locator("#birth .facts").hover()
        page.keyboard.press("e")
        expect(page.locator("#birth form #birth_date")).to_be_focused()
        page.keyboard.press("Escape")
        page.locator("h1").hover()
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("e")
        page.wait_for_url(f"{record}/edit")

    def test_who_may_not_write_sees_values_only(self, signed_in: SignedIn) -> None:
        page = signed_in("lectora")
        open_student(page, 11)
        page.locator("#contact .facts dd").first.click()
        page.keyboard.press("e")
        expect(page.locator("#main form.is-editing")).to_have_count(0)


class TestAPhone:
    def test_a_click_on_the_number(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        open_student(page, 12)
        with no_page_load(page):
            page.locator(".guardian-card .phones .edits").first.click()
            expect(page.locator(".is-correcting [name=phone]")).to_be_focused()
            page.locator(".is-correcting [name=phone]").fill("310 555")
            page.keyboard.press("Enter")
            expect(page.locator("#errors")).to_be_focused()
            page.locator(".is-correcting [name=phone]").fill("310 555 0177")
            page.keyboard.press("Enter")
            expect(page.locator(".guardian-card .phones .edits").first).to_be_focused()
            expect(said(page)).to_have_text("Se guardó.")
        assert "310 555 0177" in phone(page)

    def test_e_on_the_number_and_esc(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        open_student(page, 12)
        before = phone(page)
        with no_page_load(page):
            page.locator(".guardian-card .phones .edits").first.focus()
            page.keyboard.press("e")
            expect(page.locator(".is-correcting [name=phone]")).to_be_focused()
            page.keyboard.press("Escape")
            expect(page.locator(".guardian-card .phones .edits").first).to_be_focused()
        assert phone(page) == before

    def test_without_a_script_it_is_a_page(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria", javascript=False)
        record = open_student(page, 13)
        page.locator(".guardian-card .phones .edits").first.click()
        page.fill("[name=phone]", "310 555 0166")
        page.get_by_role("button", name="Guardar").click()
        page.wait_for_url(f"{record}/guardians")
        assert "310 555 0166" in phone(page)


class TestTwoPeople:
    def test_what_does_not_clash_is_told(self, signed_in: SignedIn) -> None:
        page, other = signed_in("secretaria"), signed_in("rectora")
        record = open_student(page, 14)
        other.goto(record)
        for person in (page, other):
            person.get_by_role("link", name=CONTACT).click()
        other.fill("#email", "familia@example.org")
        other.keyboard.press("Control+Enter")
        expect(other.locator("#contact form.is-editing")).to_have_count(0)
        page.fill("#neighborhood", "Centro")
        page.keyboard.press("Control+Enter")
        expect(said(page)).to_have_text(re.compile(r"^Se guardó\. Mientras tanto, .+ cambió: Correo"))
        expect(page.locator("#contact")).to_contain_text("familia@example.org")

    def test_what_clashes_is_chosen_in_its_place(self, signed_in: SignedIn) -> None:
        page, other = signed_in("secretaria"), signed_in("rectora")
        record = open_student(page, 15)
        other.goto(record)
        for person, address in ((page, "Calle 1 # 1-1"), (other, "Calle 2 # 2-2")):
            person.get_by_role("link", name=CONTACT).click()
            person.fill("#address", address)
        other.keyboard.press("Control+Enter")
        expect(other.locator("#contact form.is-editing")).to_have_count(0)
        with no_page_load(page):
            page.keyboard.press("Control+Enter")
            expect(page.locator("#conflict")).to_be_focused()
            page.get_by_role("button", name="Todo lo guardado").click()
            expect(page.get_by_role("link", name=CONTACT)).to_be_focused()
        expect(page.locator("#contact")).to_contain_text("Calle 2 # 2-2")
