"""What is typed survives a closed tab and an ended session, and leaving it unsaved asks first."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Dialog, Page, expect

from portal.accounts.demo_accounts import DEMO_PASSWORD
from tests.e2e.conftest import SignedIn
from tests.e2e.steps import STUDENTS, no_page_load, open_student

KEPT = "Aún sin guardar"


def end_session(page: Page) -> None:
    """As after half an hour of doing nothing, or after signing out in another tab."""
    page.context.clear_cookies(name="session")


def sign_in_again(page: Page) -> None:
    expect(page.get_by_text("lo que escribió está otra vez en el formulario")).to_be_visible()
    page.fill("#email", "secretaria@demo.example")
    page.fill("#password", DEMO_PASSWORD)
    page.get_by_role("button", name="Ingresar", exact=True).click()


def answering(page: Page, *, leaves: bool) -> list[str]:
    """From here on every question is answered so; gives what kinds of questions were asked."""
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept() if leaves else dialog.dismiss()

    page.on("dialog", answer)
    return asked


class TestDrafts:
    def test_a_tab_is_closed_and_what_was_typed_is_offered_on_return(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        page.goto(f"{STUDENTS}/new")
        page.fill("#first_name", "Ángela")
        page.fill("#first_surname", "Castaño")
        expect(page.get_by_text(KEPT)).to_be_visible()
        page.select_option("#document_type", "TI")
        page.close()

        page = page.context.new_page()
        page.goto(f"{STUDENTS}/new")
        assert page.input_value("#first_name") == ""
        page.fill("#first_name", "Otra")  # does not take the place of what waits
        expect(page.get_by_text("primero continúe o descarte")).to_be_visible()
        page.close()

        page = page.context.new_page()
        page.goto(f"{STUDENTS}/new")
        page.locator("#draft").get_by_role("link", name="Continuar").click()
        expect(page.locator("#draft")).to_contain_text("Aún no está guardado")
        assert page.input_value("#first_name") == "Ángela"
        assert page.input_value("#first_surname") == "Castaño"

        page.locator("#draft").get_by_role("button", name="Descartar").click()
        expect(page.locator("#draft")).to_have_count(0)
        assert page.input_value("#first_name") == ""

    def test_what_is_saved_is_offered_no_more(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        edit = f"{open_student(page, 9)}/edit"
        page.goto(edit)
        page.fill("#neighborhood", "Vereda Nueva")
        expect(page.get_by_text(KEPT)).to_be_visible()
        page.get_by_role("button", name="Guardar cambios").click()
        page.wait_for_url(edit.removesuffix("/edit"))
        page.goto(edit)
        expect(page.locator("#draft")).to_have_count(0)
        assert page.input_value("#neighborhood") == "Vereda Nueva"


class TestAnEndedSession:
    def test_the_form_is_still_there(self, signed_in: SignedIn) -> None:
        for javascript in (True, False):
            page = signed_in("secretaria", javascript=javascript)
            edit = f"{open_student(page, 10)}/edit"
            page.goto(edit)
            page.fill("#neighborhood", "Laureles")
            end_session(page)
            page.get_by_role("button", name="Guardar cambios").click()
            sign_in_again(page)
            page.wait_for_url(f"{edit}?draft=continue")
            assert page.input_value("#neighborhood") == "Laureles"

    def test_also_one_that_htmx_sends(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        page.goto(f"{STUDENTS}/new")
        page.fill("#first_name", "Ángela")
        end_session(page)
        page.get_by_role("button", name="Registrar y enviar a revisión").click()
        sign_in_again(page)
        page.wait_for_url("**/students/new?draft=continue")
        assert page.input_value("#first_name") == "Ángela"

    def test_also_a_section_edited_in_its_place(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        open_student(page, 11)
        page.get_by_role("link", name="Editar contacto").click()
        page.fill("#neighborhood", "Robledo")
        end_session(page)
        page.keyboard.press("Control+Enter")
        sign_in_again(page)
        page.wait_for_url("**/sections/contact/edit?draft=continue")
        assert page.input_value("#neighborhood") == "Robledo"


class TestLeaving:
    def test_a_changed_form_asks(self, opened: Callable[..., BrowserContext]) -> None:
        page = self.at_the_desk(opened)
        edit = f"{open_student(page, 12)}/edit"
        page.goto(edit)
        page.fill("#neighborhood", "Vereda Nueva")
        asked = answering(page, leaves=False)
        page.locator("a.back").click()
        page.wait_for_timeout(300)
        assert (asked, page.url) == (["beforeunload"], edit)
        assert page.input_value("#neighborhood") == "Vereda Nueva"

    def test_an_unchanged_one_and_a_saved_one_do_not(self, opened: Callable[..., BrowserContext]) -> None:
        page = self.at_the_desk(opened)
        record = open_student(page, 12)
        asked = answering(page, leaves=True)
        page.goto(f"{record}/edit")
        page.fill("#neighborhood", "Vereda Nueva")
        page.fill("#neighborhood", page.get_attribute("#neighborhood", "value") or "")
        page.locator("a.back").click()
        page.wait_for_url(record)
        page.goto(f"{record}/edit")
        page.fill("#neighborhood", "Manrique")
        page.get_by_role("button", name="Guardar cambios").click()
        page.wait_for_url(record)
        page.goto(f"{STUDENTS}/new")
        page.get_by_role("button", name="Registrar y enviar a revisión").click()
        expect(page.locator("#errors")).to_be_focused()
        assert asked == []
        page.goto(STUDENTS)
        assert asked == ["beforeunload"]

    def test_a_section_that_is_cancelled_asks(self, opened: Callable[..., BrowserContext]) -> None:
        page = self.at_the_desk(opened)
        open_student(page, 13)
        with no_page_load(page):
            page.get_by_role("link", name="Editar contacto").click()
            expect(page.locator("#neighborhood")).to_be_visible()
            page.keyboard.press("Escape")
            expect(page.get_by_role("link", name="Editar contacto")).to_be_focused()
            page.keyboard.press("Enter")
            page.fill("#neighborhood", "Vereda Nueva")
            asked = answering(page, leaves=False)
            page.keyboard.press("Escape")
            page.wait_for_timeout(300)
            assert asked == ["confirm"]
            assert page.input_value("#neighborhood") == "Vereda Nueva"
            page.keyboard.press("Control+Enter")
            expect(page.get_by_role("link", name="Editar contacto")).to_be_focused()
            assert asked == ["confirm"]

    def at_the_desk(self, opened: Callable[..., BrowserContext]) -> Page:
        """Signed in, with nobody who answers questions yet."""
        page = opened().new_page()
        page.goto("/login")
        page.fill("#email", "secretaria@demo.example")
        page.fill("#password", DEMO_PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url("**/schools**")
        return page
