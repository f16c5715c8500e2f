"""What the web server itself bears, before the application is asked."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from uvicorn import Config, Server

from portal.server import LONGEST_HEAD, BoundedHead

pytestmark = pytest.mark.anyio


async def application(
    scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[dict[str, Any]], Awaitable[None]]
) -> None:
    """Read the body, and say how long it was."""
    length, more = 0, True
    while more:
        message = await receive()
        length, more = length + len(message["body"]), message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-length", str(length).encode())]})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
async def port() -> AsyncIterator[int]:
    config = Config(application, port=0, http=BoundedHead, lifespan="off", log_config=None)
    config.load()
    server = Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    yield server.servers[0].sockets[0].getsockname()[1]
    await server.shutdown()


async def answers(port: int, *pieces: bytes) -> bytes:
    """What the server says to these bytes, until it has nothing more to say."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await asyncio.sleep(0)
    writer.write_eof()
    said = await reader.read()
    writer.close()
    return said


async def test_headers_without_an_end_are_refused(port: int) -> None:
    assert b" 431 " in await answers(port, b"GET / HTTP/1.1\r\nX: ", *[b"a" * 1024] * (LONGEST_HEAD // 1024))
    assert b" 431 " in await answers(port, b"GET /", b"a" * (LONGEST_HEAD + 1))


async def test_a_body_is_no_head_nor_are_many_requests_on_one_connection(port: int) -> None:
    request = b"POST / HTTP/1.1\r\nContent-Length: 50000\r\n\r\n" + b"b" * 50_000
    said = await answers(port, *[request] * 3)
    assert said.count(b"x-length: 50000") == 3
