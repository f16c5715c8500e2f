"""Every error explains itself: as a page and as a notice, in the reader's language, with a number and a way on."""

from collections.abc import AsyncIterator
from http import HTTPStatus

import httpx
import pytest
from litestar import get
from litestar.exceptions import HTTPException
from litestar.params import FromPath, FromQuery

from portal.app import create_app
from portal.settings import Settings
from portal.web.errors import Conflict, Forbidden, NotFound
from tests.conftest import HOST
from tests.pages import FRAGMENT, Browser, transport

pytestmark = pytest.mark.anyio
STATUSES = (400, 403, 404, 405, 409, 413, 422, 429, 500, 503)
OURS = {403: Forbidden, 404: NotFound, 409: Conflict}


@get("/wrong/{status:int}", opt={"public": True})
async def wrong(status: FromPath[int]) -> None:
    """Fail as somebody else's code does: with English words that are not for people."""
    raise HTTPException("internal words", status_code=status) if status < 500 else RuntimeError("internal words")


@get("/refused/{status:int}", opt={"public": True})
async def refused(status: FromPath[int], says: FromQuery[str] = "") -> None:
    """Fail as our own code does, with words for people or without."""
    raise OURS[status](says)


@get("/busy", opt={"public": True})
async def busy() -> None:
    """Fail as a full pool of connections does."""
    raise TimeoutError


@pytest.fixture
async def browser(settings: Settings) -> AsyncIterator[Browser]:
    app = create_app(settings)
    for handler in (wrong, refused, busy):
        app.register(handler)
    async with app.lifespan(), httpx.AsyncClient(transport=transport(app), base_url=f"http://{HOST}") as client:
        yield Browser(client)


def address(status: int) -> str:
    return "/busy" if status == 503 else f"/wrong/{status}"


@pytest.mark.parametrize("status", STATUSES)
async def test_a_page_says_what_happened_in_both_languages(browser: Browser, status: int) -> None:
    titles = set()
    for language in ("en", "es"):
        page = await browser.get(address(status), headers={"Accept-Language": language})
        titles.add(page.one("h1").text())
        assert page.status == status
        assert str(page.one("html").attributes["lang"]).startswith(language)
        assert page.response.headers["x-request-id"] in page.text
        assert page.one("main .btn-primary").attributes["href"] == "/"
        assert page.one("p.lead").text().strip()
        assert "internal words" not in page.text
    assert len(titles) == 2, "each language has words of its own"


@pytest.mark.parametrize("status", STATUSES)
async def test_htmx_gets_a_notice(browser: Browser, status: int) -> None:
    notice = await browser.get(address(status), headers={**FRAGMENT, "Accept-Language": "es"})
    assert (notice.status, notice.is_fragment) == (status, True)
    assert notice.one("[data-notice]").attributes["role"] == "alert"
    assert notice.response.headers["x-request-id"] in notice.text


@pytest.mark.parametrize("status", OURS)
async def test_only_words_that_were_meant_for_people_are_shown(browser: Browser, status: int) -> None:
    silent = await browser.get(f"/refused/{status}", headers={"Accept-Language": "es"})
    assert HTTPStatus(status).phrase not in silent.text
    telling = await browser.get(f"/refused/{status}?says=Pregunte+en+rectoría.")
    assert telling.one("p.lead").text().startswith("Pregunte en rectoría. ")
