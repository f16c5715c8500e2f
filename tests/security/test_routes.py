"""Every route × nobody, each role, a stranger, and ids of another school: the first wall, walked along whole."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from portal.accounts.guards import signed_in, superuser
from portal.accounts.models import User
from portal.accounts.permissions import Permission, Reach, Role, reach_of
from portal.db.tables import metadata
from tests.factories import Cast
from tests.pages import FORGED, Browser, Page
from tests.security.permission_table import PUBLIC, SIGNED_IN, SUPERUSER, TABLE
from tests.security.records import Records, make_records

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
VERSIONED = sorted(name for name, table in metadata.tables.items() if "school_id" in table.c and "version" in table.c)
ROLES = ("principal", "secretary", "coordinator", "teacher", "viewer")


def routes_of(app: Litestar) -> list[tuple[str, str, str, HTTPRouteHandler]]:
    """``(name, method, path, handler)`` of every route but the mounted files and automatic OPTIONS."""
    found: list[tuple[str, str, str, HTTPRouteHandler]] = []
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            if not isinstance(handler, HTTPRouteHandler) or handler.http_methods == {"OPTIONS"}:
                continue
            name = handler.name or str(route.path_format).strip("/")
            found += [
                (name, method, str(route.path_format), handler) for method in handler.http_methods if method != "HEAD"
            ]
    return found


def asked_of(handler: HTTPRouteHandler) -> set[str]:
    """What the guards of a route ask for, in the words of the table."""
    guards = handler.resolve_guards()
    permissions = {str(guard.permission) for guard in guards if hasattr(guard, "permission")}
    if superuser in guards:
        permissions.add(SUPERUSER)
    elif signed_in in guards:
        permissions.add(SIGNED_IN)
    return permissions or ({PUBLIC} if handler.opt.get("public") else set())


async def ask(browser: Browser, method: str, path: str, **options: Any) -> Page:
    return await (browser.get(path, **options) if method == "GET" else browser.post(path, {}, **options))


@asynccontextmanager
async def taken_back(connection: AsyncConnection) -> AsyncIterator[None]:
    """Whatever is written inside is rolled back at the end."""
    savepoint = await connection.begin_nested()
    yield
    await savepoint.rollback()


async def counted_rows(db: AsyncSession) -> dict[str, Any]:
    """How many rows the tables have, and how often they were changed, as far as the settings let us see."""
    return {
        table: (await db.execute(text(f"SELECT count(*), coalesce(sum(version), 0) FROM {table}"))).one()
        for table in VERSIONED
    }


@pytest.fixture
async def records(db: AsyncSession, cast: Cast) -> Records:
    return await make_records(db, cast)


async def test_every_route_has_its_line_in_the_permission_table(app: Litestar) -> None:
    names = {name for name, *_ in routes_of(app)}
    assert names == set(TABLE), f"missing: {names - set(TABLE)}; gone: {set(TABLE) - names}"


async def test_the_guards_ask_for_what_the_table_says(app: Litestar) -> None:
    for name, method, _path, handler in routes_of(app):
        assert TABLE[name] in asked_of(handler), f"{method} {name} asks for {asked_of(handler) or 'nothing'}"


async def test_nobody_gets_the_sign_in_page(app: Litestar, anyone: Browser, records: Records) -> None:
    for name, method, path, _handler in routes_of(app):
        if TABLE[name] == PUBLIC:
            continue
        answer = await ask(anyone, method, records.fill(path))
        assert (answer.status, answer.location.split("?")[0]) == (303, "/login"), f"{method} {name}"


async def test_a_stranger_to_the_school_gets_404_everywhere(
    app: Litestar, sign_in: SignIn, cast: Cast, records: Records, db: AsyncSession
) -> None:
    browser = await sign_in(cast.stranger)
    before = await records.seen(db, counted_rows)
    for name, method, path, _handler in routes_of(app):
        if "{slug}" in path:
            assert (await ask(browser, method, records.fill(path))).status == 404, f"{method} {name}"
    assert await records.seen(db, counted_rows) == before


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_may_do_what_the_matrix_says_and_no_more(
    app: Litestar, sign_in: SignIn, cast: Cast, records: Records, connection: AsyncConnection, role: str
) -> None:
    browser = await sign_in(getattr(cast, role))
    for name, method, path, handler in routes_of(app):
        asked = [Permission(word) for word in asked_of(handler) if word in set(Permission)]
        if "{slug}" not in path:
            continue
        allowed = all(reach_of({Role(role)}, permission) > Reach.MASKED for permission in asked)
        # Taken back each time: what one route does (remove, delete, move) must not decide how the next one answers.
        async with taken_back(connection):
            answer = await ask(browser, method, records.fill(path, role))
        if allowed:
            assert answer.status not in (401, 403, 404, 405, 500, 503), f"{method} {name}: {answer.status}"
        else:
            assert answer.status == 403, f"{method} {name}: {answer.status}"


async def test_a_forged_request_changes_nothing_anywhere(
    app: Litestar, sign_in: SignIn, cast: Cast, records: Records, db: AsyncSession
) -> None:
    browser = await sign_in(cast.principal)
    before = await records.seen(db, counted_rows)
    for name, method, path, _handler in routes_of(app):
        if method != "GET":
            assert (await ask(browser, method, records.fill(path), headers=FORGED)).status == 403, f"{method} {name}"
    assert await records.seen(db, counted_rows) == before


async def test_ids_of_another_school_are_not_found_under_ones_own(
    app: Litestar, sign_in: SignIn, cast: Cast, records: Records, db: AsyncSession
) -> None:
    browser = await sign_in(cast.stranger)
    before = await records.seen(db, counted_rows)
    for name, method, path, _handler in routes_of(app):
        if "{slug}" in path and records.names_rows(path):
            foreign = records.fill(path.replace("{slug}", cast.other_school.slug))
            assert (await ask(browser, method, foreign)).status == 404, f"{method} {name}"
    assert await records.seen(db, counted_rows) == before


async def test_a_superuser_enters_every_school(
    app: Litestar, sign_in: SignIn, cast: Cast, records: Records, connection: AsyncConnection
) -> None:
    browser = await sign_in(cast.superuser)
    assert (await browser.get(f"/schools/{cast.school.slug}")).status == 200
    assert (await browser.get(f"/schools/{cast.other_school.slug}")).status == 200
    assert (await browser.get("/schools/no-such-school")).status == 404
