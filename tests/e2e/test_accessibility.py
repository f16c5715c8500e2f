"""axe finds nothing, on every page, in light and dark, at desk and phone width."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from portal.settings import CHECKOUT
from tests.e2e.conftest import SignedIn

AXE = CHECKOUT / "node_modules" / "axe-core" / "axe.min.js"
SCHOOL = "/schools/simon-bolivar"
VIEWS = [(scheme, width) for scheme in ("light", "dark") for width in (1280, 390)]


def findings(page: Page) -> list[dict[str, Any]]:
    """What axe says of the page as it stands: rule, and the places. The script enters past the page's policy."""
    page.evaluate(AXE.read_text())
    result: dict[str, Any] = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        {"rule": found["id"], "help": found["help"], "places": [node["html"][:200] for node in found["nodes"][:3]]}
        for found in result["violations"]
    ]


def assert_no_findings(page: Page, where: str) -> None:
    found = findings(page)
    assert found == [], f"{where}: {json.dumps(found, indent=1, ensure_ascii=False)}"


@pytest.mark.parametrize(("scheme", "width"), VIEWS)
def test_pages_before_signing_in(opened: Callable[..., BrowserContext], scheme: Any, width: int) -> None:
    page = opened(color_scheme=scheme, width=width).new_page()
    for path in ("/login", "/no-such-page"):
        page.goto(path)
        assert_no_findings(page, path)


@pytest.mark.parametrize(("scheme", "width"), VIEWS)
def test_the_secretarys_pages(signed_in: SignedIn, scheme: Any, width: int) -> None:
    page = signed_in("secretaria", color_scheme=scheme, width=width)
    for path in (
        SCHOOL,
        f"{SCHOOL}/students",
        f"{SCHOOL}/students?q=zzzz",
        f"{SCHOOL}/students/new",
        f"{SCHOOL}/enrollments",
        f"{SCHOOL}/imports",
    ):
        page.goto(path)
        assert_no_findings(page, path)
    page.goto(f"{SCHOOL}/students")
    record = page.locator("tr[id^=student-] a.name").first.get_attribute("href") or ""
    for path in (record, f"{record}/edit", f"{record}/guardians", f"{record}/enrollments"):
        page.goto(path)
        assert_no_findings(page, path)


@pytest.mark.parametrize(("scheme", "width"), VIEWS)
def test_the_principals_pages(signed_in: SignedIn, scheme: Any, width: int) -> None:
    page = signed_in("rectora", color_scheme=scheme, width=width)
    page.goto(f"{SCHOOL}/enrollments/review")
    assert_no_findings(page, "review")
    page.locator("li[id^=enrollment-] a").first.click()
    assert_no_findings(page, "one to decide")


@pytest.mark.parametrize(("scheme", "width"), VIEWS)
def test_the_administrators_list_of_schools(signed_in: SignedIn, scheme: Any, width: int) -> None:
    page = signed_in("admin", color_scheme=scheme, width=width)
    page.goto("/schools")
    assert_no_findings(page, "/schools")
