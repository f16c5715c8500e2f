"""Finding with a script: what is asked stands in the address, so that Back and a reload show the same list again."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import SignedIn
from tests.e2e.steps import STUDENTS, names

RECORD = re.compile(r"/students/[0-9a-f-]{36}")


def narrow(page: Page) -> list[str]:
    """Type a name and tick a status, as one does; the names that are left."""
    page.goto(STUDENTS)
    page.fill("#q", "san")
    page.wait_for_url(re.compile(r"q=san"))
    page.locator("summary", has_text="Matrícula").click()
    expect(page.locator("details[open] .count").first).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("^Activa")).check()
    page.wait_for_url(re.compile(r"q=san&status=active"))
    expect(page.locator("#results .chip")).to_have_count(1)
    return names(page)


def is_as_narrowed(page: Page, found: list[str]) -> None:
    expect(page.locator("#q")).to_have_value("san")
    expect(page.locator("input[name=status][value=active]")).to_be_checked()
    expect(page.locator("#results .chip")).to_have_count(1)
    assert names(page) == found


def test_back_from_a_record_shows_what_was_found(signed_in: SignedIn) -> None:
    page = signed_in("secretaria")
    found = narrow(page)
    assert len(found) > 1
    page.locator("tr[id^=student-] a.name").nth(1).click()
    page.wait_for_url(RECORD)
    page.go_back()
    page.wait_for_url(re.compile(r"q=san&status=active"))
    is_as_narrowed(page, found)
    page.reload()
    is_as_narrowed(page, found)
    page.go_forward()
    page.wait_for_url(RECORD)
    page.locator("a.back").click()
    page.wait_for_url(re.compile(r"q=san&status=active"))
    is_as_narrowed(page, found)


def test_back_turns_the_pages_back_to_the_first(signed_in: SignedIn) -> None:
    page = signed_in("secretaria")
    page.goto(f"{STUDENTS}?sort=-group")
    pages = [names(page)]
    for _time in range(2):
        page.locator(".pager a[rel=next]").click()
        expect(page.locator("tr[id^=student-] a.name").first).not_to_have_text(pages[-1][0])
        pages.append(names(page))
    for expected in reversed(pages[:-1]):
        page.go_back()
        expect(page.locator("tr[id^=student-] a.name").first).to_have_text(expected[0])
        assert names(page) == expected


def test_two_levels_of_order_are_chosen_without_a_page_load(signed_in: SignedIn) -> None:
    page = signed_in("secretaria", width=390)
    page.goto(f"{STUDENTS}?status=active")
    page.locator("summary", has_text="Columnas y orden").click()
    page.select_option("select[name=sort] >> nth=0", "group")
    page.select_option("select[name=sort] >> nth=1", "-age")
    page.get_by_role("button", name="Ordenar").click()
    page.wait_for_url(re.compile(r"status=active&sort=group%2C-age"))
    expect(page.locator("#results .chip")).to_have_count(1)


def test_without_a_script_the_numbers_of_a_filter_are_one_link_away(signed_in: SignedIn) -> None:
    page = signed_in("secretaria", javascript=False)
    page.goto(f"{STUDENTS}?q=san")
    page.locator("summary", has_text="Matrícula").click()
    page.locator("details[open]").get_by_role("link", name="Con cifras").click()
    active = page.locator("label", has_text="Activa")
    number = active.locator(".count").inner_text()
    active.click()
    page.get_by_role("button", name="Aplicar").click()
    expect(page).to_have_url(re.compile(r"q=san&status=active"))
    expect(page.locator("#results [data-announce]")).to_have_text(re.compile(f"^{number} estudiante"))


def test_the_tab_of_a_view_comes_with_its_number(signed_in: SignedIn) -> None:
    page = signed_in("coordinador")
    page.goto(f"{STUDENTS}?q=san&status=active")
    page.get_by_role("link", name="Guardar la vista").click()
    page.fill("#name", "Sánchez y otros")
    page.get_by_role("button", name="Guardar la vista").click()
    tab = page.locator(".tabs a[aria-current]")
    expect(tab).to_contain_text("Sánchez y otros")
    number = tab.locator(".count").inner_text()
    expect(page.locator("#results [data-announce]")).to_have_text(re.compile(f"^{number} estudiante"))
