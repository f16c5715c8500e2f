"""The ASGI application of the limit: the portal's own statements with other parameters, its own page around flat rows.

It connects as the owner, whom row security does not bind, reads outside a transaction, compresses as the portal does.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import asyncpg
import brotli  # type: ignore[import-untyped]
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from benchmarks.limit.capture import Captured, capture
from portal.app import from_environment

HEADERS = [(b"content-type", b"text/html; charset=utf-8"), (b"content-encoding", b"br")]
SCHOOLS = """
SELECT slug, schools.id, school_years.id AS year_id FROM schools JOIN school_years ON school_id = schools.id
WHERE status = 'active'
"""
SAVE = """
UPDATE students SET neighborhood = $1, updated_at = now(), version = version + 1
WHERE school_id = $2 AND id = $3 AND deleted_at IS NULL
"""
# An address of each kind of page, and the cookies with which the portal answers it.
SAMPLES = ("BENCH_LIST", "BENCH_SEARCH", "BENCH_RECORD")


class Limit:
    """Lists, searches and records of the benchmark's schools, and the edit of one field."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, or start."""
        if scope["type"] == "lifespan":
            await receive()
            await self.start()
            await send({"type": "lifespan.startup.complete"})
        elif scope["method"] == "POST":
            await self.save(scope, receive, send)
        elif scope["path"].count("/") < 3:  # whether anybody listens
            await _answer(send, 204, [], b"")
        else:
            await self.show(scope, send)

    async def start(self) -> None:
        """Learn from the portal what it asks and shows."""
        url = os.environ["DATABASE_OWNER_URL"].replace("+asyncpg", "")
        self.pool = await asyncpg.create_pool(url, min_size=5, max_size=5, server_settings={"jit": "off"})
        schools = await self.pool.fetch(SCHOOLS)
        self.schools = {row["slug"]: (row["id"], row["year_id"]) for row in schools}
        self.rows = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True).get_template(
            "rows.html"
        )

        self.pages: dict[str, tuple[Captured, list[Any]]] = {}
        app = from_environment()
        async with app.lifespan():
            for sample in SAMPLES:
                path, _, query = os.environ[sample].partition("?")
                kind, values = self.asked(path, query)
                self.pages[kind] = (await capture(app, os.environ[sample], os.environ["BENCH_COOKIES"]), values)

    def asked(self, path: str, query: str) -> tuple[str, list[Any]]:
        """The kind of page, and the values by which one request for it differs from another."""
        _, _, slug, _, *student = path.split("/")
        sent = parse_qs(query)
        if student:
            return "record", [*self.schools[slug], UUID(student[0])]
        if "q" in sent:
            return "search", [*self.schools[slug], *sent["q"][0].split()]
        return "list", [*self.schools[slug], int(sent["grade"][0])]

    async def show(self, scope: Any, send: Any) -> None:
        """The page of a sample, with other values in its statements and with the rows that come of them."""
        kind, values = self.asked(scope["path"], scope["query_string"].decode())
        page, sample = self.pages[kind]
        async with self.pool.acquire() as connection:
            results = [
                await connection.fetch(statement, *(_put(values, sample, parameter) for parameter in parameters))
                for statement, parameters in page.statements
            ]
        shown = results[0] if page.tail else []
        html = self.rows.render(
            head=Markup(page.head), tail=Markup(page.tail), icons=page.icons, path=scope["path"], rows=shown[:50]
        )
        await _answer(send, 200, HEADERS, brotli.compress(html.encode(), quality=4))

    async def save(self, scope: Any, receive: Any, send: Any) -> None:
        """One field of a student."""
        _, _, slug, _, student, _ = scope["path"].split("/")
        sent = parse_qs((await receive())["body"].decode())
        await self.pool.execute(SAVE, sent["neighborhood"][0], self.schools[slug][0], UUID(student))
        await _answer(send, 303, [(b"location", scope["path"].removesuffix("/edit").encode())], b"")


def _put(values: list[Any], sample: list[Any], parameter: Any) -> Any:
    """The parameter with this request's values instead of the sample's; words may stand inside of one."""
    for value, old in zip(values, sample, strict=False):
        if parameter == old:
            return value
        if isinstance(parameter, str) and isinstance(old, str) and old in parameter:
            parameter = parameter.replace(old, value)
    return parameter


async def _answer(send: Any, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


app = Limit()
