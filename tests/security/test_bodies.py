"""Forms that no browser sends: whatever the body is, the sender is told, and nothing of ours fails."""

import time
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.web.requests import MOST_FIELDS
from tests.factories import Cast
from tests.pages import Browser
from tests.security.records import make_records
from tests.security.test_routes import SignIn, routes_of

pytestmark = pytest.mark.anyio
MULTIPART = "multipart/form-data; boundary=x"
URL_ENCODED = "application/x-www-form-urlencoded"
PART = b'--x\r\nContent-Disposition: form-data; name="first_name"%s\r\n\r\n%s\r\n--x--\r\n'
NAMES = (
    "first_name",
    "email",
    "password",
    "reason",
    "id",
    "version",
    "guardian-first_name",
    "enrollment-grade",
    "next",
)

BODIES: dict[str, tuple[str, bytes]] = {
    "JSON": ("application/json", b'{"first_name": ["a"]}'),
    "broken JSON": ("application/json", b'{"first_name":'),
    "text": ("text/plain", b"hello"),
    "no type at all": ("", b"hello"),
    "a type that is none": (";;;=", b"hello"),
    "msgpack": ("application/x-msgpack", b"\xc1"),
    "not multipart at all": (MULTIPART, b"\x00\x01\x02" * 500),
    "multipart without a boundary": ("multipart/form-data", b"--x\r\n"),
    "multipart that breaks off": (MULTIPART, PART[:60]),
    "multipart of an unknown encoding": (MULTIPART, PART % (b"\r\nContent-Type: text/plain; charset=klingon", b"a")),
    "multipart that is no UTF-8": (MULTIPART, PART % (b"", b"\xff\xfe\xf1")),
    "a file in place of a text": (MULTIPART, PART % (b'; filename="a.png"', b"\x89PNG")),
    "a form that is no UTF-8": (URL_ENCODED, b"&".join(name.encode() + b"=%FF%ED%A0%80%00" for name in NAMES)),
    "broken percents": (URL_ENCODED, b"first_name=%zz&%=&&&=;=%"),
    "names without an end": (URL_ENCODED, b"&".join(name.encode() + b"=" + b"A" * 100_000 for name in NAMES)),
    "brackets": (URL_ENCODED, b"first_name[]=1&first_name[a]=2&first_name=1&first_name=2&version=2&version=x"),
}


@pytest.mark.parametrize("body", BODIES)
async def test_no_form_breaks_on_it(
    app: Litestar, sign_in: SignIn, cast: Cast, db: AsyncSession, anyone: Browser, body: str
) -> None:
    content_type, content = BODIES[body]
    records = await make_records(db, cast)
    principal = await sign_in(cast.principal)
    for name, method, path, _handler in routes_of(app):
        if method == "GET" or name == "sessions.destroy":
            continue
        browser = anyone if path == "/login" else principal
        headers = {"Content-Type": content_type, "Sec-Fetch-Site": "same-origin"}
        answer = await browser.client.post(records.fill(path), content=content, headers=headers)
        assert answer.status_code < 500, f"{name}: {answer.status_code}"


@pytest.mark.parametrize("fields", [MOST_FIELDS + 1, 1_000_000])
async def test_a_form_of_a_million_fields_is_not_even_read(anyone: Browser, fields: int) -> None:
    body: dict[str, Any] = {"content": b"&".join([b"a=1"] * fields), "headers": {"Content-Type": URL_ENCODED}}
    began = time.monotonic()
    assert (await anyone.client.post("/login", **body)).status_code == 400
    assert time.monotonic() - began < 1
