"""The main job, second half, by keyboard only: a pupil is registered, the principal decides, a return is corrected."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignedIn
from tests.e2e.steps import REVIEW, SCHOOL, STUDENTS, ask_for_place, cell, pick, tab_to, type_into, type_student

PLACE = "2026 · 3.º A"
REASON = "Falta la fotocopia del documento del acudiente."


@pytest.fixture
def page(signed_in: SignedIn) -> Page:
    """The secretary at her desk."""
    return signed_in("secretaria")


def begin(page: Page) -> None:
    """From the first page to the page of a new student."""
    page.goto(SCHOOL)
    page.keyboard.press("n")
    page.wait_for_url(f"**{STUDENTS}/new")


def assert_waits(page: Page, name: str) -> None:
    """The record says what was done and where it stands."""
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator(".record-head .state")).to_have_text("Por revisar")
    expect(page.locator("#guardians article")).to_have_count(1)


def test_a_new_pupil_with_a_guardian_who_is_here(page: Page) -> None:
    page.goto(STUDENTS)
    guardian = cell(page.locator("tr[id^=student-]").nth(2), "Acudiente")
    begin(page)
    type_student(page, first_name="Salomé", number="1099000111")
    type_into(page, "guardian-q", guardian)
    expect(page.locator("#guardian-matches li")).to_have_count(1)
    tab_to(page, "button[name='guardian-id']")
    page.keyboard.press("Enter")
    expect(page.locator("[name='guardian-relationship']")).to_be_focused()
    pick(page, "guardian-relationship", "Madre")
    ask_for_place(page, PLACE)
    assert_waits(page, "Salomé Ñáñez O'Neill")
    expect(page.locator("#guardians article")).to_contain_text(guardian)
    expect(page.locator("#guardians article")).to_contain_text("También es acudiente de")


def test_a_new_pupil_with_a_new_guardian(page: Page) -> None:
    begin(page)
    type_student(page, first_name="Violeta", number="1099000222")
    tab_to(page, "#guardian summary")
    page.keyboard.press("Enter")
    type_into(page, "guardian-first_surname", "O'Neill")
    type_into(page, "guardian-first_name", "Ñusta")
    pick(page, "guardian-document_type", "Cédula de ciudadanía")
    type_into(page, "guardian-document_number", "43999222")
    type_into(page, "guardian-phone", "310 555 0222")
    pick(page, "guardian-relationship", "Madre")
    ask_for_place(page, PLACE)
    assert_waits(page, "Violeta Ñáñez O'Neill")
    expect(page.locator("#guardians article")).to_contain_text("Ñusta O'Neill")
    expect(page.locator("#guardians article")).to_contain_text("310 555 0222")


def test_somebody_very_like_is_shown_while_typing(page: Page) -> None:
    page.goto(STUDENTS)
    known = page.locator("tr[id^=student-]").nth(2)
    number = cell(known, "Documento").split()[-1]
    begin(page)
    pick(page, "document_type", "Tarjeta de identidad")
    type_into(page, "document_number", number)
    expect(page.locator("#likenesses article")).to_have_count(1)
    expect(page.locator("#document_number")).to_be_focused()


def register(page: Page, first_name: str, number: str) -> None:
    """A new pupil with a new guardian, sent for review."""
    begin(page)
    type_student(page, first_name=first_name, number=number)
    tab_to(page, "#guardian summary")
    page.keyboard.press("Enter")
    type_into(page, "guardian-first_surname", "Ñáñez")
    type_into(page, "guardian-first_name", f"Madre de {first_name}")
    pick(page, "guardian-relationship", "Madre")
    ask_for_place(page, PLACE)


def approve_one_return_the_next(page: Page, approved: str, returned: str) -> None:
    """Of the third grade: J to the first, A; the second comes by itself, R."""
    page.get_by_role("link", name="Revisión").press("Enter")
    page.wait_for_url(f"**{REVIEW}**")
    page.goto(f"{REVIEW}?grade=3")
    chosen = page.locator("#who")
    waiting = page.locator("#queue li").count()
    while (before := chosen.inner_text()) != approved:
        page.keyboard.press("j")
        expect(chosen, "there is one more").not_to_have_text(before)

    page.keyboard.press("a")
    expect(page.locator("#review .note.tone-green")).to_contain_text("aprobada")
    expect(page.locator("#queue li")).to_have_count(waiting - 1)
    expect(chosen).to_have_text(returned)

    page.keyboard.press("r")
    expect(page.locator("[name=cause]").first).to_be_focused()
    page.keyboard.press("Space")
    tab_to(page, "[name=reason]")
    page.keyboard.type(REASON)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#review .note.tone-green")).to_contain_text("devuelta")
    expect(page.locator("#queue li")).to_have_count(waiting - 2)


def correct_and_send_again(page: Page, name: str) -> None:
    """From the first page, where it waits, with the principal's reason in sight."""
    page.goto(SCHOOL)
    page.get_by_role("link", name="Corregir").press("Enter")
    row = page.locator("tr[id^=enrollment-]").filter(has_text=name)
    expect(row).to_contain_text(REASON)
    row.get_by_role("link").press("Enter")
    expect(page.locator(".note.tone-amber")).to_contain_text(REASON)
    page.keyboard.press("e")
    page.wait_for_url("**/edit")
    type_into(page, "note", "Ya está la fotocopia.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/enrollments/[0-9a-f-]{36}$"))
    page.get_by_role("button", name="Enviar de nuevo a revisión").press("Enter")
    expect(page.locator(".record-head .state")).to_have_text("Por revisar")


def test_the_principal_decides_and_the_secretary_corrects(page: Page, signed_in: SignedIn) -> None:
    register(page, "Ximena", "1099000333")
    register(page, "Zoé", "1099000444")
    principal = signed_in("rectora")
    approve_one_return_the_next(principal, "Ximena Ñáñez O'Neill", "Zoé Ñáñez O'Neill")
    correct_and_send_again(page, "Ñáñez O'Neill, Zoé")

    told = page.locator(".trail li").all_inner_texts()
    who_did_what = [
        ("Marta Gaviria", "enviada a revisión"),
        ("Marta Gaviria", "Cambio en la matrícula"),
        ("Beatriz Ocampo", "devuelta"),
        ("Marta Gaviria", "enviada a revisión"),
        ("Marta Gaviria", "empezada"),
    ]
    assert len(told) == len(who_did_what)
    for line, (who, what) in zip(told, who_did_what, strict=True):
        assert who in line
        assert what in line
        assert re.search(r"20\d\d, \d+:\d\d", line), "and when"
    assert REASON in told[2]

    principal.goto(f"{STUDENTS}?q=ximena+nanez")
    expect(principal.locator("tr[id^=student-]")).to_contain_text("Activa")
