"""A PostgreSQL that is frozen refuses nothing and answers nothing: pages say so soon, and all goes on after."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import psutil
import pytest

from portal.app import create_app
from portal.db import embedded, schema
from portal.db.embedded import EmbeddedServer
from portal.settings import Settings
from tests.conftest import HOST
from tests.pages import Browser, transport

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def own_server() -> Iterator[EmbeddedServer]:
    """Other tests go on using theirs."""
    with embedded.temporary(durable=False) as running:
        schema.upgrade(running.owner_url)
        yield running


@pytest.fixture
async def browser(own_server: EmbeddedServer) -> AsyncIterator[Browser]:
    settings = replace(Settings(), env="test", database_url=own_server.url, database_owner_url=own_server.owner_url)
    app = create_app(settings)
    async with app.lifespan(), httpx.AsyncClient(transport=transport(app), base_url=f"http://{HOST}") as client:
        client.cookies.set("session", "of nobody, so that the database is asked", domain=HOST)
        yield Browser(client)


@contextmanager
def frozen(server: EmbeddedServer) -> Iterator[None]:
    """Stop every process of the server where it stands."""
    main = psutil.Process(server.pid)
    processes = [main, *main.children(recursive=True)]
    for process in processes:
        process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            process.send_signal(signal.SIGCONT)


async def timed(asked: Callable[[], Awaitable[int]]) -> tuple[int, float]:
    began = time.monotonic()
    return await asked(), time.monotonic() - began


async def test_pages_say_so_within_three_seconds(browser: Browser, own_server: EmbeddedServer) -> None:
    async def page() -> int:
        return (await browser.get("/schools")).status

    async def sign_in() -> int:
        return (await browser.post("/login", {"email": "a@b.example", "password": "wrong"})).status

    async def alive() -> int:
        return (await browser.get("/health/live")).status

    assert await page() == 303
    with frozen(own_server):
        answers = await asyncio.gather(*(timed(page) for _ in range(30)), timed(sign_in), timed(alive))
        later = await asyncio.gather(timed(page), timed(sign_in), timed(alive))
    assert [status for status, _ in (*answers, *later)] == [503] * 31 + [200] + [503, 503, 200]
    assert max(seconds for _, seconds in (*answers, *later)) < 3
    assert max(answers[-1][1], later[-1][1]) < 0.5

    await asyncio.sleep(3)
    assert await page() == 303
