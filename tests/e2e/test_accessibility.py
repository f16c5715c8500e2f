"""axe finds nothing, on every page, in light and dark, at desk and phone width."""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from portal.settings import CHECKOUT
from tests.e2e.conftest import SignedIn
from tests.e2e.steps import IMPORTS, REVIEW, SCHOOL, STUDENTS, WRONG_FILE, bring, open_student, type_student

AXE = CHECKOUT / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (1280, 390)
# All rules in light; in dark those of colour, since nothing else differs.
SCHEMES: dict[Any, dict[str, Any]] = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]},
}


def findings(page: Page, options: dict[str, Any]) -> list[dict[str, Any]]:
    """What axe says of the page as it stands: rule, and the places. The script enters past the page's policy."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())
    result: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    return [
        {"rule": found["id"], "help": found["help"], "places": [node["html"][:200] for node in found["nodes"][:3]]}
        for found in result["violations"]
    ]


def assert_no_findings(page: Page, where: str = "") -> None:
    """Of the page as it is open, in each view of it: light and dark, wide and narrow."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for scheme, options in SCHEMES.items():
            page.emulate_media(color_scheme=scheme)
            found = findings(page, options)
            shown = f"{where or page.url} {scheme} {width}"
            assert found == [], f"{shown}: {json.dumps(found, indent=1, ensure_ascii=False)}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url} scrolls sideways at {width}"
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})


def look_at(page: Page, *paths: str, status: int = 200) -> None:
    """Open these pages and look."""
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == status, path
        assert_no_findings(page)


def test_before_signing_in(opened: Callable[..., BrowserContext]) -> None:
    page = opened().new_page()
    look_at(page, "/login")
    look_at(page, "/no-such-page", status=404)
    page.goto("/login")
    page.get_by_role("button", name="Entrar").last.click()
    page.goto("/login")
    page.fill("#email", "nadie@demo.example")
    page.fill("#password", "nada")
    page.press("#password", "Enter")
    expect(page.locator("#errors")).to_be_visible()
    assert_no_findings(page, "a wrong password")


def test_the_secretarys_lists(signed_in: SignedIn) -> None:
    page = signed_in("secretaria")
    look_at(
        page,
        SCHOOL,
        STUDENTS,
        f"{STUDENTS}?q=nunez+angel&status=active",
        f"{STUDENTS}?q=zzzz",
        *[f"{SCHOOL}/enrollments?status={status}" for status in ("returned", "submitted", "draft", "active")],
        f"{SCHOOL}/enrollments?year=all&grade=6&waiting=7&q=nunez",
        f"{SCHOOL}/enrollments?q=zzzz",
        f"{SCHOOL}/enrollments?without=group&columns=campus,shift,since&sort=-since,status",
        f"{SCHOOL}/groups/list",
        f"{SCHOOL}/groups/list?year=all&sort=free,-name",
        f"{SCHOOL}/groups/list?q=zzzz",
        "/search",
        "/search?school=simon-bolivar&q=nunez",
        IMPORTS,
    )
    page.goto(STUDENTS)
    page.locator("summary", has_text="Grupo").click()
    assert_no_findings(page, "an open filter")


def test_views_and_columns(signed_in: SignedIn) -> None:
    page = signed_in("secretaria")
    columns = "document,age,gender,municipality,birth_date,status"
    look_at(page, f"{STUDENTS}?grade=5&columns={columns}&sort=status,-group", f"{SCHOOL}/guardians?without=email")
    look_at(page, f"{STUDENTS}/choices/without?grade=5")
    page.goto(f"{SCHOOL}/guardians?without=email")
    page.locator("summary", has_text="Columnas").click()
    assert_no_findings(page, "the columns of a list")
    page.goto(f"{STUDENTS}?grade=5")
    page.locator("summary", has_text="Más filtros").click()
    page.locator(".further summary", has_text="Género").click()
    expect(page.locator(".further .count").first).to_be_visible()
    assert_no_findings(page, "filters behind one more menu, counted")
    page.goto(f"{STUDENTS}?grade=5")
    page.get_by_role("link", name="Guardar la vista").click()
    assert_no_findings(page, "a new view")
    page.get_by_role("button", name="Guardar la vista").click()
    expect(page.locator("#errors")).to_be_focused()
    assert_no_findings(page, "a view without a name")
    page.fill("#name", "Quintos")
    page.get_by_role("button", name="Guardar la vista").click()
    expect(page.locator(".tabs [aria-current]")).to_have_text("Quintos")
    assert_no_findings(page, "a list with views")
    page.get_by_role("link", name="Cambiar la vista").click()
    assert_no_findings(page, "a view that is changed")
    page.get_by_role("link", name="Quitar").click()
    assert_no_findings(page, "before a view is removed")
    page.get_by_role("button", name="Quitar la vista").click()
    expect(page.locator("h1")).to_contain_text("Estudiantes")


def test_what_is_done_with_many(signed_in: SignedIn) -> None:
    page = signed_in("secretaria")
    everybody = "which=all&of=?grade=5"
    look_at(page, *[f"{STUDENTS}/{what}?{everybody}" for what in ("withdrawal", "deletion", "field")])
    page.goto(f"{STUDENTS}/field?field=zone&{everybody}")
    page.select_option("select[name=zone]", index=1)
    page.get_by_role("button", name="Ver qué cambia").click()
    expect(page.get_by_text("Quiénes cambian").or_(page.locator("#rows")).first).to_be_attached()
    assert_no_findings(page, "what a field of many would become")
    page.goto(STUDENTS)
    page.locator("#rows td.pick input").first.check()
    assert_no_findings(page, "the bar over picked rows")


def test_a_students_pages(signed_in: SignedIn) -> None:
    page = signed_in("secretaria")
    record = open_student(page)
    tie = page.locator("#guardians article a[href$=edit]").first.get_attribute("href") or ""
    look_at(
        page,
        record,
        *[f"{record}/{page}" for page in ("edit", "guardians", "guardians/new", "enrollments", "enrollments/new")],
        *[f"{record}/sections/{name}/edit" for name in ("identity", "birth", "contact", "support", "simat", "own")],
        tie,
        tie.replace("/edit", "/removal"),
        f"{record}/guardians/new?q=300555",
    )
    page.goto(f"{SCHOOL}/enrollments?status=returned")
    enrollment = page.locator("tr[id^=enrollment-] a").first.get_attribute("href") or ""
    look_at(page, enrollment, f"{enrollment}/edit", f"{enrollment}/checklist", f"{enrollment}/simat")


def test_duplicates_and_merging(signed_in: SignedIn) -> None:
    page = signed_in("secretaria")
    for number, first_name in (("1188000001", "Yeison"), ("1188000777", "Jeisson")):
        page.goto(f"{STUDENTS}/new")
        type_student(page, first_name=first_name, number=number)
        if first_name == "Jeisson":
            expect(page.locator("#likenesses article")).to_have_count(1)
            assert_no_findings(page, "somebody who sounds alike")
            page.locator("#not_duplicate").check()
        page.get_by_role("button", name="Registrar sin enviar").click()
        page.wait_for_url(lambda address: not address.endswith("/new"))
    look_at(page, f"{SCHOOL}/duplicates?kind=guardians", f"{SCHOOL}/duplicates?kind=students")
    page.get_by_role("link", name="Comparar y unir").first.click()
    assert_no_findings(page, "two records side by side")
    page.get_by_role("button", name="Unirlos en un registro").click()
    expect(page.get_by_text("Los dos registros ahora son uno.")).to_be_visible()
    record = page.url
    undoing = page.locator("form[action$='/undoing']").first
    merge = (undoing.get_attribute("action") or "").removesuffix("/undoing")
    look_at(page, merge, f"{SCHOOL}/merges", f"{STUDENTS}/merge?one={record.rpartition('/')[2]}")
    page.goto(merge)
    page.get_by_role("button", name="Deshacer la unión").click()
    expect(page.get_by_text("vuelven a ser dos registros")).to_be_visible()


def test_guardians(signed_in: SignedIn) -> None:
    page = signed_in("secretaria")
    look_at(page, f"{SCHOOL}/guardians", f"{SCHOOL}/guardians?q=300+555", f"{SCHOOL}/guardians?q=zzzz")
    page.goto(f"{SCHOOL}/guardians")
    guardian = page.locator("tbody a.name").first.get_attribute("href") or ""
    look_at(page, guardian, *[f"{guardian}/{part}/edit" for part in ("sections/identity", "sections/contact")])
    page.goto(f"{guardian}/edit")
    page.fill("#email", "nada")
    page.get_by_role("button", name="Guardar cambios").click()
    expect(page.locator("#errors")).to_be_focused()
    assert_no_findings(page, "a guardian with errors")
    page.goto(f"{STUDENTS}?field-ruta=Norte&field-talla-from=8")
    page.locator("summary", has_text="Más filtros").click()
    assert_no_findings(page, "filters by the school's own fields")


def test_a_students_papers_and_photo(signed_in: SignedIn) -> None:
    page = signed_in("secretaria")
    page.goto(f"{SCHOOL}/enrollments?status=submitted")
    page.locator("tr[id^=enrollment-] a").first.click()
    record = page.locator(f"main a[href*='{STUDENTS}/']").first.get_attribute("href") or ""
    look_at(page, *[f"{record}/{tab}" for tab in ("documents", "history", "photo")])
    page.goto(f"{record}/documents")
    page.locator("form[enctype] button").click()
    expect(page.locator("#errors")).to_be_focused()
    assert_no_findings(page, "documents that were not chosen")
    page.goto(f"{STUDENTS}")
    page.locator("tr:has(img) a").first.click()
    page.locator(".photo-edit").click()
    assert_no_findings(page, "a photo")
    look_at(signed_in("rectora"), f"{SCHOOL}/settings/logo")


def test_forms_that_were_wrong(signed_in: SignedIn) -> None:
    page = signed_in("secretaria")
    page.goto(f"{STUDENTS}/new")
    page.fill("#birth_date", "31/2/2015")
    page.fill("[name=guardian-q]", "300555")
    page.get_by_role("button", name="Registrar y enviar a revisión").click()
    expect(page.locator("#errors")).to_be_focused()
    assert_no_findings(page, "a registration with errors")

    record = open_student(page)
    page.goto(f"{record}/edit")
    page.fill("#first_name", "")
    page.fill("#email", "nada")
    page.get_by_role("button", name="Guardar cambios").click()
    expect(page.locator("#errors")).to_be_focused()
    assert_no_findings(page, "a record with errors")

    page.goto(IMPORTS)
    page.get_by_role("button", name="Subir y revisar").click()
    expect(page.locator("#errors")).to_be_visible()
    assert_no_findings(page, "no file chosen")
    bring(page, WRONG_FILE)
    assert_no_findings(page, "an import with errors")
    look_at(page, f"{page.url}?rows=new", f"{page.url}?rows=changed")


def test_two_who_edit_at_once(signed_in: SignedIn) -> None:
    page = signed_in("secretaria")
    record = open_student(page, 7)
    page.goto(f"{record}/edit")
    other = signed_in("secretaria")
    other.goto(f"{record}/edit")
    other.fill("#address", "Calle 1 # 2-3")
    other.fill("#neighborhood", "Centro")
    other.get_by_role("button", name="Guardar cambios").click()
    other.wait_for_url(record)
    page.fill("#address", "Carrera 4 # 5-6")
    page.get_by_role("button", name="Guardar cambios").click()
    expect(page.locator("#conflict")).to_be_visible()
    assert_no_findings(page, "a conflict")
    page.goto(record)
    page.locator(".guardian-card .phones .edits").first.click()
    expect(page.locator(".is-correcting [name=phone]")).to_be_focused()
    assert_no_findings(page, "a phone that is corrected where it stands")


def test_the_principals_pages(signed_in: SignedIn) -> None:
    page = signed_in("rectora")
    look_at(page, SCHOOL, REVIEW, *[f"{REVIEW}?show={view}" for view in ("clean", "remarks", "returned")])
    look_at(page, f"{REVIEW}/decisions")
    page.goto(f"{REVIEW}?show=remarks")
    page.locator("[data-pick-all]").check()
    assert_no_findings(page, "ticked enrollments")
    page.get_by_role("button", name="Aprobar las elegidas").click()
    expect(page.locator("#left")).to_be_visible()
    assert_no_findings(page, "some that were not approved")
    page.goto(REVIEW)
    page.locator("#queue a").nth(1).click()
    page.wait_for_url("**?id=**")
    page.locator("summary", has_text="Devolver").click()
    page.locator("[name=reason]").fill("x" * 501)
    page.get_by_role("button", name="Devolver a secretaría").click()
    expect(page.locator("#errors")).to_be_focused()
    assert_no_findings(page, "a return without a reason")


def test_the_life_of_an_enrollment(signed_in: SignedIn) -> None:
    page = signed_in("rectora")
    some = {}
    for status in ("active", "withdrawn", "submitted"):
        page.goto(f"{SCHOOL}/enrollments?status={status}")
        links = page.locator("tr[id^=enrollment-] a[href*='/enrollments/']").all()[:3]
        some[status] = [str(link.get_attribute("href")) for link in links]
    chosen = "&".join(f"enrollment={href.rsplit('/', 1)[1]}" for href in some["active"])
    look_at(
        page,
        some["active"][0],
        f"{some['active'][0]}/withdrawal",
        some["withdrawn"][0],
        f"{some['withdrawn'][0]}/re-enrollment",
        f"{some['submitted'][0]}/cancellation",
        f"{SCHOOL}/group-changes/new",
        f"{SCHOOL}/group-changes/new?{chosen}",
        f"{SCHOOL}/completions/new?{chosen}",
    )
    page.goto(f"{SCHOOL}/group-changes/new?{chosen}")
    page.locator("#group_id").select_option(index=2)
    expect(page.locator(".form-foot")).to_be_visible()
    assert_no_findings(page, "a change of group, looked at")
    page.goto(some["active"][0])
    page.locator(".record-head summary").click()
    assert_no_findings(page, "what can be done with an enrollment")
    page.goto(f"{some['active'][0]}/withdrawal")
    page.locator("#ends_on").fill("31/2/2026")
    page.locator(".form-foot button").click()
    expect(page.locator("#errors")).to_be_focused()
    assert_no_findings(page, "a wrong withdrawal")


def test_years_and_groups(signed_in: SignedIn) -> None:
    page = signed_in("coordinador")
    page.goto(f"{SCHOOL}/years")
    planned, running = (str(link.get_attribute("href")) for link in page.locator("tr[id^=year-] a.name").all())
    page.goto(f"{SCHOOL}/groups")
    group = page.locator("li[id^=group-] a").first.get_attribute("href") or ""
    look_at(
        page,
        f"{SCHOOL}/years",
        f"{SCHOOL}/years/new",
        f"{SCHOOL}/groups",
        *[f"{running}/{page}" for page in ("edit", "periods", "closing", "deletion")],
        f"{planned}/activation",
        f"{planned}/groups/new?grade=6",
        group,
        f"{group}/edit",
    )
    page.goto(f"{running}/periods")
    page.fill("[name=p0-name]", "")
    page.get_by_role("button", name="Guardar cambios").last.click()
    expect(page.locator("#errors")).to_be_focused()
    assert_no_findings(page, "periods with errors")


def test_rolling_over_and_transferring(signed_in: SignedIn) -> None:
    page = signed_in("rectora")
    page.goto(f"{SCHOOL}/years")
    page.get_by_role("link", name="2027").first.click()
    page.get_by_role("link", name="Pasar").click()
    page.wait_for_url("**/rollover")
    rollover = page.url
    look_at(
        page, rollover, *[f"{rollover}?{query}" for query in ("grade=5&q=a", "q=zzzz", "step=problems", "step=apply")]
    )
    page.goto(f"{rollover}?grade=5")
    page.locator("[data-pick-all]").check()
    assert_no_findings(page, "ticked pupils")
    page.get_by_role("button", name="Cambiar").click()
    expect(page.locator("#errors")).to_be_focused()
    assert_no_findings(page, "a choice that says nothing")

    page.goto(f"{STUDENTS}?status=active")
    transfer = f"{page.locator('tr[id^=student-] a.name').first.get_attribute('href')}/transfer"
    look_at(page, transfer, f"{transfer}?q=teresa", f"{transfer}?to=outside")
    page.get_by_role("button", name="Trasladar").click()
    expect(page.locator("#errors")).to_be_focused()
    assert_no_findings(page, "a transfer to nowhere")
    page.goto(f"{transfer}?q=teresa")
    page.locator("#found a").click()
    expect(page.locator("#transfer")).to_be_visible()
    assert_no_findings(page, "a transfer with both sides")


def test_what_happened(signed_in: SignedIn) -> None:
    page = signed_in("rectora")
    look_at(page, f"{SCHOOL}/audit", f"{SCHOOL}/audit?q=zzzz", f"{SCHOOL}/audit?what=students&action=created")
    page.goto(f"{SCHOOL}/audit")
    page.locator(".log details summary").first.click()
    page.get_by_text("Más filtros").click()
    assert_no_findings(page, "what stood in a record, and the filters of a history")
    page.goto(f"{SCHOOL}/audit?what=groups")
    page.locator(".log .menu summary").first.click()
    page.get_by_role("link", name="Restaurar esta versión").first.click()
    assert_no_findings(page, "a form as it was once")
    page.goto(f"{SCHOOL}/guardians")
    guardian = page.locator("#rows a.name").first.get_attribute("href") or ""
    look_at(page, f"{SCHOOL}/history/guardians/{guardian.rpartition('/')[2]}")


def test_who_may_not(signed_in: SignedIn) -> None:
    viewer = signed_in("lectora")
    look_at(viewer, SCHOOL, STUDENTS)
    look_at(viewer, IMPORTS, f"{STUDENTS}/new", status=403)
    look_at(viewer, f"{STUDENTS}/00000000-0000-7000-8000-000000000000", status=404)
    open_student(viewer)
    assert_no_findings(viewer, "a record to read")

    teacher = signed_in("docente")
    look_at(teacher, SCHOOL, STUDENTS)


def test_the_settings_of_a_school(signed_in: SignedIn) -> None:
    page = signed_in("rectora")
    settings = f"{SCHOOL}/settings"
    parts = ("school", "periods", "scale", "checklist", "fields", "fields/new", "review")
    look_at(page, settings, *[f"{settings}/{part}" for part in parts], f"{SCHOOL}/campuses", f"{SCHOOL}/campuses/new")
    page.goto(f"{settings}/checklist")
    page.locator("select").first.select_option("required")
    page.locator(".grades summary").first.click()
    assert_no_findings(page, "grades to tick")
    page.goto(f"{settings}/scale")
    page.fill("#highest_2", "9")
    page.get_by_role("button", name="Guardar cambios").click()
    expect(page.locator("#errors")).to_be_focused()
    assert_no_findings(page, "a scale with errors")
    page.goto(f"{SCHOOL}/campuses")
    campus = (page.locator("tbody a").first.get_attribute("href") or "").removesuffix("/edit")
    look_at(page, f"{campus}/edit", f"{campus}/deletion")


def test_members_and_who_is_invited(signed_in: SignedIn, opened: Callable[..., BrowserContext]) -> None:
    page = signed_in("rectora")
    members = f"{SCHOOL}/members"
    look_at(page, f"{members}/handover", f"{members}?role=teacher&sort=since,-state", f"{members}?q=zzzz", members)
    page.locator("tbody details summary").first.click()
    assert_no_findings(page, "a member's menu")
    page.locator("tbody a.name").first.click()
    page.wait_for_url("**/edit")
    assert_no_findings(page)
    page.goto(f"{members}/new")
    page.get_by_role("button", name="Invitar").click()
    expect(page.locator("#errors")).to_be_focused()
    assert_no_findings(page, "an invitation with errors")
    page.fill("#email", "nadia@demo.example")
    page.fill("#full_name", "Nadia Rincón")
    page.check("[name=roles][value=viewer]")
    page.get_by_role("button", name="Invitar").click()
    link = page.locator("#link").input_value()
    assert_no_findings(page, "a link to pass on")
    look_at(opened().new_page(), link)
    look_at(opened().new_page(), "/invitations/x", status=404)


def test_deleting_and_the_bin(signed_in: SignedIn) -> None:
    page = signed_in("secretaria")
    recycle_bin = f"{SCHOOL}/bin"
    record = open_student(page, 5)
    look_at(page, recycle_bin, f"{record}/deletion")
    page.get_by_role("button", name="Eliminar").click()
    page.wait_for_url(STUDENTS)
    look_at(page, recycle_bin, f"{recycle_bin}?kind=groups", f"{recycle_bin}?q=zzzz")
    page.goto(recycle_bin)
    page.locator("tbody a.name").first.click()
    page.wait_for_url("**/restoration")
    assert_no_findings(page)
    page.get_by_role("button", name="Restaurar").click()
    page.wait_for_url(record)


def test_the_administrators_schools(signed_in: SignedIn) -> None:
    page = signed_in("admin")
    look_at(page, "/schools", "/schools?q=zzz", "/schools/new", SCHOOL, f"{SCHOOL}/settings", f"{SCHOOL}/deletion")


def test_what_an_undo_leaves(signed_in: SignedIn) -> None:
    page = signed_in("rectora")
    record = open_student(page, 3)
    undo = ""
    for phone in ("310 555 01 71", "310 555 01 72"):
        page.goto(f"{record}/edit")
        page.locator("[name=phone]").fill(phone)
        page.locator("[name=address]").fill(f"Calle {phone[-2:]}")
        page.keyboard.press("Control+Enter")
        button = page.locator("#notices form")
        expect(button).to_be_visible()
        undo = undo or str(button.get_attribute("action"))
    assert_no_findings(page)
    page.goto(f"{record}/history")
    assert_no_findings(page)
    page.locator(f"form[action='{undo}'] button").click()
    expect(page.locator("#undone")).to_be_visible()
    assert_no_findings(page)


def test_in_english_with_menus_open(signed_in: SignedIn) -> None:
    page = signed_in("rectora")
    page.goto(SCHOOL)
    page.locator(".side-user summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    look_at(page, SCHOOL, STUDENTS, f"{STUDENTS}/new", IMPORTS, REVIEW)
    page.goto(SCHOOL)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_no_findings(page, "the shortcuts")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    for typed in ("", "nunez", "zzzz"):
        page.locator("#palette [role=combobox]").fill(typed)
        expect(
            page.locator("#palette mark, #palette .nothing") if typed else page.locator("#palette li")
        ).not_to_have_count(0)
        assert_no_findings(page, f"the palette, looking for “{typed}”")
    # The language is kept with the person, who speaks Spanish in the other tests.
    page.goto(SCHOOL)
    page.locator(".side-user summary").click()
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es-CO")
