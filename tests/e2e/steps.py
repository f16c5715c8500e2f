"""What people do again and again in the portal, by mouse or by keyboard."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from portal.settings import CHECKOUT

SCHOOL = "/schools/simon-bolivar"
STUDENTS = f"{SCHOOL}/students"
IMPORTS = f"{SCHOOL}/imports"
REVIEW = f"{SCHOOL}/enrollments/review"
GOOD_FILE = CHECKOUT / "tests" / "data" / "simat_anexo_6a_2026.csv"
WRONG_FILE = CHECKOUT / "tests" / "data" / "simat_anexo_6a_with_errors.csv"


def said(page: Page) -> Locator:
    """The live region: what a screen reader says without being asked."""
    return page.locator("#live")


def names(page: Page) -> list[str]:
    """The names in a list of students."""
    return page.locator("tr[id^=student-] a.name").all_inner_texts()


def cell(row: Locator, heading: str) -> str:
    """What a row of a list says under a heading; which columns there are, and in which order, is up to people."""
    (text,) = column(row, heading)
    return text


def column(rows: Locator, heading: str) -> list[str]:
    """The same of many rows."""
    place = rows.page.locator("thead tr > *").all_inner_texts().index(heading) + 1
    return rows.locator(f":scope > :nth-child({place})").all_inner_texts()


def named_so(names: list[str], *parts: str) -> list[str]:
    """Those who are called so themselves; a search also finds the children of guardians who are."""
    return [name for name in names if all(part in name for part in parts)]


def open_student(page: Page, which: int = 0) -> str:
    """Open a student of the list and give the address of the record."""
    page.goto(STUDENTS)
    page.locator("tr[id^=student-] a.name").nth(which).click()
    page.wait_for_url(re.compile(r"/students/[0-9a-f-]{36}"))
    return page.url


def drop(page: Page, file: Path) -> None:
    """Drop a file where files are dropped, as from the desktop."""
    transfer = page.evaluate_handle(
        "([name, text]) => { const held = new DataTransfer(); held.items.add(new File([text], name)); return held; }",
        [file.name, file.read_text()],
    )
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": transfer})


def bring(page: Page, file: Path) -> None:
    """Drop a file on the page of the imports and look at what it would do."""
    page.goto(IMPORTS)
    drop(page, file)
    page.get_by_role("button", name="Subir y revisar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(file.name)


def figures(page: Page) -> dict[str, int]:
    """What a preview counts: ``{"Errores": 8, "Nuevos": 32, …}``."""
    lines = page.locator(".figures a").all_inner_texts()
    return {label: int(number.replace(".", "")) for label, number in (line.rsplit("\n", 1) for line in lines)}


@contextmanager
def no_page_load(page: Page) -> Iterator[None]:
    """Whatever happens within happens on the page as it is."""
    page.evaluate("() => { window.isStillThere = true; }")
    yield
    assert page.evaluate("() => window.isStillThere === true"), "the page was loaded anew"


# --- By keyboard only -------------------------------------------------------------------------------------------------


def tab_to(page: Page, selector: str, *, at_most: int = 60) -> None:
    """Press Tab until the focus is there."""
    for _ in range(at_most):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {selector} by Tab")


def type_into(page: Page, name: str, text: str) -> None:
    """Go on to a field and type into it."""
    tab_to(page, f"[name='{name}']")
    page.keyboard.type(text)


def pick(page: Page, name: str, label: str) -> None:
    """Go on to a select box and move down to the first choice that begins so."""
    tab_to(page, f"select[name='{name}']")
    for _ in range(200):
        chosen = page.evaluate("() => document.activeElement.selectedOptions[0].textContent.trim()")
        if chosen.startswith(label):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no {label} in {name}")


def type_student(page: Page, *, first_name: str, number: str) -> None:
    """The first part of the page of a new student, from wherever the focus is before it."""
    pick(page, "document_type", "Tarjeta de identidad")
    type_into(page, "document_number", number)
    type_into(page, "birth_date", "3/3/2017")
    pick(page, "gender", "Femenino")
    type_into(page, "first_surname", "Ñáñez")
    type_into(page, "second_surname", "O'Neill")
    type_into(page, "first_name", first_name)


def ask_for_place(page: Page, group: str) -> None:
    """The last part: a group says grade, shift and campus. Control and Enter send the whole."""
    pick(page, "enrollment-group_id", group)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/students/[0-9a-f-]{36}$"))
