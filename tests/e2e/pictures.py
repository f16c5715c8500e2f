"""Takes the pictures of README and docs/ from the pages of the demo: `make pictures`, when their look has changed."""

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from portal.accounts.demo_accounts import DEMO_PASSWORD
from portal.settings import CHECKOUT
from tests.e2e.site import CHROMIUM, FLAGS, running

FOLDER = CHECKOUT / "docs" / "pictures"
SCHOOL = "/schools/simon-bolivar"


def as_it_opens(page: Page) -> None:
    """Nothing is done before the picture."""


def first_student(page: Page) -> None:
    """Open the first of the list."""
    page.locator("tr[id^=student-] a.name").first.click()
    page.wait_for_load_state()


@dataclass(frozen=True)
class Picture:
    """A page as somebody sees it; ``then`` is what they do there first."""

    name: str
    account: str
    path: str
    then: Callable[[Page], None] = as_it_opens
    scheme: str = "light"
    width: int = 1280
    height: int = 800


PICTURES = (
    Picture("students", "secretaria", f"{SCHOOL}/students"),
    Picture("record", "secretaria", f"{SCHOOL}/students", first_student),
)


def main(only: list[str]) -> None:
    """Take all of them, or those that are named."""
    with (
        tempfile.TemporaryDirectory() as folder,
        (Path(folder) / "log").open("w") as log,
        running(log, Path(folder) / "files") as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for picture in PICTURES:
            if not only or picture.name in only:
                take(browser, address, picture)


def take(browser: Browser, address: str, picture: Picture) -> None:
    """Sign in, open the page, do what is to be done, and take it."""
    context = browser.new_context(
        base_url=address,
        locale="es-CO",
        color_scheme=picture.scheme,  # type: ignore[arg-type]
        viewport={"width": picture.width, "height": picture.height},
    )
    page = context.new_page()
    page.goto("/login")
    page.fill("#email", f"{picture.account}@demo.example")
    page.fill("#password", DEMO_PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/schools**")
    page.goto(picture.path)
    picture.then(page)
    page.screenshot(path=FOLDER / f"{picture.name}.png")
    print(f"docs/pictures/{picture.name}.png")
    context.close()


if __name__ == "__main__":
    main(sys.argv[1:])
