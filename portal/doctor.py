"""`portal doctor`: everything that the portal needs, looked at one by one, with what to do about what is wrong."""

import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import pool, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from portal.db.schema import missing_migrations
from portal.db.tenancy import APP_ROLE, why_bypassable
from portal.settings import CHECKOUT, Settings


@dataclass(frozen=True)
class Finding:
    """What a look has found; the advice is for when it is not well."""

    about: str
    ok: bool
    found: str
    advice: str = ""


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything. A look that fails is a finding, too; the others are still made."""
    return [await _look(about, look, settings) for about, look in LOOKS.items()]


async def _look(about: str, look: "Look", settings: Settings) -> Finding:
    try:
        ok, found, advice = await look(settings)
    except Exception as error:
        reason = (str(error).splitlines() or [""])[0]
        return Finding(about, False, f"{type(error).__name__}: {reason}", "Mend what the lines above tell first.")
    return Finding(about, ok, found, advice)


async def database(settings: Settings) -> "Seen":
    """Whether the database answers, and is new enough."""
    advice = "Start PostgreSQL 15 or newer, or mend DATABASE_URL."
    try:
        async with _connected(settings) as connection:
            version = (await connection.scalar(text("SHOW server_version"))) or ""
    except Exception as error:
        reason = (str(getattr(error, "orig", None) or error).splitlines() or [type(error).__name__])[0]
        return False, f"cannot be reached: {reason}", advice
    return int(version.split(".")[0]) >= 15, f"PostgreSQL {version.split(' ')[0]} answers", advice


async def roles(settings: Settings) -> "Seen":
    """Whether row security holds the application's role."""
    advice = f"Let DATABASE_URL sign in as {APP_ROLE}, which owns nothing, and DATABASE_OWNER_URL as the tables' owner."
    async with _connected(settings) as connection:
        if settings.database_owner_url is None:
            await connection.execute(text(f"SET ROLE {APP_ROLE}"))
        reason = await why_bypassable(connection)
        who = await connection.scalar(text("SELECT current_user"))
    return reason is None, reason or f"{who} is held by row security", advice


async def migrations(settings: Settings) -> "Seen":
    """Whether the tables are those of this version."""
    assert settings.owner_url is not None
    missing = await missing_migrations(settings.owner_url)
    found = f"{len(missing)} missing, the first is {missing[0]}" if missing else "all run"
    return not missing, found, "Run `portal migrate`."


async def storage(settings: Settings) -> "Seen":
    """Whether files can be kept. A bucket is not asked: that needs its own credentials, and costs."""
    address = urlsplit(settings.storage_url)
    if address.scheme != "file":
        return True, f"{address.scheme}://{address.netloc} (not tried)", ""
    folder = Path(address.path)
    advice = f"Make {folder} writable for user {os.geteuid()}, or set PORTAL_STORAGE_URL or PORTAL_DATA_DIR."
    try:
        folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - a command, with nobody waiting beside it
        with tempfile.TemporaryFile(dir=folder):
            return True, f"{folder} is writable", advice
    except OSError as error:
        return False, f"{folder}: {error.strerror}", advice


async def translations(settings: Settings) -> "Seen":
    """Whether each language is compiled, from its newest words."""
    sources = list((CHECKOUT / "portal" / "locales").glob("*/LC_MESSAGES/portal.po"))
    stale = [po for po in sources if not _is_newer(po.with_suffix(".mo"), po)]
    languages = ", ".join(po.parent.parent.name for po in (stale or sources))
    found = f"not compiled: {languages}" if stale else f"compiled: {languages or 'none there'}"
    return bool(sources) and not stale, found, "Run `make setup`."


async def assets(settings: Settings) -> "Seen":
    """Whether the front-end files are built."""
    manifest = CHECKOUT / "static" / "build" / "manifest.json"
    return manifest.exists(), "built" if manifest.exists() else "not built", "Run `make setup`."


Seen = tuple[bool, str, str]
Look = Callable[[Settings], Awaitable[Seen]]

LOOKS: dict[str, Look] = {
    "database": database,
    "roles": roles,
    "migrations": migrations,
    "storage": storage,
    "translations": translations,
    "front-end files": assets,
}


@asynccontextmanager
async def _connected(settings: Settings) -> AsyncIterator[AsyncConnection]:
    """A connection such as the application's, for one look."""
    assert settings.database_url is not None, "the settings come from database_of()"
    engine = create_async_engine(settings.database_url, poolclass=pool.NullPool, connect_args={"timeout": 5})
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


def _is_newer(made: Path, source: Path) -> bool:
    return made.exists() and made.stat().st_mtime >= source.stat().st_mtime
