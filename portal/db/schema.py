"""The database's schema, brought up to date by Alembic from plain code: for commands, checks and tests."""

import asyncio

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import pool
from sqlalchemy.ext.asyncio import create_async_engine

from portal.settings import CHECKOUT


def upgrade(owner_url: str, to: str = "head") -> None:
    """Run the migrations that are missing. Not from within a running event loop: Alembic starts its own."""
    command.upgrade(_config(owner_url), to)


def downgrade(owner_url: str, to: str = "-1") -> None:
    """Take migrations back."""
    command.downgrade(_config(owner_url), to)


def difference(owner_url: str) -> None:
    """Raise alembic.util.CommandError when the models say something that no migration does."""
    command.check(_config(owner_url))


def missing(owner_url: str) -> list[str]:
    """The migrations that the database has not seen, oldest first."""
    return asyncio.run(missing_migrations(owner_url))


async def missing_migrations(owner_url: str) -> list[str]:
    """The same, within an event loop."""
    engine = create_async_engine(owner_url, poolclass=pool.NullPool)
    try:
        async with engine.connect() as connection:
            heads = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_heads())
    finally:
        await engine.dispose()
    scripts = ScriptDirectory.from_config(_config(owner_url))
    return [script.revision for script in scripts.iterate_revisions("heads", heads or "base")][::-1]


async def gather_statistics(owner_url: str) -> None:
    """Let the planner see what has just been filled in, without waiting a minute for autovacuum.

    Tables that this login does not own are passed over by PostgreSQL with a warning.
    """
    engine = create_async_engine(owner_url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.exec_driver_sql("ANALYZE")
    finally:
        await engine.dispose()


def _config(url: str) -> Config:
    config = Config(CHECKOUT / "alembic.ini")
    config.attributes["url"] = url
    return config
