"""Finding, correcting, registering and deciding where no script runs: plain links and forms do it all."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignedIn
from tests.e2e.steps import REVIEW, SCHOOL, STUDENTS, column, named_so, names, open_student

REASON = "El registro civil no se lee."
STUDENT = {"birth_date": "3/3/2017", "first_surname": "Piñeros", "second_surname": "D'Andréis"}


def register(page: Page, *, first_name: str, number: str, new_guardian: bool) -> None:
    """A new pupil with a guardian, sent for review."""
    page.goto(f"{STUDENTS}/new")
    page.select_option("#document_type", "TI")
    page.select_option("#gender", "F")
    for name, text in {**STUDENT, "first_name": first_name, "document_number": number}.items():
        page.fill(f"#{name}", text)
    if new_guardian:
        page.locator("#guardian summary").click()
        page.fill("[name=guardian-first_surname]", "Piñeros")
        page.fill("[name=guardian-first_name]", "Rosalba")
    else:
        page.fill("[name=guardian-q]", "300555")
        page.locator("#guardian").get_by_role("button", name="Buscar").click()
        assert page.locator("#first_name").input_value() == first_name, "what was typed is still there"
        page.locator("button[name=guardian-id]").first.click()
    page.select_option("[name=guardian-relationship]", "mother")
    group = page.locator("[name=enrollment-group_id] option", has_text=re.compile(r"^\s*2026 · 4\.º A"))
    page.select_option("[name=enrollment-group_id]", group.get_attribute("value"))
    page.get_by_role("button", name="Registrar y enviar a revisión").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{first_name} Piñeros D'Andréis")
    expect(page.locator(".record-head .state")).to_have_text("Por revisar")
    expect(page.locator("#guardians article")).to_have_count(1)


def test_finding(signed_in: SignedIn) -> None:
    page = signed_in("secretaria", javascript=False)
    page.goto(STUDENTS)
    page.fill("#q", "nunez angel")
    page.press("#q", "Enter")
    page.wait_for_url(re.compile(r"q=nunez\+angel"))
    own = named_so(names(page), "Núñez", "Ángel")
    assert own
    assert names(page)[: len(own)] == own

    page.fill("#q", "")
    page.locator("summary", has_text="Grado").click()
    page.get_by_role("checkbox", name=re.compile(r"^3\.º")).check()
    page.locator("details[open]").get_by_role("button", name="Aplicar").click()
    expect(page.locator(".filters .chip")).to_contain_text("3.º")
    groups = column(page.locator("tr[id^=student-]"), "Grupo")
    assert groups
    assert all(group.startswith("3.º") for group in groups)


def test_correcting(signed_in: SignedIn) -> None:
    page = signed_in("secretaria", javascript=False)
    record = open_student(page, 4)
    page.get_by_role("link", name="Editar contacto").click()
    page.fill("#address", "Carrera 7 # 8-9")
    page.fill("#email", "esto no es un correo")
    page.get_by_role("button", name="Guardar").click()
    expect(page.locator("#errors")).to_be_visible()
    assert page.title().startswith("Error:")
    assert page.input_value("#address") == "Carrera 7 # 8-9"
    page.fill("#email", "")
    page.get_by_role("button", name="Guardar").click()
    expect(page.locator("#contact dd").first).to_have_text("Carrera 7 # 8-9")

    page.goto(record)
    page.locator("#guardians article").first.get_by_role("link", name=re.compile("^Editar")).click()
    page.fill("#guardians [name=phone]", "3105550177")
    page.get_by_role("button", name="Guardar").click()
    expect(page.locator("#guardians article").first).to_contain_text("310 555 0177")


def test_registering_and_deciding(signed_in: SignedIn) -> None:
    page = signed_in("secretaria", javascript=False)
    register(page, first_name="Amparo", number="1099000555", new_guardian=False)
    register(page, first_name="Beatriz", number="1099000666", new_guardian=True)

    principal = signed_in("rectora", javascript=False)
    principal.goto(REVIEW)
    principal.locator("#queue li", has_text="Piñeros D'Andréis, Amparo").get_by_role("link").click()
    principal.get_by_role("button", name="Aprobar", exact=True).click()
    expect(principal.locator(".note.tone-green")).to_contain_text("aprobada")
    principal.locator("#queue li", has_text="Piñeros D'Andréis, Beatriz").get_by_role("link").click()
    principal.locator("summary", has_text="Devolver").click()
    principal.fill("[name=reason]", REASON)
    principal.get_by_role("button", name="Devolver a secretaría").click()
    expect(principal.locator(".note.tone-green")).to_contain_text("devuelta")

    page.goto(SCHOOL)
    page.get_by_role("link", name="Corregir").click()
    page.locator("tr[id^=enrollment-]", has_text="Piñeros D'Andréis, Beatriz").get_by_role("link").click()
    expect(page.locator(".note.tone-amber")).to_contain_text(REASON)
    page.get_by_role("link", name="Editar").click()
    page.fill("[name=note]", "Escaneado otra vez.")
    page.get_by_role("button", name="Guardar cambios").click()
    page.get_by_role("button", name="Enviar de nuevo a revisión").click()
    expect(page.locator(".record-head .state")).to_have_text("Por revisar")
    expect(page.locator(".trail li")).to_have_count(5)
    expect(page.locator(".trail li").nth(2)).to_contain_text("Beatriz Ocampo")
    expect(page.locator(".trail li").nth(2)).to_contain_text(REASON)


def test_moving_pupils_to_another_group_and_back(signed_in: SignedIn) -> None:
    page = signed_in("coordinador", javascript=False)
    page.goto(STUDENTS)
    page.goto(open_student(page, 2))
    page.locator(".record-head summary").click()
    page.get_by_role("link", name="Cambiar de grupo").click()
    expect(page.locator("#rows input:checked")).to_have_count(1)
    page.goto(f"{SCHOOL}/groups")
    page.locator("main a[href*='/groups/0']").first.click()
    group = page.get_by_role("heading", level=1).inner_text()
    for box in page.locator("#rows input[type=checkbox]").all()[:3]:
        box.check()
    page.get_by_role("button", name="Cambio de grupo").click()
    expect(page.locator("#rows input:checked")).to_have_count(3)
    others = page.locator("#group_id option", has_text=re.compile(r"· \d+ de \d+ cupos")).filter(has_not_text=group)
    page.select_option("#group_id", others.last.get_attribute("value"))
    page.get_by_role("button", name="Ver qué cambia").click()
    page.get_by_role("button", name="Pasar los marcados").click()
    expect(page.locator("#notices")).to_contain_text("3 estudiantes pasaron a")
    page.get_by_role("button", name="Deshacer").click()
    expect(page.locator("#notices")).to_contain_text("Deshecho: 3 matrículas están como antes.")
    expect(page.get_by_role("heading", level=1)).to_have_text(group)
