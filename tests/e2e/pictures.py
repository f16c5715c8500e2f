"""Takes the pictures of README and docs/ from the pages of the demo: `make pictures`, when their look has changed."""

import io
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from portal.accounts.demo_accounts import DEMO_PASSWORD
from portal.settings import CHECKOUT
from tests.e2e.site import CHROMIUM, FLAGS, running

FOLDER = CHECKOUT / "docs" / "pictures"
SCHOOL = "/schools/simon-bolivar"
WITH_PAPERS = "betancur+echeverri+felipe"  # a student of the demo with a photo and documents


def as_it_opens(page: Page) -> None:
    """Nothing is done before the picture."""


def first_of_list(page: Page) -> None:
    """Open the first of the list."""
    page.locator("tbody tr a.name").first.click()
    page.wait_for_load_state()


def documents(page: Page) -> None:
    """The papers of the first of the list."""
    first_of_list(page)
    page.locator("a[href$='/documents']").first.click()
    page.wait_for_load_state()


def with_siblings(page: Page) -> None:
    """Open the first guardian of three children."""
    page.locator("tbody tr", has=page.locator("td:last-child", has_text="3")).first.locator("a.name").click()
    page.wait_for_load_state()


def some_ticked(page: Page) -> None:
    """Open the first group, and tick three who are enrolled there."""
    page.locator("a[href*='/groups/0']").first.click()
    page.wait_for_load_state()
    for box in page.locator("input[name=enrollment]").all()[1:4]:
        box.check()


def group_change(page: Page) -> None:
    """Look at what moving three of them to the next group of the grade does."""
    some_ticked(page)
    page.get_by_role("button", name="Cambio de grupo").click()
    page.wait_for_url("**/group-changes/**")
    page.locator("select").first.select_option(index=2)
    page.get_by_role("button", name="Ver qué cambia").click()
    page.wait_for_load_state("networkidle")


def transfer(page: Page) -> None:
    """Ask for the transfer of the first student to the other school of the demo."""
    first_of_list(page)
    page.goto(f"{page.url.partition('?')[0]}/transfer?q=teresa")
    page.locator("a[href*='to=']").first.click()
    page.wait_for_load_state()


def deleted(page: Page) -> None:
    """Delete the first student, and look into the bin."""
    first_of_list(page)
    page.goto(f"{page.url.partition('?')[0]}/deletion")
    page.get_by_role("button", name="Eliminar").click()
    page.wait_for_load_state()
    page.goto(f"{SCHOOL}/bin")


def rollover(page: Page) -> None:
    """From the board: look at what becomes of each student of the running year."""
    opening = page.locator("a[href*='/groups/new']").first.get_attribute("href") or ""
    page.goto(f"{opening.partition('/groups/')[0]}/rollover")


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
    Picture("home", "secretaria", SCHOOL),
    Picture("students", "secretaria", f"{SCHOOL}/students"),
    Picture("phone", "secretaria", f"{SCHOOL}/students?q=nunez", width=390, height=760),
    Picture("record", "secretaria", f"{SCHOOL}/students?q={WITH_PAPERS}", first_of_list),
    Picture("documents", "secretaria", f"{SCHOOL}/students?q={WITH_PAPERS}", documents, height=620),
    Picture("new_student", "secretaria", f"{SCHOOL}/students/new"),
    Picture("enrollment", "secretaria", f"{SCHOOL}/enrollments?status=returned", first_of_list),
    Picture("guardian", "secretaria", f"{SCHOOL}/guardians", with_siblings),
    Picture("transfer", "secretaria", f"{SCHOOL}/students?q=camilo", transfer),
    Picture("group", "coordinador", f"{SCHOOL}/groups", some_ticked),
    Picture("group_change", "coordinador", f"{SCHOOL}/groups", group_change, height=560),
    Picture("review", "rectora", f"{SCHOOL}/enrollments/review"),
    Picture("review_dark", "rectora", f"{SCHOOL}/enrollments/review?show=remarks", scheme="dark"),
    Picture("board", "rectora", f"{SCHOOL}/groups"),
    Picture("rollover", "rectora", f"{SCHOOL}/groups", rollover),
    Picture("settings", "rectora", f"{SCHOOL}/settings"),
    Picture("checklist", "rectora", f"{SCHOOL}/settings/checklist"),
    Picture("members", "rectora", f"{SCHOOL}/members", height=640),
    # The last one, because it deletes a student.
    Picture("bin", "secretaria", f"{SCHOOL}/students", deleted, height=480),
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
    page.wait_for_load_state("networkidle")  # photos come last
    keep(page.screenshot(animations="disabled"), FOLDER / f"{picture.name}.png")
    context.close()


def keep(screenshot: bytes, path: Path) -> None:
    """With 256 colours, which a page hardly needs more of: a third of the bytes."""
    drawn = Image.open(io.BytesIO(screenshot)).convert("RGB")
    drawn.quantize(256, kmeans=2, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(CHECKOUT)}: {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main(sys.argv[1:])
