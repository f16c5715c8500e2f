"""How Alembic reaches the database: as the owner, in one transaction a migration."""

import asyncio
import time
from typing import Any

from alembic import context
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine

from migrations.roles import become_owner
from portal.db import embedded
from portal.db.tables import metadata
from portal.settings import Settings

ONE_AT_A_TIME = 7_214_301_946  # any number that nothing else locks
OPTIONS: dict[str, Any] = {
    "target_metadata": metadata,
    "compare_server_default": True,
    "transaction_per_migration": True,
}


def run(connection: Connection) -> None:
    """Run the migrations over a connection that is ours, or the caller's (``config.attributes["connection"]``)."""
    _wait_for_others(connection)
    become_owner(connection)
    connection.commit()
    # A lock that cannot be had at once is given up and tried again by the caller, rather than queueing the readers.
    connection.exec_driver_sql("SET lock_timeout = '5s'")
    connection.commit()
    context.configure(connection=connection, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()


def _wait_for_others(connection: Connection) -> None:
    """Of two machines that migrate at once, one waits, and then finds nothing to do. The lock ends with the connection.

    Asked again and again, not waited for: a statement that waits would be waited for by CREATE INDEX CONCURRENTLY.
    """
    while not connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({ONE_AT_A_TIME})").scalar():
        connection.commit()
        time.sleep(0.2)
    connection.commit()


async def run_online(url: str) -> None:
    """Connect as the owner and run."""
    engine = create_async_engine(url, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


def offline() -> None:
    """Print the SQL instead of running it."""
    context.configure(dialect_name="postgresql", literal_binds=True, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    offline()
elif (given := context.config.attributes.get("connection")) is not None:
    run(given)
elif (url := context.config.attributes.get("url") or Settings.from_env().owner_url) is not None:
    asyncio.run(run_online(url))
else:
    with embedded.start(Settings.from_env().data_dir) as server:
        asyncio.run(run_online(server.owner_url))
