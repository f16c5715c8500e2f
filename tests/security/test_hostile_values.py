"""What no person types, in every field of every form and in every parameter of every page: nothing of ours fails."""

import re
from collections.abc import AsyncIterator
from itertools import count
from urllib.parse import urlencode

import pytest
from litestar import Litestar
from selectolax.lexbor import LexborNode
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from tests.factories import Cast
from tests.pages import Browser
from tests.security.records import Records, make_records
from tests.security.test_routes import SignIn, routes_of, taken_back

pytestmark = pytest.mark.anyio
VALUES = (
    "a\x00b",
    "%' \"<>{}\\",
    "9" * 30,
    "-99999",
    "0001-01-01",
    "31/12/9999",
    "1,5",
    "NaN",
    "Infinity",
    "1e400",
    "__proto__",
    "(a+)+$" * 50,
    "\ufffe\u202e\U0001f600",
    "\u0663\u00b2",
    "00000000-0000-0000-0000-000000000000",
    "x\r\nSet-Cookie: a=b",
)
# What the pages read from their addresses, and a name that none of them knows.
PARAMETERS = (
    *(
        "q",
        "after",
        "before",
        "sort",
        "column",
        "columns",
        "page",
        "year",
        "status",
        "grade",
        "group",
        "campus",
        "shift",
    ),
    *("outcome", "waiting", "id", "kind", "enrollment", "group_id", "campus_id", "guardian_id", "to", "of", "focus"),
    *(
        "field",
        "rows",
        "next",
        "papers",
        "count",
        "capacity",
        "step",
        "decision",
        "problem",
        "x_ruta_escolar",
        "__proto__",
    ),
)
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
URL_ENCODED = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def records(db: AsyncSession, cast: Cast) -> Records:
    return await make_records(db, cast)


def pages_of(app: Litestar, records: Records) -> list[str]:
    """The addresses of all pages of the school, and those of forms that are only opened with something chosen."""
    paths = [records.fill(path) for _name, method, path, _handler in routes_of(app) if method == "GET"]
    school, ids = f"/schools/{records.values['slug']}", records.values
    chosen = [
        f"{school}/group-changes/new?enrollment={ids['enrollment_id']}",
        f"{school}/completions/new?group={ids['group_id']}",
        f"{school}/students/{ids['student_id']}/transfer?to=outside",
        f"{school}/students/merge?one={ids['one_id']}&other={ids['other_id']}",
    ]
    return [path for path in paths if path.startswith("/schools")] + chosen


async def forms_of(browser: Browser, addresses: list[str]) -> AsyncIterator[tuple[str, dict[str, str]]]:
    """``(action, what it would send)`` of every form that writes, each kind once."""
    seen = set()
    for address in addresses:
        page = await browser.get(address)
        assert page.status < 500, address
        for form in page.all("form[method=post]"):
            action = str(form.attributes.get("action") or address)
            sent = {str(node.attributes["name"]): _value(node) for node in form.css("[name]")}
            kind = (ID.sub("", action), tuple(sorted(ID.sub("", name) for name in sent)))
            if sent and kind not in seen and action != "/logout":
                seen.add(kind)
                yield action, sent


async def test_no_field_of_any_form_breaks(
    app: Litestar, sign_in: SignIn, cast: Cast, records: Records, connection: AsyncConnection
) -> None:
    browser, turn = await sign_in(cast.principal), count()
    async for action, sent in forms_of(browser, pages_of(app, records)):
        # One field at a time: what is refused for another field would not come as far.
        for name in sent:
            value = VALUES[next(turn) % len(VALUES)]
            async with taken_back(connection):
                body = urlencode(sent | {name: value})
                answer = await browser.client.post(action, content=body, headers=URL_ENCODED)
            assert answer.status_code < 500, f"{action} {name}={value[:40]!r}"


@pytest.mark.parametrize("part", range(4))
async def test_no_parameter_of_any_page_breaks(
    app: Litestar, sign_in: SignIn, cast: Cast, records: Records, part: int
) -> None:
    browser = await sign_in(cast.principal)
    addresses = [records.fill(path) for _name, method, path, _handler in routes_of(app) if method == "GET"]
    for value in VALUES[part::4]:
        sent = urlencode([(name, value) for name in PARAMETERS])
        for address in addresses:
            if not address.startswith(("/health", "/metrics")):
                status = (await browser.client.get(f"{address}?{sent}")).status_code
                assert status < 500, f"{address} {value[:40]!r}"


def _value(node: LexborNode) -> str:
    if node.tag == "select":
        options = node.css("option[selected]") or node.css("option")[:1]
        return str(options[0].attributes.get("value") or "") if options else ""
    return node.text() if node.tag == "textarea" else str(node.attributes.get("value") or "")
