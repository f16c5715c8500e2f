"""A database that has fallen silent is found out, so that nobody waits for it.

A server that is frozen, or behind a network that lost it, answers nothing and refuses nothing: its own time limits do
not run, and a query sent to it waits for ever. A limit on each query would not do: a page and an import differ in what
is long. So while anybody waits for the database, a connection of its own asks it for nothing, again and again. When
even that stays without an answer, all connections are cut: whoever waits gets the error page of a busy portal, and
nobody is let in to wait until the database speaks again.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any
from weakref import WeakSet

import structlog
from litestar import Litestar
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from portal.db.plugin import config_of, engine_of

# Together less than the two seconds that connecting or waiting for a connection may take: who gives up then and gets
# another turn finds the silence noted, and does not begin to wait anew.
EVERY = 0.25
PATIENCE = 1.25
log = structlog.get_logger("portal.database")


class Silent(ConnectionError):
    """The database takes connections and answers nothing."""


class Watch:
    """Asks the database whether it is there, and cuts its connections when it is not."""

    def __init__(self, engine: AsyncEngine, own: AsyncEngine) -> None:
        """Watch over the connections of ``engine``, asking through ``own``, which has one connection."""
        self.engine = engine
        self.own = own
        self.is_silent = False
        self._connections: WeakSet[Any] = WeakSet()
        for each in (engine, own):
            event.listen(each.sync_engine.pool, "connect", self._remember)
        event.listen(engine.sync_engine, "do_connect", self._refuse_while_silent)

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            somebody_waits = self.engine.sync_engine.pool.checkedout() > 0  # type: ignore[attr-defined]
            if somebody_waits or self.is_silent:
                await self._look()

    async def _look(self) -> None:
        asking = asyncio.create_task(self._ask())
        await asyncio.wait({asking}, timeout=PATIENCE)
        # Had this very process been busy all the while, the answer would be there, only not read yet.
        done, _ = await asyncio.wait({asking}, timeout=0.1)
        # Noted before the cut: whoever is cut off tries to connect anew at once.
        self._note(is_silent=not done)
        if not done:
            for connection in list(self._connections):
                connection.terminate()
            asking.cancel()
            await asyncio.wait({asking})

    async def _ask(self) -> None:
        """Come back when it answers. A refusal is an answer, too: whoever is refused does not wait."""
        with suppress(Exception):
            async with self.own.connect() as connection:
                await connection.execute(text("SELECT 1"))

    def _note(self, *, is_silent: bool) -> None:
        if is_silent != self.is_silent:
            self.is_silent = is_silent
            log.warning("the database is silent" if is_silent else "the database answers again")

    def _remember(self, connection: Any, _record: Any) -> None:
        self._connections.add(connection.driver_connection)

    def _refuse_while_silent(self, *_connecting: Any) -> None:
        if self.is_silent:
            raise Silent


@asynccontextmanager
async def watched_database(app: Litestar) -> AsyncGenerator[None, None]:
    """While the application runs, its database is watched."""
    settings = config_of(app).engine_config_dict | {"pool_size": 1, "max_overflow": 0, "isolation_level": "AUTOCOMMIT"}
    own = create_async_engine(engine_of(app).url, **settings)
    watching = asyncio.create_task(Watch(engine_of(app), own).run())
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.wait({watching})
        await own.dispose()
