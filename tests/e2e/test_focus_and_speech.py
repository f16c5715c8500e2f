"""What only a browser shows: where the focus goes, what is said aloud, and that nothing that was typed ever runs."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignedIn
from tests.e2e.steps import (
    IMPORTS,
    REVIEW,
    SCHOOL,
    STUDENTS,
    WRONG_FILE,
    bring,
    names,
    no_page_load,
    open_student,
    said,
)

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(1)>'


class TestForms:
    def test_what_is_wrong_takes_the_focus_and_begins_the_title(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        page.goto(f"{STUDENTS}/new")
        page.fill("#first_name", "Ángela")
        with no_page_load(page):
            page.get_by_role("button", name="Registrar y enviar a revisión").click()
            expect(page.locator("#errors")).to_be_focused()
            expect(page).to_have_title(re.compile("^Error: "))
            link = page.locator("#errors a").last
            link.click()
            expect(page.locator(link.get_attribute("href") or "")).to_be_focused()
        assert page.input_value("#first_name") == "Ángela"

    def test_the_title_is_itself_again_when_nothing_is_wrong(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        open_student(page, 6)
        title = page.title()
        with no_page_load(page):
            page.get_by_role("link", name="Editar contacto").click()
            page.fill("#email", "nada")
            page.keyboard.press("Control+Enter")
            expect(page.locator("#errors")).to_be_focused()
            expect(page).to_have_title(re.compile("^Error: "))
            page.fill("#email", "")
            page.keyboard.press("Control+Enter")
            expect(page.get_by_role("link", name="Editar contacto")).to_be_focused()
            expect(said(page)).to_have_text("Se guardó.")
        assert page.title() == title

    def test_a_whole_page_that_is_wrong_does_the_same(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        page.goto(f"{open_student(page, 6)}/edit")
        page.fill("#first_name", "")
        page.get_by_role("button", name="Guardar cambios").click()
        expect(page.locator("#errors")).to_be_focused()
        assert page.title().startswith("Error: ")

    def test_after_a_guardian_is_saved_the_focus_is_on_the_card(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        open_student(page, 6)
        edit = page.locator("#guardians article").first.get_by_role("link", name=re.compile("^Editar"))
        edit.press("Enter")
        expect(page.locator("#guardians [name=phone]")).to_be_focused()
        page.keyboard.press("Enter")
        expect(edit).to_be_focused()
        expect(said(page)).not_to_be_empty()

    def test_two_who_edit_one_section(self, signed_in: SignedIn) -> None:
        """The second one sees both versions, in focus, and loses nothing."""
        page, other = signed_in("secretaria"), signed_in("rectora")
        record = open_student(page, 8)
        other.goto(record)
        for person, address in ((page, "Calle 1 # 1-1"), (other, "Calle 2 # 2-2")):
            person.get_by_role("link", name="Editar contacto").click()
            person.fill("#address", address)
        other.keyboard.press("Control+Enter")
        expect(other.locator("#contact dd").first).to_have_text("Calle 2 # 2-2")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#conflict")).to_be_focused()
        expect(page.locator("#conflict")).to_contain_text("Calle 1 # 1-1")
        expect(page.locator("#conflict")).to_contain_text("Calle 2 # 2-2")


class TestSearch:
    def test_slash_leads_to_a_box_from_any_page(self, signed_in: SignedIn) -> None:
        """The list's own, or that of the palette."""
        page = signed_in("secretaria")
        for path in (SCHOOL, IMPORTS, STUDENTS):
            page.goto(path)
            page.keyboard.press("/")
            expect(page.locator("input[type=search]:focus")).to_be_visible()
            expect(page.locator("input[type=search]:focus")).to_have_value("")

    def test_typing_keeps_the_focus_and_says_how_many(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        page.goto(STUDENTS)
        page.locator("#q").press_sequentially("nunez", delay=60)
        expect(page).to_have_url(re.compile("q=nunez"))
        expect(said(page)).to_have_text(re.compile(r"^\d+ "))
        expect(page.locator("#q")).to_be_focused()
        assert page.input_value("#q") == "nunez"

    def test_nobody_found_is_said_too(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        page.goto(STUDENTS)
        page.fill("#q", "zzzz")
        expect(page.locator(".blank")).to_be_visible()
        expect(said(page)).not_to_be_empty()

    def test_a_menu_stays_open_while_its_words_are_clicked(self, signed_in: SignedIn) -> None:
        """With a mouse: pressing it on a label moves the focus to the page around the menu before the box is ticked."""
        page = signed_in("secretaria")
        page.goto(STUDENTS)
        menu = page.locator("details", has=page.locator("summary", has_text="Grado")).first
        menu.locator("summary").click()
        menu.get_by_text("3.º").click()
        expect(page).to_have_url(re.compile("grade=3"))
        expect(menu).to_have_attribute("open", "")
        page.get_by_role("heading", level=1).click()
        expect(menu).not_to_have_attribute("open", "")

    def test_shift_ticks_all_rows_between_two(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        page.goto(STUDENTS)
        boxes = page.locator("td.pick input")
        boxes.nth(4).click()
        boxes.nth(1).click(modifiers=["Shift"])
        expect(page.locator("td.pick input:checked")).to_have_count(4)
        expect(page.locator(".picks")).to_contain_text("Seleccionados: 4")

    def test_back_shows_a_whole_page(self, signed_in: SignedIn) -> None:
        page = signed_in("secretaria")
        page.goto(STUDENTS)
        page.fill("#q", "nunez")
        expect(page).to_have_url(re.compile("q=nunez"))
        found = names(page)
        page.locator("tr[id^=student-] a.name").first.click()
        page.wait_for_url(re.compile(r"/students/[0-9a-f-]{36}"))
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Estudiantes")
        expect(page.get_by_role("navigation", name="Principal")).to_be_visible()
        expect(page.locator("tr[id^=student-]")).to_have_count(len(found))
        assert page.input_value("#q") == "nunez"


class TestReview:
    def test_the_next_one_is_said_and_a_wrong_return_takes_the_focus(self, signed_in: SignedIn) -> None:
        page = signed_in("rectora")
        page.goto(REVIEW)
        first = page.locator("#who").inner_text()
        with no_page_load(page):
            page.keyboard.press("j")
            expect(page.locator("#who")).not_to_have_text(first)
            expect(said(page)).not_to_be_empty()
            page.keyboard.press("r")
            expect(page.locator("[name=cause]").first).to_be_focused()
            page.get_by_role("button", name="Devolver a secretaría").click()
            expect(page.locator("#errors")).to_be_focused()
            expect(page).to_have_title(re.compile("^Error: "))

    def test_letters_in_a_field_are_letters(self, signed_in: SignedIn) -> None:
        page = signed_in("rectora")
        page.goto(REVIEW)
        waiting = page.locator("#queue li").count()
        page.keyboard.press("r")
        page.locator("[name=reason]").fill("")
        page.locator("[name=reason]").press_sequentially("a / j k r")
        assert page.input_value("[name=reason]") == "a / j k r"
        assert page.locator("#queue li").count() == waiting


def fill_with_scripts(page: Page, selector: str) -> None:
    """Type a script into each text field of a form but those that say what somebody is called or how to reach them."""
    for name in ("address", "neighborhood", "eps", "allergies", "occupation", "previous_school", "note"):
        for field in page.locator(f"{selector} [name$={name}]").all():
            field.fill(f"{name} {SCRIPT} {IMAGE}")


def test_nothing_that_was_typed_runs(signed_in: SignedIn, tmp_path: Path) -> None:
    """Neither a dialog nor a report of the policy: ``signed_in`` fails the test on either."""
    page = signed_in("secretaria")
    record = open_student(page, 9)
    page.goto(f"{record}/edit")
    fill_with_scripts(page, "main form")
    page.fill("#first_name", SCRIPT)
    page.get_by_role("button", name="Guardar cambios").click()
    expect(page.locator("#errors")).to_be_focused()
    assert page.input_value("#first_name") == SCRIPT
    page.fill("#first_name", "Ángela")
    page.get_by_role("button", name="Guardar cambios").click()
    page.wait_for_url(record)
    expect(page.locator("#contact")).to_contain_text(SCRIPT)
    expect(page.locator("#contact")).to_contain_text(IMAGE)

    page.locator("#guardians article").first.get_by_role("link", name=re.compile("^Editar")).click()
    page.locator("#guardians details summary").click()
    fill_with_scripts(page, "#guardians")
    page.locator("#guardians").get_by_role("button", name="Guardar").click()
    expect(page.locator("#guardians form.is-editing")).to_have_count(0)

    page.goto(f"{record}/enrollments/new")
    fill_with_scripts(page, "#request")
    next_year = page.locator("[name=group_id] option", has_text="2027").first.get_attribute("value")
    page.locator("[name=group_id]").select_option(next_year)
    page.locator("[name=year_id]").select_option(label="2027")
    page.get_by_role("button", name="Enviar a revisión").click()
    page.wait_for_url(lambda url: not url.endswith("/new"))

    named = tmp_path / '"><img src=x onerror=alert(1)>.csv'
    named.write_text(WRONG_FILE.read_text().replace("D'ANDRÉIS;ULCUÉ", f"{SCRIPT.replace('/', '')};X"))
    bring(page, named)

    principal = signed_in("rectora")
    for person in (page, principal):
        for path in (
            record,
            f"{record}/edit",
            f"{record}/guardians",
            f"{record}/enrollments",
            f"{STUDENTS}?q={SCRIPT}",
            f"{STUDENTS}?q={IMAGE}",
            f"{SCHOOL}/enrollments?status=submitted",
            IMPORTS,
            SCHOOL,
        ):
            answer = person.goto(path)
            assert answer is not None
            assert answer.status == 200, path
    principal.goto(REVIEW)
    for row in principal.locator("#queue li").all()[-2:]:
        row.get_by_role("link").click()
        expect(row).to_have_attribute("data-current", "")
