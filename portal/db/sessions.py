"""A session outside a request: for commands, the demo data and jobs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import pool
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from portal.db.tables import metadata  # noqa: F401 - every model: they name one another by string
from portal.db.tenancy import APP_ROLE
from portal.settings import Settings


@asynccontextmanager
async def session_outside_request(settings: Settings) -> AsyncIterator[AsyncSession]:
    """One session in one transaction as the application's role: committed at the end, rolled back on any error.

    A school's rows are seen after `enter_school`, as in a request.
    """
    assert settings.database_url is not None, "the settings come from database_of()"
    role = {} if settings.database_owner_url else {"role": APP_ROLE}
    engine = create_async_engine(
        settings.database_url,
        poolclass=pool.NullPool,
        hide_parameters=True,
        echo=settings.sql_echo,
        connect_args={"server_settings": {"application_name": "athena-portal command", "jit": "off", **role}},
    )
    try:
        async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
            yield session
    finally:
        await engine.dispose()
