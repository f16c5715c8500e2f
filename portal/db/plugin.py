"""The transaction of a request.

Every request has one session and one transaction. It is committed when the page has been rendered and before the
first byte leaves, so that a failed commit becomes an error page instead of a false "saved"; any error rolls it back.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from advanced_alchemy.extensions.litestar import AsyncSessionConfig, EngineConfig, SQLAlchemyAsyncConfig
from advanced_alchemy.extensions.litestar import SQLAlchemyInitPlugin as DatabasePlugin
from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from portal.db.base import Base
from portal.db.tenancy import APP_ROLE
from portal.settings import Settings, SettingsError

# On the connection, so that no query, however it came about, can hold a page, a lock or a transaction for long.
TIMEOUTS = {
    "statement_timeout": "5000",
    "lock_timeout": "2000",
    "idle_in_transaction_session_timeout": "15000",
}


def database(settings: Settings) -> DatabasePlugin:
    """The plugin over the settings' database. With one URL for everything the connection takes the application's role.

    Raises SettingsError without any database.
    """
    url = settings.database_url
    if url is None:
        raise SettingsError("DATABASE_URL: not given, and no embedded database was started")
    role = {} if settings.database_owner_url else {"role": APP_ROLE}
    config = SQLAlchemyAsyncConfig(
        connection_string=url,
        metadata=Base.metadata,
        session_dependency_key="bare_session",
        session_config=AsyncSessionConfig(expire_on_commit=False, autobegin=True),
        # It saves files after the commit: by then the person was told that they are saved, whether they are or not.
        enable_file_object_listener=False,
        set_default_exception_handler=False,  # it would tell repository details to the browser
        engine_config=EngineConfig(
            pool_size=settings.pool_size,
            max_overflow=settings.pool_overflow,
            pool_timeout=settings.pool_timeout,  # type: ignore[arg-type]  # SQLAlchemy takes fractions of a second
            pool_recycle=settings.pool_recycle,
            # No pre-ping, which is a journey to the database for each request: see ``living_engine``.
            echo=settings.sql_echo,
            hide_parameters=True,  # parameters are people's data, and errors end in logs
            connect_args={
                "timeout": settings.pool_timeout,
                "server_settings": {"application_name": "athena-portal", "jit": "off", **TIMEOUTS, **role},
            },
        ),
    )
    return DatabasePlugin(config)


async def transaction(bare_session: NamedDependency[AsyncSession]) -> AsyncGenerator[AsyncSession, None]:
    """Commit before the response is sent, so that a failed commit becomes an error page."""
    try:
        yield bare_session
        await bare_session.commit()
    except BaseException:
        await bare_session.rollback()
        raise


def session_of(connection: ASGIConnection[Any, Any, Any, Any]) -> AsyncSession:
    """The request's own session, for guards, which run before dependencies."""
    session: AsyncSession = config_of(connection.app).provide_session(connection.app.state, connection.scope)
    return session


@asynccontextmanager
async def living_engine(app: Litestar) -> AsyncGenerator[None, None]:
    """While the application runs, its pool gives nobody a dead connection; afterwards it is closed.

    advanced-alchemy 1.12 closes the pool of the first application of a process only.
    """
    event.listen(engine_of(app).sync_engine, "checkout", _refuse_dead)
    try:
        yield
    finally:
        await engine_of(app).dispose()


def _refuse_dead(connection: Any, _record: Any, _fairy: Any) -> None:
    """Make the pool connect anew. The driver knows when the server has hung up; of silence ``watch`` takes care."""
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError


def engine_of(app: Litestar) -> AsyncEngine:
    """The application's engine."""
    return config_of(app).get_engine()


def config_of(app: Litestar) -> SQLAlchemyAsyncConfig:
    """The plugin's configuration: its keys into ``app.state`` differ when a process has several applications."""
    config = app.plugins.get(DatabasePlugin).config[0]
    assert isinstance(config, SQLAlchemyAsyncConfig)
    return config
