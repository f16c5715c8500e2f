"""The ground of the tests: a real PostgreSQL, the real application, and people who are signed in to it.

Each worker has its own embedded server. A test runs in one outer transaction that is rolled back; the requests in it
are savepoints. A test that needs real commits takes ``committing`` instead.
"""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import asyncpg
import httpx
import hypothesis
import pytest
from advanced_alchemy.types.file_object import storages
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from portal.accounts.models import User
from portal.app import create_app
from portal.db import embedded, schema
from portal.db.embedded import EmbeddedServer
from portal.db.plugin import config_of, engine_of
from portal.settings import Settings
from tests import factories
from tests.factories import Cast
from tests.pages import Browser, transport

HOST = "127.0.0.1"

# How long an example takes says nothing on a machine that runs all tests at once.
hypothesis.settings.register_profile("portal", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("portal")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """One event loop for the whole run of a worker."""
    return "asyncio"


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """This worker's PostgreSQL, migrated."""
    with embedded.temporary(durable=False) as running:
        schema.upgrade(running.owner_url)
        yield running


@pytest.fixture(scope="session")
def settings(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of the application under test: the application's role, which row security binds."""
    return replace(
        Settings(),
        env="test",
        database_url=server.url,
        database_owner_url=server.owner_url,
        secret_key="x" * 40,
        storage_url=tmp_path_factory.mktemp("files").as_uri(),
        pool_timeout=5.0,  # a machine that runs all tests at once may be slow to give a connection
    )


@pytest.fixture(scope="session")
async def app(settings: Settings) -> AsyncIterator[Litestar]:
    """The application, started."""
    application = create_app(settings)
    async with application.lifespan():
        yield application


@pytest.fixture
async def connection(app: Litestar) -> AsyncIterator[AsyncConnection]:
    """The one connection of a test, in a transaction that is rolled back."""
    # Columns find their storage by its name; another application of the same process may have registered its own.
    storages.register_backend(app.state.storage.backend)
    key = config_of(app).session_maker_app_state_key
    async with engine_of(app).connect() as connection:
        transaction = await connection.begin()
        before = app.state[key]
        app.state[key] = lambda: _session(connection)
        yield connection
        app.state[key] = before
        await transaction.rollback()


@pytest.fixture
async def db(connection: AsyncConnection) -> AsyncIterator[AsyncSession]:
    """A session for setting the scene and for looking at what a request left. See ``factories`` for its use."""
    async with _session(connection) as session:
        yield session


@pytest.fixture
async def cast(db: AsyncSession) -> Cast:
    """A school with one person of each role, another school with its principal, and a superuser."""
    return await factories.make_cast(db)


@pytest.fixture
async def anyone(app: Litestar, connection: AsyncConnection) -> AsyncIterator[Browser]:
    """A browser in which nobody is signed in."""
    async with _browser(app) as browser:
        yield browser


@pytest.fixture
async def sign_in(
    app: Litestar, db: AsyncSession, connection: AsyncConnection
) -> AsyncIterator[Callable[[User], Awaitable[Browser]]]:
    """``browser = await sign_in(cast.secretary)``."""
    opened = []

    async def open_for(user: User) -> Browser:
        client = httpx.AsyncClient(transport=transport(app), base_url=f"http://{HOST}")
        opened.append(client)
        client.cookies.set("session", await factories.begin_session(db, user), domain=HOST)
        client.cookies.set("locale", "en", domain=HOST)
        return Browser(client)

    yield open_for
    for client in opened:
        await client.aclose()


@dataclass
class Committing:
    """An application over a database of its own, in which commits are real."""

    app: Litestar
    settings: Settings
    admin_url: str

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A session as the application's role, committed at the end."""
        async with AsyncSession(engine_of(self.app), expire_on_commit=False) as session, session.begin():
            yield session

    @asynccontextmanager
    async def browser(self, user: User | None = None) -> AsyncIterator[Browser]:
        """A browser, signed in as ``user``."""
        async with _browser(self.app) as browser:
            if user is not None:
                async with self.session() as session:
                    browser.client.cookies.set("session", await factories.begin_session(session, user), domain=HOST)
                browser.client.cookies.set("locale", "en", domain=HOST)
            yield browser

    async def as_superuser(self, statement: str) -> list[asyncpg.Record]:
        """Run a statement past all walls, to look or to break something."""
        connection = await asyncpg.connect(self.admin_url.replace("+asyncpg", ""))
        try:
            return await connection.fetch(statement)
        finally:
            await connection.close()


@pytest.fixture
async def committing(server: EmbeddedServer, settings: Settings) -> AsyncIterator[Committing]:
    """A copy of the migrated database with an application over it; dropped afterwards."""
    name = f"committing_{uuid.uuid4().hex[:12]}"
    admin = await asyncpg.connect(server.admin_url.replace("+asyncpg", ""))
    await admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'portal' AND state = 'idle'"
    )
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE portal STRATEGY FILE_COPY")
    here = replace(
        settings,
        database_url=server.url.replace("/portal?", f"/{name}?"),
        database_owner_url=server.owner_url.replace("/portal?", f"/{name}?"),
    )
    application = create_app(here)
    async with application.lifespan():
        yield Committing(application, here, server.admin_url.replace("/postgres?", f"/{name}?"))
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


def _session(connection: AsyncConnection) -> AsyncSession:
    return AsyncSession(bind=connection, expire_on_commit=False, join_transaction_mode="create_savepoint")


@asynccontextmanager
async def _browser(app: Litestar) -> AsyncIterator[Browser]:
    async with httpx.AsyncClient(transport=transport(app), base_url=f"http://{HOST}") as client:
        client.cookies.set("locale", "en", domain=HOST)
        yield Browser(client)
