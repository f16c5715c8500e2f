"""A 2xx or 3xx means stored; anything else means that nothing was. Over a database that really commits."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from portal.db.plugin import engine_of
from portal.web.pages import page
from tests.conftest import Committing
from tests.pages import Browser

pytestmark = pytest.mark.anyio


async def write(session: AsyncSession, name: str) -> None:
    await session.execute(text("INSERT INTO things (name) VALUES (:name)"), {"name": name})


@post("/things", opt={"public": True}, status_code=200)
async def create(request: Request[Any, Any, Any], db_session: NamedDependency[AsyncSession]) -> Response[Any]:
    """Write a thing, then answer as the test asks."""
    sent = await request.form()
    await write(db_session, sent["name"])
    if sent.get("then") == "fail":
        raise RuntimeError("after the write")
    if sent.get("then") == "kill":
        pid = await db_session.scalar(text("SELECT pg_backend_pid()"))
        await kill(request.app.state.admin_url, pid)
    if sent.get("then") == "render badly":
        return page(request, "schools/index.html")  # its context is missing
    if sent.get("then") == "wait":
        await asyncio.sleep(30)
    return Response("", status_code=303, headers={"Location": "/"})


@get("/things", opt={"public": True})
async def write_while_reading(db_session: NamedDependency[AsyncSession]) -> str:
    """A GET that tries to write."""
    await db_session.execute(text("SET TRANSACTION READ ONLY"))
    await write(db_session, "read")
    return "written"


@post("/things/two/{first:str}/{second:str}", opt={"public": True}, status_code=200)
async def lock_two(db_session: NamedDependency[AsyncSession], first: FromPath[str], second: FromPath[str]) -> str:
    """Lock two rows in the order that is asked, slowly."""
    for name in (first, second):
        await db_session.execute(text("UPDATE things SET touched = touched + 1 WHERE name = :name"), {"name": name})
        await asyncio.sleep(0.2)
    return "both"


async def kill(admin_url: str, pid: Any) -> None:
    connection = await asyncpg.connect(admin_url.replace("+asyncpg", ""))
    await connection.execute("SELECT pg_terminate_backend($1, 1000)", pid)
    await connection.close()


@pytest.fixture
async def portal(committing: Committing) -> Committing:
    """The portal with a table whose rule is only checked at commit, and handlers that write to it."""
    await committing.as_superuser(
        """
        CREATE TABLE things (name text NOT NULL, touched int NOT NULL DEFAULT 0,
                             CONSTRAINT once UNIQUE (name) DEFERRABLE INITIALLY DEFERRED)
        """
    )
    await committing.as_superuser("GRANT ALL ON things TO portal_app")
    committing.app.state.admin_url = committing.admin_url
    for handler in (create, write_while_reading, lock_two):
        committing.app.register(handler)
    return committing


@pytest.fixture
async def browser(portal: Committing) -> AsyncIterator[Browser]:
    async with portal.browser() as browser:
        yield browser


async def stored(portal: Committing) -> list[str]:
    return [row["name"] for row in await portal.as_superuser("SELECT name FROM things ORDER BY name")]


async def test_a_redirect_is_only_sent_after_the_commit(portal: Committing, browser: Browser) -> None:
    assert (await browser.post("/things", {"name": "a"})).status == 303
    assert await stored(portal) == ["a"]


async def test_a_commit_that_the_database_refuses_is_an_error_page(portal: Committing, browser: Browser) -> None:
    await browser.post("/things", {"name": "a"})
    answer = await browser.post("/things", {"name": "a"})
    assert answer.status == 409
    assert "Nothing was saved" in answer.text
    assert await stored(portal) == ["a"]


async def test_a_connection_lost_before_the_commit_is_an_error_page(portal: Committing, browser: Browser) -> None:
    answer = await browser.post("/things", {"name": "a", "then": "kill"})
    assert answer.status == 503
    assert answer.response.headers["retry-after"] == "5"
    assert await stored(portal) == []
    assert (await browser.post("/things", {"name": "b"})).status == 303, "the pool recovers by itself"


@pytest.mark.parametrize("then", ["fail", "render badly"])
async def test_an_error_after_the_write_stores_nothing(portal: Committing, browser: Browser, then: str) -> None:
    answer = await browser.post("/things", {"name": "a", "then": then})
    assert answer.status == 500
    assert answer.response.headers["x-request-id"] in answer.text
    assert await stored(portal) == []


async def test_a_client_that_leaves_takes_its_write_along_whole(portal: Committing, browser: Browser) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(browser.post("/things", {"name": "a", "then": "wait"}), 0.3)
    assert await stored(portal) == []
    assert (await browser.post("/things", {"name": "b"})).status == 303


async def test_reading_cannot_write(portal: Committing, browser: Browser) -> None:
    assert (await browser.get("/things")).status == 500
    assert await stored(portal) == []


async def test_a_deadlock_is_run_again_so_that_both_succeed(portal: Committing, browser: Browser) -> None:
    for name in ("a", "b"):
        await browser.post("/things", {"name": name})
    async with portal.browser() as other:
        answers = await asyncio.gather(browser.post("/things/two/a/b"), other.post("/things/two/b/a"))
    assert [answer.status for answer in answers] == [200, 200]
    assert [row["touched"] for row in await portal.as_superuser("SELECT touched FROM things")] == [2, 2]


async def test_a_full_pool_is_a_quick_503(portal: Committing, browser: Browser) -> None:
    engine = engine_of(portal.app)
    held = [await engine.connect() for _ in range(portal.settings.pool_size + portal.settings.pool_overflow)]
    try:
        answer = await browser.post("/things", {"name": "a"})
    finally:
        for connection in held:
            await connection.close()
    assert (answer.status, answer.response.headers["retry-after"]) == (503, "5")
    assert await stored(portal) == []
