"""How Alembic reaches the database: as the owner, in one transaction a migration."""

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine

from migrations.roles import become_owner
from portal.db import embedded
from portal.db.tables import metadata
from portal.settings import Settings

OPTIONS: dict[str, Any] = {
    "target_metadata": metadata,
    "compare_server_default": True,
    "transaction_per_migration": True,
}


def run(connection: Connection) -> None:
    """Run the migrations over a connection that is ours, or the caller's (``config.attributes["connection"]``)."""
    become_owner(connection)
    connection.commit()
    # A lock that cannot be had at once is given up and tried again by the caller, rather than queueing the readers.
    connection.exec_driver_sql("SET lock_timeout = '5s'")
    connection.commit()
    context.configure(connection=connection, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()


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
